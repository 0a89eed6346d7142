import { randomUUID } from "node:crypto";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { keepable } from "../../../base/keepable.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { ImportFound } from "../../../integrity/io/importThread.ts";
import type { CaseDocument, ImportFigures } from "../../../integrity/report.ts";

/** All SQL about exports that were handed in. Nothing here says who a buyer is, but for the encrypted decisions. */

/** What was found in an export is kept so long; the export itself is not kept at all. */
const KEPT_MS = 90 * 86_400_000;

export interface StoredImport {
  readonly importId: string;
  readonly name: string;
  readonly handedInBy: string;
  readonly handedInAtMs: number;
  readonly expiresAtMs: number;
  readonly orders: number;
  readonly cases: number;
}

interface ImportRow {
  readonly import_id: string;
  readonly name: string;
  readonly handed_in_by: string;
  readonly handed_in_at: Date;
  readonly expires_at: Date;
  readonly orders: number;
  readonly case_count: number;
}

const asImport = (row: ImportRow): StoredImport => ({
  importId: row.import_id,
  name: row.name,
  handedInBy: row.handed_in_by,
  handedInAtMs: row.handed_in_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  orders: row.orders,
  cases: row.case_count,
});

/** What a list shows: two figures, not the whole summary. */
const LINE = `import_id, name, handed_in_by, handed_in_at, expires_at, (summary->>'orders')::int as orders,
  (summary->>'cases')::int as case_count`;

/** The import of the same bytes and map, where there is one. */
export async function findImportByContent(
  sql: Query,
  contentKey: string,
): Promise<StoredImport | null> {
  const [row] = await sql.unsafe<ImportRow[]>(
    `select ${LINE} from order_import where content_key = $1`,
    [contentKey],
  );
  return row ? asImport(row) : null;
}

/** Writes what was found, once for the same bytes: of two that looked at once, one did for nothing. */
export async function insertImport(
  tx: Transaction,
  keyring: Keyring,
  given: {
    readonly name: string;
    readonly who: string;
    readonly contentKey: string;
    readonly found: ImportFound;
    readonly nowMs: number;
  },
): Promise<StoredImport & { readonly isFirst: boolean }> {
  const { found, nowMs } = given;
  const json = (value: unknown) => tx.json(keepable(value));
  const { count } = await tx`
    insert into order_import (import_id, name, handed_in_by, handed_in_at, expires_at, content_key,
      summary, cases, decisions_cipher)
    values (${randomUUID()}, ${given.name}, ${given.who}, ${new Date(nowMs)},
      ${new Date(nowMs + KEPT_MS)}, ${given.contentKey}, ${json(found.figures)}::jsonb,
      ${json(found.cases)}::jsonb, ${keyring.encrypt(found.decisions)})
    on conflict (content_key) do nothing`;
  const stored = must(
    await findImportByContent(tx, given.contentKey),
    "an import was just written",
  );
  return { ...stored, isFirst: count === 1 };
}

export async function listImports(sql: Query): Promise<StoredImport[]> {
  const rows = await sql.unsafe<ImportRow[]>(
    `select ${LINE} from order_import order by handed_in_at desc, import_id limit 200`,
    [],
  );
  return rows.map(asImport);
}

/** An import with everything that was found in it. */
export interface WholeImport extends StoredImport {
  readonly summary: ImportFigures;
  readonly found: readonly CaseDocument[];
}

export async function findImport(sql: Query, importId: string): Promise<WholeImport | null> {
  const [row] = await sql.unsafe<(ImportRow & { summary: ImportFigures; found: CaseDocument[] })[]>(
    `select ${LINE}, summary, cases as found from order_import where import_id = $1`,
    [importId],
  );
  return row ? { ...asImport(row), summary: row.summary, found: row.found } : null;
}

/** decisions.csv of an import, still encrypted. */
export async function findImportDecisions(sql: Query, importId: string): Promise<Buffer | null> {
  const [row] = await sql<{ decisions_cipher: Buffer }[]>`
    select decisions_cipher from order_import where import_id = ${importId}`;
  return row?.decisions_cipher ?? null;
}

export async function expireImports(sql: Query, nowMs: number): Promise<number> {
  const { count } = await sql`delete from order_import where expires_at <= ${new Date(nowMs)}`;
  return count;
}
