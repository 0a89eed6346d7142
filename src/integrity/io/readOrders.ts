/* The orders of one table file, in batches; read in a thread, or by the caller where the file is small. */

import { cleanCell } from "../../connectors/formats/cells.ts";
import type { ColumnMap } from "../table/columnMap.ts";
import type { Again, FileForm, OrderBatch } from "../table/orderBatch.ts";
import { headOf, OrderReader } from "../table/orderReader.ts";
import { encodingAfter, openTable, type ReadLimits } from "./rows.ts";

/** Orders of a batch, about. */
const ROWS_AT_ONCE = 2_000;

export interface OrdersTask {
  readonly path: string;
  readonly map: ColumnMap | null;
  readonly limits: ReadLimits;
  /** The findings of an earlier reading of the file. */
  readonly again: Again | null;
}

/** The last batch may have no orders: it tells the head, and how the file was read. */
export async function* readOrders(task: OrdersTask): AsyncGenerator<OrderBatch> {
  const { path, map, limits, again } = task;
  const opened = await openTable(path, {
    limits,
    encoding: again?.encoding ?? null,
    isHead: (cells) => headOf(cells.map(cleanCell), map) !== null,
  });
  const reader = new OrderReader(map, again?.assumed ?? null);
  const { encoding, delimiter, sheets } = opened;
  const names: { readonly name: string; readonly hasHead: boolean }[] = [];
  const form = (): FileForm => ({
    encoding,
    delimiter,
    sheets: names.filter(({ hasHead }) => hasHead).map(({ name }) => name),
    otherSheets: names.filter(({ hasHead }) => !hasHead).map(({ name }) => name),
  });
  try {
    for (const { name, rows } of sheets) {
      reader.startSheet(name);
      for await (const row of rows) {
        if (!reader.take(row.map(cleanCell))) break;
        if (reader.rowCount >= ROWS_AT_ONCE) yield reader.batch();
      }
      reader.endSheet();
      if (name === null) continue;
      names.push({ name, hasHead: reader.hasHead });
      yield reader.batch();
    }
  } catch (error) {
    const next = { encoding: await encodingAfter(error, opened), assumed: null };
    yield reader.batch({ form: form(), reading: null, again: next, near: null, likely: null });
    return;
  }
  const end = reader.end(form());
  yield reader.batch(again?.isLast ? { ...end, again: null } : end);
}
