/*
 * Clock and chance as arguments. A pure rule never reads a clock of its own, so tests choose the
 * time and a crash can be replayed.
 */

/** The time, passed as an argument. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
}

/** Randomness, passed as an argument. */
export interface Chance {
  /** `length` unpredictable bytes (in tests: predictable from a seed). */
  bytes(length: number): Uint8Array;
}
