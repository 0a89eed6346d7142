/* Reads and audits an uploaded file in a thread with bounded memory, so that no file can bring the server down. */

import { must } from "../../base/assert.ts";
import { floatAt } from "../../base/at.ts";
import type { ThreadContract } from "../../threads/protocol.ts";
import { serveThread } from "../../threads/serve.ts";
import type { Thresholds } from "../audit.ts";
import type { ColumnMap } from "../table/columnMap.ts";
import { textAt, type Column } from "../table/columns.ts";
import type { ImportedFile, RowTrouble } from "../table/importSummary.ts";
import { leavingOut } from "../values/withoutManyPeoples.ts";
import type { OrderTable } from "../table/orders.ts";
import { maskValue } from "../reasons.ts";
import {
  caseDocument,
  importFigures,
  summarise,
  type CaseDocument,
  type ImportFigures,
} from "../report.ts";
import { auditBeside } from "./auditBeside.ts";
import { importOrders } from "./importOrders.ts";
import type { ReadLimits } from "./rows.ts";
import { TableFileError } from "./tableFileError.ts";
import { MemberIds } from "../memberIds.ts";
import { decisionsCsv } from "./writeAudit.ts";

/** An export to look at: a file of this machine that only we read. */
export interface ImportTask {
  readonly path: string;
  /** Its name for the person who handed it in. */
  readonly name: string;
  readonly map: ColumnMap | null;
  readonly limits: ReadLimits;
  /** Null: the file is read and shown, nothing is looked for. */
  readonly thresholds: Thresholds | null;
}

/** One of the first orders; what is personal is masked. */
export interface PreviewRow {
  readonly order_id: string;
  readonly ordered_at: string;
  readonly channel: string;
  readonly sku: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  readonly device: string;
}

export interface ImportPreview {
  readonly files: readonly ImportedFile[];
  readonly orders: number;
  readonly rows: readonly PreviewRow[];
  readonly troubles: readonly RowTrouble[];
  readonly troubleCount: number;
}

/** All that leaves this thread. The order table, with everybody's contacts, never does. */
export type ImportAnswer =
  | { readonly ok: true; readonly preview: ImportPreview; readonly found: ImportFound | null }
  /** Why the file cannot be read, in a sentence. */
  | { readonly ok: false; readonly reason: string };

export type ImportThread = ThreadContract<ImportTask, ImportAnswer>;

export interface ImportFound {
  readonly figures: ImportFigures;
  readonly cases: readonly CaseDocument[];
  readonly decisions: string;
}

const SHOWN_ROWS = 8;

/** The first rows, so that a person sees that the columns were understood. */
function firstRows(table: OrderTable): PreviewRow[] {
  const { columns } = table;
  return Array.from({ length: Math.min(SHOWN_ROWS, table.count) }, (_, row) => {
    const text = (column: Column) => textAt(column, row) ?? "";
    return {
      order_id: must(table.orderIds[row], "an id of each order"),
      ordered_at: new Date(floatAt(table.orderedAtMs, row)).toISOString(),
      channel: text(columns.channel),
      sku: text(columns.sku),
      name: maskValue(text(columns.name)),
      phone: maskValue(text(columns.phone)),
      email: maskValue(text(columns.email)),
      address: maskValue(text(columns.address)),
      device: maskValue(text(columns.device)),
    };
  });
}

async function run(task: ImportTask): Promise<ImportAnswer> {
  try {
    const imported = await importOrders([task.path], task);
    const { table, files, apart, troubles, troubleCount } = imported;
    const preview = { files, orders: table.count, rows: firstRows(table), troubles, troubleCount };
    if (task.thresholds === null) return { ok: true, preview, found: null };
    const result = await auditBeside(table, { thresholds: task.thresholds });
    const ids = new MemberIds(table, result);
    const tying = leavingOut(table, result.manyPeoples);
    const found = {
      figures: importFigures(summarise(table, result, imported)),
      cases: result.cases.map((one) => caseDocument(tying, result, one, ids)),
      decisions: decisionsCsv(table, result, apart, ids),
    };
    return { ok: true, preview, found };
  } catch (error) {
    if (!(error instanceof TableFileError)) throw error;
    return { ok: false, reason: error.message.replace(`${task.path}: `, "") };
  }
}

serveThread<ImportThread>(run);
