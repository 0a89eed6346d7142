/* Orders of a file in batches, understood in a thread of their own while this one numbers their texts. */

import { statSync } from "node:fs";
import { ThreadEnded } from "../../threads/protocol.ts";
import { Thread } from "../../threads/thread.ts";
import type { ColumnMap } from "../table/columnMap.ts";
import type { Again, OrderBatch } from "../table/orderBatch.ts";
import { ELSEWHERE, NO_LIMITS } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";
import type { OrdersThread } from "./ordersThread.ts";
import { readOrders, type OrdersTask } from "./readOrders.ts";

const THREAD = new URL("./ordersThread.ts", import.meta.url);
/** Below this a thread takes longer to start than the file to read. */
const THREAD_FROM_BYTES = 8 * 1_048_576;

/** The orders of a table file in batches; a large file is taken apart and understood in a thread. */
export async function* orderBatches(
  path: string,
  map: ColumnMap | null,
  { threadFromBytes = THREAD_FROM_BYTES, limits = NO_LIMITS, again = null as Again | null } = {},
): AsyncGenerator<OrderBatch> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const task = { path, map, limits, again };
  yield* size >= threadFromBytes ? fromThread(task) : readOrders(task);
}

async function* fromThread(task: OrdersTask): AsyncGenerator<OrderBatch> {
  // The limits of the thread that starts this one hold for it, too: else it had all of the machine's memory.
  const limits = { heapMb: "own", buffersMb: task.limits.buffersMb } as const;
  const thread = new Thread<OrdersThread>(THREAD, { setup: null, limits });
  try {
    const { unreadable } = yield* thread.stream(task);
    if (unreadable !== null) throw new TableFileError(unreadable);
  } catch (error) {
    if (!(error instanceof ThreadEnded) || error.why !== "memory") throw error;
    const reason = `it takes more memory to read than an upload may use. ${ELSEWHERE}`;
    throw new TableFileError(`${task.path}: ${reason}`);
  } finally {
    await thread.stop();
  }
}
