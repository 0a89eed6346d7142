import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterFault,
  breakerState,
  CLOSED,
  MOST_REST_MS,
  type Breaker,
} from "../../../src/messages/breaker.ts";
import {
  ATTEMPTS,
  aboutPerSecond,
  expiryOf,
  fateAfter,
  firstStep,
  retryWaitMs,
  roomFor,
  urgencyOf,
  type Attempt,
  type MessageKind,
  type Urgency,
} from "../../../src/messages/sending.ts";

const KINDS: readonly MessageKind[] = [
  ...(["sign_in_code", "cod_code", "step_up_code", "offer_made"] as const),
  ...(["decision", "let_go", "appeal_answer", "entitlement"] as const),
];

describe("a breaker", () => {
  const faults = (count: number, chance = 0.5) => {
    let breaker: Breaker = CLOSED;
    for (let fault = 0; fault < count; fault++)
      breaker = afterFault(breaker, { nowMs: 1_000, chance });
    return breaker;
  };

  it("opens after five faults in a row, and is tried after its rest", () => {
    expect(breakerState(faults(4), 1_000)).toBe("closed");
    const open = faults(5);
    expect(breakerState(open, 1_000)).toBe("open");
    expect(breakerState(open, 1_749)).toBe("open");
    expect(breakerState(open, 1_750)).toBe("half_open");
  });

  it("rests for longer each time it is tried in vain, and never for longer than it should", () => {
    let breaker = faults(5, 1);
    const rests: number[] = [];
    for (let trial = 0; trial < 8; trial++) {
      const nowMs = breaker.openUntilMs ?? 0;
      breaker = afterFault(breaker, { nowMs, chance: 1 });
      rests.push((breaker.openUntilMs ?? 0) - nowMs);
    }
    expect(rests).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it("spreads its rests by chance, and late faults of earlier attempts do not lengthen one", () => {
    expect(faults(5, 0).openUntilMs).toBe(1_500);
    expect(faults(5, 0.999).openUntilMs).toBe(2_000);
    const open = faults(5);
    expect(afterFault(open, { nowMs: 1_100, chance: 1 })).toBe(open);
  });

  it("does not stay open for ever where the clock is set back", () => {
    expect(breakerState(faults(5), 1_000 - MOST_REST_MS * 2)).toBe("half_open");
  });
});

describe("what is sent first", () => {
  it("codes, then turns, then the rest", () => {
    expect(KINDS.map(urgencyOf)).toEqual([0, 0, 0, 1, 2, 2, 2, 2]);
  });

  it("codes end with their minutes", () => {
    expect(expiryOf({ kind: "sign_in_code", code: "1", minutes: 10 }, 1_000)).toBe(601_000);
    expect(expiryOf({ kind: "offer_made", sale: "", variant: "", until: "" }, 1_000)).toBeNull();
  });

  it("no more than the connections are ever in flight, and the less urgent leave some free", () => {
    const urgency = fc.constantFrom<Urgency>(0, 1, 2);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.array(urgency, { maxLength: 40 }),
        (connections, asked) => {
          const inFlight = { 0: 0, 1: 0, 2: 0 };
          for (const one of asked) inFlight[one] += roomFor(one, connections, inFlight);
          expect(inFlight[0] + inFlight[1] + inFlight[2]).toBeLessThanOrEqual(connections);
          if (connections > 1) expect(inFlight[1] + inFlight[2]).toBeLessThan(connections);
          if (connections > 4)
            expect(roomFor(1, connections, { ...inFlight, 0: 0, 1: 0 })).toBeGreaterThan(0);
        },
      ),
    );
    expect(roomFor(2, 1, { 0: 0, 1: 0, 2: 0 })).toBe(1);
    expect(roomFor(2, 5, { 0: 0, 1: 0, 2: 0 })).toBe(3);
    expect(roomFor(0, 5, { 0: 0, 1: 1, 2: 3 })).toBe(1);
    // The reserve does not grow with the connections: they are there to be used.
    expect(roomFor(2, 160, { 0: 0, 1: 0, 2: 0 })).toBe(152);
  });

  it("what a way carries follows from its connections and how long one takes", () => {
    expect(aboutPerSecond({ connections: 5, answerMs: 150 })).toBe(33.3);
    expect(aboutPerSecond({ connections: 160, answerMs: 600 })).toBe(266.7);
    expect(aboutPerSecond({ connections: 5, answerMs: null })).toBeNull();
  });
});

describe("what becomes of a message", () => {
  const about = (kind: MessageKind, change = {}) => ({
    kind,
    attempts: 1,
    maybeArrived: false,
    canAsk: true,
    ...change,
  });
  const unclear: Attempt = { result: "unclear", why: "no answer" };
  const away: Attempt = { result: "away", why: "not reached" };
  const refused: Attempt = { result: "refused", why: "451", forGood: false };

  it.each(KINDS)("%s that may have arrived", (kind) => {
    const repeats = urgencyOf(kind) < 2;
    expect(firstStep(about(kind))).toBe("send");
    expect(firstStep(about(kind, { maybeArrived: true }))).toBe(repeats ? "send" : "ask");
    expect(firstStep(about(kind, { maybeArrived: true, canAsk: false }))).toBe(
      repeats ? "send" : "end_unclear",
    );
    expect(fateAfter(about(kind), unclear)).toMatchObject({ state: "again", maybeArrived: true });
    expect(fateAfter(about(kind, { canAsk: false }), unclear).state).toBe(
      repeats ? "again" : "failed",
    );
  });

  it("only what the way was asked about, and refused or did not take, counts as an attempt", () => {
    expect(fateAfter(about("decision"), away)).toMatchObject({ counted: false });
    expect(fateAfter(about("decision"), refused)).toMatchObject({ counted: true, waitMs: 15_000 });
    expect(fateAfter(about("decision", { attempts: 99 }), away)).toMatchObject({ state: "again" });
  });

  it("is given up after as many attempts as are allowed, and at once where it is refused for good", () => {
    expect(fateAfter(about("decision", { attempts: ATTEMPTS - 1 }), refused).state).toBe("again");
    expect(fateAfter(about("decision", { attempts: ATTEMPTS }), refused)).toEqual({
      state: "failed",
      failure: "bounced",
    });
    const unknown = { ...refused, forGood: true };
    expect(fateAfter(about("decision"), unknown)).toEqual({ state: "failed", failure: "bounced" });
    // Cut off in its last attempt.
    expect(firstStep(about("sign_in_code", { attempts: ATTEMPTS + 1 }))).toBe("end_bounced");
    const last = about("decision", { attempts: ATTEMPTS + 1, maybeArrived: true });
    expect(firstStep(last)).toBe("end_unclear");
    expect(fateAfter(last, { result: "not_sent", failure: "unclear" })).toEqual({
      state: "failed",
      failure: "unclear",
    });
  });

  it("waits twice as long each time, a code less than the rest", () => {
    expect([1, 2, 3].map((attempts) => retryWaitMs(0, attempts))).toEqual([5_000, 10_000, 20_000]);
    expect([1, 2, 8].map((attempts) => retryWaitMs(2, attempts))).toEqual([
      15_000, 30_000, 1_920_000,
    ]);
  });
});
