/* A histogram of answer times. */

/** Answer times in ms as counts: a million cost no more memory than a thousand. */
export class LatencyHistogram {
  /** Buckets grow by 5 %, which is the error of a percentile. */
  readonly #counts = new Float64Array(400);
  count = 0;

  add(ms: number): void {
    const index = Math.min(
      399,
      Math.max(0, Math.floor(Math.log(Math.max(ms, 0.01) / 0.01) / Math.log(1.05))),
    );
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.count++;
  }

  /** The answer time in ms that this share (0 to 1) of calls stayed below. */
  percentile(share: number): number {
    let left = share * this.count;
    for (let i = 0; i < this.#counts.length; i++) {
      left -= this.#counts[i] as number;
      if (left <= 0) return 0.01 * 1.05 ** (i + 1);
    }
    return Number.POSITIVE_INFINITY;
  }
}
