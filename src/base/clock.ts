/**
 * The time, handed in as an argument. Cores never read a clock of their own, so that a test can
 * stand anywhere in time and a crash can be replayed.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
}

/** Randomness, handed in as an argument. */
export interface Chance {
  /** `length` bytes that nobody can predict (in tests: that a seed predicts). */
  bytes(length: number): Uint8Array;
}
