import { statSync } from "node:fs";
import { resourceLimits, Worker } from "node:worker_threads";
import { buffersOutgrown } from "../../threads/thread.ts";
import type { ColumnMap } from "../table/columnMap.ts";
import type { OrderBatch } from "../table/orderBatch.ts";
import { ELSEWHERE, NO_LIMITS } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";
import { readOrders, type OrdersTask, type OrdersAnswer } from "./readOrders.ts";

const THREAD = new URL("./ordersThread.ts", import.meta.url);
/** Below this a thread takes longer to start than the file to read. */
const THREAD_FROM_BYTES = 8 * 1_048_576;

/** The orders of a table file in batches; a large file is taken apart and understood in a thread. */
export async function* orderBatches(
  path: string,
  map: ColumnMap | null,
  { threadFromBytes = THREAD_FROM_BYTES, limits = NO_LIMITS } = {},
): AsyncGenerator<OrderBatch> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const task = { path, map, limits };
  yield* size >= threadFromBytes ? fromThread(task) : readOrders(task);
}

async function* fromThread(task: OrdersTask): AsyncGenerator<OrderBatch> {
  // What limits this thread limits its helper, which would else have all of the machine's memory.
  const thread = new Worker(THREAD, { workerData: task, resourceLimits });
  const stop = new AbortController();
  const tooMuch = () =>
    new TableFileError(
      `${task.path}: it takes more memory to read than an upload may use. ${ELSEWHERE}`,
    );
  const answers: (OrdersAnswer | Error)[] = [];
  let wake = () => undefined as void;
  const come = (answer: OrdersAnswer | Error) => {
    answers.push(answer);
    wake();
  };
  thread.on("message", come);
  thread.on("error", (error: Error & { code?: string }) =>
    come(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch() : error),
  );
  void buffersOutgrown(thread, task.limits.buffersMb, stop.signal).then(() => come(tooMuch()));
  thread.on("exit", () => come(new Error(`reading ${task.path} broke off`)));
  try {
    for (;;) {
      while (answers.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const answer = answers.shift()!;
      if (answer instanceof Error) throw answer;
      if ("unreadable" in answer) throw new TableFileError(answer.unreadable);
      if ("ended" in answer) return;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.postMessage("taken");
      yield answer.batch;
    }
  } finally {
    stop.abort();
    await thread.terminate();
  }
}
