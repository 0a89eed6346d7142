import { parentPort, workerData } from "node:worker_threads";
import type { Thresholds } from "../../../integrity/audit.ts";
import { backtest } from "../../../integrity/backtest.ts";
import { OrderTableBuilder, type OrderRecord } from "../../../integrity/table/orders.ts";

export interface BacktestTask {
  readonly records: readonly OrderRecord[];
  readonly a: Thresholds;
  readonly b: Thresholds;
}

function run({ records, a, b }: BacktestTask) {
  const builder = new OrderTableBuilder();
  for (const record of records) builder.add(record);
  return backtest(builder.build(), { a, b });
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(run(workerData as BacktestTask));
