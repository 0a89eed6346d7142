/*
 * Rules of sending: what goes first, what is retried, what is given up.
 * For codes and offers a duplicate is harmless and a loss is not. For decisions the duplicate is
 * worse: it looks like two decisions.
 */

import type { MessageFacts } from "./message.ts";

export type MessageKind = MessageFacts["kind"];

/** 0: somebody waits at a screen; 1: a deadline runs; 2: the rest. */
export type Urgency = 0 | 1 | 2;
export const URGENCIES: readonly Urgency[] = [0, 1, 2];

/** Codes before offers before the rest. */
export function urgencyOf(kind: MessageKind): Urgency {
  if (kind === "sign_in_code" || kind === "cod_code" || kind === "step_up_code") return 0;
  return kind === "offer_made" ? 1 : 2;
}

/** When a message becomes useless; null if never. */
export function expiryOf(facts: MessageFacts, nowMs: number): number | null {
  return "minutes" in facts ? nowMs + facts.minutes * 60_000 : null;
}

/** The way for a contact. */
export type WayName = "mail" | "text";

/** The result of an attempt. */
export type Attempt =
  | { readonly result: "sent" }
  /** A clear refusal of this message; `forGood`: a retry would be refused as well. */
  | { readonly result: "refused"; readonly why: string; readonly forGood: boolean }
  /**
   * Nothing was accepted, for reasons other than this message: no connection, wrong password, too
   * many at once.
   */
  | { readonly result: "away"; readonly why: string }
  /** It was sent without a clear answer: it may have arrived. */
  | { readonly result: "unclear"; readonly why: string }
  /** Nothing was sent: it was given up before. */
  | { readonly result: "not_sent"; readonly failure: "bounced" | "unclear" };

/** Whether the attempt casts doubt on the way itself, not only on this message. */
export function isFault(attempt: Attempt): boolean {
  return attempt.result === "away" || attempt.result === "unclear";
}

/** A message that failed this often is given up. */
export const ATTEMPTS = 8;
const FIRST_RETRY_MS: readonly number[] = [5_000, 15_000, 15_000];

/** Backoff before the next attempt, doubling each time; `attempts` have been made. */
export function retryWaitMs(urgency: Urgency, attempts: number): number {
  return (FIRST_RETRY_MS[urgency] ?? 0) * 2 ** Math.max(0, attempts - 1);
}

/**
 * Whether a message is resent although it may have arrived. A duplicate code or offer is harmless,
 * a lost one is not. A duplicate decision looks like two decisions, so the way is asked first.
 */
export function mayComeTwice(kind: MessageKind): boolean {
  return urgencyOf(kind) < 2;
}

/** The first step of an attempt. */
export type FirstStep = "send" | "ask" | "end_bounced" | "end_unclear";

/** `canAsk`: the way can tell whether a message arrived. `attempts` includes the current one. */
export function firstStep(message: {
  readonly kind: MessageKind;
  readonly attempts: number;
  readonly maybeArrived: boolean;
  readonly canAsk: boolean;
}): FirstStep {
  const { kind, attempts, maybeArrived, canAsk } = message;
  const inDoubt = maybeArrived && !mayComeTwice(kind);
  // Attempts are counted in advance: one more than allowed means that the last one was cut off.
  if (attempts > ATTEMPTS) return inDoubt ? "end_unclear" : "end_bounced";
  if (!inDoubt) return "send";
  return canAsk ? "ask" : "end_unclear";
}

/** The new state of a message after an attempt. */
export type Fate =
  | { readonly state: "sent" }
  | {
      readonly state: "again";
      readonly waitMs: number;
      /** Whether the attempt counts towards giving up; one that never reached the way does not. */
      readonly counted: boolean;
      readonly maybeArrived: boolean;
    }
  | { readonly state: "failed"; readonly failure: "bounced" | "unclear" };

export function fateAfter(
  message: {
    readonly kind: MessageKind;
    readonly attempts: number;
    readonly maybeArrived: boolean;
    readonly canAsk: boolean;
  },
  attempt: Attempt,
): Fate {
  if (attempt.result === "sent") return { state: "sent" };
  if (attempt.result === "not_sent") return { state: "failed", failure: attempt.failure };
  const { kind, attempts, canAsk } = message;
  const maybeArrived = message.maybeArrived || attempt.result === "unclear";
  const inDoubt = maybeArrived && !mayComeTwice(kind);
  if (inDoubt && !canAsk) return { state: "failed", failure: "unclear" };
  const counted = attempt.result !== "away";
  const forGood = attempt.result === "refused" && attempt.forGood;
  if (forGood || (counted && attempts >= ATTEMPTS)) {
    return { state: "failed", failure: inDoubt && !forGood ? "unclear" : "bounced" };
  }
  const waitMs = retryWaitMs(urgencyOf(kind), attempts);
  return { state: "again", waitMs, counted, maybeArrived };
}

/** Messages per second that a way carries with its connections; null until one was sent. */
export function aboutPerSecond(way: {
  readonly connections: number;
  readonly answerMs: number | null;
}): number | null {
  if (way.answerMs === null) return null;
  return Math.round((way.connections * 10_000) / Math.max(1, way.answerMs)) / 10;
}

/** Connections that less urgent messages leave free, at most; more would only slow them down. */
const MOST_KEPT_FREE = 4;

/**
 * How many more may be sent at once. Some connections stay reserved for more urgent messages, so
 * that a code never waits behind a hanging decision. A single connection has nothing to reserve.
 */
export function roomFor(
  urgency: Urgency,
  connections: number,
  inFlight: Readonly<Record<Urgency, number>>,
): number {
  const keptFree = connections < 2 ? 0 : Math.min(MOST_KEPT_FREE, Math.ceil(connections / 5));
  let room = connections - inFlight[0] - inFlight[1] - inFlight[2];
  if (urgency > 0) room = Math.min(room, connections - keptFree - inFlight[1] - inFlight[2]);
  if (urgency > 1) {
    room = Math.min(room, Math.max(1, connections - 2 * keptFree) - inFlight[2]);
  }
  return Math.max(0, room);
}
