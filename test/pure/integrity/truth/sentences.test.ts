import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { OrderMaker } from "../../../../src/crowd/orders.ts";
import {
  audit,
  opensCase,
  ordered,
  SHIPPED_THRESHOLDS,
  lookAt,
  personsIn,
} from "../../../../src/integrity/audit.ts";
import { componentsByView } from "../../../../src/integrity/groups.ts";
import { principalEvidence, reasonOf, RECORD_REASONS } from "../../../../src/integrity/reasons.ts";
import { findingsOf } from "../../../../src/cases/review/findings.ts";
import { releasingSignals, releaseText, scoreWithout } from "../../../../src/integrity/release.ts";
import { statedSum } from "../../../../src/integrity/report.ts";
import { RingFinder } from "../../../../src/integrity/rings.ts";
import { scoreOf } from "../../../../src/integrity/score.ts";
import { signalOf } from "../../../../src/integrity/signals/registered.ts";
import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { tableOf } from "./tableOf.ts";
import { untrue } from "./sentences.ts";

/* Each sentence about an order is true of the rows that were given; what it rests on is named; what would release does. */

/** Sentences about the groups of an event, each with the order that it is said of, that are not true. */
function untrueOf(orders: readonly OrderRecord[]): { said: number; untrue: string[] } {
  const { table, options } = ordered(tableOf(orders), {});
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const record = (row: number) => byId.get(table.orderIds[row]!)!;
  const looked = lookAt(table, options);
  const finder = new RingFinder(table, personsIn(table, looked, options), looked.shared);
  const found: string[] = [];
  let said = 0;
  for (const one of finder.groups(componentsByView(looked.shared, table))) {
    const view = finder.view(one);
    const group = Array.from(one.rows, record);
    for (const row of one.rows) {
      for (const evidence of finder.score(row, view).evidence) {
        if (evidence.bits === 0) continue;
        said++;
        const wrong = untrue(reasonOf(evidence), record(row), { group, all: orders });
        if (wrong !== null) found.push(`${record(row).orderId}: ${wrong}`);
      }
    }
  }
  return { said, untrue: found };
}

/** Random groups that share some things and not others, and whose orders go where they like. */
function randomGroups(seed: number): OrderRecord[] {
  const chance = new SeededChance(seed);
  const streets = ["melati", "kenanga", "mawar", "dahlia", "anggrek"];
  const cities = ["Bogor", "Medan", "Jambi", "Depok"];
  return Array.from({ length: 40 }, (_, group) => group).flatMap((group) => {
    const size = 2 + chance.below(16);
    const pool = 1 + chance.below(4);
    const [device, payment, phone, place, moment] = Array.from(
      { length: 5 },
      () => chance.below(2) === 1,
    );
    return Array.from({ length: size }, (_, n) => {
      const nth = chance.below(pool);
      const home = place ? group : group * 100 + n;
      const at = moment ? chance.below(4_000) : chance.below(900_000);
      return {
        orderId: `g${group}n${n}`,
        orderedAtMs: Date.UTC(2021, 0, 26, 3) + at + group * 1_000,
        accountCreatedAtMs: Date.UTC(2020, chance.below(12), 1) + chance.below(90_000_000),
        channel: chance.pick(["web", "app"]),
        account: `g${group}a${chance.below(size)}`,
        name: `nama${"abcdefghij"[n % 10]}${"abcdefghij"[group % 10]} keluarga`,
        phone: phone
          ? `0813${String(10_000_000 + group * 1_000 + nth)}`
          : `0857${String(10_000_000 + chance.below(89_999_999))}`,
        email: `${"abcdefghijklmnop"[n % 16]}orang${group}${n}@contoh.co.id`,
        address: `${chance.pick(["Jl", "jalan", "Jln."])} ${streets[home % 5]} ${streets[(home >> 2) % 5]}raya no ${1 + (home % 170)}`,
        district: `kelurahan ${streets[(home >> 1) % 5]}sari`,
        city: cities[home % 4]!,
        deviceId: device ? `dev-${group}-${nth}` : `dev-${group}-own-${n}`,
        paymentId: payment ? `pay-${group}-${nth}` : `pay-${group}-own-${n}`,
      };
    });
  });
}

describe("every sentence", () => {
  it("is true of the rows that were given: random groups", () => {
    for (const seed of [1, 2, 3]) {
      const { said, untrue: wrong } = untrueOf(randomGroups(seed));
      expect(wrong).toEqual([]);
      expect(said).toBeGreaterThan(300);
    }
  });

  it("is true of four made-up crowds", () => {
    for (const seed of [61, 62, 63, 64]) {
      const orders = new OrderMaker(seed).make({ count: 1_500, ringShare: 0.25 });
      const { said, untrue: wrong } = untrueOf(orders.map(({ order }) => order));
      expect(wrong).toEqual([]);
      expect(said).toBeGreaterThan(500);
    }
  });

  it("says nothing of one place where orders of one device go to many", () => {
    const orders = randomGroups(9)
      .slice(0, 12)
      .map((order, n) => ({
        ...order,
        account: `a${n}`,
        deviceId: "f29d0da9953f48f1",
        paymentId: `pay-${n}`,
        phone: `0813${String(20_000_000 + n * 7_654_321)}`,
        address: `Jl ${"abcdefghijkl"[n]}nggrek ${"mnopqrstuvwx"[n]}elati no ${n * 11 + 1}`,
        city: `Kota ${"abcdefghijkl"[n]}`,
      }));
    const { verdicts } = audit(tableOf(orders));
    const codes = new Set(
      verdicts.flatMap(({ score }) => score.evidence.map(({ signal }) => signal)),
    );
    expect(codes).toContain("shared_device");
    for (const code of ["many_spellings", "own_things", "few_devices", "phones_in_a_row"])
      expect(codes).not.toContain(code);
  });
});

/** Four crowds of made-up orders, judged. */
const crowds = [71, 72, 73, 74].map((seed) => {
  const orders = new OrderMaker(seed)
    .make({ count: 2_500, ringShare: 0.3 })
    .map(({ order }) => order);
  return { orders, result: audit(tableOf(orders)) };
});
const verdicts = crowds.flatMap(({ result }) => result.verdicts);

describe("what an order rests on", () => {
  it("no hold is without a strong reason of one bit at least, and it is named", () => {
    const held = verdicts.filter(({ outcome }) => outcome === "hold");
    expect(verdicts).toHaveLength(10_000);
    expect(held.length).toBeGreaterThan(500);
    for (const { score } of held) {
      const named = principalEvidence(score.evidence);
      expect(named.length).toBeLessThanOrEqual(4);
      const strong = named.filter(
        (one) => one.bits >= 1 && signalOf(one.signal).strength === "strong",
      );
      expect(strong.length).toBeGreaterThan(0);
    }
  });

  it("a hold falls without it, however loud the weak ones are, and the strong one is named before a weak fourth", () => {
    const seen = (signal: string, bits: number) => ({ signal, bits, p: null, facts: {} });
    const weak = [
      seen("same_moment", 6),
      seen("accounts_made_together", 5),
      seen("few_devices", 5),
    ];
    const outcome = (bits: number) => {
      const score = scoreOf([seen("shared_phone", bits), ...weak]);
      return [score.bits >= 0, score.twoGroups, score.carries];
    };
    expect(outcome(0.99)).toEqual([true, true, false]);
    expect(outcome(1)).toEqual([true, true, true]);
    const crowded = [...weak, seen("made_up_contacts", 5), seen("shared_phone", 1.2)];
    expect(principalEvidence(crowded).map(({ signal }) => signal)).toContain("shared_phone");
  });

  it("without all that the record names nothing is held or in a case, in 99 of 100", () => {
    const opened = verdicts.filter(({ score }) => opensCase(score, SHIPPED_THRESHOLDS));
    const left = opened.filter(({ score }) => {
      const named = principalEvidence(score.evidence, RECORD_REASONS).map(({ signal }) => signal);
      return opensCase(scoreWithout(score, new Set(named), 0.02), SHIPPED_THRESHOLDS);
    });
    expect(opened.length).toBeGreaterThan(1_000);
    expect(left.length / opened.length).toBeLessThanOrEqual(0.01);
  });

  it("its parts add up to it exactly, as they are told", () => {
    for (const { score } of verdicts) {
      const { bits, parts } = statedSum(score);
      const sum = parts.reduce((total, part) => total + Math.round(part.bits * 1_000), 0);
      expect(sum).toBe(Math.round(bits * 1_000));
      expect(Math.abs(bits - score.bits)).toBeLessThan(0.006);
    }
  });
});

describe("what would release an order", () => {
  const opened = verdicts.filter(({ score }) => opensCase(score, SHIPPED_THRESHOLDS));

  it("does, in every one; and no smaller part of it does", () => {
    for (const { score } of opened) {
      const some = releasingSignals(score, SHIPPED_THRESHOLDS);
      expect(some.length).toBeGreaterThan(0);
      expect(opensCase(scoreWithout(score, new Set(some), 0.02), SHIPPED_THRESHOLDS)).toBe(false);
      for (const kept of some) {
        const fewer = new Set(some.filter((signal) => signal !== kept));
        const rest = scoreWithout(score, fewer, 0.02);
        expect(opensCase(rest, SHIPPED_THRESHOLDS)).toBe(true);
      }
    }
  });

  it("does when the order has its own things in place of the shared ones and is looked at again", () => {
    const { orders, result } = crowds[0]!;
    const OWN: Readonly<Record<string, (n: number) => Partial<OrderRecord>>> = {
      shared_device: (n) => ({ deviceId: `own-device-${n}z` }),
      few_devices: (n) => ({ deviceId: `own-device-${n}z` }),
      shared_payment: (n) => ({ paymentId: `own-payment-${n}z` }),
      few_payments: (n) => ({ paymentId: `own-payment-${n}z` }),
      shared_phone: (n) => ({ phone: `0878${String(10_000_019 + n * 70_013).slice(0, 8)}` }),
      phones_in_a_row: (n) => ({ phone: `0878${String(10_000_019 + n * 70_013).slice(0, 8)}` }),
      shared_email: (n) => ({ email: `own${n}q@contoh.co.id` }),
    };
    const tried = result.cases
      .flatMap(({ rows }) => [...rows].slice(0, 1))
      .flatMap((row) => {
        const some = releasingSignals(result.verdicts[row]!.score, SHIPPED_THRESHOLDS);
        return some.every((signal) => signal in OWN) ? [{ row, some }] : [];
      })
      .slice(0, 30);
    const released = tried.filter(({ row, some }) => {
      const own = Object.assign({}, ...some.map((signal) => OWN[signal]!(row)));
      const changed = orders.map((order, at) => (at === row ? { ...order, ...own } : order));
      return audit(tableOf(changed)).verdicts[row]!.caseNo < 0;
    });
    expect(tried.length).toBeGreaterThan(8);
    expect(released.length / tried.length).toBeGreaterThanOrEqual(0.95);
  });

  it("names every part, in both languages, and no code that was answered already", () => {
    for (const { score } of opened.slice(0, 400)) {
      const text = releaseText(score, SHIPPED_THRESHOLDS);
      expect(text.id).not.toBe(text.en);
      const after = releaseText(score, SHIPPED_THRESHOLDS, { code: true });
      expect(after.en).not.toContain("one-time code");
      expect(after.id).not.toContain("kode sekali pakai");
    }
  });

  it("names no answered code in the case of a sale either", () => {
    const { orders, result } = crowds[0]!;
    const table = tableOf(orders);
    const ways = (answered: ReadonlySet<string>) =>
      findingsOf(table, result, { answered })
        .flatMap((one) => one.orders)
        .map(({ counterfactual }) => counterfactual.en);
    const asked = (texts: readonly string[]) =>
      texts.filter((text) => text.includes("one-time code"));
    expect(asked(ways(new Set())).length).toBeGreaterThan(0);
    expect(asked(ways(new Set(table.orderIds)))).toEqual([]);
  });
});

describe("one ring", () => {
  it("is one case: no two cases share a thing that is nobody else's", () => {
    for (const { orders, result } of crowds) {
      const caseOf = new Map<string, number>();
      for (const { rows, caseNo } of result.cases) {
        for (const row of rows) {
          for (const value of [orders[row]!.deviceId, orders[row]!.paymentId]) {
            if (value === undefined) continue;
            expect(caseOf.get(value) ?? caseNo).toBe(caseNo);
            caseOf.set(value, caseNo);
          }
        }
      }
      // Some of them were found as several groups, which the case shows.
      expect(result.cases.some(({ groups }) => new Set(groups).size > 1)).toBe(true);
    }
  });
});
