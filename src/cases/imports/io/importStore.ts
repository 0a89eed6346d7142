/*
 * SQL about imported exports. Stored are figures, masked cases and, encrypted, the decisions; the
 * export itself is not kept. Everything expires together.
 */

import { randomUUID } from "node:crypto";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { wellFormedText } from "../../../base/wellFormedText.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { ImportFound } from "../../../integrity/io/importThread.ts";
import type { CaseDocument, ImportFigures } from "../../../integrity/report.ts";

/** How long findings are kept. */
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

interface ImportRow extends Omit<StoredImport, "handedInAtMs" | "expiresAtMs"> {
  readonly handedInAt: Date;
  readonly expiresAt: Date;
}

function asImport({ handedInAt, expiresAt, ...one }: ImportRow): StoredImport {
  return { ...one, handedInAtMs: handedInAt.getTime(), expiresAtMs: expiresAt.getTime() };
}

/** For lists: two figures of the summary, without its rest. */
const LINE = `import_id, name, handed_in_by, handed_in_at, expires_at, (summary->>'orders')::int as orders,
  (summary->>'cases')::int as cases`;

/** The import of the same bytes and map, if there is one. */
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

/**
 * Stores findings once per content. Of two requests that read the same file at once, the second
 * gets the first one's row (`isFirst` false).
 */
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
  const json = (value: unknown) => tx.json(wellFormedText(value));
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

/** The newest 200 imports. */
export async function listImports(sql: Query): Promise<StoredImport[]> {
  const rows = await sql.unsafe<ImportRow[]>(
    `select ${LINE} from order_import order by handed_in_at desc, import_id limit 200`,
    [],
  );
  return rows.map(asImport);
}

/** An import with all its findings. */
export interface WholeImport extends StoredImport {
  readonly summary: ImportFigures;
  readonly found: readonly CaseDocument[];
}

/** One import with all its findings. */
export async function findImport(sql: Query, importId: string): Promise<WholeImport | null> {
  const [row] = await sql.unsafe<(ImportRow & { summary: ImportFigures; found: CaseDocument[] })[]>(
    `select ${LINE}, summary, cases as found from order_import where import_id = $1`,
    [importId],
  );
  if (!row) return null;
  const { summary, found, ...line } = row;
  return { ...asImport(line), summary, found };
}

/** The import's decisions.csv, still encrypted. */
export async function findImportDecisions(sql: Query, importId: string): Promise<Buffer | null> {
  const [row] = await sql<{ decisionsCipher: Buffer }[]>`
    select decisions_cipher from order_import where import_id = ${importId}`;
  return row?.decisionsCipher ?? null;
}

/** Deletes expired imports; returns how many. */
export async function expireImports(sql: Query, nowMs: number): Promise<number> {
  const { count } = await sql`delete from order_import where expires_at <= ${new Date(nowMs)}`;
  return count;
}
