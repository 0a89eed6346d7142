import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appealCan, appealDueMs, outcomeWhenDue } from "../../../src/cases/appeal/appeal.ts";
import {
  batchBound,
  batchCan,
  chanceOfAtMost,
  drawSample,
  previewBatch,
  sampleSize,
  selectionDigest,
  wrongUpperBound,
  type BatchState,
} from "../../../src/cases/batch/batch.ts";
import { recordDecision, type StatedReason } from "../../../src/cases/decision/decisionRecord.ts";
import {
  carveOut,
  ENTITLEMENT_TABLE,
  entitlementAfter,
  type EntitlementCommand,
  type EntitlementState,
} from "../../../src/cases/remedy/entitlement.ts";
import { lintPolicy, readPolicyDocument } from "../../../src/cases/policy/policy.ts";
import { caseCan, CLAIM_MS, UNDO_MS } from "../../../src/cases/review/review.ts";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";
import { standingOf, UNDISPUTED } from "../../../src/sale/standing/standing.ts";
import { courierText, helpDeskText, noticeText } from "../../../src/cases/decision/wording.ts";

const policy = shippedPolicy(1);
const BUDGET = { wrongCasesShare: 0.05, confidence: 0.95 };
const HOUR_MS = 3_600_000;
const why = (result: { ok: boolean; why?: string; value?: unknown }) =>
  result.ok ? result.value : result.why;

const reason = (code: string, bits = 3): StatedReason => ({
  code,
  bits,
  id: `alasan ${code}`,
  en: `reason ${code}`,
});

function decide(reasons: readonly StatedReason[], braked: string[] = []) {
  return recordDecision({
    decisionId: "d-1",
    orderId: "o-1",
    saleSlug: "poco-m3",
    channelName: "Lazada",
    policy,
    policyDigest: "f".repeat(64),
    reasons,
    counterfactual: { id: "satu pesanan lebih sedikit", en: "one order fewer" },
    placedAtMs: 0,
    decidedAtMs: HOUR_MS,
    appealUntilMs: 100 * HOUR_MS,
    shipByMs: null,
    paid: { minorUnits: 189_900_000, currency: "IDR", paymentMethod: "qris" },
    decidedByPersonAlone: true,
    braked: new Set(braked),
  });
}

describe("policy", () => {
  it("the shipped one passes its own lint", () => {
    expect(lintPolicy(policy)).toEqual([]);
    expect(readPolicyDocument(JSON.parse(JSON.stringify(policy))).ok).toBe(true);
  });

  it("refuses intent, vagueness and weak evidence that refuses, each with its field", () => {
    const change = (rule: object) => ({
      ...policy,
      rules: [{ ...policy.rules[1], ...rule }, ...policy.rules.slice(2)],
    });
    const cases: readonly [object, string][] = [
      [{ text: { id: "Pembeli adalah tengkulak", en: "x" } }, "rules.0.text.id"],
      [{ text: { id: "x", en: "Suspicious activity was seen" } }, "rules.0.text.en"],
      [{ text: { id: "Aktivitas tidak wajar", en: "x" } }, "rules.0.text.id"],
      [{ text: { id: "Skor risiko terlalu tinggi", en: "x" } }, "rules.0.text.id"],
      [{ grade: "weak" }, "rules.0.effect"],
      [{ families: ["same_moment"] }, "rules.0.families.0"],
      [{ families: ["horoscope"] }, "rules.0.families.0"],
    ];
    for (const [rule, field] of cases) {
      const read = readPolicyDocument(change(rule));
      expect(read.ok ? [] : read.issues.map((issue) => issue.field)).toContain(field);
    }
    const misspelled = readPolicyDocument({ ...policy, aproval: 1 });
    expect(misspelled.ok).toBe(false);
    const oneApproval = { ...policy, batch: { ...policy.batch, approvals: 1 } };
    expect(readPolicyDocument(oneApproval).ok).toBe(false);
  });
});

describe("decision", () => {
  it("weak evidence alone cancels nothing, whatever there is of it", () => {
    expect(decide([reason("same_moment", 5), reason("many_spellings", 5)])).toEqual({
      ok: false,
      why: "no_strong_reason",
    });
    expect(decide([reason("unheard_of")])).toEqual({ ok: false, why: "policy_knows_no_rule" });
  });

  it("names at most four reasons, the strong ones first, each under its rule", () => {
    const all = ["same_moment", "shared_phone", "made_up_contacts", "shared_device", "few_devices"];
    const decided = decide(all.map((code, index) => reason(code, 5 - index)));
    expect(decided.ok && decided.record.reasons.map((one) => [one.code, one.rule_id])).toEqual([
      ["shared_phone", "SHARED-CONTACT"],
      ["shared_device", "SHARED-MEANS"],
      ["same_moment", "PATTERN"],
      ["made_up_contacts", "PATTERN"],
    ]);
  });

  it("a rule that was wrong too often carries nothing any more", () => {
    const reasons = [reason("shared_device"), reason("same_moment")];
    expect(decide(reasons).ok).toBe(true);
    expect(decide(reasons, ["SHARED-MEANS"])).toEqual({ ok: false, why: "no_strong_reason" });
  });

  it("all audiences say the same reasons in both languages, and subjects say nothing", () => {
    const decided = decide([reason("shared_device"), reason("shared_phone")]);
    if (!decided.ok) throw new Error(decided.why);
    const facts = {
      ...UNDISPUTED,
      paymentMethod: "qris",
      priceMinorUnits: 189_900_000,
      currency: "IDR",
      state: "cancelled",
      cancelReason: "by_decision",
      unitHeld: true,
      payments: { ...UNDISPUTED.payments, keptMinorUnits: 189_900_000 },
      decision: {
        state: "in_force",
        stateBefore: "paid",
        endedAtMs: null,
        shipByMs: null,
        letGo: null,
        appealUntilMs: 100 * HOUR_MS,
      },
    } as const;
    const standing = standingOf(facts, HOUR_MS);
    for (const language of ["id", "en"] as const) {
      const where = { link: "https://x.example/d/1", timeZone: "Asia/Jakarta" };
      const notice = noticeText(decided.record, where, language);
      const desk = helpDeskText(standing, decided.record, "Asia/Jakarta")[language];
      for (const one of decided.record.reasons) {
        expect(notice.text).toContain(one[language]);
        expect(desk).toContain(one[language]);
      }
      expect(notice.text).toContain(where.link);
      // How much, where to, by when.
      for (const text of [notice.text, desk]) {
        expect(text).toMatch(/Rp\s?1[.,]899[.,]000/);
        expect(text).toContain("QRIS");
        expect(text).toMatch(/12 Januari 1970|January 12, 1970|12 January 1970/);
      }
      expect(notice.subject).not.toMatch(/o-1|poco|Lazada/);
      expect(courierText(standing)[language]).not.toMatch(/device|perangkat/);
    }
  });
});

describe("review", () => {
  const open = {
    state: "open" as const,
    version: 3,
    claimedBy: null,
    claimedUntilMs: null,
    decidedBy: null,
    decidedAtMs: null,
    inBatch: false,
    reportedSince: false,
  };
  const claimed = { ...open, claimedBy: "ani", claimedUntilMs: CLAIM_MS };
  const decided = { ...open, state: "decided" as const, decidedBy: "ani", decidedAtMs: 0 };
  const by = (who: string, seenVersion = 3) => ({ who, seenVersion });

  it("one line a command", () => {
    const lines: readonly [unknown, unknown][] = [
      [why(caseCan.beClaimed(open, "ani", 0)), CLAIM_MS],
      [why(caseCan.beClaimed(claimed, "budi", CLAIM_MS - 1)), "case_claimed"],
      [why(caseCan.beClaimed(claimed, "budi", CLAIM_MS)), 2 * CLAIM_MS],
      [why(caseCan.beClaimed(decided, "ani", 0)), "case_ended"],
      [why(caseCan.beDecided(open, by("budi"), 0)), "decided"],
      [why(caseCan.beDecided(claimed, by("budi"), 0)), "case_claimed"],
      [why(caseCan.beDecided(open, by("ani", 2), 0)), "case_moved_on"],
      [why(caseCan.beDecided(decided, by("ani"), 0)), "case_ended"],
      [why(caseCan.beUndone(decided, "ani", UNDO_MS)), "open"],
      [why(caseCan.beUndone(decided, "ani", UNDO_MS + 1)), "undo_too_late"],
      [why(caseCan.beUndone({ ...decided, inBatch: true }, "ani", 0)), "undo_too_late"],
      [why(caseCan.beUndone(decided, "budi", 0)), "not_your_decision"],
      [why(caseCan.beUndone(open, "ani", 0)), "case_not_decided"],
    ];
    for (const [got, expected] of lines) expect(got).toBe(expected);
  });
});

describe("batch", () => {
  const batch = (state: BatchState, approvedBy: string[] = []) => ({
    state,
    approvals: approvedBy.map((who) => ({ who, invitedPath: [] })),
    selectionDigest: "aa",
    runsAtMs: null,
    announcedAtMs: null,
  });
  const sampled = {
    selectedCases: 100,
    undecidedCases: 100,
    sampledCases: 45,
    sampledUndecided: 0,
    foundWrong: 0,
  };
  const rules = { budget: BUDGET, approvals: 2 };
  const approve = (state: BatchState, change: object = {}, approvedBy: string[] = []) =>
    why(
      batchCan.beApproved(
        batch(state, approvedBy),
        { who: "ani", invitedPath: [], digest: "aa" },
        { ...sampled, ...change },
        rules,
      ),
    );

  it("one line a command", () => {
    expect(approve("approving")).toBe("approving");
    expect(approve("approving", {}, ["budi"])).toBe("grace");
    expect(approve("approving", {}, ["ani"])).toBe("approved_already");
    expect(approve("approving", { sampledUndecided: 1 })).toBe("sample_undecided");
    expect(approve("approving", { foundWrong: 3 }, ["budi"])).toBe("budget_exceeded");
    expect(approve("grace")).toBe("batch_not_approving");
    expect(approve("stopped")).toBe("batch_not_approving");
    expect(why(batchCan.beStopped(batch("running")))).toBe("stopped");
    expect(why(batchCan.beStopped(batch("done")))).toBe("batch_ended");
    expect(why(batchCan.beAnnounced(batch("running"), 0, false))).toBe("notices_pending");
    expect(why(batchCan.beAnnounced(batch("done"), 1, false))).toBe("notices_pending");
    expect(why(batchCan.beAnnounced(batch("done"), 0, false))).toBe(null);
  });

  it("negative control: without a budget the batch of 2021 goes through at once, with it it cannot", () => {
    const twoThousandCases = { selectedCases: 2_000, undecidedCases: 2_000 };
    const off = { wrongCasesShare: 1, confidence: 0.95 };
    const sampleOf = (budget: typeof off) =>
      sampleSize({ undecidedCases: 2_000, selectedCases: 2_000 }, budget);
    const counts = { ...twoThousandCases, sampledUndecided: 0, foundWrong: 0 };
    const by = { who: "ani", invitedPath: [], digest: "aa" };
    const approveWith = (budget: typeof off, sampledCases: number) =>
      why(
        batchCan.beApproved(
          batch("approving", ["budi"]),
          by,
          { ...counts, sampledCases },
          { budget, approvals: 2 },
        ),
      );
    expect(sampleOf(off)).toBe(0);
    expect(approveWith(off, 0)).toBe("grace");
    expect(approveWith(BUDGET, 0)).toBe("budget_exceeded");
    expect(approveWith(BUDGET, sampleOf(BUDGET) - 1)).toBe("budget_exceeded");
    // And no policy can switch it off: a fifth of the cases is the most that a budget may be.
    const reckless = { ...policy, batch: { ...policy.batch, wrongCasesShare: 1 } };
    expect(readPolicyDocument(reckless).ok).toBe(false);
  });

  it("the hypergeometric tail is the textbook's, and its bound covers", () => {
    // 10 of 50 wrong, 5 drawn: P(none) = C(40,5)/C(50,5).
    const five = { population: 50, sampled: 5 };
    expect(chanceOfAtMost({ ...five, found: 0 }, 10)).toBeCloseTo(0.31056, 4);
    expect(chanceOfAtMost({ ...five, found: 5 }, 10)).toBeCloseTo(1, 9);
    expect(wrongUpperBound({ population: 20, sampled: 20, found: 3 }, 0.95)).toBe(3);
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 120 }), fc.integer(), (population, salt) => {
        const wrong = Math.abs(salt) % (population + 1);
        const drawn = 1 + (Math.abs(salt >> 3) % population);
        // Over all that the sample may show, the bound misses the truth in at most 5 %.
        let missed = 0;
        for (let found = 0; found <= Math.min(drawn, wrong); found++) {
          if (drawn - found > population - wrong) continue;
          const seen = { population, sampled: drawn, found };
          if (wrongUpperBound(seen, 0.95) >= wrong) continue;
          const below = found === 0 ? 0 : chanceOfAtMost({ ...seen, found: found - 1 }, wrong);
          missed += chanceOfAtMost(seen, wrong) - below;
        }
        expect(missed).toBeLessThanOrEqual(0.05 + 1e-9);
      }),
    );
  });

  it("small batches are decided case by case, large ones by a sample that grows slowly", () => {
    const sizeOf = (cases: number) =>
      sampleSize({ undecidedCases: cases, selectedCases: cases }, BUDGET);
    expect(sizeOf(5)).toBe(5);
    expect(sizeOf(19)).toBe(19);
    const hundred = sizeOf(100);
    const said = readFileSync("docs/theory/brake.md", "utf8");
    const thousand = sizeOf(1_000);
    expect(said).toContain(`A hundred cases need ${hundred}, a thousand ${thousand},`);
    const counts = { ...sampled, sampledCases: hundred };
    expect(batchBound(counts, BUDGET).within).toBe(true);
    expect(batchBound({ ...counts, sampledCases: hundred - 1 }, BUDGET).within).toBe(false);
  });

  it("the sample follows from the seed, and the digest from the selection, in any order", () => {
    const caseNos = Array.from({ length: 30 }, (_, index) => index + 1);
    expect(drawSample("s", caseNos, 5)).toEqual(drawSample("s", caseNos.toReversed(), 5));
    expect(drawSample("s", caseNos, 5)).not.toEqual(drawSample("t", caseNos, 5));
    const orders = caseNos.map((caseNo) => ({ caseNo, orderId: `o${caseNo}` }));
    expect(selectionDigest(orders)).toBe(selectionDigest(orders.toReversed()));
    expect(selectionDigest(orders)).not.toBe(selectionDigest(orders.slice(1)));
  });

  it("shows what it would do to people with one order", () => {
    const order = (accountKey: string, ordersOfAccount: number, channel = "lazada") => ({
      orderId: accountKey,
      caseNo: 1,
      accountKey,
      channel,
      region: "Bandung",
      paymentMethod: "cod",
      ruleIds: ["SHARED-MEANS"],
      priceMinorUnits: 100,
      sku: "RED",
      ordersOfAccount,
    });
    const preview = previewBatch([order("a", 1), order("b", 1), order("c", 4)], {
      unitsPerPersonCount: 1,
      ordersByChannel: { lazada: { orders: 30, cancelled: 0 } },
    });
    expect(preview).toMatchObject({
      accounts: 3,
      accountsWithOneOrder: 2,
      accountsWithinLimit: 2,
      moneyMinorUnits: 300,
      sellerCancelRate: { lazada: { now: 0, after: 0.1 } },
    });
  });
});

describe("appeal", () => {
  const decision = { state: "in_force" as const, appealUntilMs: 100 };

  it("one line a command", () => {
    const by = (who: string) => ({ who, answer: "a reasoned answer of some length" });
    const pending = { state: "pending" as const };
    expect(why(appealCan.beFiled(decision, false, 100))).toBe("pending");
    expect(why(appealCan.beFiled(decision, true, 0))).toBe("appeal_exists");
    expect(why(appealCan.beFiled(decision, false, 101))).toBe("appeal_too_late");
    expect(why(appealCan.beFiled({ ...decision, state: "final" }, false, 0))).toBe("appeal_ended");
    expect(why(appealCan.beDecided(pending, by("cici"), ["ani"]))).toBe(null);
    expect(why(appealCan.beDecided(pending, by("ani"), ["ani"]))).toBe("appeal_own_decision");
    expect(why(appealCan.beDecided(pending, { who: "cici", answer: "no" }, []))).toBe(
      "answer_needed",
    );
    expect(why(appealCan.beDecided({ state: "upheld" }, by("cici"), []))).toBe("appeal_ended");
  });

  it("is due in time for the next round, and never later than the policy's hours", () => {
    const due = (nextLobbyAtMs: number | null) =>
      appealDueMs({ filedAtMs: 0, decideHours: 36, nextLobbyAtMs, shipByMs: null });
    expect(due(null)).toBe(36 * HOUR_MS);
    expect(due(20 * HOUR_MS)).toBe(19 * HOUR_MS);
    expect(due(100 * HOUR_MS)).toBe(36 * HOUR_MS);
    // A round that opens at once cannot be reached any more.
    expect(due(HOUR_MS)).toBe(36 * HOUR_MS);
  });

  it("silence speaks for the buyer unless two strong kinds of evidence speak against", () => {
    const stated = (code: string, grade: "strong" | "weak") => ({
      ...reason(code),
      rule_id: "X",
      grade,
    });
    expect(outcomeWhenDue([stated("shared_device", "strong")])).toBe("upheld");
    expect(outcomeWhenDue([stated("shared_device", "strong"), stated("same_moment", "weak")])).toBe(
      "upheld",
    );
    expect(outcomeWhenDue([stated("same_moment", "weak"), stated("few_devices", "weak")])).toBe(
      "upheld",
    );
    expect(
      outcomeWhenDue([stated("shared_device", "strong"), stated("shared_phone", "strong")]),
    ).toBe("overdue");
  });
});

describe("entitlement", () => {
  const states: EntitlementState[] = ["standing", "reserved", "served", "expired", "waived"];
  const commands = Object.keys(ENTITLEMENT_TABLE) as EntitlementCommand[];

  it("every command in every state: what the table says, or a refusal", () => {
    for (const state of states) {
      for (const command of commands) {
        const next = ENTITLEMENT_TABLE[command][state];
        const result = entitlementAfter(state, command);
        if (next) expect(why(result)).toBe(next);
        else expect(result.ok).toBe(false);
      }
    }
  });

  it("is served once at most, whatever happens to it", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 40 }), (list) => {
        let state: EntitlementState = "standing";
        let served = 0;
        for (const command of list) {
          const next = entitlementAfter(state, command);
          if (!next.ok) continue;
          if (next.value === "served") served++;
          state = next.value;
        }
        expect(served).toBeLessThanOrEqual(1);
        if (served === 1) expect(state).toBe("served");
      }),
    );
  });

  it("a carve-out never takes more than there is, gives nobody two, and the longest owed come first", () => {
    const person = fc.record({
      account: fc.integer({ min: 0, max: 12 }),
      sku: fc.constantFrom("A", "B"),
      family: fc.constantFrom("phone", "charger"),
      agreed: fc.subarray([
        { family: "phone", sku: "A" },
        { family: "phone", sku: "B" },
        { family: "charger", sku: "A" },
      ]),
      at: fc.nat(50),
    });
    fc.assert(
      fc.property(
        fc.array(person, { maxLength: 30 }),
        fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }),
        fc.constantFrom("same_variant" as const, "any_variant" as const),
        (people, units, substitution) => {
          const standing = people.map((one, index) => ({
            entitlementId: `e${index}`,
            accountKey: `a${one.account}`,
            family: one.family,
            sku: one.sku,
            agreed: one.agreed,
            grantedAtMs: one.at,
            isForFailure: false,
          }));
          const stock = units.map((freeUnits, index) => ({
            channelNo: 1 + (index >> 1),
            variantNo: 1 + (index & 1),
            family: index >> 1 ? "charger" : "phone",
            sku: index & 1 ? "B" : "A",
            freeUnits,
            allottedUnits: freeUnits,
          }));
          const rules = { substitution };
          const { carved, leftStanding, otherProduct } = carveOut(standing, stock, rules);
          expect(leftStanding).toEqual(expect.arrayContaining([...otherProduct]));
          expect(carved.length + leftStanding.length).toBe(standing.length);
          expect(new Set(carved.map((one) => one.accountKey)).size).toBe(carved.length);
          for (const line of stock) {
            const taken = carved.filter(
              (one) => one.channelNo === line.channelNo && one.variantNo === line.variantNo,
            );
            expect(taken.length).toBeLessThanOrEqual(line.freeUnits);
          }
          for (const unit of carved) {
            const owed = standing.find((one) => one.entitlementId === unit.entitlementId)!;
            const got = stock.find(
              (line) => line.channelNo === unit.channelNo && line.variantNo === unit.variantNo,
            )!;
            const yes = substitution === "any_variant" ? owed.agreed : [];
            expect([owed, ...yes].map(({ family, sku }) => `${family} ${sku}`)).toContain(
              `${got.family} ${got.sku}`,
            );
          }
        },
      ),
    );
    const phone = { family: "phone", sku: "A", agreed: [] };
    const two = [
      { entitlementId: "new", accountKey: "x", ...phone, grantedAtMs: 9, isForFailure: false },
      { entitlementId: "old", accountKey: "y", ...phone, grantedAtMs: 1, isForFailure: false },
    ];
    const units = { family: "phone", sku: "A", freeUnits: 1, allottedUnits: 1 };
    const one = [{ channelNo: 1, variantNo: 1, ...units }];
    const { carved } = carveOut(two, one, { substitution: "any_variant" });
    expect(carved.map((unit) => unit.entitlementId)).toEqual(["old"]);
  });
});
