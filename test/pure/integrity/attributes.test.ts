import { describe, expect, it } from "vitest";
import {
  attributesOf,
  componentsOf,
  entitiesByValue,
  entitiesOf,
  isHub,
} from "../../../src/integrity/attributes.ts";
import { hubLimit } from "../../../src/integrity/values/hubs.ts";
import { componentsByView, packed, unpacked, type View } from "../../../src/integrity/groups.ts";
import {
  OrderTableBuilder,
  type DeclaredLinks,
  type OrderRecord,
  type OrderTable,
} from "../../../src/integrity/table/orders.ts";
import { personModel, rowsByTime } from "../../../src/integrity/link/persons.ts";
import { Places } from "../../../src/integrity/table/places.ts";
import { placeKey, sharedIdentifiers } from "../../../src/integrity/sharedIdentifiers.ts";

/*
 * Ties between orders, the number of orders from which a value ties nobody, and connected orders.
 */

/** A table of orders of which only what matters is given. */
function tableOf(
  orders: readonly Partial<OrderRecord>[],
  declared: readonly DeclaredLinks[] = [],
): OrderTable {
  const builder = new OrderTableBuilder();
  orders.forEach((order, row) => {
    builder.add({ orderId: `o${row}`, orderedAtMs: row, account: `a${row}`, ...order });
  });
  return builder.build(declared);
}

/** `count` orders that share what `change` says, each with an account of its own. */
const sharing = (count: number, change: Partial<OrderRecord>) =>
  Array.from({ length: count }, () => change);

const attribute = (table: OrderTable, name: string) => {
  const found = attributesOf(table).find((one) => one.name === name);
  if (!found) throw new Error(`no attribute ${name}`);
  return found;
};
const sharedOf = (table: OrderTable) =>
  sharedIdentifiers(table, new Places(table.columns.address.values));

describe("a hub ties nobody", () => {
  it("is a value of more than sixty orders, and of more than two of a hundred", () => {
    const table: readonly (readonly [orders: number, eventCount: number, hub: boolean])[] = [
      [60, 60, false],
      [61, 61, true],
      [60, 3_000, false],
      [61, 3_000, true],
      [61, 3_050, false],
      [100, 5_000, false],
      [101, 5_000, true],
    ];
    for (const [orders, eventCount, hub] of table) {
      expect({ orders, eventCount, hub: orders > hubLimit(eventCount) }).toEqual({
        orders,
        eventCount,
        hub,
      });
    }
  });

  it("is sooner one where an import declared it: beyond forty orders", () => {
    const declared = (count: number, eventCount: number) => {
      const links = {
        name: "referral",
        grade: "strong" as const,
        valuesOf: Array.from({ length: count }, () => ["r1"]),
      };
      const table = tableOf(sharing(count, {}), [links]);
      return isHub(attribute(table, "referral"), 0, eventCount);
    };
    expect(declared(40, 40)).toBe(false);
    expect(declared(41, 41)).toBe(true);
    expect(declared(41, 100_000)).toBe(true);
  });

  it("counts orders of the whole event", () => {
    const device = attribute(tableOf(sharing(61, { deviceId: "d" })), "device");
    expect(isHub(device, 0, 61)).toBe(true);
    expect(isHub(device, 0, 3_050)).toBe(false);
  });
});

describe("what ties orders", () => {
  it("are five columns, each strong evidence of its signal, and what was declared", () => {
    const table = tableOf(sharing(2, {}), [
      { name: "referral", grade: "strong", valuesOf: [["r"], ["r"]] },
      { name: "voucher", grade: "weak", valuesOf: [["v"], []] },
    ]);
    const told = attributesOf(table).map(({ name, signal, grade, declared }) => [
      name,
      signal,
      grade,
      declared,
    ]);
    expect(told).toEqual([
      ["device", "shared_device", "strong", false],
      ["payment", "shared_payment", "strong", false],
      ["phone", "shared_phone", "strong", false],
      ["email", "shared_email", "strong", false],
      ["phoneBlock", "phones_in_a_row", "strong", false],
      ["referral", "shared_declared", "strong", true],
      ["voucher", null, "weak", true],
    ]);
  });

  it("a declared attribute may have any number of values an order, each counted once", () => {
    const table = tableOf(sharing(4, {}), [
      { name: "referral", grade: "strong", valuesOf: [["r", "s", "r"], [], ["s"]] },
    ]);
    const { lists, rows, counts, values } = attribute(table, "referral");
    expect(values).toEqual(["r", "s"]);
    expect([...lists.starts]).toEqual([0, 2, 2, 3, 3]);
    expect([...rows.values]).toEqual([0, 0, 2]);
    expect([...counts]).toEqual([1, 2]);
  });

  it("strong things are apart from places and what strangers share", () => {
    const table = tableOf(sharing(2, {}), [
      { name: "referral", grade: "strong", valuesOf: [] },
      { name: "voucher", grade: "weak", valuesOf: [] },
    ]);
    const { identifiers, identifiersAndPlaces } = sharedOf(table);
    expect(identifiers.map(({ name }) => name)).toEqual([
      "device",
      "payment",
      "phone",
      "email",
      "phoneBlock",
      "referral",
    ]);
    expect(identifiersAndPlaces.map(({ name }) => name)).toEqual([
      ...identifiers.map(({ name }) => name),
      "voucher",
      "place",
    ]);
    expect(identifiersAndPlaces.at(-1)).toMatchObject({
      grade: "weak",
      signal: null,
      declared: false,
    });
  });
});

describe("a place", () => {
  const here = { address: "jl kenanga melati no 17", district: "Coblong" };
  const place = (table: OrderTable, placeCount?: (key: string) => number) => {
    const places = new Places(table.columns.address.values);
    const found = sharedIdentifiers(table, places, placeCount).identifiersAndPlaces.at(-1);
    if (!found) throw new Error("no place");
    return found;
  };

  it("is where the rarest words, the door and the district are the same", () => {
    const table = tableOf([
      here,
      { ...here, address: "Jalan Kenanga Melati No.17" },
      { ...here, address: "jl kenanga melati no 18" },
      { ...here, district: "Sukajadi" },
      { address: here.address },
      {},
    ]);
    const { rows, counts } = place(table);
    expect([...rows.starts]).toEqual([0, 2, 3, 4, 5]);
    expect([...rows.values]).toEqual([0, 1, 2, 3, 4]);
    expect([...counts]).toEqual([2, 1, 1, 1]);
    expect(placeKey("k", "coblong")).toBe("k coblong");
    expect(placeKey("k", undefined)).toBe("k ");
  });

  it("beyond four hundred orders is a street or a mall, and ties nobody", () => {
    const tied = (count: number) => place(tableOf(sharing(count, here))).rows.values.length;
    expect(tied(400)).toBe(400);
    expect(tied(401)).toBe(0);
  });

  it("is counted in the whole event where the table is a part of it", () => {
    const table = tableOf(sharing(2, here));
    expect(place(table, () => 400).rows.values).toHaveLength(2);
    expect(place(table, () => 401).rows.values).toHaveLength(0);
  });
});

describe("who counts as one", () => {
  /** The entity of each order, persons given by number. */
  const entities = (orders: readonly Partial<OrderRecord>[], personOf: readonly number[]) => [
    ...entitiesOf(tableOf(orders), Int32Array.from(personOf)),
  ];

  it("a person's account on each channel is she; a second one on the same channel is another", () => {
    const orders = [
      { account: "x", channel: "own" },
      { account: "y", channel: "lazada" },
      { account: "z", channel: "own" },
      { account: "x", channel: "own" },
      { account: "w", channel: "own" },
      { account: "v", channel: "lazada" },
    ];
    // x and y are one; z is her second account on her own channel, v her second on the other.
    expect(entities(orders, [0, 0, 0, 0, 4, 0])).toEqual([0, 0, 1, 0, 2, 1]);
    expect(new Set(entities(orders, [0, 1, 2, 3, 4, 5])).size).toBe(5);
  });

  it("without an account the phone stands for it, then the mail box, then the order", () => {
    const none = { account: "" };
    const table = [
      { ...none, phone: "081274567830", email: "a@x.id" },
      { ...none, phone: "081274567830", email: "b@x.id" },
      { ...none, email: "a@x.id" },
      { ...none, email: "a@x.id" },
      none,
      none,
      { ...none, phone: "081234567891" },
      { ...none, phone: "081234567892" },
      { account: "last" },
    ];
    // Of one person: her first account, her second, and so on.
    expect(
      entities(
        table,
        table.map(() => 0),
      ),
    ).toEqual([0, 0, 1, 1, 2, 3, 4, 5, 6]);
  });

  it("is counted by value, an entity once", () => {
    const table = tableOf([
      { deviceId: "d", account: "x" },
      { deviceId: "d", account: "x" },
      { deviceId: "d", account: "y" },
      { deviceId: "e", account: "z" },
    ]);
    const entityOf = entitiesOf(table, Int32Array.of(0, 0, 2, 3));
    expect([...entitiesByValue(attribute(table, "device"), entityOf)]).toEqual([2, 1]);
    const twice = tableOf(sharing(2, { deviceId: "d", account: "x" }));
    const one = entitiesOf(twice, Int32Array.of(0, 0));
    expect([...entitiesByValue(attribute(twice, "device"), one)]).toEqual([1]);
  });
});

describe("what hangs together", () => {
  const componentOf = (table: OrderTable) => {
    const sets = componentsOf(sharedOf(table).identifiers, table);
    return Array.from({ length: table.count }, (_, row) => sets.find(row));
  };

  it("are orders that share a thing, over any number of steps, but no hub", () => {
    expect(
      componentOf(
        tableOf([
          { deviceId: "d" },
          { deviceId: "d", paymentId: "p" },
          { paymentId: "p" },
          { deviceId: "e" },
          {},
        ]),
      ),
    ).toEqual([0, 0, 0, 3, 4]);
    expect(new Set(componentOf(tableOf(sharing(60, { deviceId: "d" })))).size).toBe(1);
    expect(new Set(componentOf(tableOf(sharing(61, { deviceId: "d" })))).size).toBe(61);
  });

  /** Two groups of accounts with one device each, tied by a payment between two of them. */
  const bridged = (left: number, right: number) => {
    const group = (size: number, deviceId: string) => [
      ...sharing(size >> 1, { deviceId }),
      { deviceId, paymentId: "bridge" },
      ...sharing(size - 1 - (size >> 1), { deviceId }),
    ];
    return tableOf([...group(left, "l"), ...group(right, "r")]);
  };
  const parts = (table: OrderTable) => {
    const { identifiers } = componentsByView(sharedOf(table), {
      count: table.count,
      eventCount: 5_000,
    });
    return identifiers.map(({ rows, parts }) => [rows.length, parts.map((part) => part.length)]);
  };

  it("twelve are one group; of thirteen it is asked which groups a bridge ties", () => {
    expect(parts(bridged(6, 6))).toEqual([[12, [12]]]);
    expect(parts(bridged(7, 6))).toEqual([[13, [13, 7, 6]]]);
  });

  it("up to eighty they are a group as a whole, too; beyond only its parts are", () => {
    const sizes = (left: number, right: number) => parts(bridged(left, right))[0]?.[1] as number[];
    const [whole, ...rest] = sizes(40, 40);
    expect(whole).toBe(80);
    expect(rest.length).toBeGreaterThan(1);
    // Every order is in one part, and no part is the whole.
    expect(rest.reduce((sum, size) => sum + size, 0)).toBe(80);
    expect(sizes(41, 40).reduce((sum, size) => sum + size, 0)).toBe(81);
    expect(Math.max(...sizes(41, 40))).toBeLessThan(42);
  });

  it("always the same communities for the same rows, weak ties weighing less", () => {
    // Three things an order, each of two to twenty: a net without clear groups, where chance decides.
    const table = tableOf(
      Array.from({ length: 150 }, (_, at) => ({
        deviceId: `d${(at * 7) % 61}`,
        paymentId: `p${(at * 13) % 53}`,
        email: `${"e".repeat(1 + ((at * at) % 11))}@x.id`,
      })),
      [
        {
          name: "voucher",
          grade: "weak",
          valuesOf: Array.from({ length: 150 }, (_, at) => [`v${(at * 17) % 19}`]),
        },
      ],
    );
    const views = componentsByView(sharedOf(table), { count: 150, eventCount: 5_000 });
    const told = (view: View) => {
      const communities = views[view][0]?.parts ?? [];
      const first = [...(communities[0] ?? [])].join(" ");
      return { sizes: communities.map((part) => part.length), first };
    };
    expect(told("identifiers")).toEqual({
      sizes: [17, 20, 18, 22, 18, 19, 18, 18],
      first: "0 8 16 24 32 53 61 69 77 85 93 106 114 122 130 138 146",
    });
    expect(told("identifiersAndPlaces")).toEqual({
      sizes: [9, 11, 20, 18, 15, 15, 17, 16, 13, 16],
      first: "0 8 45 53 61 98 106 114 122",
    });
  });

  it("places tie orders in the second view only", () => {
    const here = { address: "jl kenanga melati no 17", district: "Coblong" };
    const table = tableOf([here, here, { deviceId: "d" }, { deviceId: "d" }]);
    const views = componentsByView(sharedOf(table), table);
    expect(views.identifiers.map(({ rows }) => [...rows])).toEqual([[2, 3]]);
    expect(views.identifiersAndPlaces.map(({ rows }) => [...rows])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it("goes to a thread and back as one list", () => {
    const table = bridged(7, 6);
    const { identifiers } = componentsByView(sharedOf(table), table);
    const twice = [...identifiers, { rows: Int32Array.of(5), parts: [] }];
    const back = unpacked(packed(twice));
    expect(back.map(({ rows }) => [...rows])).toEqual(twice.map(({ rows }) => [...rows]));
    expect(back.map(({ parts }) => parts.map((part) => [...part]))).toEqual(
      twice.map(({ parts }) => parts.map((part) => [...part])),
    );
    expect(unpacked(packed([]))).toEqual([]);
  });
});

describe("persons", () => {
  it("are looked for among a thousand at least, in the order of time", () => {
    expect(personModel(10).linkShare).toBe(1 / 1_000);
    expect(personModel(1_001).linkShare).toBe(1 / 1_001);
    const table = tableOf([{ orderedAtMs: 5 }, { orderedAtMs: 1 }, { orderedAtMs: 5 }]);
    expect([...rowsByTime(table)]).toEqual([1, 0, 2]);
  });
});
