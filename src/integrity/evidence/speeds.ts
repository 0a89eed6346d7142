/* How soon after their accounts the orders of an event come. Hands make a smooth curve; a program makes a spike. */

/** Registering, waiting for a code and checking out takes a person longer than this. */
export const FLOOR_MS = 60_000;
/** Up to here a time is usual for a person who registered for this sale. */
const USUAL_MS = 10 * 60_000;

/** Counts orders by the time since their account was made. */
export class Speeds {
  #fast = 0;
  #usual = 0;

  /** Counts one order; NaN where the account's age is not known. */
  add(gapMs: number): void {
    if (gapMs >= 0 && gapMs <= FLOOR_MS) this.#fast++;
    else if (gapMs > FLOOR_MS && gapMs <= USUAL_MS) this.#usual++;
  }

  /**
   * How many times more orders come within a minute of their account than come in each of the nine minutes after it;
   * 1 when nothing is known.
   */
  get fastRatio(): number {
    const expected = Math.max(1, this.#usual / ((USUAL_MS - FLOOR_MS) / 60_000));
    return Math.max(1, this.#fast / expected);
  }
}
