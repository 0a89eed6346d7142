import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import { audit, type AuditResult } from "../../../../src/integrity/audit.ts";
import { EventIndex } from "../../../../src/integrity/eventIndex.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "./tableOf.ts";

/* A value that is on no list, and that an app gives to each of its phones, ties its buyers no more than an empty cell. */

const MAKERS = ["Redmi", "vivo", "SM-A", "CPH", "RMX", "Infinix X", "TECNO K", "M200"];
/** Forty models of phones. */
const MODELS = Array.from({ length: 40 }, (_, n) => `${MAKERS[n % 8]}${100 + 37 * n}`);
const agentOf = (model: string) =>
  `Mozilla/5.0 (Linux; Android 10; ${model}) AppleWebKit/537.36 Chrome/${80 + (model.length % 9)}.0 Mobile Safari/537.36`;

const chance = new SeededChance(8);
const crowd: readonly OrderRecord[] = new OrderMaker(45, ["own"])
  .make({ count: 3_000, ringShare: 0 })
  .filter(({ kind }) => kind === "single")
  .map(({ order }) => ({ ...order, userAgent: agentOf(chance.pick(MODELS)) }));

type Change = Partial<OrderRecord> | ((order: OrderRecord, row: number) => Partial<OrderRecord>);

/** The crowd, of which the first `count` say something. */
const saying = (count: number, change: Change, orders = crowd): OrderRecord[] =>
  orders.map((order, row) => {
    if (row >= count) return order;
    return { ...order, ...(typeof change === "function" ? change(order, row) : change) };
  });

const stoppedOf = ({ verdicts }: Pick<AuditResult, "verdicts">, count: number): number =>
  verdicts.slice(0, count).filter(({ outcome }) => outcome !== "accept").length;

const inFile = (orders: readonly OrderRecord[], count: number) => {
  const result = audit(tableOf(orders));
  return {
    stopped: stoppedOf(result, count),
    columns: result.manyPeoples.map(({ column }) => column),
    persons: new Set(result.personOf.slice(0, count)).size,
  };
};

/** Of an event that goes on: the first, some and the last of them, as it stands at the end. */
function live(orders: readonly OrderRecord[], count: number): number {
  const index = new EventIndex();
  for (const order of orders) index.add(order);
  const asked = [0, 5, count >> 1, count - 1];
  return asked.filter((row) => index.judge(row).outcome !== "accept").length;
}

const DEVICE = { deviceId: "c0ffee5e-0b1e-4c1a-9f3d-71b2a86d9e04" };
const PAYMENT = { paymentId: "tok_9fK2mQ81xZ" };
const PHONE = { phone: "081298374655" };
const EMAIL = { email: "buyer.relay@surat.id" };
const VALUES = [DEVICE, PAYMENT, PHONE, EMAIL];

describe("a value of many people", () => {
  it("stops nobody, in a file and while a sale goes on", () => {
    for (const value of VALUES)
      for (const count of [12, 12 + chance.below(49), 12 + chance.below(389)]) {
        const orders = saying(count, value);
        const { stopped, persons } = inFile(orders, count);
        expect({ value, count, stopped, persons, live: live(orders, count) }).toEqual({
          value,
          count,
          stopped: 0,
          persons: count,
          live: 0,
        });
      }
  });

  it("stops nobody of two hundred in a large event, where so many are no hub", () => {
    const many = new OrderMaker(47, ["own"])
      .make({ count: 11_000, ringShare: 0 })
      .map(({ order }) => ({ ...order, userAgent: agentOf(chance.pick(MODELS)) }));
    const found = inFile(saying(200, { ...DEVICE, ...PAYMENT }, many), 200);
    expect(found.columns).toEqual(["device", "payment"]);
    // A few of them are families and shoppers, who have more in common.
    expect(found.stopped).toBeLessThan(8);
  });

  it("stops nobody beside a second one", () => {
    for (const [at, one] of VALUES.entries())
      for (const other of VALUES.slice(at + 1)) {
        const count = 12 + chance.below(300);
        const value = { ...one, ...other };
        const orders = saying(count, value);
        const { stopped } = inFile(orders, count);
        expect({ value, count, stopped, live: live(orders, count) }).toEqual({
          value,
          count,
          stopped: 0,
          live: 0,
        });
      }
  });

  it("stops nobody where all orders so far say it", () => {
    for (const count of [12, 30, 59]) {
      const orders = saying(count, DEVICE).slice(0, count);
      expect({ count, ...inFile(orders, count), live: live(orders, count) }).toMatchObject({
        stopped: 0,
        columns: ["device"],
        live: 0,
      });
    }
  });

  it("is found whatever the order of rows is, and told with what it was seen with", () => {
    const orders = saying(55, DEVICE);
    const { manyPeoples } = audit(tableOf(orders));
    expect(manyPeoples).toMatchObject([{ column: "device", accounts: 55, text: DEVICE.deviceId }]);
    expect(manyPeoples[0]?.models).toBeGreaterThan(20);
    expect(manyPeoples[0]?.towns).toBeGreaterThan(40);
    const mixed = audit(tableOf(chance.shuffled([...orders])));
    expect(mixed.manyPeoples).toEqual(manyPeoples);
  });
});

describe("a thing that somebody has", () => {
  const all = (orders: readonly OrderRecord[], count: number) => inFile(orders, count).stopped;

  it("ties those who have it: one phone is one model (the control)", () => {
    const phone = { ...DEVICE, userAgent: agentOf("Redmi 6A") };
    expect(all(saying(20, phone), 20)).toBe(20);
    const updated = (_: OrderRecord, row: number) => ({
      ...DEVICE,
      userAgent: agentOf("Redmi 6A").replace(/Chrome\/\d+/, `Chrome/${70 + row}`),
    });
    expect(all(saying(20, updated), 20)).toBe(20);
    expect(all(saying(20, { ...phone, ...PAYMENT }), 20)).toBe(20);
  });

  it("ties them where the file does not tell models, or hardly any", () => {
    const silent = crowd.map((order) => ({ ...order, userAgent: "" }));
    expect(all(saying(20, DEVICE, silent), 20)).toBe(20);
    expect(all(saying(20, PAYMENT, silent), 20)).toBe(20);
    const few = (_: OrderRecord, row: number) => ({
      ...DEVICE,
      userAgent: agentOf(`vivo ${row % 5}`),
    });
    expect(all(saying(20, few), 20)).toBe(20);
  });

  it("ties them where two are the same and no models are told, or three are", () => {
    const silent = crowd.map((order) => ({ ...order, userAgent: "" }));
    expect(all(saying(30, { ...PAYMENT, ...PHONE }, silent), 30)).toBe(30);
    expect(all(saying(30, { ...DEVICE, ...PAYMENT, ...PHONE }), 30)).toBe(30);
  });

  /* A ring gives each order another model, which costs it nothing. The rest of its traces must let it be found. */
  const start = crowd[0]!.orderedAtMs;
  const spoofing: Readonly<Record<string, Change>> = {
    "goes to few towns": (_, row) => ({ district: `desa ${row % 4}`, city: "bekasi" }),
    "pays with a few cards": (_, row) => ({ paymentId: `kartu-${row % 5}-7f3a` }),
    "has a number for each two": (_, row) => ({ phone: `08139${(row >> 1) * 7_717 + 2_000_000}` }),
    "bought its numbers in a box": (_, row) => ({
      phone: `0813927455${String(row).padStart(2, "0")}`,
    }),
    "is behind a few networks": (_, row) => ({ ip: `36.70.${row % 4}.${row + 1}` }),
    "orders within seconds": (_, row) => ({ orderedAtMs: start + row * 300 }),
    "made its accounts within an hour": (_, row) => ({
      accountCreatedAtMs: start - 40 * 86_400_000 + row * 60_000,
    }),
  };
  it.each(Object.entries(spoofing))(
    "ties a ring with a new model each time that %s",
    (_, change) => {
      const made = (order: OrderRecord, row: number) => ({
        ...DEVICE,
        ...(typeof change === "function" ? change(order, row) : change),
      });
      expect(all(saying(24, made), 24)).toBe(24);
    },
  );

  it("does not tie one that shares nothing else at all: that is what it gains", () => {
    expect(all(saying(24, DEVICE), 24)).toBe(0);
  });
});

describe("one order at a time", () => {
  it("leaves out what the batch leaves out", () => {
    const rings = new OrderMaker(46, ["own"]).make({ count: 900, ringShare: 0.3 });
    const some = rings.map(({ order }) => ({ ...order, userAgent: agentOf(chance.pick(MODELS)) }));
    const orders = [...saying(50, DEVICE).slice(0, 900), ...some]
      .map((order, row) => (row % 30 === 0 ? { ...order, ...PAYMENT } : order))
      .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
    const index = new EventIndex();
    for (const order of orders) index.add(order);
    index.refresh();
    const { verdicts, manyPeoples } = audit(tableOf(orders));
    expect(manyPeoples.map(({ column }) => column)).toContain("device");
    const told = ({ outcome, score }: (typeof verdicts)[number]) =>
      `${outcome} ${score.bits.toFixed(9)}`;
    expect(orders.map((_, row) => told(index.judge(row)))).toEqual(verdicts.map(told));
    expect(new Set(verdicts.map(({ outcome }) => outcome)).size).toBe(3);
  });
});
