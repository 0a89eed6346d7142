import { parentPort, workerData } from "node:worker_threads";
import type { Thresholds } from "../audit.ts";
import type { ImportedFile, RowTrouble } from "../importSummary.ts";
import type { OrderTable } from "../orders.ts";
import { maskValue } from "../reasons.ts";
import { caseDocument, summarise, type AuditSummary } from "../report.ts";
import { auditBeside } from "./auditBeside.ts";
import { importOrders, readColumnMap } from "./importOrders.ts";
import { TableFileError } from "./tableFileError.ts";
import { decisionsCsv } from "./writeAudit.ts";

/** An export to look at: a file of this machine that only we read. */
export interface ImportTask {
  readonly path: string;
  readonly map: unknown;
  /** Null: the file is read and shown, nothing is looked for. */
  readonly thresholds: Thresholds | null;
}

export interface ImportPreview {
  readonly files: readonly ImportedFile[];
  readonly orders: number;
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly troubles: readonly RowTrouble[];
  readonly troubleCount: number;
}

export type ImportAnswer =
  | { readonly ok: true; readonly preview: ImportPreview; readonly found: ImportFound | null }
  | { readonly ok: false; readonly reasons: readonly string[] };

export interface ImportFound {
  readonly summary: AuditSummary;
  readonly cases: readonly object[];
  readonly decisions: string;
}

const SHOWN_ROWS = 8;
const PLAIN_COLUMNS = ["channel", "paymentMethod", "sku", "district", "userAgent"] as const;
const MASKED_COLUMNS = ["name", "phone", "email", "address", "device", "ip"] as const;

/** The first rows, so that a person sees that the columns were understood; what is personal is masked. */
function firstRows(table: OrderTable): Record<string, string>[] {
  return Array.from({ length: Math.min(SHOWN_ROWS, table.count) }, (_, row) => {
    const shown: Record<string, string> = {
      order_id: table.orderIds[row]!,
      ordered_at: new Date(table.orderedAtMs[row]!).toISOString(),
    };
    for (const name of [...PLAIN_COLUMNS, ...MASKED_COLUMNS]) {
      const column = table.columns[name];
      const value = column.valueOf[row]!;
      const masked = MASKED_COLUMNS.some((one) => one === name);
      const text = value < 0 ? "" : column.values[value]!;
      shown[name] = masked && text !== "" ? maskValue(text) : text;
    }
    return shown;
  });
}

async function run(task: ImportTask): Promise<ImportAnswer> {
  const map = task.map === null ? null : readColumnMap(task.map);
  if (map && !map.ok) return { ok: false, reasons: map.issues };
  try {
    const imported = await importOrders([task.path], map ? { map: map.map } : {});
    const { table, files, troubles, troubleCount } = imported;
    const preview = { files, orders: table.count, rows: firstRows(table), troubles, troubleCount };
    if (task.thresholds === null) return { ok: true, preview, found: null };
    const result = await auditBeside(table, { thresholds: task.thresholds });
    const found = {
      summary: summarise(table, result, imported),
      cases: result.cases.map((one) => caseDocument(table, result, one)),
      decisions: decisionsCsv(table, result),
    };
    return { ok: true, preview, found };
  } catch (error) {
    if (!(error instanceof TableFileError)) throw error;
    return { ok: false, reasons: [error.message.replace(`${task.path}: `, "")] };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(await run(workerData as ImportTask));
