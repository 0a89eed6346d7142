import { describe, expect, it } from "vitest";
import * as wire from "../../../src/api/schemas.ts";
import { statusCan } from "../../../src/cases/decision/status.ts";
import {
  afterAppealText,
  channelStatus,
  courierText,
  helpDeskText,
} from "../../../src/cases/decision/wording.ts";
import { COURIER_WORDS } from "../../../src/cases/decision/words.ts";
import {
  deadlineBranch,
  isTooLate,
  keptUntilMs,
  tooLatePlacedBeforeMs,
} from "../../../src/sale/standing/shipBy.ts";
import {
  isCourierWord,
  AUDIENCES,
  ORDER_STATUSES,
  STANDING_CODES,
  standingOf,
  UNDISPUTED,
  type DecisionFacts,
  type ParcelOrder,
  type Standing,
  type PaymentFacts,
  type StandingCode,
  type StandingFacts,
} from "../../../src/sale/standing/standing.ts";
import { moneyLines, standingLines } from "../../../web/buyer/standing/standingText.ts";
import { STANDING_WORDS } from "../../../web/buyer/standing/words.ts";
import { inLanguage } from "../../../src/base/inLanguage.ts";
import { presentStanding } from "../../../src/sale/standing/io/presentStanding.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;
const PRICE = 189_900_000;
const texts = inLanguage(STANDING_WORDS, "en");

const placed = (paymentMethod: "va" | "cod"): StandingFacts => ({
  ...UNDISPUTED,
  state: paymentMethod === "cod" ? "awaiting_confirmation" : "awaiting_payment",
  cancelReason: null,
  paymentMethod,
  priceMinorUnits: PRICE,
  currency: "IDR",
  unitHeld: false,
});

/** Steps that our own commands can take from a state: each says what the rows are afterwards. */
type Step = (facts: StandingFacts) => StandingFacts[];

const only = (may: boolean, change: Partial<StandingFacts>, facts: StandingFacts) =>
  may ? [{ ...facts, ...change }] : [];

const money = (facts: StandingFacts, change: Partial<PaymentFacts>) => ({
  payments: { ...facts.payments, ...change },
});

const byBuyerAndClock: Step = (facts) => {
  const open = facts.state.startsWith("awaiting_");
  const ended = (cancelReason: "unpaid" | "unconfirmed" | "by_buyer") =>
    only(open, { state: "cancelled", cancelReason }, facts);
  return [
    ...only(open, { state: "paid", ...money(facts, { keptMinorUnits: PRICE }) }, facts),
    ...only(facts.state === "awaiting_confirmation", { state: "cod_confirmed" }, facts),
    ...ended(facts.paymentMethod === "cod" ? "unconfirmed" : "unpaid"),
    ...ended("by_buyer"),
  ];
};

const byPaymentService: Step = (facts) => {
  const { keptMinorUnits, dueMinorUnits } = facts.payments;
  const returned = { returnedMinorUnits: PRICE, returnedAtMs: NOW_MS };
  const settled = !facts.state.startsWith("awaiting_");
  // A second payment takes the place of the one that was paid back.
  const second = { keptMinorUnits: dueMinorUnits, dueMinorUnits: 0, ...returned };
  return [
    // Money that comes for an order that is over or needs none.
    ...only(
      settled && dueMinorUnits + facts.payments.returnedMinorUnits === 0,
      money(facts, { dueMinorUnits: PRICE, dueSinceMs: NOW_MS }),
      facts,
    ),
    ...only(keptMinorUnits > 0 && dueMinorUnits > 0, money(facts, second), facts),
    ...only(
      keptMinorUnits > 0 && dueMinorUnits === 0,
      {
        ...(facts.state === "paid" ? { state: "cancelled", cancelReason: "refunded" } : {}),
        ...money(facts, { keptMinorUnits: 0, ...returned }),
      },
      facts,
    ),
    ...only(dueMinorUnits > 0, money(facts, { dueMinorUnits: 0, ...returned }), facts),
  ];
};

const byCourier: Step = (facts) =>
  ORDER_STATUSES.filter(isCourierWord).flatMap((courier) => {
    const { code } = standingOf(facts, NOW_MS);
    const may = statusCan({ code, handoverReference: "JNE-1" }, courier).ok;
    return only(may, { courier, handoverReference: "JNE-1" }, facts);
  });

const byReview: Step = (facts) => [
  ...only(facts.decision === null, { inOpenCase: !facts.inOpenCase }, facts),
];

const bought = (facts: StandingFacts) => facts.state === "paid" || facts.state === "cod_confirmed";

const byDecision: Step = (facts) => {
  const left = facts.courier === "handed_over" || facts.courier === "delivered";
  const decision = (shipByMs: number | null): DecisionFacts => ({
    state: "in_force",
    stateBefore: facts.state,
    appealUntilMs: NOW_MS + 168 * HOUR_MS,
    endedAtMs: null,
    shipByMs,
    letGo: null,
  });
  const may = facts.decision === null && bought(facts) && !left;
  return [null, NOW_MS + 48 * HOUR_MS].flatMap((shipByMs) =>
    only(
      may,
      {
        state: "cancelled",
        cancelReason: "by_decision",
        unitHeld: true,
        decision: decision(shipByMs),
      },
      facts,
    ),
  );
};

/** The order and its money after the end of the keeping. */
const endKeeping = (facts: StandingFacts, decision: DecisionFacts): Partial<StandingFacts> => ({
  decision,
  unitHeld: false,
  ...money(facts, {
    keptMinorUnits: 0,
    dueMinorUnits: facts.payments.keptMinorUnits + facts.payments.dueMinorUnits,
  }),
});

const byDispute: Step = (facts) => {
  const { decision, appeal } = facts;
  if (decision?.state !== "in_force") return [];
  const ended = (state: "overturned" | "final") => ({ ...decision, state, endedAtMs: NOW_MS });
  const letGo = (by: "buyer" | "ship_by") =>
    endKeeping(facts, { ...decision, letGo: { by, atMs: NOW_MS } });
  const said = standingOf(facts, NOW_MS);
  const answered = (state: "upheld" | "rejected", byDefault: boolean) => ({
    appeal: { state, byDefault, dueAtMs: NOW_MS },
  });
  const pending = appeal?.state === "pending";
  const intact =
    facts.unitHeld && (decision.stateBefore !== "paid" || facts.payments.keptMinorUnits > 0);
  return [
    ...only(
      appeal === null,
      { appeal: { state: "pending", byDefault: false, dueAtMs: NOW_MS + HOUR_MS } },
      facts,
    ),
    ...only(said.money?.kind === "kept", letGo("buyer"), facts),
    ...only(
      facts.unitHeld && decision.shipByMs !== null && appeal === null,
      letGo("ship_by"),
      facts,
    ),
    ...only(appeal === null, endKeeping(facts, ended("final")), facts),
    ...only(
      pending,
      { ...endKeeping(facts, ended("final")), ...answered("rejected", false) },
      facts,
    ),
    ...[true, false].flatMap((byDefault) => [
      ...only(
        pending && intact,
        {
          ...{ state: decision.stateBefore, cancelReason: null, unitHeld: false },
          ...answered("upheld", byDefault),
          decision: ended("overturned"),
        },
        facts,
      ),
      ...only(
        pending,
        {
          ...endKeeping(facts, ended("overturned")),
          ...answered("upheld", byDefault),
          owed: "standing",
        },
        facts,
      ),
    ]),
  ];
};

const byRemedy: Step = (facts) => [
  ...only(facts.owed === "standing", { owed: "reserved" }, facts),
  ...only(facts.owed === "standing", { owed: "waived" }, facts),
  ...only(facts.owed === "standing", { owed: "expired" }, facts),
  ...only(facts.owed === "reserved", { owed: "standing" }, facts),
  ...only(facts.owed === "reserved", { owed: "served" }, facts),
];

const STEPS: readonly Step[] = [
  ...[byBuyerAndClock, byPaymentService, byCourier, byReview, byDecision, byDispute, byRemedy],
];

/** Every state that our commands can lead to. */
function reachable(): StandingFacts[] {
  const found = new Map<string, StandingFacts>();
  const open = [placed("va"), placed("cod")];
  for (let facts = open.pop(); facts; facts = open.pop()) {
    const key = JSON.stringify(facts);
    if (found.has(key)) continue;
    found.set(key, facts);
    for (const step of STEPS) open.push(...step(facts));
  }
  return [...found.values()];
}

/** The truth by the rows themselves, not by the rule under test. */
const truthOf = (facts: StandingFacts) => {
  const left = facts.courier === "handed_over" || facts.courier === "delivered";
  const wrong = facts.decision?.state === "overturned";
  const reviewed = facts.inOpenCase && facts.decision === null;
  const needed = facts.state !== "cancelled" || facts.unitHeld;
  return {
    left: left && bought(facts),
    ships: bought(facts) && !left && !reviewed,
    decided: facts.cancelReason === "by_decision",
    wrong,
    owed: wrong && (facts.owed === "standing" || facts.owed === "reserved"),
    keptMoney: facts.unitHeld && facts.payments.keptMinorUnits > 0,
    // Money that an order does not need, and money of an order that is over.
    beside: facts.payments.dueMinorUnits > 0 && needed,
    dueMoney: facts.payments.dueMinorUnits > 0 && !needed,
    nothingPaid:
      facts.cancelReason === "by_decision" &&
      facts.payments.keptMinorUnits + facts.payments.dueMinorUnits === 0 &&
      facts.payments.returnedMinorUnits === 0,
  };
};

/** A reading of a standing, computed once: many states have the same. */
function remembered<T>(read: (standing: Standing) => T): (standing: Standing) => T {
  const known = new Map<string, T>();
  return (standing) => {
    const key = JSON.stringify(standing);
    const found = known.get(key) ?? read(standing);
    known.set(key, found);
    return found;
  };
}

/** The sentences of help desk and page. */
const textsOf = remembered((standing) => {
  const shown = { texts, language: "en", time: (iso: string) => iso } as const;
  const wired = presentStanding(standing);
  return {
    desk: helpDeskText(standing, null, "Asia/Jakarta").en,
    page: standingLines(wired, shown).join(" "),
    paid: moneyLines(wired, shown).join(" "),
  };
});

const letterOf = remembered((standing) => afterAppealText(standing, "Asia/Jakarta").en);

type Audiences = Readonly<Record<StandingCode, { readonly parcel: ParcelOrder }>>;

/** Everything that two audiences say of an order and that cannot both be true. */
function contradictions(facts: StandingFacts, audiences: Audiences = AUDIENCES): string[] {
  const truth = truthOf(facts);
  const standing = standingOf(facts, NOW_MS);
  const { code } = standing;
  const { desk, page, paid } = textsOf(standing);
  const takes = (status: (typeof ORDER_STATUSES)[number], handoverReference = "JNE-1") =>
    statusCan({ code, handoverReference }, status).ok;
  const said: readonly (readonly [string, boolean, boolean])[] = [
    ["courier ships", audiences[code].parcel === "ship", truth.ships],
    ["preparing is taken", takes("preparing"), truth.ships],
    [
      "handing over is taken",
      takes("handed_over"),
      truth.ships || (truth.left && facts.courier === "handed_over"),
    ],
    [
      "channel says cancelled by the seller",
      channelStatus(standing) === "cancelled_by_seller",
      truth.decided && !facts.unitHeld,
    ],
    ["desk says it is sent", /order stands and is sent/.test(desk), truth.ships],
    ["desk says held", /unit is held while/.test(desk), facts.unitHeld],
    [
      "desk says cancelled",
      /cancelled by decision|stays cancelled|^Cancelled|Cancelled:|Cancelled by/.test(desk),
      facts.state === "cancelled",
    ],
    [
      "desk says wrong",
      /was wrong/.test(desk),
      truth.wrong && (truth.decided || bought(facts) || standing.restored),
    ],
    ["desk says owed", /another unit is owed/.test(desk), truth.owed],
    ["page says held", /still held for you/.test(page), facts.unitHeld],
    [
      "page says cancelled",
      /Cancelled|You cancelled|Another unit|the other unit|right to another/.test(page),
      facts.state === "cancelled",
    ],
    ["page says set aside", page.endsWith("is set aside for you."), truth.owed],
    [
      "page says wrong",
      /We were wrong/.test(page),
      truth.wrong && (truth.decided || standing.restored),
    ],
    ["page keeps money", /is kept while/.test(paid), truth.keptMoney],
    ["page says money is on its way", /is on its way back/.test(paid), truth.dueMoney],
    ["desk keeps money", /money, .*, is kept while/.test(desk), truth.keptMoney],
    ["desk says money is on its way", /is on its way back/.test(desk), truth.dueMoney],
    ["page says paid beside", /payment was not used/.test(paid), truth.beside],
    ["desk says paid beside", /payment was not used/.test(desk), truth.beside],
    ["page says nothing was paid", /paid nothing/.test(paid), truth.nothingPaid],
    ["button", code === "by_decision" && standing.money?.kind === "kept", truth.keptMoney],
  ];
  const faults = said
    .filter(([, is, should]) => is !== should)
    .map(([what, is]) => `${what}: ${is}`);
  const own = channelStatus(standing);
  if (own !== null && !takes(own)) faults.push(`the channel's own word ${own} is refused`);
  for (const status of ORDER_STATUSES.filter(isCourierWord)) {
    if (statusCan({ code, handoverReference: null }, status).ok)
      faults.push(`${status} is taken without a courier`);
  }
  if (truth.decided !== takes("cancelled_by_seller")) faults.push("cancelled_by_seller");
  if (takes("cancelled_by_buyer") !== (facts.cancelReason === "by_buyer"))
    faults.push("cancelled_by_buyer");
  return faults;
}

describe("how an order stands", () => {
  const states = reachable();

  it("is one of every kind", () => {
    expect(states.length).toBeGreaterThan(300);
    const found = new Set(states.map((facts) => standingOf(facts, NOW_MS).code));
    expect([...found].sort()).toEqual([...STANDING_CODES].sort());
  });

  it("is said by every audience so that all of it can be true, in every state", () => {
    const faults = states.flatMap((facts) =>
      contradictions(facts).map((fault) => `${fault} in ${JSON.stringify(facts)}`),
    );
    expect(faults.slice(0, 5)).toEqual([]);
  });

  it("negative control: a courier who is told to ship what is owed contradicts the others", () => {
    const planted = { ...AUDIENCES, owed: { parcel: "ship" as const } };
    const owed = states.filter((facts) => standingOf(facts, NOW_MS).code === "owed");
    const faults = owed.flatMap((facts) => contradictions(facts, planted));
    expect(new Set(faults)).toEqual(new Set(["courier ships: true"]));
  });

  it("is told to the courier by the same table, without a word about the buyer", () => {
    for (const facts of states) {
      const standing = standingOf(facts, NOW_MS);
      expect(courierText(standing)).toBe(COURIER_WORDS[AUDIENCES[standing.code].parcel]);
    }
  });

  it("is what the letter after an appeal says", () => {
    for (const facts of states) {
      const { appeal, decision } = facts;
      if (appeal === null || appeal.state === "pending") continue;
      const standing = standingOf(facts, NOW_MS);
      const letter = letterOf(standing);
      expect(/The decision stands/.test(letter)).toBe(decision?.state === "final");
      const { payments } = facts;
      if (payments.dueMinorUnits > 0) expect(letter).toMatch(/(1|3)[.,](899|798)[.,]000/);
      if (
        decision?.stateBefore === "cod_confirmed" &&
        payments.dueMinorUnits + payments.returnedMinorUnits === 0
      )
        expect(letter).not.toMatch(/on its way|went back/);
    }
  });

  it("has the words that the wire has", () => {
    expect(wire.STANDING_CODES.toSorted()).toEqual(STANDING_CODES.toSorted());
    expect(wire.ORDER_STATUSES.toSorted()).toEqual(ORDER_STATUSES.toSorted());
  });
});

describe("a channel's own deadline", () => {
  const clock = { appealUntilMs: 168 * HOUR_MS, shipByMs: 48 * HOUR_MS, appealDueMs: null };

  it("ends the keeping six hours before, and an open appeal two hours before", () => {
    expect(keptUntilMs(clock)).toBe(42 * HOUR_MS);
    expect(keptUntilMs({ ...clock, appealDueMs: 60 * HOUR_MS })).toBe(46 * HOUR_MS);
    expect(keptUntilMs({ ...clock, appealDueMs: 20 * HOUR_MS })).toBe(20 * HOUR_MS);
    expect(keptUntilMs({ ...clock, appealUntilMs: 10 * HOUR_MS })).toBe(10 * HOUR_MS);
    expect(keptUntilMs({ ...clock, shipByMs: null })).toBe(168 * HOUR_MS);
  });

  it("is as late for one order as for all of its channel", () => {
    const shipAfterMs = 48 * HOUR_MS;
    for (const placedAtMs of [-1, 0, 1]) {
      const nowMs = 36 * HOUR_MS;
      const late = placedAtMs < tooLatePlacedBeforeMs({ shipAfterMs, nowMs });
      expect(isTooLate({ shipByMs: placedAtMs + shipAfterMs, nowMs })).toBe(late);
      expect(late).toBe(placedAtMs < 0);
    }
    expect(isTooLate({ shipByMs: null, nowMs: Infinity })).toBe(false);
  });

  it("leaves an order one of three branches", () => {
    const policy = { fileHours: 168, decideHours: 36 };
    const branch = (shipByHours: number) =>
      deadlineBranch({ shipByMs: shipByHours * HOUR_MS, decidedAtMs: 0 }, policy);
    expect([11.9, 12, 48, 174, 205].map(branch)).toEqual([
      ...["let_stand", "at_deadline", "at_deadline", "at_deadline", "at_deadline"],
    ]);
    // The time to appeal, the time to answer, and the two hours before the deadline.
    expect(branch(168 + 36 + 2)).toBe("whole_time");
    const quick = { fileHours: 168, decideHours: 1 };
    const shipByMs = (168 + 6) * HOUR_MS;
    expect(deadlineBranch({ shipByMs, decidedAtMs: 0 }, quick)).toBe("whole_time");
    expect(deadlineBranch({ shipByMs: shipByMs - 1, decidedAtMs: 0 }, quick)).toBe("at_deadline");
  });
});
