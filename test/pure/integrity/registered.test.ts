import { describe, expect, it } from "vitest";
import { ruleOfSignal, type Policy } from "../../../src/cases/policy/policy.ts";
import { shippedPolicy, WITHOUT_RULE } from "../../../src/cases/policy/shippedPolicy.ts";
import type { Evidence } from "../../../src/integrity/evidence/evidence.ts";
import type { Signal } from "../../../src/integrity/evidence/signal.ts";
import { bannedGrounds, reasonOf } from "../../../src/integrity/reasons.ts";
import { scoreOf } from "../../../src/integrity/score.ts";
import { findSignal, signalOf, SIGNALS } from "../../../src/integrity/signals/registered.ts";

/*
 * Properties of every signal, one line each, so that a new signal is pinned here. signals.test.ts
 * and synchrony.test.ts pin how much each says of a situation.
 */

const seen = (signal: string, bits: number, facts: Evidence["facts"] = {}): Evidence => ({
  signal,
  bits,
  p: null,
  facts,
});

interface Pinned {
  readonly group: string;
  readonly strong: boolean;
  /** Most bits, either way. */
  readonly cap: number;
  /** The rule of the shipped policy; null where none names it. */
  readonly rule: string | null;
  /** The facts that its sentence must hold, in both languages. */
  readonly parts: readonly string[];
}

const line = (
  group: string,
  strong: boolean,
  cap: number,
  rule: string | null,
  ...parts: readonly string[]
): Pinned => ({ group, strong, cap, rule, parts });

/** Every signal, in the order of its registration. */
const PINNED: Readonly<Record<string, Pinned>> = {
  shared_device: line("means", true, 6, "SHARED-MEANS", "31", "(pe…ia)"),
  shared_payment: line("means", true, 6, "SHARED-MEANS", "31", "(pe…ia)"),
  shared_phone: line("identity", true, 6, "SHARED-CONTACT", "31", "(pe…ia)"),
  shared_email: line("identity", true, 6, "SHARED-CONTACT", "31", "(pe…ia)"),
  phones_in_a_row: line("identity", true, 6, "SHARED-CONTACT", "31", "40", "(pera…xx)"),
  shared_declared: line("identity", true, 5, "SHARED-CONTACT", "31", "(pe…ia)"),
  connected_accounts: line("identity", true, 5, "SHARED-CONTACT", "31", "38"),
  faster_than_hands: line("time", true, 6, "AUTOMATION", "34", "35"),
  history: line("history", true, 4, "SHARED-CONTACT"),
  known_buyer: line("history", false, 4, null),
  same_moment: line("time", false, 6, "PATTERN", "33", "34"),
  accounts_made_together: line("time", false, 5, "PATTERN", "33", "34"),
  few_devices: line("means", false, 5, "PATTERN", "31", "32"),
  few_payments: line("means", false, 5, "PATTERN", "31", "32"),
  own_things: line("means", false, 3, null, "31", "39"),
  made_up_contacts: line("habit", false, 5, "PATTERN", "36"),
  many_spellings: line("habit", false, 2, "PATTERN", "37", "33"),
  made_in_a_burst: line("time", false, 5, "PATTERN", "33", "34"),
  ordered_as_a_burst: line("time", false, 5, "PATTERN", "33", "34"),
  burst_mail_form: line("habit", false, 5, "PATTERN", "36"),
  early_client: line("habit", false, 5, "PATTERN", "33", "35"),
  full_limit: line("habit", false, 5, "PATTERN", "33", "41", "42"),
};

/** A strong signal of each group that has one. */
const ANCHORS: readonly (readonly [signal: string, group: string])[] = [
  ["shared_device", "means"],
  ["shared_phone", "identity"],
  ["faster_than_hands", "time"],
  ["history", "history"],
];

const FACTS = {
  accounts: 31,
  distinct: 32,
  value: "perangkat-rahasia",
  orders: 33,
  seconds: 34,
  times: 35,
  likeMails: 36,
  spellings: 37,
  things: 38,
  own: 39,
  numbers: 40,
  of: 41,
  units: 42,
};

/** Signals that count for nothing under a policy, and that nobody left out on purpose. */
function withoutRule(policy: Policy, signals: readonly Signal[]): string[] {
  return signals
    .map(({ name }) => name)
    .filter((name) => ruleOfSignal(policy, name) === null && !Object.hasOwn(WITHOUT_RULE, name));
}

describe("the list of signals", () => {
  it("has those of the table, in its order, each name once", () => {
    expect(SIGNALS.map(({ name }) => name)).toEqual(Object.keys(PINNED));
    expect(new Set(SIGNALS.map(({ name }) => name)).size).toBe(SIGNALS.length);
  });

  it("finds a signal by its name, and none by another", () => {
    for (const signal of SIGNALS) expect(findSignal(signal.name)).toBe(signal);
    for (const name of ["horoscope", "", "toString", "__proto__"]) {
      expect(findSignal(name)).toBeUndefined();
      expect(() => signalOf(name)).toThrow("a registered signal");
    }
  });

  it("gives each signal a title and a sentence of its own, in both languages", () => {
    const titles = SIGNALS.flatMap(({ texts }) => [texts.title.id, texts.title.en]);
    expect(new Set(titles).size).toBe(2 * SIGNALS.length);
    const sentences = SIGNALS.flatMap(({ name }) => {
      const { id, en } = reasonOf(seen(name, 3, FACTS));
      return [id, en];
    });
    expect(new Set(sentences).size).toBe(2 * SIGNALS.length);
  });
});

describe("a signal that no rule names counts for nothing", () => {
  const policy = shippedPolicy(2);

  it("so each stands in the shipped policy, or in a list with a reason", () => {
    expect(withoutRule(policy, SIGNALS)).toEqual([]);
    for (const [name, reason] of Object.entries(WITHOUT_RULE)) {
      expect(signalOf(name).strength).toBe("weak");
      expect(ruleOfSignal(policy, name)).toBeNull();
      expect(reason.split(" ").length).toBeGreaterThan(4);
    }
  });

  it("and one that stands in neither is seen", () => {
    const planted = { ...signalOf("shared_device"), name: "shared_shoe_size" } as Signal;
    expect(withoutRule(policy, [...SIGNALS, planted])).toEqual(["shared_shoe_size"]);
    const rules = policy.rules.filter(({ ruleId }) => ruleId !== "AUTOMATION");
    expect(withoutRule({ ...policy, rules }, SIGNALS)).toEqual(["faster_than_hands"]);
  });
});

for (const [signal, { group, strong, cap, rule, parts }] of Object.entries(PINNED)) {
  describe(signal, () => {
    it(`is of ${group}${strong ? ", and may carry a hold" : ""}`, () => {
      expect(scoreOf([seen(signal, 3)]).uncounted).toHaveLength(strong ? 0 : 1);
      for (const [anchor, anchorGroup] of ANCHORS) {
        if (anchor === signal) continue;
        // Two signals of one group are one cause; habits are no second cause at all.
        const two = group !== anchorGroup && group !== "habit";
        const { twoGroups } = scoreOf([seen(anchor, 3), seen(signal, 3)]);
        expect({ anchor, twoGroups }).toEqual({ anchor, twoGroups: two });
      }
    });

    it(`says ${cap} bits at most, and falls under ${rule ?? "no rule"}`, () => {
      expect(signalOf(signal).capBits).toBe(cap);
      expect(ruleOfSignal(shippedPolicy(2), signal)?.ruleId ?? null).toBe(rule);
    });

    it(`tells ${parts.join(", ") || "no number"}`, () => {
      const reason = reasonOf(seen(signal, 3, FACTS));
      expect(reason.code).toBe(signal);
      expect(reason.id).not.toBe(reason.en);
      for (const text of [reason.id, reason.en]) {
        expect(text.split(" ").length).toBeGreaterThan(4);
        for (const part of parts) expect(text).toContain(part);
        expect(text).not.toContain("rahasia");
        expect(bannedGrounds(text)).toEqual([]);
        // Only what it saw: no number that belongs to another reason.
        const numbers = [...text.matchAll(/\d+/g)].map(([number]) => number);
        expect(numbers.filter((number) => !parts.includes(number))).toEqual([]);
      }
    });
  });
}
