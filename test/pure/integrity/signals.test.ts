import { describe, expect, it } from "vitest";
import { binomialTail } from "../../../src/integrity/evidence/binomialTail.ts";
import { bitsOfP, clipSignal } from "../../../src/integrity/evidence/evidence.ts";
import { fewIdentifiers, fewIdentifiersP } from "../../../src/integrity/evidence/fewIdentifiers.ts";
import { NO_PAST, type KnownPast } from "../../../src/integrity/evidence/past.ts";
import type { GroupFacts, PlaceFacts } from "../../../src/integrity/evidence/signal.ts";
import { Speeds } from "../../../src/integrity/evidence/speeds.ts";
import { connectedAccounts } from "../../../src/integrity/signals/connectedAccounts.ts";
import { fasterThanHands } from "../../../src/integrity/signals/fasterThanHands.ts";
import { history } from "../../../src/integrity/signals/history.ts";
import { knownBuyer } from "../../../src/integrity/signals/knownBuyer.ts";
import { madeUpContacts } from "../../../src/integrity/signals/madeUpContacts.ts";
import { manySpellings } from "../../../src/integrity/signals/manySpellings.ts";
import { ownIdentifiers } from "../../../src/integrity/signals/ownIdentifiers.ts";
import { IDENTIFIER_SIGNALS } from "../../../src/integrity/signals/registered.ts";
import { sharedDevice } from "../../../src/integrity/signals/sharedDevice.ts";

/*
 * Every number of a signal, pinned by what it says of a situation: at its threshold, just below and just above.
 * Expected values are worked out by hand or by the textbook's formula, never read from the code.
 */

/** C(n, k) by Pascal's rule, in whole numbers. */
function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let row = [1];
  for (let at = 0; at < n; at++) row = [1, ...row.map((one, i) => one + (row[i + 1] ?? 0))];
  return row[k] ?? 0;
}

/** P(X ≥ k) of a binomial, by adding up its terms. */
function tail(n: number, k: number, share: number): number {
  let sum = 0;
  for (let hits = Math.max(0, k); hits <= n; hits++) {
    sum += choose(n, hits) * share ** hits * (1 - share) ** (n - hits);
  }
  return sum;
}

/** The calibrator ½·p^(−½) in bits, in another form. */
const bitsBy = (p: number, cap = 5) => Math.min(cap, Math.max(0, -1 - Math.log2(p) / 2));

describe("bits of a p-value", () => {
  const table: readonly (readonly [p: number, bits: number, why: string])[] = [
    [1, 0, "what is usual says nothing"],
    [0.5, 0, "a large p is no sign of innocence"],
    [1 / 4, 0, "here it begins to speak"],
    [1 / 16, 1, "four times rarer is a bit"],
    [1 / 64, 2, "and another"],
    [2 ** -11, 4.5, "just below the cap"],
    [2 ** -12, 5, "at the cap"],
    [2 ** -13, 5, "above it"],
    [0, 5, "the impossible is as loud as the cap, not louder"],
  ];
  for (const [p, bits, why] of table) {
    it(`p = ${p}: ${bits} bits, ${why}`, () => expect(bitsOfP(p)).toBeCloseTo(bits, 12));
  }

  it("take another cap", () => {
    expect(bitsOfP(2 ** -13, { capBits: 6 })).toBeCloseTo(5.5, 12);
    expect(bitsOfP(2 ** -16, { capBits: 6 })).toBe(6);
  });

  it("of a signal are clipped to six either way", () => {
    expect([-60, -6.1, -6, -5.9, 0, 5.9, 6, 6.1, 60].map(clipSignal)).toEqual([
      -6, -6, -6, -5.9, 0, 5.9, 6, 6, 6,
    ]);
  });
});

describe("more accounts on one value than a household has", () => {
  /** Share of values that two accounts use, three, and six. */
  const table: readonly (readonly [signal: string, two: number, three: number, six: number])[] = [
    ["shared_device", 0.12, 0.0396, 0.0014231052],
    ["shared_payment", 0.15, 0.0495, 0.0017788815],
    ["shared_phone", 0.12, 0.0396, 0.0014231052],
    ["shared_email", 0.08, 0.024, 0.000648],
    ["shared_declared", 0.3, 0.24, 0.12288],
    ["phones_in_a_row", 0.3, 0.15, 0.01875],
    ["connected_accounts", 0.3, 0.195, 0.053551875],
  ];
  const evidenceOf = (signal: string, accounts: number) =>
    signal === connectedAccounts.name
      ? connectedAccounts.evaluate(accounts)
      : IDENTIFIER_SIGNALS.find(({ name }) => name === signal)?.evaluate({ accounts, value: "v" });
  for (const [signal, two, three, six] of table) {
    it(`${signal}: ${two} of them are used by two, ${three} by three, ${six} by six`, () => {
      expect([2, 3, 6].map((accounts) => evidenceOf(signal, accounts)?.p)).toEqual(
        [two, three, six].map((p) => expect.closeTo(p, 12)),
      );
      expect(evidenceOf(signal, 6)).toEqual({
        signal,
        p: expect.closeTo(six, 12),
        facts: {
          accounts: 6,
          value: signal === connectedAccounts.name ? "" : "v",
          // Of a block it is said how many numbers of it are used.
          ...(signal === "phones_in_a_row" ? { numbers: 6 } : {}),
        },
        bits: expect.closeTo(bitsBy(six), 9),
      });
      expect([0, 1].map((accounts) => evidenceOf(signal, accounts))).toEqual([null, null]);
    });
  }

  it("names each signal that counts the accounts of one value", () => {
    const named = table.map(([signal]) => signal);
    expect(IDENTIFIER_SIGNALS.filter(({ name }) => !named.includes(name))).toEqual([]);
  });

  it("is at the cap from eight accounts of a device on, and well below it for a family of five", () => {
    const bits = (accounts: number) => sharedDevice.evaluate({ accounts, value: "v" })?.bits ?? 0;
    expect(bits(5)).toBeCloseTo(2.93, 2);
    expect(bits(7)).toBeCloseTo(4.528, 3);
    expect(bits(8)).toBe(5);
  });

  it("speaks from two accounts on, half a bit", () => {
    expect(sharedDevice.evaluate({ accounts: 2, value: "v" })?.bits).toBeCloseTo(0.52945, 5);
  });
});

/** A group of accounts whose values are counted already: how many accounts have one, and how many differ. */
const groupWith = (change: {
  readonly accounts?: number;
  readonly byPlaces?: boolean;
  readonly counts?: Readonly<Record<string, readonly [known: number, distinct: number]>>;
  /** Of the group; `counts` are those at its place. */
  readonly groupCounts?: Readonly<Record<string, readonly [known: number, distinct: number]>>;
  /** At its place, where it has one: accounts with a thing of their own, orders, and spellings. */
  readonly place?: Partial<PlaceFacts>;
  readonly forms?: readonly number[];
  readonly shareOf?: (form: number) => number;
}): GroupFacts => {
  const accounts = change.accounts ?? 0;
  const variety = (column: "device" | "payment", counts = change.counts) => {
    const [known, distinct] = counts?.[column] ?? [0, 0];
    return { known, distinct, said: known, nameless: 0 as const };
  };
  return {
    accounts,
    byPlaces: change.byPlaces ?? false,
    place: {
      accounts,
      said: { said: accounts, nameless: 0 },
      devices: variety("device"),
      payments: variety("payment"),
      own: accounts,
      orders: 0,
      spellings: 0,
      full: null,
      ...change.place,
    },
    distinct: (column) => variety(column, change.groupCounts ?? {}),
    mailForms: () => change.forms ?? [],
    shareOfMailForm: change.shareOf ?? (() => 0),
  };
};

describe("few things among many accounts", () => {
  /** In nine of ten groups a further person uses somebody else's thing with 0.1, in the tenth with 0.6. */
  const mixture = (accounts: number, distinct: number) =>
    0.9 * tail(accounts - 1, accounts - distinct, 0.1) +
    0.1 * tail(accounts - 1, accounts - distinct, 0.6);

  it("by hand: two accounts with one thing are 0.9·0.1 + 0.1·0.6", () => {
    expect(fewIdentifiersP({ accounts: 2, distinct: 1 })).toBeCloseTo(0.15, 12);
    expect(fewIdentifiersP({ accounts: 3, distinct: 1 })).toBeCloseTo(0.045, 12);
    expect(fewIdentifiersP({ accounts: 3, distinct: 2 })).toBeCloseTo(0.255, 12);
    expect(fewIdentifiersP({ accounts: 1, distinct: 1 })).toBe(1);
    expect(fewIdentifiersP({ accounts: 0, distinct: 0 })).toBe(1);
  });

  it("as the two binomials say, for every number of things", () => {
    for (const accounts of [2, 3, 5, 12, 30]) {
      for (let distinct = 1; distinct <= accounts; distinct++) {
        expect(fewIdentifiersP({ accounts: accounts, distinct: distinct })).toBeCloseTo(
          mixture(accounts, distinct),
          9,
        );
      }
    }
  });

  it("speaks when it is rare, and only when things are known and shared", () => {
    expect(fewIdentifiers("few_devices", { accounts: 2, distinct: 1 })).toEqual({
      signal: "few_devices",
      facts: { accounts: 2, distinct: 1 },
      p: expect.closeTo(0.15, 12),
      bits: expect.closeTo(0.36848, 5),
    });
    expect(fewIdentifiers("few_payments", { accounts: 12, distinct: 2 })).toMatchObject({
      signal: "few_payments",
      bits: expect.closeTo(bitsBy(mixture(12, 2)), 9),
    });
    // 0.255 is above a quarter, where evidence begins.
    expect(fewIdentifiers("few_devices", { accounts: 3, distinct: 2 })).toBeNull();
    expect(fewIdentifiers("few_devices", { accounts: 1, distinct: 1 })).toBeNull();
    expect(fewIdentifiers("few_devices", { accounts: 9, distinct: 0 })).toBeNull();
    expect(fewIdentifiers("few_devices", { accounts: 9, distinct: 9 })).toBeNull();
  });
});

describe("own devices and means of payment", () => {
  /** accounts, devices, payments (0: not known), bits by log2(accounts)·(share − 0.4), at most 3. */
  const table: readonly (readonly [number, number, number, number | null, string])[] = [
    [2, 2, 2, null, "two are too few to say anything"],
    [3, 3, 3, -0.950977, "three are enough"],
    [10, 7, 0, -0.996578, "seven of ten have their own"],
    [10, 6, 0, null, "six of ten do not"],
    [10, 0, 7, -0.996578, "payments speak as devices do"],
    [10, 10, 7, -0.996578, "the kind that is shared more decides"],
    [10, 10, 6, null, "either kind may spoil it"],
    [10, 0, 0, null, "nothing is known"],
    [10, 1, 10, null, "one device for ten is known, too"],
    [16, 16, 0, -2.4, "below the cap"],
    [64, 64, 0, -3, "never more than three bits"],
  ];
  for (const [accounts, devices, payments, bits, why] of table) {
    it(`${accounts} accounts, ${devices} devices, ${payments} payments: ${why}`, () => {
      const counts = {
        device: [devices === 0 ? 0 : accounts, devices],
        payment: [payments === 0 ? 0 : accounts, payments],
      } as const;
      const found = ownIdentifiers.evaluate(groupWith({ accounts, counts, byPlaces: true }));
      if (bits === null) expect(found).toBeNull();
      else {
        expect(found).toEqual({
          signal: "own_things",
          p: null,
          facts: { accounts, own: accounts },
          bits: expect.closeTo(bits, 5),
        });
      }
    });
  }

  it("say nothing of a group that shares values, or some of whose values are not known", () => {
    const counts = { device: [10, 10], payment: [9, 9] } as const;
    const group = { accounts: 10, counts };
    expect(ownIdentifiers.evaluate(groupWith({ ...group, byPlaces: true }))?.facts).toEqual({
      accounts: 10,
      own: 10,
    });
    expect(ownIdentifiers.evaluate(groupWith(group))).toBeNull();
    // Of the payments that are known too few are of different people.
    const few = { device: [10, 10], payment: [9, 3] } as const;
    expect(
      ownIdentifiers.evaluate(groupWith({ ...group, groupCounts: few, byPlaces: true })),
    ).toBeNull();
  });
});

describe("orders faster than hands", () => {
  const MINUTE_MS = 60_000;
  /** How many times as many orders of the first minute as of one of the nine after it. */
  const ratioWith = (...gapsMs: readonly number[]) => {
    const speeds = new Speeds();
    // Eighteen in nine minutes are two in each; eight in the first are four times that.
    for (let n = 0; n < 18; n++) speeds.add(5 * MINUTE_MS);
    for (let n = 0; n < 8; n++) speeds.add(10_000);
    for (const gapMs of gapsMs) speeds.add(gapMs);
    return speeds.fastRatio;
  };

  it("the spike is the first minute beside each of the nine after it", () => {
    expect(ratioWith()).toBe(4);
    const [fast, usual, neither] = [9 / 2, (8 * 9) / 19, 4];
    const table: readonly (readonly [gapMs: number, ratio: number])[] = [
      [-1, neither],
      [0, fast],
      [MINUTE_MS, fast],
      [MINUTE_MS + 1, usual],
      [10 * MINUTE_MS, usual],
      [10 * MINUTE_MS + 1, neither],
      [Number.NaN, neither],
    ];
    for (const [gapMs, ratio] of table) {
      expect({ gapMs, ratio: ratioWith(gapMs) }).toEqual({
        gapMs,
        ratio: expect.closeTo(ratio, 9),
      });
    }
  });

  it("there is none without orders, and few orders make no large one", () => {
    expect(new Speeds().fastRatio).toBe(1);
    const two = new Speeds();
    two.add(1_000);
    two.add(1_000);
    expect(two.fastRatio).toBe(2);
    const slow = new Speeds();
    for (let n = 0; n < 18; n++) slow.add(5 * MINUTE_MS);
    slow.add(1_000);
    expect(slow.fastRatio).toBe(1);
  });

  it("an order of the first minute is worth what the spike is high, from four times to six bits", () => {
    const evidence = (gapMs: number, fastRatio: number) =>
      fasterThanHands.evaluate({ gapMs, fastRatio, past: null });
    const bits = (gapMs: number, ratio: number) => evidence(gapMs, ratio)?.bits ?? null;
    expect(bits(0, 8)).toBe(3);
    expect(bits(MINUTE_MS, 8)).toBe(3);
    expect([-1, MINUTE_MS + 1, Number.NaN].map((gapMs) => bits(gapMs, 8))).toEqual([
      null,
      null,
      null,
    ]);
    expect([3.99, 4, 63, 64, 640].map((ratio) => bits(0, ratio))).toEqual([
      null,
      2,
      expect.closeTo(5.977, 3),
      6,
      6,
    ]);
    expect(evidence(1_500, 4.6)).toMatchObject({
      signal: "faster_than_hands",
      p: null,
      facts: { seconds: 2, times: 5 },
    });
    expect(evidence(1_499, 4.4)?.facts).toEqual({ seconds: 1, times: 4 });
  });
});

describe("what was decided before", () => {
  const past = { rings: new Set(["d1", "p1"]), genuine: new Set(["a1"]) };

  const evidence = (known: KnownPast, account: string | null, values: readonly string[]) => {
    const facts = { gapMs: Number.NaN, fastRatio: 1, past: { past: known, account, values } };
    return [history.evaluate(facts), knownBuyer.evaluate(facts)];
  };

  it("weighs four bits either way, and kept deliveries speak first", () => {
    expect(evidence(past, "a2", ["d1", "p1", "x"])).toEqual([
      { signal: "history", bits: 4, p: null, facts: { known: 2 } },
      null,
    ]);
    expect(evidence(past, "a1", ["d1"])).toEqual([
      null,
      { signal: "known_buyer", bits: -4, p: null, facts: {} },
    ]);
    expect(evidence(past, null, ["p1"])).toMatchObject([{ bits: 4, facts: { known: 1 } }, null]);
    expect(evidence(past, "a2", ["x"])).toEqual([null, null]);
    expect(evidence(NO_PAST, "a1", ["d1"])).toEqual([null, null]);
    const nothing = { gapMs: Number.NaN, fastRatio: 1, past: null };
    expect([history.evaluate(nothing), knownBuyer.evaluate(nothing)]).toEqual([null, null]);
  });
});

describe("mail boxes after one pattern", () => {
  it("the binomial tail, as its terms add up", () => {
    for (const [n, k, share] of [
      [1, 1, 0.3],
      [5, 3, 0.01],
      [20, 4, 0.1],
      [12, 12, 0.5],
    ] as const) {
      expect(binomialTail({ trials: n, hits: k, share }) / tail(n, k, share)).toBeCloseTo(1, 9);
    }
    expect(binomialTail({ trials: 5, hits: 0, share: 0.3 })).toBe(1);
    expect(binomialTail({ trials: 5, hits: 6, share: 0.3 })).toBe(0);
    expect(binomialTail({ trials: 5, hits: 1, share: 0.999 })).toBeLessThanOrEqual(1);
  });

  const of = (...forms: readonly number[]) => forms;
  const evidence = (forms: readonly number[], shareOf: (form: number) => number) =>
    madeUpContacts.evaluate(groupWith({ forms, shareOf }));

  it("takes three that are alike; two say nothing", () => {
    expect(evidence(of(7, 7), () => 0)).toBeNull();
    expect(evidence(of(7, 7, 8, 8, 9, 9), () => 0)).toBeNull();
    // The rarest form counts as one that one of 10,000 has: (1e-4)³.
    expect(evidence(of(7, 7, 7), () => 0)).toEqual({
      signal: "made_up_contacts",
      bits: 5,
      facts: { likeMails: 3 },
      p: expect.closeTo(1e-12, 20),
    });
  });

  it("a form that half of all have, or more, counts as half", () => {
    expect(evidence(of(1, 1, 1, 1, 1, 1), () => 0.9)).toMatchObject({
      p: expect.closeTo(1 / 64, 12),
      bits: expect.closeTo(2, 9) as number,
    });
    expect(evidence(of(1, 1, 1, 1, 1, 1), () => 0.25)?.p).toBeCloseTo(4 ** -6, 12);
  });

  it("pays for each form that was looked at, and names the rarest group", () => {
    const shares = [0.3, 0.05, 0.2];
    const mails = of(0, 0, 0, 0, 1, 1, 1, 2);
    expect(evidence(mails, (form) => shares[form] ?? 0)).toMatchObject({
      p: expect.closeTo(3 * tail(8, 3, 0.05), 9),
      facts: { likeMails: 3 },
    });
    const turned = of(1, 1, 1, 0, 0, 0, 0, 2);
    expect(evidence(turned, (form) => shares[form] ?? 0)?.facts).toEqual({
      likeMails: 3,
    });
    // Of a common form four of eight are no coincidence.
    expect(evidence(mails, () => 0.3)).toBeNull();
  });
});

describe("one place in many spellings", () => {
  /** orders, spellings, bits of few things; expected are 1 + 0.6 for each order, and twice the log2 counts. */
  const table: readonly (readonly [number, number, number, number | null, string])[] = [
    [4, 4, 1, null, "four orders are too few"],
    [5, 4, 1, null, "five need four spellings"],
    [5, 5, 1, 0.643856, "a fifth is one too many"],
    [5, 8, 1, 2, "twice as many as they need"],
    [5, 50, 1, 2, "never more than two bits"],
    [10, 7, 1, null, "ten need seven"],
    [10, 8, 1, 0.38529, "an eighth is one too many"],
    [10, 3, 1, null, "few spellings are no sign of innocence"],
    [5, 5, 0, null, "people who have their own devices write in their own way"],
    [5, 5, 0.01, 0.643856, "the least sharing lets it speak"],
  ];
  for (const [orders, spellings, fewBits, bits, why] of table) {
    it(`${spellings} for ${orders} orders with ${fewBits} bits of sharing: ${why}`, () => {
      // Two of one device speak of sharing; two of two do not.
      const counts = { device: [2, fewBits > 0 ? 1 : 2] } as const;
      const found = manySpellings.evaluate(
        groupWith({ groupCounts: counts, place: { orders, spellings } }),
      );
      if (bits === null) expect(found).toBeNull();
      else {
        expect(found).toEqual({
          signal: "many_spellings",
          p: null,
          facts: { orders, spellings },
          bits: expect.closeTo(bits, 5),
        });
      }
    });
  }
});
