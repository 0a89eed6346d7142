/* Thread entry: compares two sets of thresholds on the same orders. */

import type { Thresholds } from "../../../integrity/audit.ts";
import { backtest, type Backtest } from "../../../integrity/backtest.ts";
import { OrderTableBuilder, type OrderRecord } from "../../../integrity/table/orders.ts";
import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";

interface BacktestTask {
  readonly records: readonly OrderRecord[];
  readonly a: Thresholds;
  readonly b: Thresholds;
}

export type BacktestThread = ThreadContract<BacktestTask, Backtest>;

function run({ records, a, b }: BacktestTask): Backtest {
  const builder = new OrderTableBuilder();
  for (const record of records) builder.add(record);
  return backtest(builder.build(), { a, b });
}

serveThread<BacktestThread>(run);
