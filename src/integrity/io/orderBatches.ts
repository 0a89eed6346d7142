import { statSync } from "node:fs";
import { resourceLimits, Worker } from "node:worker_threads";
import { buffersOutgrown } from "../../threads/thread.ts";
import type { ColumnMap } from "../table/columnMap.ts";
import { cleanCell } from "../../connectors/formats/marketplaces.ts";
import { OrderReader, type OrderBatch } from "../table/orderBatch.ts";
import type { OrdersAnswer, OrdersTask } from "./ordersThread.ts";
import { ELSEWHERE, NO_LIMITS, openRows } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";

const THREAD = new URL("./ordersThread.ts", import.meta.url);
/** Below this a thread takes longer to start than the file to read. */
const THREAD_FROM_BYTES = 8 * 1_048_576;
const ROWS_AT_ONCE = 2_000;

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

/** The same in this thread. The last batch may have no orders: it tells the head. */
export async function* readOrders({ path, map, limits }: OrdersTask): AsyncGenerator<OrderBatch> {
  const reader = new OrderReader(map);
  for await (const row of await openRows(path, limits)) {
    if (!reader.take(row.map(cleanCell))) break;
    if (reader.rowCount >= ROWS_AT_ONCE) yield reader.batch();
  }
  yield reader.batch();
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
