import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { must } from "../../base/assert.ts";
import { TableFileError } from "./tableFileError.ts";
import { readOrders, type OrdersTask, type OrdersAnswer } from "./readOrders.ts";

/* Takes a large file apart and understands its rows in a thread of its own, while the texts are numbered beside it. */

/** So many answers may be on their way: more would only fill the memory. */
const ON_THE_WAY = 4;

const port = must(parentPort, "a thread");
const say = (answer: OrdersAnswer) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(answer);
};

async function read(task: OrdersTask): Promise<void> {
  let onTheWay = 0;
  port.on("message", () => onTheWay--);
  for await (const batch of readOrders(task)) {
    say({ batch });
    onTheWay++;
    while (onTheWay >= ON_THE_WAY) await once(port, "message");
  }
}

try {
  await read(workerData as OrdersTask);
  say({ ended: true });
} catch (error) {
  if (!(error instanceof TableFileError)) throw error;
  say({ unreadable: error.message });
}
port.close();
