import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { cleanCell } from "../formats.ts";
import { openRows } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";
import type { RowsAnswer, RowsTask } from "./rowsThread.ts";

type Rows = readonly (readonly string[])[];

const THREAD = new URL("./rowsThread.ts", import.meta.url);
/** Below this a thread takes longer to start than the file to read. */
const THREAD_FROM_BYTES = 8 * 1_048_576;

/** The rows of a table file in batches, their cells clean; a large file is taken apart in a thread. */
export async function* rowBatches(
  path: string,
  threadFromBytes = THREAD_FROM_BYTES,
): AsyncGenerator<Rows> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size >= threadFromBytes) {
    yield* fromThread(path);
    return;
  }
  for await (const row of await openRows(path)) yield [row.map(cleanCell)];
}

async function* fromThread(path: string): AsyncGenerator<Rows> {
  const task: RowsTask = { path };
  const thread = new Worker(THREAD, { workerData: task });
  const answers: (RowsAnswer | Error)[] = [];
  let wake = () => undefined as void;
  const come = (answer: RowsAnswer | Error) => {
    answers.push(answer);
    wake();
  };
  thread.on("message", come).on("error", come);
  thread.on("exit", () => come(new Error(`reading ${path} broke off`)));
  try {
    for (;;) {
      while (answers.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const answer = answers.shift()!;
      if (answer instanceof Error) throw answer;
      if ("unreadable" in answer) throw new TableFileError(answer.unreadable);
      if ("ended" in answer) return;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.postMessage("taken");
      yield answer.rows;
    }
  } finally {
    await thread.terminate();
  }
}
