/* Reads a large file and understands its rows in a thread of its own, while the texts are numbered beside it. */

import type { ThreadContract } from "../../threads/protocol.ts";
import { serveThread, type Tell } from "../../threads/serve.ts";
import type { OrderBatch } from "../table/orderBatch.ts";
import { TableFileError } from "./tableFileError.ts";
import { readOrders, type OrdersTask } from "./readOrders.ts";

interface OrdersEnd {
  /** The message about a file that cannot be read. */
  readonly unreadable: string | null;
}

export type OrdersThread = ThreadContract<OrdersTask, OrdersEnd, OrderBatch>;

async function read(task: OrdersTask, tell: Tell<OrdersThread>): Promise<OrdersEnd> {
  try {
    for await (const batch of readOrders(task)) await tell(batch);
    return { unreadable: null };
  } catch (error) {
    if (!(error instanceof TableFileError)) throw error;
    return { unreadable: error.message };
  }
}

serveThread<OrdersThread>(read);
