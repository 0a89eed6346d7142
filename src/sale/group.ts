/*
 * Groups of windows. In a rush people wait, are told to retry, or stand where no server sees
 * them yet: the window that they land in is luck. So a crowded window is drawn together with those
 * after it, up to the first in which nobody waited.
 * Must never happen: somebody who came in a rush is drawn after those who came with her.
 */

import type { Round } from "./definition.ts";
import { lastWindowNo, sliceMs } from "./window.ts";

/**
 * Longest group. A longer one delays everybody's first offer; a shorter one draws people of one
 * rush apart.
 */
export const GROUP_MOST_MS = 30_000;

/**
 * A server that holds people marks their window each second. A window that nothing follows stays
 * open for this long after its last mark; then the server is dead, or its people are in.
 */
export const LAST_MARK_WAIT_MS = 2_000;

/** A window that is over, with the word of the servers about it. */
export interface EndedWindow {
  readonly windowNo: number;
  /** When a server last marked it as crowded; null: nobody waited long. */
  readonly markedAtMs: number | null;
}

/** Consecutive windows that are sealed together; the last one gives the group its number. */
export interface WindowGroup {
  readonly fromWindowNo: number;
  readonly windowNo: number;
}

/** Windows of a group at most; the lobby counts as one. */
export function mostWindowsOfGroup(round: Round): number {
  if (round.mode === "draw") return 1;
  return Math.max(1, Math.floor(GROUP_MOST_MS / sliceMs(round)));
}

/**
 * How long anybody may wait before the window counts as crowded: half a window, as measured from
 * the arrival. A draw has one window; its rush is told by the same half second as a queue's.
 */
export function longestQuietWaitMs(round: Round): number {
  return (round.mode === "draw" ? 1_000 : sliceMs(round)) / 2;
}

/**
 * The groups that are complete among consecutive windows that are over. A group ends with the first
 * window in which nobody waited, or at its greatest length. The last window of the round has none
 * after it: it is complete `LAST_MARK_WAIT_MS` after its last mark.
 */
export function completeGroups(
  round: Round,
  ended: readonly EndedWindow[],
  at: { readonly nowMs: number; readonly lastNo?: number },
): WindowGroup[] {
  const groups: WindowGroup[] = [];
  const most = mostWindowsOfGroup(round);
  const lastNo = at.lastNo ?? lastWindowNo(round);
  let from: number | null = null;
  for (const { windowNo, markedAtMs } of ended) {
    from ??= windowNo;
    const isFull = windowNo - from + 1 >= most;
    const isLast = windowNo >= lastNo;
    const isQuiet = markedAtMs === null || (isLast && at.nowMs - markedAtMs >= LAST_MARK_WAIT_MS);
    if (!isQuiet && (isLast || !isFull)) continue;
    groups.push({ fromWindowNo: from, windowNo });
    from = null;
  }
  return groups;
}

/** A crowded window as the record tells it. */
export interface CrowdedWindow {
  readonly windowNo: number;
  readonly turnedAwayCount: number;
  readonly longestWaitMs: number;
}

/** Why windows are no group by the rule; null if they are one. */
export function groupFault(
  round: Round,
  { fromWindowNo, windowNo }: WindowGroup,
  crowded: readonly CrowdedWindow[],
): string | null {
  const count = windowNo - fromWindowNo + 1;
  if (count < 1) return "its group ends before it begins";
  if (count > mostWindowsOfGroup(round)) return "its group is longer than a group may be";
  const numbers = crowded.map((one) => one.windowNo);
  const isIn = numbers.every((no, index) => no === fromWindowNo + index && no <= windowNo);
  if (!isIn || numbers.length < count - 1) {
    return "its group holds a window in which nobody waited, before its last";
  }
  return null;
}

/**
 * Whether a group ended although people still waited, and a further group takes them: at its
 * greatest length only. The last group of a round ends with closing.
 */
export function endedFull(
  round: Round,
  { fromWindowNo, windowNo }: WindowGroup,
  crowded: readonly CrowdedWindow[],
): boolean {
  return (
    crowded.at(-1)?.windowNo === windowNo &&
    windowNo - fromWindowNo + 1 === mostWindowsOfGroup(round)
  );
}
