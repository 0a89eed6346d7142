import type { ThreadContract } from "../../../src/threads/protocol.ts";
import { serveThread, setupOf, type Tell } from "../../../src/threads/serve.ts";

/* A thread that does what a test asks of it. */

export type TrialTask =
  | { readonly say: string }
  /** Answers when the test has set the number to 1. */
  | { readonly say: string; readonly waitFor: Int32Array<SharedArrayBuffer> }
  /** Counts up and never answers. */
  | { readonly spin: Int32Array<SharedArrayBuffer> }
  | { readonly tell: number; readonly told: Int32Array<SharedArrayBuffer> }
  | { readonly fail: string }
  | { readonly exit: number }
  | { readonly fillHeap: true }
  | { readonly fillBuffers: true }
  | { readonly setup: true };

export type TrialThread = ThreadContract<TrialTask, string, number, string | null>;

async function answer(task: TrialTask, tell: Tell<TrialThread>): Promise<string> {
  if ("waitFor" in task) {
    const { waitFor, say } = task;
    await Atomics.waitAsync(waitFor, 0, 0).value;
    return say;
  }
  if ("say" in task) return task.say;
  if ("spin" in task) for (;;) Atomics.add(task.spin, 0, 1);
  if ("tell" in task) {
    for (let step = 0; step < task.tell; step++) {
      Atomics.store(task.told, 0, step + 1);
      await tell(step);
    }
    return "told";
  }
  if ("fail" in task) throw new TypeError(task.fail);
  if ("exit" in task) process.exit(task.exit);
  const kept: unknown[] = [];
  if ("fillHeap" in task) for (;;) kept.push(Array.from({ length: 10_000 }, (_, at) => `${at}`));
  if ("fillBuffers" in task) {
    for (let mb = 0; mb < 256; mb++) kept.push(Buffer.alloc(1_048_576, 1));
    await new Promise(() => undefined);
  }
  return setupOf<TrialThread>() ?? "none";
}

serveThread<TrialThread>(answer);
