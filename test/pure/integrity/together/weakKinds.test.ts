import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker, type LabelledOrder } from "../../../../src/crowd/orders.ts";
import {
  audit,
  opensCase,
  outcomeOf,
  SHIPPED_THRESHOLDS,
  type AuditResult,
  type OrderVerdict,
} from "../../../../src/integrity/audit.ts";
import { EventIndex } from "../../../../src/integrity/eventIndex.ts";
import type { Evidence, WeakKind } from "../../../../src/integrity/evidence/evidence.ts";
import { askedOf } from "../../../../src/integrity/patterns/patternFinder.ts";
import { reasonOf } from "../../../../src/integrity/reasons.ts";
import { releasingSignals, scoreWithout } from "../../../../src/integrity/release.ts";
import { scoreOf } from "../../../../src/integrity/score.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { untrue } from "../truth/sentences.ts";
import { tableOf } from "../truth/tableOf.ts";

/* Three independent weak kinds may ask a question and open a case. They never hold, and two never ask. */

const seen = (signal: string, bits: number, asks?: WeakKind): Evidence => ({
  signal,
  bits,
  p: null,
  facts: {},
  ...(asks === undefined ? {} : { asks }),
});
const MADE = seen("made_in_a_burst", 5, "made");
const ORDERED = seen("ordered_as_a_burst", 3, "ordered");
const LIMIT = seen("full_limit", 5, "limit");
const weak = (...evidence: readonly Evidence[]) => scoreOf(evidence, 0.02, true);
const follows = (...evidence: readonly Evidence[]) => {
  const score = weak(...evidence);
  return [outcomeOf(score, SHIPPED_THRESHOLDS), opensCase(score, SHIPPED_THRESHOLDS)];
};

describe("the rule of three", () => {
  it("asks and opens a case by three kinds, never by two, nor by three of two kinds", () => {
    expect(follows(MADE, ORDERED, LIMIT)).toEqual(["step_up", true]);
    expect(follows(MADE, ORDERED)).toEqual(["accept", false]);
    // One burst seen in the whole crowd and among a place's accounts is one kind.
    const again = seen("accounts_made_together", 5, "made");
    expect(follows(MADE, again, LIMIT)).toEqual(["accept", false]);
    // Weak evidence of before, which asks nothing: habits of spelling, few devices.
    expect(follows(MADE, LIMIT, seen("few_devices", 5))).toEqual(["accept", false]);
  });

  it("each must say a bit and a half, and all together open a case, or nothing follows", () => {
    const faint = seen("ordered_as_a_burst", 1.49, "ordered");
    expect(follows(MADE, faint, LIMIT)).toEqual(["accept", false]);
    const low = [1.6, 1.6, 1.6] as const;
    const kinds = ["made", "ordered", "limit"] as const;
    const three = low.map((bits, at) => seen("same_moment", bits, kinds[at]));
    expect(weak(...three).bits).toBeGreaterThan(SHIPPED_THRESHOLDS.stepUpBits);
    expect(follows(...three)).toEqual(["accept", false]);
  });

  it("never holds, however loud; what speaks for the buyer counts against it", () => {
    const loud = ["made", "ordered", "limit", "client", "form"] as const;
    const all = loud.map((kind) => seen("made_in_a_burst", 6, kind));
    expect(weak(...all).bits).toBeGreaterThan(20);
    expect(follows(...all)).toEqual(["step_up", true]);
    expect(follows(MADE, ORDERED, seen("full_limit", 2, "limit"), seen("own_things", -5))).toEqual([
      "accept",
      false,
    ]);
  });

  it("is not for policies that do not say it, and a strong reason is judged as before", () => {
    const before = scoreOf([MADE, ORDERED, LIMIT], 0.02);
    expect(outcomeOf(before, SHIPPED_THRESHOLDS)).toBe("accept");
    expect(before.uncounted).toHaveLength(3);
    const strong = [seen("shared_device", 3), seen("same_moment", 6, "ordered")];
    expect(scoreOf(strong, 0.02, true)).toEqual({ ...scoreOf(strong, 0.02), weakKindsAsk: true });
  });

  it("each two of the three, taken away, release the order", () => {
    const score = weak(MADE, ORDERED, LIMIT);
    const some = releasingSignals(score, SHIPPED_THRESHOLDS);
    expect(some).toHaveLength(1);
    const rest = scoreWithout(score, new Set(some), 0.02);
    expect(outcomeOf(rest, SHIPPED_THRESHOLDS)).toBe("accept");
  });
});

describe("evidence of a group", () => {
  const of = (asks: WeakKind, asksOf: number): Evidence => ({
    ...seen(asks === "form" ? "made_up_contacts" : "full_limit", 5, asks),
    asksOf,
  });
  const table = tableOf(
    [1, 2].map((units, at) => ({
      orderId: `o${at}`,
      channel: "own",
      orderedAtMs: Date.UTC(2021, 0, 26, 3),
      account: `a${at}`,
      email: at === 0 ? "qzxw1234vv@contoh.co.id" : "siti@contoh.co.id",
      units,
    })),
  );
  const asks = (row: number, one: Evidence) => askedOf(table, row, one).asks;

  it("asks only an order that takes the full limit, or has the form of mail boxes, itself", () => {
    expect(asks(0, of("limit", 2))).toBeUndefined();
    expect(asks(1, of("limit", 2))).toBe("limit");
    const form = table.columns.emailTemplate.valueOf[0]!;
    expect(asks(0, of("form", form))).toBe("form");
    expect(asks(1, of("form", form))).toBeUndefined();
    expect(asks(1, seen("same_moment", 5, "ordered"))).toBe("ordered");
  });
});

const SALE_MS = Date.UTC(2021, 0, 26, 3);
const MINUTE = 60_000;
const DAY = 86_400_000;

const isOwnSingle = (one: LabelledOrder | undefined): boolean =>
  one?.kind === "single" && one.order.channel === "own";

/** Genuine buyers, and among them some that a test plants. */
function crowd(seed: number, planted: readonly Partial<OrderRecord>[]): OrderRecord[] {
  const chance = new SeededChance(seed + 40);
  const genuine = new OrderMaker(seed).make({ count: 3_000, ringShare: 0 });
  const orders = genuine.map(({ order }) => ({
    ...order,
    units: chance.below(10) === 0 ? 2 : 1,
  }));
  // Singles of the own channel stand in for them, so that nothing of theirs is anybody else's.
  const singles = orders.filter((_, at) => isOwnSingle(genuine[at])).slice(-planted.length);
  const standing = new Set(singles);
  const own = planted.map((change, at) => ({
    ...singles[at]!,
    units: 1,
    ...change,
    orderId: `planted-${at}`,
  }));
  return [...orders.filter((order) => !standing.has(order)), ...own];
}

/** Accounts of one night two months ago that order in one moment, take the full limit, and are made after one pattern. */
const ring = (count: number): Partial<OrderRecord>[] =>
  Array.from({ length: count }, (_, at) => ({
    accountCreatedAtMs: SALE_MS - 60 * DAY + at * 2 * MINUTE,
    orderedAtMs: SALE_MS + 90_000 + at * 40,
    email: `qzxw${String(1_000 + at * 37)}vv@contoh.co.id`,
    units: 2,
  }));

const without = (fields: readonly (keyof OrderRecord)[], orders: Partial<OrderRecord>[]) =>
  orders.map((order) =>
    Object.fromEntries(
      Object.entries(order).filter(([name]) => !fields.includes(name as keyof OrderRecord)),
    ),
  );

function planted(orders: readonly OrderRecord[], change = {}): OrderVerdict[] {
  const table = tableOf(orders);
  const result: AuditResult = audit(table, { thresholds: { ...SHIPPED_THRESHOLDS, ...change } });
  expect(result.fault).toBeNull();
  return result.verdicts.filter((_, row) => table.orderIds[row]?.startsWith("planted-"));
}
const asked = (verdicts: readonly OrderVerdict[]) =>
  verdicts.filter(
    ({ outcome, caseNo, score }) => outcome === "step_up" && caseNo >= 0 && score.threeWeak,
  ).length;

describe("a ring that shares no thing", () => {
  const orders = crowd(1, ring(24));

  it("is asked and a case by its night, its moment, its limit and its mail boxes; held is none", () => {
    const verdicts = planted(orders);
    expect(asked(verdicts)).toBeGreaterThanOrEqual(20);
    expect(verdicts.filter(({ outcome }) => outcome === "hold")).toEqual([]);
    const byId = new Map(orders.map((order) => [order.orderId, order]));
    const table = tableOf(orders);
    const { verdicts: all } = audit(table, { thresholds: SHIPPED_THRESHOLDS });
    const group = ring(24).map((_, at) => byId.get(`planted-${at}`)!);
    let said = 0;
    all.forEach(({ score }, row) => {
      if (!score.threeWeak) return;
      const own = byId.get(table.orderIds[row]!)!;
      for (const one of score.evidence) {
        expect(untrue(reasonOf(one), own, { group, all: orders })).toBeNull();
        said++;
      }
    });
    expect(said).toBeGreaterThan(60);
  });

  it("is nothing by a policy of before, which does not say that weak kinds may ask", () => {
    for (const weakKindsAsk of [false, undefined]) {
      const verdicts = planted(orders, { weakKindsAsk });
      expect(verdicts.map(({ outcome }) => outcome)).toEqual(verdicts.map(() => "accept"));
      const signals = new Set(
        verdicts.flatMap(({ score }) => score.found.map(({ signal }) => signal)),
      );
      for (const name of ["made_in_a_burst", "ordered_as_a_burst", "full_limit"])
        expect(signals).not.toContain(name);
    }
  });

  it("is judged order by order as all together are, under the same fit", () => {
    const sorted = orders.toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
    const index = new EventIndex({ thresholds: SHIPPED_THRESHOLDS });
    for (const order of sorted) index.add(order);
    index.refresh();
    expect(index.fit.learned.crowd.together.bursts.length).toBeGreaterThan(0);
    const { verdicts, fit } = audit(tableOf(sorted), { fit: index.fit });
    expect(fit.digest).toBe(index.fit.digest);
    const said = ({ outcome, score }: OrderVerdict) => [outcome, score.bits, score.threeWeak];
    let count = 0;
    sorted.forEach((order, row) => {
      if (!order.orderId.startsWith("planted-")) return;
      expect(said(index.judge(row))).toEqual(said(verdicts[row]!));
      if (verdicts[row]!.score.threeWeak) count++;
    });
    expect(count).toBeGreaterThanOrEqual(20);
  });

  it("with two of its kinds only it is asked nothing", () => {
    expect(asked(planted(crowd(2, without(["units", "email"], ring(24)))))).toBe(0);
    expect(asked(planted(crowd(2, without(["orderedAtMs", "email"], ring(24)))))).toBe(0);
    expect(asked(planted(crowd(2, without(["accountCreatedAtMs", "orderedAtMs"], ring(24)))))).toBe(
      0,
    );
    // The same ring with all of them, so that the three above are no accident of the crowd.
    expect(asked(planted(crowd(2, ring(24))))).toBeGreaterThanOrEqual(20);
  });
});

describe("innocent look-alikes are asked nothing", () => {
  const chance = new SeededChance(77);

  it("a campus fair: an hour of accounts, which order all over the sale", () => {
    const fair = Array.from({ length: 40 }, () => ({
      accountCreatedAtMs: SALE_MS - 30 * DAY + chance.below(50) * MINUTE,
    }));
    expect(asked(planted(crowd(3, fair)))).toBe(0);
    // Even where all of them take the full limit: how they came is the crowd's way.
    expect(
      asked(
        planted(
          crowd(
            3,
            fair.map((order) => ({ ...order, units: 2 })),
          ),
        ),
      ),
    ).toBe(0);
  });

  it("newcomers of the last three days, however close together they come", () => {
    const newcomers = ring(24).map((order, at) => ({
      ...order,
      accountCreatedAtMs: SALE_MS - 2 * DAY + at * 2 * MINUTE,
    }));
    expect(asked(planted(crowd(4, newcomers)))).toBe(0);
    // Two days earlier they are the ring of above.
    const older = newcomers.map((order) => ({
      ...order,
      accountCreatedAtMs: order.accountCreatedAtMs - 2 * DAY,
    }));
    expect(asked(planted(crowd(4, older)))).toBeGreaterThanOrEqual(20);
  });

  it("an office at one place that orders together, and takes what everybody takes", () => {
    const office = Array.from({ length: 20 }, (_, at) => ({
      orderedAtMs: SALE_MS + 60_000 + chance.below(4_000),
      address: "jl pangeran antasari no 12",
      district: "kelurahan melatisari",
      city: "bandung",
      email: `nama${"abcdefghijklmnopqrst"[at]}@kantor.co.id`,
    }));
    expect(asked(planted(crowd(5, office)))).toBe(0);
  });

  it("families that take the full limit at one place", () => {
    const families = Array.from({ length: 10 }, () => ({
      units: 2,
      address: "jl cokroaminoto dalam no 7",
      district: "kelurahan kenangajaya",
      city: "medan",
    }));
    expect(asked(planted(crowd(6, families)))).toBe(0);
  });
});
