/* The orders of one table file, in batches; read in a thread, or by the caller where the file is small. */

import { cleanCell } from "../../connectors/formats/cells.ts";
import { OrderReader, type OrderBatch } from "../table/orderBatch.ts";
import { openRows, type ReadLimits } from "./rows.ts";
import type { ColumnMap } from "../table/columnMap.ts";

/** Orders of a batch, about. */
const ROWS_AT_ONCE = 2_000;

/** The last batch may have no orders: it tells the head. */
export async function* readOrders({ path, map, limits }: OrdersTask): AsyncGenerator<OrderBatch> {
  const reader = new OrderReader(map);
  for await (const row of await openRows(path, limits)) {
    if (!reader.take(row.map(cleanCell))) break;
    if (reader.rowCount >= ROWS_AT_ONCE) yield reader.batch();
  }
  yield reader.batch();
}

export interface OrdersTask {
  readonly path: string;
  readonly map: ColumnMap | null;
  readonly limits: ReadLimits;
}
