/*
 * SQL about appeals. The buyer's statement and her files are stored encrypted, and emptied when
 * they expire or are erased; state and outcome stay for the public counts.
 */

import { randomUUID } from "node:crypto";
import type { Text } from "../../../base/language.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { ANSWERED_BEFORE_MS } from "../../../sale/standing/shipBy.ts";
import type { AppealState } from "../appeal.ts";
import type { FileType } from "./appealFile.ts";
import type { DecisionRecord, RecordedReason } from "../../decision/decisionRecord.ts";

export interface StoredAppeal {
  readonly appealId: string;
  readonly decisionId: string;
  readonly saleNo: number;
  readonly slug: string;
  readonly orderId: string;
  readonly accountKey: string;
  readonly state: AppealState;
  readonly wantsHuman: boolean;
  readonly isFamily: boolean;
  readonly filedAtMs: number;
  readonly dueAtMs: number;
  readonly decidedBy: string | null;
  readonly byDefault: boolean;
  readonly answer: Text | null;
  readonly record: DecisionRecord;
  /** Everybody who took part in the decision. */
  readonly deciders: readonly string[];
  readonly statementCipher: Buffer;
}

interface AppealRow extends Omit<StoredAppeal, "filedAtMs" | "dueAtMs"> {
  readonly filedAt: Date;
  readonly dueAt: Date;
}

function asAppeal({ filedAt, dueAt, ...appeal }: AppealRow): StoredAppeal {
  return { ...appeal, filedAtMs: filedAt.getTime(), dueAtMs: dueAt.getTime() };
}

const APPEALS = `select a.appeal_id, a.decision_id, a.state, a.wants_human, a.is_family, a.filed_at, a.due_at,
    a.decided_by, a.by_default, a.answer, a.statement_cipher, d.sale_no, d.order_id, d.account_key,
    d.record, d.decided_by as deciders, s.slug
  from appeal a join decision d using (decision_id) join sale s using (sale_no)`;

/** The buyer's statement; empty after erasure or expiry. */
export function readStatement(keyring: Keyring, appeal: StoredAppeal): string {
  return appeal.statementCipher.length === 0 ? "" : keyring.decrypt(appeal.statementCipher);
}

/** The appeal; with `lock` its row is locked until the transaction ends. */
export async function findAppeal(
  sql: Query,
  appealId: string,
  lock = false,
): Promise<StoredAppeal | null> {
  const [row] = await sql.unsafe<AppealRow[]>(
    `${APPEALS} where a.appeal_id = $1 ${lock ? "for update of a" : ""}`,
    [appealId],
  );
  return row ? asAppeal(row) : null;
}

/** The appeal against a decision; there is at most one. */
export async function findAppealOfDecision(
  sql: Query,
  decisionId: string,
): Promise<StoredAppeal | null> {
  const [row] = await sql.unsafe<AppealRow[]>(`${APPEALS} where a.decision_id = $1`, [decisionId]);
  return row ? asAppeal(row) : null;
}

/** Appeals in one state or in all, pending ones first and by deadline. At most 1,000. */
export async function listAppeals(sql: Query, state: AppealState | null): Promise<StoredAppeal[]> {
  const rows = await sql.unsafe<AppealRow[]>(
    `${APPEALS} where ($1::text is null or a.state = $1)
     order by (a.state = 'pending') desc, a.due_at, a.appeal_id limit 1000`,
    [state],
  );
  return rows.map(asAppeal);
}

export interface AppealFile {
  readonly name: string;
  readonly mediaType: FileType;
  readonly bytes: Uint8Array;
}

export interface NewAppeal {
  readonly decisionId: string;
  readonly statement: string;
  readonly wantsHuman: boolean;
  readonly isFamily: boolean;
  readonly files: readonly AppealFile[];
  readonly nowMs: number;
  readonly dueAtMs: number;
}

/** Stores an appeal with its files; statement, names and contents are encrypted. */
export async function insertAppeal(
  tx: Transaction,
  keyring: Keyring,
  appeal: NewAppeal,
): Promise<void> {
  const appealId = randomUUID();
  await tx`
    insert into appeal (appeal_id, decision_id, state, statement_cipher, wants_human, is_family,
      filed_at, due_at)
    values (${appealId}, ${appeal.decisionId}, 'pending', ${keyring.encrypt(appeal.statement)},
      ${appeal.wantsHuman}, ${appeal.isFamily}, ${new Date(appeal.nowMs)},
      ${new Date(appeal.dueAtMs)})`;
  for (const [index, file] of appeal.files.entries()) {
    await tx`
      insert into appeal_file (appeal_id, file_no, media_type, byte_count, name_cipher,
        content_cipher)
      values (${appealId}, ${index + 1}, ${file.mediaType}, ${file.bytes.length},
        ${keyring.encrypt(file.name)},
        ${keyring.encrypt(Buffer.from(file.bytes).toString("base64"))})`;
  }
}

/** The files of an appeal, without their contents. */
export async function listFiles(
  sql: Query,
  appealId: string,
): Promise<{ fileNo: number; mediaType: string; byteCount: number }[]> {
  return await sql<{ fileNo: number; mediaType: string; byteCount: number }[]>`
    select file_no, media_type, byte_count
    from appeal_file where appeal_id = ${appealId} order by file_no`;
}

/** One file, decrypted; null if it does not exist or has expired. */
export async function readFile(
  sql: Query,
  keyring: Keyring,
  appealId: string,
  fileNo: number,
): Promise<{ mediaType: string; name: string; content: string } | null> {
  const [row] = await sql<{ mediaType: string; nameCipher: Buffer; contentCipher: Buffer }[]>`
    select media_type, name_cipher, content_cipher from appeal_file
    where appeal_id = ${appealId} and file_no = ${fileNo}`;
  if (!row) return null;
  return {
    mediaType: row.mediaType,
    name: keyring.decrypt(row.nameCipher),
    content: keyring.decrypt(row.contentCipher),
  };
}

/** Stores the outcome and the answer. */
export async function writeAppealEnd(
  tx: Transaction,
  appealId: string,
  end: {
    readonly state: "upheld" | "rejected";
    readonly decidedBy: string;
    readonly byDefault: boolean;
    readonly answer: Text;
    readonly nowMs: number;
  },
): Promise<void> {
  await tx`
    update appeal set state = ${end.state}, decided_by = ${end.decidedBy},
      decided_at = ${new Date(end.nowMs)}, by_default = ${end.byDefault},
      answer = ${tx.json(end.answer)}
    where appeal_id = ${appealId}`;
}

/** An appeal whose time is over and that nobody decided. */
export interface DueAppeal {
  readonly appealId: string;
  readonly dueAt: Date;
  readonly reasons: readonly RecordedReason[];
}

/** A page of such appeals, the oldest first. */
export async function listDueAppeals(
  sql: Query,
  page: { readonly nowMs: number; readonly after: DueAppeal | null; readonly mostCount: number },
): Promise<DueAppeal[]> {
  const { nowMs, after, mostCount } = page;
  return await sql<DueAppeal[]>`
    select a.appeal_id, a.due_at, d.record->'reasons' as reasons
    from appeal a join decision d using (decision_id)
    where a.state = 'pending' and a.due_at <= ${new Date(nowMs)}
      and (${after === null} or (a.due_at, a.appeal_id)
        > (${after?.dueAt ?? null}::timestamptz, ${after?.appealId ?? null}::uuid))
    order by a.due_at, a.appeal_id limit ${mostCount}`;
}

/** Open appeals about units that are still kept although their channel's deadline is near. */
export async function listAppealsAtShipBy(
  sql: Query,
  nowMs: number,
  mostCount: number,
): Promise<string[]> {
  const rows = await sql<{ appealId: string }[]>`
    select a.appeal_id from appeal a join decision d using (decision_id)
    where a.state = 'pending' and d.state = 'in_force' and d.let_go_at is null
      and d.ship_by <= ${new Date(nowMs + ANSWERED_BEFORE_MS)}
    order by d.ship_by limit ${mostCount}`;
  return rows.map(({ appealId }) => appealId);
}

/** Appeals that wait and of which nobody was reminded yet, the one that is due first on top. */
export async function listUnreminded(
  sql: Query,
  mostCount: number,
): Promise<{ readonly appealId: string; readonly filedAt: Date; readonly dueAt: Date }[]> {
  return await sql<{ appealId: string; filedAt: Date; dueAt: Date }[]>`
    select appeal_id, filed_at, due_at from appeal
    where state = 'pending' and reminded_at is null order by due_at limit ${mostCount}`;
}

/** False where it was written before: of two servers that looked at once, one reminds. */
export async function writeReminder(
  tx: Transaction,
  appealId: string,
  nowMs: number,
): Promise<boolean> {
  const { count } = await tx`
    update appeal set reminded_at = ${new Date(nowMs)}
    where appeal_id = ${appealId} and reminded_at is null`;
  return count > 0;
}
