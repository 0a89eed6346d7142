import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { must } from "../../base/assert.ts";
import { cleanCell } from "../formats.ts";
import { openRows } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";

/* Takes a large file apart in a thread of its own, so that reading and understanding it go on side by side. */

export interface RowsTask {
  readonly path: string;
}

export type RowsAnswer =
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly ended: true }
  /** What a person is told about the file. */
  | { readonly unreadable: string };

const ROWS_AT_ONCE = 2_000;
/** So many answers may be on their way: more would only fill the memory. */
const ON_THE_WAY = 4;

const port = must(parentPort, "a thread");
const say = (answer: RowsAnswer) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(answer);
};

async function read({ path }: RowsTask): Promise<void> {
  let onTheWay = 0;
  port.on("message", () => onTheWay--);
  let rows: (readonly string[])[] = [];
  for await (const row of await openRows(path)) {
    rows.push(row.map(cleanCell));
    if (rows.length < ROWS_AT_ONCE) continue;
    say({ rows });
    rows = [];
    onTheWay++;
    while (onTheWay >= ON_THE_WAY) await once(port, "message");
  }
  say({ rows });
}

try {
  await read(workerData as RowsTask);
  say({ ended: true });
} catch (error) {
  if (!(error instanceof TableFileError)) throw error;
  say({ unreadable: error.message });
}
port.close();
