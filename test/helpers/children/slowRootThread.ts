import { setTimeout as sleep } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { answerTasks } from "../../../src/threads/thread.ts";
import { connect, type DatabaseTarget } from "../../../src/db/connect.ts";
import { windowRoot, type RootTask } from "../../../src/sale/line/io/windowRoot.ts";

/* The thread for roots, but slow: it waits before it begins. */

export interface SlowRootTask extends RootTask {
  readonly slowMs: number;
}

const { target } = workerData as { readonly target: DatabaseTarget };
const sql = connect(target, { poolSize: 1, name: "slow root" });
answerTasks(async (task: SlowRootTask) => {
  await sleep(task.slowMs);
  return await windowRoot(sql, task);
});
