import { setTimeout as sleep } from "node:timers/promises";
import { serveThread, setupOf } from "../../../src/threads/serve.ts";
import { connect } from "../../../src/db/connect.ts";
import type { RootThread } from "../../../src/sale/line/io/rootThread.ts";
import { windowRoot, type RootTask } from "../../../src/sale/line/io/windowRoot.ts";

/* The thread for roots, but slow: it waits before it begins. */

export interface SlowRootTask extends RootTask {
  readonly slowMs: number;
}

const { target } = setupOf<RootThread>();
const sql = connect(target, { poolSize: 1, name: "slow root" });
serveThread<RootThread & { readonly task: SlowRootTask }>(async (task) => {
  await sleep(task.slowMs);
  return await windowRoot(sql, task);
});
