import type { Evidence } from "./evidence.ts";

/** Registering, waiting for a code and checking out takes a person longer than this. */
const FLOOR_MS = 60_000;
/** What is still a usual time for somebody who registered for this sale. */
const USUAL_MS = 10 * 60_000;

/**
 * How many times more orders come within a minute of their account than come in each of the nine minutes
 * after it. Hands make a smooth curve; a program makes a spike. 1 when nothing is known.
 */
export class Speeds {
  #fast = 0;
  #usual = 0;

  /** NaN where the account's age is not known. */
  add(gapMs: number): void {
    if (gapMs >= 0 && gapMs <= FLOOR_MS) this.#fast++;
    else if (gapMs > FLOOR_MS && gapMs <= USUAL_MS) this.#usual++;
  }

  get fastRatio(): number {
    const expected = Math.max(1, this.#usual / ((USUAL_MS - FLOOR_MS) / 60_000));
    return Math.max(1, this.#fast / expected);
  }
}

/** An order that came faster after its account than hands can, worth as much as the spike is high. */
export function fasterThanHands(gapMs: number, ratio: number): Evidence | null {
  if (!(gapMs >= 0 && gapMs <= FLOOR_MS) || ratio < 4) return null;
  const facts = { seconds: Math.round(gapMs / 1_000), times: Math.round(ratio) };
  return { family: "faster_than_hands", bits: Math.min(6, Math.log2(ratio)), p: null, facts };
}
