/*
 * The messages between the server and its worker threads. Every thread speaks this protocol and no
 * other: a request has a number and its answer has the same one, so any number of requests may be
 * open at once.
 */

/**
 * The type of one thread's file: `Task` in, `Answer` out, `Progress` on the way (see
 * `Thread.stream`), `Setup` once at its start. All of it is copied between threads: plain data, no
 * functions, no own classes.
 */
export interface ThreadContract<Task, Answer, Progress = never, Setup = null> {
  readonly task: Task;
  readonly answer: Answer;
  readonly progress: Progress;
  readonly setup: Setup;
}

export type AnyContract = ThreadContract<unknown, unknown, unknown, unknown>;

export type ToThread<C extends AnyContract> =
  | { readonly id: number; readonly task: C["task"] }
  /** The receiver has processed one progress message of this request. */
  | { readonly taken: number };

export type FromThread<C extends AnyContract> =
  | { readonly id: number; readonly answer: C["answer"] }
  | { readonly id: number; readonly progress: C["progress"] };

/** A request got no answer, though nothing was thrown in its thread. */
export class ThreadEnded extends Error {
  override name = "ThreadEnded";
  readonly why: "timeout" | "memory" | "stopped";

  constructor(why: ThreadEnded["why"], message: string) {
    super(message);
    this.why = why;
  }
}
