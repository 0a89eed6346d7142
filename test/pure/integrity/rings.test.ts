import { describe, expect, it } from "vitest";
import { bitsOfP, type Evidence } from "../../../src/integrity/evidence/evidence.ts";
import { fewIdentifiersP } from "../../../src/integrity/evidence/fewIdentifiers.ts";
import type { View } from "../../../src/integrity/groups.ts";
import {
  OrderTableBuilder,
  type DeclaredLinks,
  type OrderRecord,
} from "../../../src/integrity/table/orders.ts";
import { Places } from "../../../src/integrity/table/places.ts";
import { RingFinder, type FinderSettings } from "../../../src/integrity/rings.ts";
import { usualOf, type Usual } from "../../../src/integrity/evidence/usual.ts";
import { ArrivalCurve } from "../../../src/integrity/evidence/synchrony.ts";
import { sharedIdentifiers } from "../../../src/integrity/sharedIdentifiers.ts";

/*
 * Evidence of a group, and its part for one order: small groups in an event with given arrivals,
 * one per millisecond of a thousand seconds, so that a stretch of 1,000 ms is a thousandth of all.
 */

const near = (value: number, digits = 6): unknown => expect.closeTo(value, digits);
const EVENT_MS = 1_000_000;
const EVENLY = new ArrivalCurve(Float64Array.from({ length: 10_001 }, (_, at) => at * 100));
const USUAL: Usual = { arrivals: new Map([["–", EVENLY]]), creations: EVENLY, fastRatio: 1 };

interface Extra extends FinderSettings {
  readonly view?: View;
  readonly declared?: readonly DeclaredLinks[];
  readonly personOf?: readonly number[];
}

/** A group of all given orders; those without a time are far from each other. */
function groupOf(orders: readonly Partial<OrderRecord>[], extra: Extra = {}) {
  const builder = new OrderTableBuilder();
  const farApartMs = EVENT_MS / (orders.length + 1);
  orders.forEach((order, row) => {
    const orderedAtMs = Math.round((row + 1) * farApartMs);
    builder.add({ orderId: `o${row}`, orderedAtMs, account: `a${row}`, ...order });
  });
  const table = builder.build(extra.declared);
  const personOf = Int32Array.from(extra.personOf ?? orders.map((_, row) => row));
  const shared = sharedIdentifiers(table, new Places(table.columns.address.values));
  const finder = new RingFinder(table, personOf, shared, { usual: USUAL, ...extra });
  const rows = Int32Array.from({ length: table.count }, (_, row) => row);
  const view = finder.view({ rows, view: extra.view ?? "identifiers" });
  const evidenceOf = (row: number): readonly Evidence[] => {
    const score = finder.score(row, view);
    return [...score.evidence, ...score.uncounted];
  };
  const bits = (row: number, signal: string) =>
    evidenceOf(row).find((one) => one.signal === signal)?.bits ?? null;
  const signals = (row: number) => evidenceOf(row).map((one) => one.signal);
  return { table, finder, view, evidenceOf, bits, signals };
}

const times = (count: number, change: (at: number) => Partial<OrderRecord>) =>
  Array.from({ length: count }, (_, at) => change(at));

/** Accounts that hang together in a row, by a device and a payment in turn: no thing has more than two. */
const chain = (count: number, change: (at: number) => Partial<OrderRecord> = () => ({})) =>
  times(count, (at) => ({
    deviceId: `d${(at + 1) >> 1}`,
    paymentId: `p${at >> 1}`,
    ...change(at),
  }));

/** Bits of size beyond sharing, by its formula. */
const sizeBits = (two: number, further: number, accounts: number) =>
  -1 - Math.log2(two * further ** (accounts - 2)) / 2;

/** The same with what few devices among as many accounts say: one fact, measured twice. */
const oneThingBits = (two: number, further: number, accounts: number) => {
  const size = sizeBits(two, further, accounts);
  const few = bitsOfP(fewIdentifiersP({ accounts, distinct: 1 }));
  return Math.max(size, few) + Math.min(size, few) / 2;
};

describe("what an order shares itself", () => {
  it("speaks with all accounts that have it, however often each ordered", () => {
    const orders = times(5, () => ({ deviceId: "d" }));
    expect(groupOf(orders).bits(0, "shared_device")).toBeCloseTo(oneThingBits(0.12, 0.33, 5), 6);
    const twice = [...orders, { deviceId: "d", account: "a0" }];
    const group = groupOf(twice, { personOf: [0, 1, 2, 3, 4, 0] });
    expect(group.bits(5, "shared_device")).toBeCloseTo(oneThingBits(0.12, 0.33, 5), 6);
    // "Five accounts use only one device" says the same once more.
    expect(group.signals(0)).not.toContain("few_devices");
    expect(group.view.entities).toBe(5);
  });

  it("is nothing where nobody else has it, and nothing of a hub", () => {
    const group = groupOf([{ deviceId: "d" }, { deviceId: "d" }, { deviceId: "e" }]);
    expect(group.signals(0)).toContain("shared_device");
    expect(group.signals(2)).not.toContain("shared_device");
    const hub = groupOf(times(61, () => ({ deviceId: "d" })));
    expect(hub.signals(0)).not.toContain("shared_device");
    expect(groupOf(times(60, () => ({ deviceId: "d" }))).signals(0)).toContain("shared_device");
  });

  it("of several values of one attribute the rarest counts, once", () => {
    const declared: DeclaredLinks = {
      name: "referral",
      grade: "strong",
      valuesOf: [["two", "four"], ["two"], ["four"], ["four"], ["four"]],
    };
    const group = groupOf(
      times(5, () => ({})),
      { declared: [declared] },
    );
    const found = group.evidenceOf(0).filter((one) => one.signal === "shared_declared");
    expect(found.map((one) => one.facts)).toEqual([{ accounts: 4, value: "four" }]);
    const turned = { ...declared, valuesOf: [["four", "two"], ...declared.valuesOf.slice(1)] };
    const again = groupOf(
      times(5, () => ({})),
      { declared: [turned] },
    );
    expect(again.evidenceOf(0).map((one) => one.facts)).toContainEqual({
      accounts: 4,
      value: "four",
    });
  });
});

describe("accounts that hang together over several things", () => {
  it("count less those that one thing alone ties", () => {
    // Six on one device are a star: what they share says it already.
    expect(groupOf(times(6, () => ({ deviceId: "d" }))).view.meshedEntities).toBe(1);
    // Six in a row, two on each thing.
    const mesh = groupOf(chain(6));
    expect(mesh.view.meshedEntities).toBe(5);
    expect(mesh.bits(2, "connected_accounts")).toBeCloseTo(sizeBits(0.3, 0.65, 5), 6);
    // A device of four ties three to the first of them; the other four are meshed with her.
    const star = times(4, (at) => ({ deviceId: "s", paymentId: at === 0 ? "p0" : "" }));
    expect(groupOf([...star, ...chain(4)]).view.meshedEntities).toBe(8 - 3);
  });

  it("count less a quarter of those around one declared value, and nothing less around a hub", () => {
    const around = (count: number) => ({
      name: "referral",
      grade: "strong" as const,
      valuesOf: Array.from({ length: count }, () => ["r"]),
    });
    expect(groupOf(chain(12), { declared: [around(12)] }).view.meshedEntities).toBe(12 - 3);
    expect(groupOf(chain(41), { declared: [around(40)] }).view.meshedEntities).toBe(41 - 10);
    expect(groupOf(chain(41), { declared: [around(41)] }).view.meshedEntities).toBe(41 - 1);
  });

  it("say nothing of an order that shares nothing, and nothing by places", () => {
    const group = groupOf([...chain(8), {}]);
    expect(group.signals(2)).toContain("connected_accounts");
    expect(group.signals(8)).not.toContain("connected_accounts");
    const place = groupOf(chain(8), { view: "identifiersAndPlaces" });
    expect(place.view.meshedEntities).toBe(1);
    expect(place.signals(2)).not.toContain("connected_accounts");
  });

  it("say nothing below a quarter's chance", () => {
    expect(groupOf(chain(3)).signals(1)).not.toContain("connected_accounts");
    expect(groupOf(chain(4)).signals(1)).toContain("connected_accounts");
  });
});

describe("orders of one moment", () => {
  /** Four on one device within `spanMs`, and one more of the device far from them. */
  const moment = (
    spanMs: number,
    change: Partial<OrderRecord> = { deviceId: "d" },
    ipOf: (at: number) => string = () => "36.71.4.9",
  ) =>
    groupOf([
      ...times(4, (at) => ({
        ...change,
        ip: ipOf(at),
        orderedAtMs: 400_000 + (at * spanMs) / 3,
      })),
      { ...change, ip: ipOf(4), orderedAtMs: 900_000 },
    ]);

  it("speak for those that are in it, and say how long it was", () => {
    const group = moment(3_000);
    expect(group.view.orderSync.orders).toBe(4);
    expect(group.view.moment?.facts).toEqual({ orders: 4, seconds: 3 });
    for (const row of [0, 1, 2, 3]) expect(group.signals(row)).toContain("same_moment");
    expect(group.signals(4)).not.toContain("same_moment");
    expect(group.signals(4)).toContain("shared_device");
  });

  it("count an order that several things tie to its group, wherever it is: from 2.5 bits on", () => {
    const late = (count: number) =>
      groupOf(chain(count, (at) => ({ orderedAtMs: at === 0 ? 900_000 : 400_000 + at * 100 })));
    // Ten that are meshed are 2.35 bits, eleven are 2.67.
    const [below, above] = [late(11), late(12)];
    expect(below.bits(0, "connected_accounts")).toBeCloseTo(2.354, 2);
    expect(above.bits(0, "connected_accounts")).toBeCloseTo(2.665, 2);
    expect(below.signals(0)).not.toContain("same_moment");
    expect(above.signals(0)).toContain("same_moment");
    expect(below.signals(5)).toContain("same_moment");
  });

  it("say little where one purse or one phone does it, since whoever orders for friends does it in one go", () => {
    const device = moment(3_000);
    const networks = moment(3_000, { deviceId: "d" }, (at) => `36.71.${at}.9`);
    const purse = moment(3_000, { paymentId: "p" });
    expect(networks.bits(0, "same_moment")).toBeGreaterThan(4);
    // Four: nine in a hundred that one hand served them.
    expect(device.bits(0, "same_moment")).toBeCloseTo(-1 - Math.log2(0.45 ** 3) / 2, 1);
    expect(device.view.momentOfHand?.bits).toBe(device.bits(0, "same_moment"));
    // Four: a sixty-fourth that they are companions.
    expect(purse.bits(0, "same_moment")).toBeCloseTo(2, 1);
    expect(purse.view.momentOfPayer?.bits).toBe(purse.bits(0, "same_moment"));
  });

  it("are no coincidence of a clock that counts whole minutes", () => {
    // Everybody of the event came in the same tick.
    const usual: Usual = {
      ...USUAL,
      arrivals: new Map([["–", new ArrivalCurve(new Float64Array(5_000).fill(60_000))]]),
    };
    const group = groupOf(
      times(6, () => ({ deviceId: "d", orderedAtMs: 60_000 })),
      { usual },
    );
    expect(group.view.moment).toBeNull();
  });

  it("are measured beside their own channel's arrivals", () => {
    // On "rush" everybody came within three seconds, so four of them are nothing special.
    const rush = new ArrivalCurve(Float64Array.from({ length: 3_001 }, (_, at) => 400_000 + at));
    const usual: Usual = {
      ...USUAL,
      arrivals: new Map([
        ["–", EVENLY],
        ["rush", rush],
      ]),
    };
    const orders = (channel: string) =>
      times(4, (at) => ({ deviceId: "d", channel, orderedAtMs: 400_000 + at * 1_000 }));
    expect(groupOf(orders("–"), { usual }).view.moment).not.toBeNull();
    expect(groupOf(orders("rush"), { usual }).view.moment).toBeNull();
  });
});

describe("accounts that were made in one moment", () => {
  const made = (at: number, spanMs: number) => ({
    deviceId: "d",
    accountCreatedAtMs: 200_000 + (at * spanMs) / 5,
  });

  it("speak for those that were, where it is known", () => {
    const group = groupOf([
      ...times(5, (at) => made(at, 1_000)),
      { deviceId: "d" },
      { deviceId: "d", accountCreatedAtMs: 900_000 },
    ]);
    expect(group.view.made?.facts).toEqual({ orders: 5, seconds: 1 });
    expect(group.signals(0)).toContain("accounts_made_together");
    expect(group.signals(5)).not.toContain("accounts_made_together");
    expect(group.signals(6)).not.toContain("accounts_made_together");
  });

  it("do not count for an order that stayed away from a loud moment: from three bits on", () => {
    /** Six accounts made together, of which five ordered within `spanMs` and one did not. */
    const apart = (spanMs: number) => {
      const group = groupOf(
        times(6, (at) => ({
          // Its account was made in the midst of the others.
          ...made(at === 5 ? 2 : at, 1_000),
          ip: `36.71.${at}.9`,
          orderedAtMs: at === 5 ? 900_000 : 400_000 + (at * spanMs) / 4,
        })),
      );
      return {
        momentBits: group.view.moment?.bits ?? 0,
        counted: group.signals(5).includes("accounts_made_together"),
      };
    };
    const found = Array.from({ length: 60 }, (_, at) => apart(20_000 + at * 2_000));
    for (const { momentBits, counted } of found) expect(counted).toBe(momentBits < 3);
    const bits = found.map((one) => one.momentBits);
    expect(Math.min(...bits.filter((one) => one >= 3))).toBeLessThan(3.1);
    expect(Math.max(...bits.filter((one) => one < 3))).toBeGreaterThan(2.9);
  });
});

const AT_HOME = { address: "jl kenanga melati no 17", district: "Coblong" };
/** One place, in eight ways. */
const SPELLINGS = [
  "jl kenanga melati no 17",
  "Jln. Kenanga Melati No.17",
  "kenanga melati 17",
  "JALAN KENANGA MELATI 17",
  "jalan kenanga melati nomor 17",
  "melati kenanga no 017",
  "jl. kenanga melati, 17",
  "kenanga melati no. 17",
];

describe("what a group shares as a whole", () => {
  it("few things among its accounts, of those whose thing is known", () => {
    const group = groupOf([...times(6, (at) => ({ deviceId: `d${at % 2}` })), {}]);
    const few = group.view.shared.find((one) => one.signal === "few_devices");
    expect(few?.facts).toEqual({ accounts: 6, distinct: 2 });
    const payments = groupOf(times(6, () => ({ paymentId: "p" })));
    expect(payments.view.shared.map((one) => [one.signal, one.facts])).toContainEqual([
      "few_payments",
      { accounts: 6, distinct: 1 },
    ]);
  });

  it("own things speak for those at one place, if all of them are known and none is shared", () => {
    const own = (view: View, change: (at: number) => Partial<OrderRecord> = () => ({})) =>
      groupOf(
        times(10, (at) => ({ deviceId: `d${at}`, ...AT_HOME, ...change(at) })),
        { view },
      ).view.atPlace.evidence.find((one) => one.signal === "own_things");
    expect(own("identifiersAndPlaces")?.bits).toBeCloseTo(-Math.log2(10) * 0.6, 6);
    expect(own("identifiers")).toBeUndefined();
    expect(own("identifiersAndPlaces", (at) => (at === 0 ? { deviceId: "" } : {}))).toBeUndefined();
    const payer = own("identifiersAndPlaces", (at) => ({ deviceId: "", paymentId: `p${at}` }));
    expect(payer?.facts).toEqual({ accounts: 10, own: 10 });
    // Where payments are few, own devices do not clear.
    expect(own("identifiersAndPlaces", () => ({ paymentId: "p" }))).toBeUndefined();
    // Ten people at ten places are at no place that they share.
    const apart = own("identifiersAndPlaces", (at) => ({
      address: `jl ${"abcdefghij"[at]}alan raya no 1`,
    }));
    expect(apart).toBeUndefined();
  });

  it("mail boxes of one form, each box once, beside how common the form is in the event", () => {
    const mails = (change: (at: number) => Partial<OrderRecord>) => {
      const strangers = times(90, (at) => ({ email: `${"x".repeat(3 + at)}@y.id` }));
      const builder = [...times(5, change), ...strangers];
      const group = groupOf(builder);
      const rows = Int32Array.of(0, 1, 2, 3, 4);
      const { shared } = group.finder.view({ rows, view: "identifiers" });
      return shared.find((one) => one.signal === "made_up_contacts");
    };
    const found = mails((at) => ({ email: `budi${at}@mail.id` }));
    expect(found?.facts).toEqual({ likeMails: 5 });
    // Five of 95 have the form: all five of five.
    expect(found?.p).toEqual(near((5 / 95) ** 5, 12));
    expect(mails(() => ({ email: "budi1@mail.id" }))).toBeUndefined();
  });

  it("many spellings of a place speak where its people share things", () => {
    const spelled = (devices: number) =>
      groupOf(
        times(8, (at) => ({
          deviceId: `d${at % devices}`,
          address: SPELLINGS[at % SPELLINGS.length]!,
        })),
        { view: "identifiersAndPlaces" },
      ).view.atPlace.evidence.find((one) => one.signal === "many_spellings");
    expect(spelled(2)?.facts).toEqual({ orders: 8, spellings: 8 });
    expect(spelled(8)).toBeUndefined();
  });
});

describe("an order's own speed and past", () => {
  const fast: Usual = { ...USUAL, fastRatio: 16 };

  it("counts in a group as it does alone", () => {
    const orders = times(3, (at) => ({
      deviceId: "d",
      orderedAtMs: 500_000,
      accountCreatedAtMs: 500_000 - (at + 1) * 25_000,
    }));
    const { finder, bits } = groupOf(orders, { usual: fast });
    const alone = (row: number) =>
      finder.alone(row).evidence.map((one) => [one.signal, one.bits, one.facts]);
    expect(alone(0)).toEqual([["faster_than_hands", 4, { seconds: 25, times: 16 }]]);
    expect(alone(1)).toEqual([["faster_than_hands", 4, { seconds: 50, times: 16 }]]);
    expect(alone(2)).toEqual([]);
    expect(bits(0, "faster_than_hands")).toBeGreaterThan(0);
  });

  it("the past is that of its account and of every thing that it has", () => {
    const orders = [
      { account: "kept" },
      { account: "ring" },
      { deviceId: "d-known" },
      { phone: "081274567830" },
      { account: "other" },
    ];
    const past = {
      rings: new Set(["– ring", "d-known", "81274567830"]),
      genuine: new Set(["– kept"]),
    };
    const { finder } = groupOf(orders, { past });
    const known = (row: number) => {
      const { evidence } = finder.alone(row);
      return evidence.map((one) => `${one.signal} ${one.bits}`);
    };
    expect(known(0)).toEqual(["known_buyer -4"]);
    expect([1, 2, 3].map(known)).toEqual([["history 4"], ["history 4"], ["history 4"]]);
    expect(known(4)).toEqual([]);
    const { finder: noRings } = groupOf(orders, { past: { ...past, rings: new Set() } });
    expect(noRings.alone(0).evidence).toHaveLength(1);
    const { finder: noGenuine } = groupOf(orders, { past: { ...past, genuine: new Set() } });
    expect(noGenuine.alone(1).evidence).toHaveLength(1);
  });

  it("the share of rings is the prior", () => {
    expect(groupOf([{}, {}]).finder.alone(0).priorBits).toBeCloseTo(Math.log2(0.02 / 0.98), 9);
    expect(groupOf([{}, {}], { ringShare: 0.5 }).finder.alone(0).priorBits).toBe(0);
    expect(groupOf([{}, {}], { ringShare: 0.5 }).view.sharedScore.priorBits).toBe(0);
    const device = groupOf([{ deviceId: "d" }, { deviceId: "d" }], { ringShare: 0.5 });
    expect(device.finder.score(0, device.view).priorBits).toBe(0);
  });
});

describe("groups", () => {
  it("are those of two entities or more, each of their parts with two rows", () => {
    const { finder } = groupOf([{}, { account: "a0" }, {}, {}], { personOf: [0, 0, 2, 3] });
    const component = (rows: readonly number[], parts: readonly (readonly number[])[]) => ({
      rows: Int32Array.from(rows),
      parts: parts.map((part) => Int32Array.from(part)),
    });
    const groups = finder.groups({
      identifiers: [component([0, 1], [[0, 1]]), component([0, 1, 2], [[0, 1], [2], [1, 2]])],
      identifiersAndPlaces: [component([2, 3], [[2, 3]])],
    });
    expect(groups.map(({ rows, view }) => [view, ...rows])).toEqual([
      ["identifiers", 0, 1],
      ["identifiers", 1, 2],
      ["identifiersAndPlaces", 2, 3],
    ]);
    expect(finder.entitiesIn(Int32Array.of(0, 1))).toBe(1);
    expect(finder.entitiesIn(Int32Array.of(0, 1, 2))).toBe(2);
  });
});

describe("what is usual", () => {
  it("is told by the orders themselves: arrivals by channel, creations, and the spike", () => {
    const builder = new OrderTableBuilder();
    builder.add({ orderId: "a", channel: "x", orderedAtMs: 1_000, accountCreatedAtMs: 0 });
    builder.add({ orderId: "b", channel: "x", orderedAtMs: 2_000, accountCreatedAtMs: 500 });
    builder.add({ orderId: "c", channel: "y", orderedAtMs: 3_000 });
    const usual = usualOf(builder.build());
    expect([...usual.arrivals].map(([name, curve]) => [name, curve.count])).toEqual([
      ["x", 2],
      ["y", 1],
    ]);
    expect(usual.arrivals.get("x")?.share(2_000, 0)).toBe(0.5);
    expect(usual.creations.count).toBe(2);
    expect(usual.fastRatio).toBe(2);
  });
});
