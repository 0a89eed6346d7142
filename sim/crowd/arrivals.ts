/* When a simulated crowd arrives: in the lobby, in the first rush, and afterwards. */

import type { SeededChance } from "../../src/crowd/chance.ts";

/** Shares and times of the arrivals. */
export interface ArrivalCurve {
  readonly lobbyShare: number;
  /** Share of arrivals within `BURST_MS` after opening. */
  readonly burstShare: number;
  readonly lobbyMs: number;
  readonly openMs: number;
}

/** The first rush in ms; reports of the incident agree that seconds decided. */
export const BURST_MS = 2_000;

/** Arrival times in ms relative to opening (negative in the lobby), sorted. */
export function arrivalTimes(
  count: number,
  curve: ArrivalCurve,
  chance: SeededChance,
): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const part = i / count;
    if (part < curve.lobbyShare) times[i] = -chance.fraction() * curve.lobbyMs;
    else if (part < curve.lobbyShare + curve.burstShare) times[i] = chance.fraction() * BURST_MS;
    else {
      // The rest thins out exponentially, within the first three quarters of the open time.
      const late = -Math.log(1 - chance.fraction()) * (curve.openMs / 4);
      times[i] = BURST_MS + (late % Math.max(1, 0.75 * curve.openMs - BURST_MS));
    }
  }
  return times.sort();
}
