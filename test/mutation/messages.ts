/** A test file, and after how long it counts as hanging. */
export interface LimitedTest {
  readonly file: string;
  readonly limitMs: number;
}

/** A worker's task: one file with another text, and the tests to run until one of them fails. */
export interface Trial {
  readonly file: string;
  readonly source: string;
  readonly tests: readonly LimitedTest[];
}

export interface Outcome {
  readonly outcome: "killed" | "survived" | "timeout";
  /** The test file that failed or hung; null where all passed. */
  readonly by: string | null;
  /** The time of all tests. */
  readonly tookMs: number;
}
