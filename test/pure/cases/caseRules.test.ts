import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  appealCan,
  appealDueMs,
  reminderAtMs,
  weakOrSingle,
} from "../../../src/cases/appeal/appeal.ts";
import {
  allowedWrong,
  batchBound,
  batchCan,
  chanceOfAtMost,
  drawSample,
  previewBatch,
  sampleSeed,
  sampleSize,
  selectionDigest,
  wrongUpperBound,
  type Batch,
  type BatchState,
  type SelectedOrder,
} from "../../../src/cases/batch/batch.ts";
import {
  mayRefuse,
  recordDecision,
  recordDigest,
  recordedReasons,
  type DecisionInput,
  type StatedReason,
} from "../../../src/cases/decision/decisionRecord.ts";
import { decisionCan } from "../../../src/cases/decision/decisionState.ts";
import { caseCan } from "../../../src/cases/review/review.ts";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";
import { drawByHash } from "../../../src/base/drawByHash.ts";

/* The rules about appeals, batches and decisions, each bound from both sides. */

const HOUR_MS = 3_600_000;
const why = (result: { ok: boolean; why?: string; value?: unknown }) =>
  result.ok ? result.value : result.why;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("when an appeal is due", () => {
  it("a round helps if it leaves an hour to read, and an hour before it is set up", () => {
    const table: readonly (readonly [nextLobbyAtMs: number, dueAtMs: number])[] = [
      [2 * HOUR_MS - 1, 36 * HOUR_MS],
      [2 * HOUR_MS, HOUR_MS],
      [37 * HOUR_MS - 1, 36 * HOUR_MS - 1],
      [37 * HOUR_MS + 1, 36 * HOUR_MS],
    ];
    for (const [nextLobbyAtMs, dueAtMs] of table) {
      const appeal = { filedAtMs: 0, decideHours: 36, nextLobbyAtMs, shipByMs: null };
      expect({ nextLobbyAtMs, dueAtMs: appealDueMs(appeal) }).toEqual({ nextLobbyAtMs, dueAtMs });
    }
    // All of it counts from the filing.
    const late = { filedAtMs: 1_000, decideHours: 36, shipByMs: null };
    expect(appealDueMs({ ...late, nextLobbyAtMs: null })).toBe(1_000 + 36 * HOUR_MS);
    const nextLobbyAtMs = 1_000 + 2 * HOUR_MS;
    expect(appealDueMs({ ...late, nextLobbyAtMs })).toBe(1_000 + HOUR_MS);
    // Two hours before the channel cancels by itself.
    const shipped = { ...late, nextLobbyAtMs: null, shipByMs: 30 * HOUR_MS };
    expect(appealDueMs(shipped)).toBe(28 * HOUR_MS);
  });

  it("a reminder goes out after three quarters of the time", () => {
    expect(reminderAtMs({ filedAtMs: 1_000, dueAtMs: 5_000 })).toBe(4_000);
  });

  it("an answer has twenty letters at least, blanks around it not counted", () => {
    const decide = (answer: string) =>
      why(appealCan.beDecided({ state: "pending" }, { who: "a", answer }, []));
    expect(decide("x".repeat(20))).toBeNull();
    expect(decide("x".repeat(19))).toBe("answer_needed");
    expect(decide(`  ${"x".repeat(19)}  `)).toBe("answer_needed");
  });
});

describe("the clocks of a review", () => {
  const one = {
    state: "open" as const,
    version: 1,
    claimedBy: null,
    claimedUntilMs: null,
    decidedBy: null,
    decidedAtMs: null,
    inBatch: false,
    reportedSince: false,
  };
  const QUARTER_MS = 900_000;

  it("a claim runs out after a quarter of an hour, a decision can be undone as long", () => {
    expect(why(caseCan.beClaimed(one, "ani", 1_000))).toBe(1_000 + QUARTER_MS);
    const decided = { ...one, state: "decided" as const, decidedBy: "ani", decidedAtMs: 1_000 };
    expect(why(caseCan.beUndone(decided, "ani", 1_000 + QUARTER_MS))).toBe("open");
    expect(why(caseCan.beUndone(decided, "ani", 1_001 + QUARTER_MS))).toBe("undo_too_late");
  });
});

describe("chance that was fixed before anybody asked", () => {
  const orders = [
    { caseNo: 2, orderId: "b" },
    { caseNo: 1, orderId: "a" },
  ];

  it("the digest is SHA-256 over the sorted lines, the seed over the sale's seed and it", () => {
    expect(selectionDigest(orders)).toBe(sha256("1 a\n2 b"));
    expect(sampleSeed("s", "d")).toBe(sha256("giliran batch sample\ns\nd"));
  });

  it("draws the smallest hashes, in their order; a sample in the order of its numbers", () => {
    const items = Array.from({ length: 50 }, (_, at) => at);
    const byHash = items.toSorted((a, b) => (sha256(`x ${a}`) < sha256(`x ${b}`) ? -1 : 1));
    expect(drawByHash(items, 7, (item) => `x ${item}`)).toEqual(byHash.slice(0, 7));
    expect(drawSample("x", items, 7)).toEqual(byHash.slice(0, 7).toSorted((a, b) => a - b));
    expect(drawSample("x", items, 0)).toEqual([]);
  });
});

describe("the hypergeometric bound", () => {
  /** C(n, k) by Pascal's rule. */
  const choose = (n: number, k: number): number => {
    if (k < 0 || k > n) return 0;
    let row = [1];
    for (let at = 0; at < n; at++) row = [1, ...row.map((one, i) => one + (row[i + 1] ?? 0))];
    return row[k] ?? 0;
  };
  const atMost = (found: number, population: number, wrong: number, sampled: number) => {
    let ways = 0;
    for (let k = 0; k <= found; k++) {
      ways += choose(wrong, k) * choose(population - wrong, sampled - k);
    }
    return ways / choose(population, sampled);
  };

  it("is the share of draws that show so few, counted one by one", () => {
    for (let wrong = 0; wrong <= 12; wrong++) {
      for (let sampled = 0; sampled <= 12; sampled++) {
        for (let found = 0; found <= sampled; found++) {
          const drawn = { population: 12, sampled, found };
          expect({ drawn, wrong, p: chanceOfAtMost(drawn, wrong) }).toEqual({
            drawn,
            wrong,
            p: expect.closeTo(atMost(found, 12, wrong, sampled), 9) as number,
          });
        }
      }
    }
  });

  it("ends at the most wrong cases that the sample does not speak against", () => {
    for (const [population, sampled, found] of [
      [40, 10, 0],
      [40, 10, 2],
      [40, 0, 0],
      [25, 25, 4],
      [100, 45, 0],
      [7, 3, 3],
    ] as const) {
      const highest = population - (sampled - found);
      let expected = found;
      for (let wrong = found; wrong <= highest; wrong++) {
        if (atMost(found, population, wrong, sampled) > 0.05) expected = wrong;
      }
      expect(wrongUpperBound({ population, sampled, found }, 0.95)).toBe(expected);
    }
  });

  it("asks for the smallest sample that keeps to the budget", () => {
    const budget = { wrongCasesShare: 0.05, confidence: 0.95 };
    expect(allowedWrong(19, budget)).toBe(0);
    expect(allowedWrong(20, budget)).toBe(1);
    expect(allowedWrong(59, budget)).toBe(2);
    for (const [undecided, selected] of [
      [20, 20],
      [60, 60],
      [40, 100],
      [3, 100],
      [0, 10],
    ] as const) {
      const size = sampleSize({ undecidedCases: undecided, selectedCases: selected }, budget);
      const upper = (sampled: number) =>
        wrongUpperBound({ population: undecided, sampled, found: 0 }, 0.95);
      expect(upper(size)).toBeLessThanOrEqual(allowedWrong(selected, budget));
      if (size > 0) expect(upper(size - 1)).toBeGreaterThan(allowedWrong(selected, budget));
    }
  });

  it("counts what remains beside what was found, and the budget over all that is cancelled", () => {
    const budget = { wrongCasesShare: 0.1, confidence: 0.95 };
    const counts = {
      selectedCases: 100,
      undecidedCases: 40,
      sampledCases: 20,
      sampledUndecided: 0,
      foundWrong: 1,
    };
    const upper = wrongUpperBound({ population: 40, sampled: 20, found: 1 }, 0.95);
    expect(batchBound(counts, budget)).toEqual({
      remainingWrongAtMost: upper - 1,
      allowedWrong: 10,
      within: upper - 1 <= 10,
    });
    // Exactly the budget is within it.
    const exact = { wrongCasesShare: (upper - 1) / 100, confidence: 0.95 };
    expect(batchBound(counts, exact).within).toBe(true);
    const less = { wrongCasesShare: (upper - 2) / 100, confidence: 0.95 };
    expect(batchBound(counts, less).within).toBe(false);
  });
});

describe("what may be done with a batch", () => {
  const batch = (state: BatchState, change: Partial<Batch> = {}): Batch => ({
    state,
    approvals: [],
    selectionDigest: "aa",
    runsAtMs: null,
    announcedAtMs: null,
    ...change,
  });
  const clean = {
    selectedCases: 10,
    undecidedCases: 10,
    sampledCases: 10,
    sampledUndecided: 0,
    foundWrong: 0,
  };
  const policy = { budget: { wrongCasesShare: 0.05, confidence: 0.95 }, approvals: 3 };
  const by = (who: string) => ({ who, invitedPath: [] });
  const approve = (state: BatchState, approvedBy: string[] = [], digest = "aa") => {
    const one = batch(state, { approvals: approvedBy.map(by) });
    return why(batchCan.beApproved(one, { ...by("ani"), digest }, clean, policy));
  };

  it("each of three approvals counts once, of the selection that was seen", () => {
    expect(approve("sampling")).toBe("approving");
    expect(approve("approving", ["budi"])).toBe("approving");
    expect(approve("approving", ["budi", "cici"])).toBe("grace");
    expect(approve("approving", ["ani"])).toBe("approved_already");
    expect(approve("approving", [], "bb")).toBe("digest_mismatch");
    for (const state of ["grace", "running", "stopped", "done"] as const) {
      expect(approve(state)).toBe("batch_not_approving");
    }
  });

  it("is stopped at any moment before its end", () => {
    const stop = (state: BatchState) => why(batchCan.beStopped(batch(state)));
    for (const state of ["sampling", "approving", "grace", "running"] as const) {
      expect(stop(state)).toBe("stopped");
    }
    expect(stop("stopped")).toBe("batch_ended");
    expect(stop("done")).toBe("batch_ended");
  });

  it("is announced once, after the last notice", () => {
    const announce = (change: Partial<Batch>, pending: number, correcting = false) =>
      why(batchCan.beAnnounced(batch("done", change), pending, correcting));
    expect(announce({}, 0)).toBeNull();
    expect(announce({}, 1)).toBe("notices_pending");
    expect(announce({ announcedAtMs: 0 }, 0)).toBe("announced_already");
    expect(announce({ announcedAtMs: 0 }, 0, true)).toBeNull();
    expect(announce({}, 1, true)).toBe("notices_pending");
  });
});

describe("a batch's preview", () => {
  const order = (change: Partial<SelectedOrder>): SelectedOrder => ({
    orderId: "o",
    caseNo: 1,
    accountKey: "a",
    channel: "lazada",
    region: "Bandung",
    paymentMethod: "va",
    ruleIds: ["LIMIT"],
    priceMinorUnits: 100,
    sku: "RED",
    ordersOfAccount: 1,
    ...change,
  });
  const preview = previewBatch(
    [
      order({}),
      order({ orderId: "p", ordersOfAccount: 1, sku: "BLUE", ruleIds: ["LIMIT", "PATTERN"] }),
      order({ orderId: "q", accountKey: "b", ordersOfAccount: 2, caseNo: 2, channel: "own" }),
      order({ orderId: "r", accountKey: "c", ordersOfAccount: 3, region: "Garut" }),
      order({ orderId: "s", accountKey: "d", ordersOfAccount: 3, sku: "BLUE", region: "Garut" }),
      order({ orderId: "t", accountKey: "d", ordersOfAccount: 3, sku: "BLUE", region: "Garut" }),
    ],
    {
      unitsPerPersonCount: 2,
      ordersByChannel: {
        lazada: { orders: 50, cancelled: 5 },
        own: { orders: 10, cancelled: 0 },
        akulaku: { orders: 0, cancelled: 0 },
      },
    },
  );

  it("counts people and money, and what a marketplace would see", () => {
    expect(preview).toMatchObject({
      cases: 2,
      orders: 6,
      accounts: 4,
      accountsWithOneOrder: 1,
      accountsWithinLimit: 2,
      moneyMinorUnits: 600,
      byRule: { LIMIT: 6, PATTERN: 1 },
      byChannel: { lazada: 5, own: 1 },
      byPaymentMethod: { va: 6 },
      sellerCancelRate: {
        lazada: { now: 0.1, after: 0.2 },
        own: { now: 0, after: 0.1 },
        akulaku: { now: 0, after: 0 },
      },
    });
  });

  it("names the most common first", () => {
    expect(Object.entries(preview.byRegion)).toEqual([
      ["Bandung", 3],
      ["Garut", 3],
    ]);
    expect(Object.keys(preview.bySku)).toEqual(["RED", "BLUE"]);
    const more = previewBatch([order({}), order({ sku: "BLUE" }), order({ sku: "BLUE" })], {
      unitsPerPersonCount: 1,
      ordersByChannel: {},
    });
    expect(Object.keys(more.bySku)).toEqual(["BLUE", "RED"]);
  });
});

describe("the record of a decision", () => {
  const policy = shippedPolicy(2);
  const stated = (code: string, bits: number): StatedReason => ({
    code,
    bits,
    id: `alasan ${code}`,
    en: `reason ${code}`,
  });
  const input: DecisionInput = {
    decisionId: "d-1",
    orderId: "o-1",
    saleSlug: "poco-m3",
    channelName: "Lazada",
    policy,
    policyDigest: "f".repeat(64),
    reasons: [stated("same_moment", 4), stated("shared_device", 3), stated("shared_payment", 2)],
    counterfactual: { id: "satu lebih sedikit", en: "one fewer" },
    placedAtMs: 0,
    decidedAtMs: HOUR_MS,
    appealUntilMs: 100 * HOUR_MS,
    shipByMs: 60 * HOUR_MS,
    paid: { minorUnits: 189_900_000, currency: "IDR", paymentMethod: "va" },
    decidedByPersonAlone: false,
    braked: new Set(),
  };

  it("says all of it, under the rule of the strongest reason", () => {
    const decided = recordDecision(input);
    if (!decided.ok) throw new Error(decided.why);
    const { rules } = policy;
    const means = rules.find(({ ruleId }) => ruleId === "SHARED-MEANS");
    expect(decided.record).toEqual({
      format: "giliran.decision/1",
      puid: "d-1",
      order_id: "o-1",
      sale_id: "poco-m3",
      channel: "Lazada",
      decision_provision: "ORDER_CANCELLED",
      decision_ground: "coordinated_accounts",
      incompatible_content_ground: { id: "Aturan SHARED-MEANS", en: "Rule SHARED-MEANS" },
      incompatible_content_explanation: means?.text,
      decision_facts: {
        id: "alasan shared_device; alasan shared_payment; alasan same_moment",
        en: "reason shared_device; reason shared_payment; reason same_moment",
      },
      automated_detection: "Yes",
      automated_decision: "AUTOMATED_DECISION_PARTIALLY",
      source_type: "SOURCE_VOLUNTARY",
      content_type: ["product"],
      content_date: "1970-01-01T00:00:00.000Z",
      application_date: "1970-01-01T01:00:00.000Z",
      policy_name: "giliran-2-per-person",
      policy_version: 2,
      policy_digest: "f".repeat(64),
      rule_ids: ["SHARED-MEANS", "PATTERN"],
      reasons: [
        { ...stated("shared_device", 3), rule_id: "SHARED-MEANS", grade: "strong" },
        { ...stated("shared_payment", 2), rule_id: "SHARED-MEANS", grade: "strong" },
        { ...stated("same_moment", 4), rule_id: "PATTERN", grade: "weak" },
      ],
      counterfactual: { id: "satu lebih sedikit", en: "one fewer" },
      appeal_until: "1970-01-05T04:00:00.000Z",
      remedy_if_wrong: {
        id: expect.stringContaining("banding dikabulkan") as string,
        en: expect.stringContaining("appeal is upheld") as string,
      },
      unit_kept_until: "1970-01-03T06:00:00.000Z",
      channel_deadline: { ship_by: "1970-01-03T12:00:00.000Z", appeal_still_open: "release" },
      money: {
        minor_units: 189_900_000,
        currency: "IDR",
        payment_method: "va",
        back_by: "1970-01-10T06:00:00.000Z",
      },
    });
    expect(decided.digest).toBe(recordDigest(decided.record));
    expect(decided.digest).toMatch(/^[0-9a-f]{64}$/);
    const alone = recordDecision({ ...input, decidedByPersonAlone: true });
    expect(alone.ok && alone.record.automated_decision).toBe("AUTOMATED_DECISION_NOT_AUTOMATED");
  });

  it("needs a reason that is strong now, under a rule that may refuse", () => {
    const [strong] = recordedReasons(policy, [stated("shared_device", 3)]);
    if (!strong) throw new Error("no reason");
    expect(mayRefuse(policy, [strong])).toBe(true);
    expect(mayRefuse(policy, [{ ...strong, grade: "weak" }])).toBe(false);
    expect(mayRefuse(policy, [{ ...strong, rule_id: "PATTERN" }])).toBe(false);
    expect(mayRefuse(policy, [{ ...strong, rule_id: "UNHEARD-OF" }])).toBe(false);
    expect(mayRefuse(policy, [])).toBe(false);
  });

  it("silence speaks against a buyer only with two strong kinds", () => {
    const reasons = recordedReasons(policy, [
      stated("shared_device", 3),
      stated("shared_phone", 3),
      stated("same_moment", 3),
    ]);
    const [device, phone, moment] = reasons;
    if (!device || !phone || !moment) throw new Error("a reason is missing");
    expect(weakOrSingle([])).toBe(true);
    expect(weakOrSingle([device, moment])).toBe(true);
    expect(weakOrSingle([device, device])).toBe(true);
    expect(weakOrSingle([device, phone])).toBe(false);
  });
});

describe("what a screen shows by the state alone", () => {
  const clean = {
    selectedCases: 1,
    undecidedCases: 0,
    sampledCases: 0,
    sampledUndecided: 0,
    foundWrong: 0,
  };
  const rules = { budget: { wrongCasesShare: 1, confidence: 0.95 }, approvals: 2 };
  it("is what the command accepts in that state, when nothing else is in its way", () => {
    const approvable = (state: BatchState) => {
      const digests = { selectionDigest: "aa", approvals: [] };
      const batch = { state, ...digests, runsAtMs: null, announcedAtMs: null };
      const by = { who: "a", invitedPath: [], digest: "aa" };
      const approval = batchCan.beApproved(batch, by, clean, rules);
      return [batchCan.stillBeApproved(batch), approval.ok] as const;
    };
    const states = ["sampling", "approving", "grace", "running", "stopped", "done"] as const;
    for (const state of states) {
      const [shown, accepted] = approvable(state);
      expect(shown, state).toBe(accepted);
    }
    const one = {
      version: 1,
      claimedBy: null,
      claimedUntilMs: null,
      decidedBy: "a",
      decidedAtMs: 0,
      ...{ inBatch: false, reportedSince: false },
    };
    const cases = ["open", "decided", "closed"] as const;
    const decidable = cases.filter((state) => caseCan.stillBeDecided({ state }));
    expect(decidable).toEqual(
      cases.filter(
        (state) => caseCan.beDecided({ ...one, state }, { who: "a", seenVersion: 1 }, 0).ok,
      ),
    );
    const undoable = cases.filter((state) => caseCan.stillBeUndone({ state }));
    expect(undoable).toEqual(
      cases.filter((state) => caseCan.beUndone({ ...one, state }, "a", 0).ok),
    );
    const by = { who: "a", answer: "x".repeat(20) };
    const appeals = ["pending", "upheld", "rejected"] as const;
    expect(appeals.filter((state) => appealCan.stillBeDecided({ state }))).toEqual(
      appeals.filter((state) => appealCan.beDecided({ state }, by, []).ok),
    );
  });

  it("a decision ends once, one way or the other", () => {
    const ends = (state: "in_force" | "overturned" | "final") => [
      why(decisionCan.beOverturned({ state })),
      why(decisionCan.beClosed({ state })),
    ];
    expect(ends("in_force")).toEqual(["overturned", "final"]);
    for (const over of ["overturned", "final"] as const) {
      expect(ends(over)).toEqual(["decision_ended", "decision_ended"]);
      const filed = appealCan.beFiled({ state: over, appealUntilMs: 10 }, false, 0);
      expect(why(filed)).toBe("appeal_ended");
    }
  });
});
