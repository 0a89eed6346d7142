import { randomUUID } from "node:crypto";
import type { Keyring } from "../../access/io/keyring.ts";
import { must } from "../../base/assert.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import type { ImportFound } from "../../integrity/io/importThread.ts";

/** All SQL about exports that were handed in. */

/** What was found in an export is kept so long; the export itself is not kept at all. */
const KEPT_MS = 90 * 86_400_000;

export interface StoredImport {
  readonly importId: string;
  readonly name: string;
  readonly handedInBy: string;
  readonly handedInAtMs: number;
  readonly expiresAtMs: number;
  readonly summary: Record<string, unknown>;
}

interface ImportRow {
  readonly import_id: string;
  readonly name: string;
  readonly handed_in_by: string;
  readonly handed_in_at: Date;
  readonly expires_at: Date;
  readonly summary: Record<string, unknown>;
}

const asImport = (row: ImportRow): StoredImport => ({
  importId: row.import_id,
  name: row.name,
  handedInBy: row.handed_in_by,
  handedInAtMs: row.handed_in_at.getTime(),
  expiresAtMs: row.expires_at.getTime(),
  summary: row.summary,
});

/** The import of the same bytes and map, where there is one. */
export async function findImportByContent(
  sql: Query,
  contentKey: string,
): Promise<StoredImport | null> {
  const [row] = await sql<ImportRow[]>`
    select import_id, name, handed_in_by, handed_in_at, expires_at, summary
    from order_import where content_key = ${contentKey}`;
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
  const json = (value: unknown) => tx.json(value as never);
  const { count } = await tx`
    insert into order_import (import_id, name, handed_in_by, handed_in_at, expires_at, content_key,
      summary, cases, decisions_cipher)
    values (${randomUUID()}, ${given.name}, ${given.who}, ${new Date(nowMs)},
      ${new Date(nowMs + KEPT_MS)}, ${given.contentKey}, ${json(found.summary)}::jsonb,
      ${json(found.cases)}::jsonb, ${keyring.encrypt(found.decisions)})
    on conflict (content_key) do nothing`;
  const stored = must(
    await findImportByContent(tx, given.contentKey),
    "an import was just written",
  );
  return { ...stored, isFirst: count === 1 };
}

export async function listImports(sql: Query): Promise<StoredImport[]> {
  const rows = await sql<ImportRow[]>`
    select import_id, name, handed_in_by, handed_in_at, expires_at, summary
    from order_import order by handed_in_at desc limit 200`;
  return rows.map(asImport);
}

export async function findImport(
  sql: Query,
  importId: string,
): Promise<(StoredImport & { cases: Record<string, unknown>[]; decisionsCipher: Buffer }) | null> {
  const [row] = await sql<
    (ImportRow & { cases: Record<string, unknown>[]; decisions_cipher: Buffer })[]
  >`
    select * from order_import where import_id = ${importId}`;
  return row ? { ...asImport(row), cases: row.cases, decisionsCipher: row.decisions_cipher } : null;
}

export async function expireImports(sql: Query, nowMs: number): Promise<number> {
  const { count } = await sql`delete from order_import where expires_at <= ${new Date(nowMs)}`;
  return count;
}
