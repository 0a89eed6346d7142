/*
 * The word of a server in a rush: whether somebody waits too long, and the second in which a person
 * who found its queue full retries.
 * Must never happen: a person who came before closing is told that she came too late.
 */

import type { Round } from "../definition.ts";
import { longestQuietWaitMs } from "../group.ts";

/** Her own second lies between these, in s: the crowd comes back spread out, and soon. */
export const COME_AGAIN_FROM_S = 2;
export const COME_AGAIN_TO_S = 10;

/** A page that keeps its second is here by then: the network's time, and a fraction of a second. */
const ON_HER_WAY_MS = 2_000;

/** The second of a person who found the queue full; `fraction` is random, from 0 to 1. */
export function comeAgainSeconds(fraction: number): number {
  const seconds = COME_AGAIN_TO_S - COME_AGAIN_FROM_S + 1;
  return COME_AGAIN_FROM_S + Math.min(seconds - 1, Math.floor(fraction * seconds));
}

/** The moment until which a person with such a second is on her way. */
export function onHerWayUntilMs({
  nowMs,
  seconds,
}: {
  readonly nowMs: number;
  readonly seconds: number;
}): number {
  return nowMs + seconds * 1_000 + ON_HER_WAY_MS;
}

/** A server's view of its queue for one round. */
export interface QueueFacts {
  /** When the longest waiting person came; null: nobody waits. */
  readonly firstArrivedMs: number | null;
  /** People turned away since the last mark. */
  readonly turnedAwayCount: number;
  /** People who were turned away are on their way until then. */
  readonly onTheirWayUntilMs: number;
}

/** Whether the current window is crowded: somebody waits too long, or was turned away. */
export function isCrowded(round: Round, facts: QueueFacts, nowMs: number): boolean {
  const { firstArrivedMs, turnedAwayCount, onTheirWayUntilMs } = facts;
  if (turnedAwayCount > 0 || nowMs < onTheirWayUntilMs) return true;
  return firstArrivedMs !== null && nowMs - firstArrivedMs > longestQuietWaitMs(round);
}

/**
 * The moment by which an arrival gets its window: its own. A person who first came before closing
 * and was told to retry counts as of before closing.
 */
export function windowMsOf(
  round: Round,
  { cameMs, firstCameMs }: { readonly cameMs: number; readonly firstCameMs: number },
): number {
  const late = cameMs >= round.closesAtMs && firstCameMs < round.closesAtMs;
  return late ? round.closesAtMs - 1 : cameMs;
}
