/*
 * SQL about lists of people who are to be owed a unit for a failure of ours. A list never changes
 * after it was made; approving it owes all its units in one transaction, or none.
 */

import { randomUUID } from "node:crypto";
import { DEFAULT_LANGUAGE, type Language, type Text } from "../../../base/language.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { ProductKey } from "../../../sale/definition.ts";
import type { Approval } from "../../batch/batch.ts";
import {
  creditDigest,
  type CreditLine,
  type CreditListState,
  type CreditStock,
} from "../credit.ts";

/** A line with the keys by which the limit knows the person. */
export interface StoredCreditLine extends CreditLine {
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
}

export interface StoredCreditList {
  readonly listId: string;
  readonly saleNo: number;
  readonly source: "recorded" | "uploaded";
  readonly state: CreditListState;
  readonly digest: string;
  readonly reason: Text;
  readonly created: Approval;
  readonly createdAt: Date;
  readonly ended: Approval | null;
  readonly endedAt: Date | null;
}

interface ListRow {
  readonly listId: string;
  readonly saleNo: number;
  readonly source: "recorded" | "uploaded";
  readonly state: CreditListState;
  readonly digest: string;
  readonly reason: string;
  readonly reasonEn: string;
  readonly createdBy: string;
  readonly createdPath: string[];
  readonly createdAt: Date;
  readonly endedBy: string | null;
  readonly endedPath: string[] | null;
  readonly endedAt: Date | null;
}

function asList(row: ListRow): StoredCreditList {
  const { listId, saleNo, source, state, digest, createdAt, endedAt } = row;
  const ended =
    row.endedBy === null ? null : { who: row.endedBy, invitedPath: row.endedPath ?? [] };
  return {
    listId,
    saleNo,
    source,
    state,
    digest,
    createdAt,
    endedAt,
    ended,
    reason: { id: row.reason, en: row.reasonEn },
    created: { who: row.createdBy, invitedPath: row.createdPath },
  };
}

const lists = (sql: Query) => sql`
  select list_id, sale_no, source, state, digest, reason, reason_en, created_by, created_path,
    created_at, ended_by, ended_path, ended_at
  from credit_list`;

/** A sale's lists, newest first. */
export async function listCreditLists(sql: Query, saleNo: number): Promise<StoredCreditList[]> {
  const rows = await sql<ListRow[]>`
    ${lists(sql)} where sale_no = ${saleNo} order by created_at desc, list_id`;
  return rows.map(asList);
}

/** A list, its row locked until the transaction ends. */
export async function lockCreditList(
  tx: Transaction,
  saleNo: number,
  listId: string,
): Promise<StoredCreditList | null> {
  const [row] = await tx<ListRow[]>`
    ${lists(tx)} where sale_no = ${saleNo} and list_id = ${listId} for update`;
  return row ? asList(row) : null;
}

/** The lines of a list. */
export async function readCreditLines(sql: Query, listId: string): Promise<StoredCreditLine[]> {
  return await sql<StoredCreditLine[]>`
    select round_no, account_key, variant_no, phone_key, email_key from credit_line
    where list_id = ${listId} order by round_no, account_key`;
}

/** An entry that a ticket names. */
export interface TicketEntry extends Omit<StoredCreditLine, "variantNo"> {
  readonly entryId: string;
  /** Its wishes, as variant numbers. */
  readonly preferences: string;
}

/** The entries of a sale among these. */
export async function findEntries(
  sql: Query,
  saleNo: number,
  entryIds: readonly string[],
): Promise<TicketEntry[]> {
  return await sql<TicketEntry[]>`
    select round_no, account_key, phone_key, email_key, entry_id, preferences from entry
    where sale_no = ${saleNo} and entry_id = any(${entryIds}::uuid[])`;
}

/** The people of a sale who are owed a unit for a failure, or wait in a list, as "round account". */
export async function readCredited(sql: Query, saleNo: number): Promise<Set<string>> {
  const rows = await sql<{ person: string }[]>`
    select format('%s %s', credit_round_no, account_key) as person from entitlement
    where credit_sale_no = ${saleNo}
    union
    select format('%s %s', e.round_no, n.account_key) from entitlement n
      join entry e on e.account_key = n.account_key and e.entry_id = n.credit_entry_id
    where e.sale_no = ${saleNo}
    union
    select format('%s %s', l.round_no, l.account_key) from credit_line l join credit_list c using (list_id)
    where c.sale_no = ${saleNo} and c.state = 'waiting'`;
  return new Set(rows.map(({ person }) => person));
}

export interface NewCreditList {
  readonly saleNo: number;
  readonly source: "recorded" | "uploaded";
  readonly reason: Text;
  readonly lines: readonly StoredCreditLine[];
  readonly by: Approval;
  readonly nowMs: number;
}

/** Stores a list that waits for a second person; returns its id. */
export async function insertCreditList(tx: Transaction, list: NewCreditList): Promise<string> {
  const listId = randomUUID();
  const { saleNo, source, reason, lines, by, nowMs } = list;
  await tx`
    insert into credit_list (list_id, sale_no, source, state, digest, reason, reason_en, created_by,
      created_path, created_at)
    values (${listId}, ${saleNo}, ${source}, 'waiting', ${creditDigest({ reason, lines })}, ${reason.id},
      ${reason.en}, ${by.who}, ${by.invitedPath}::text[], ${new Date(nowMs)})`;
  await tx`
    insert into credit_line (list_id, round_no, account_key, variant_no, phone_key, email_key)
    select ${listId}, round_no, account_key, variant_no, phone_key, email_key
    from unnest(${lines.map((line) => line.roundNo)}::smallint[],
      ${lines.map((line) => line.accountKey)}::uuid[],
      ${lines.map((line) => line.variantNo)}::smallint[],
      ${lines.map((line) => line.phoneKey)}::uuid[], ${lines.map((line) => line.emailKey)}::uuid[])
      as line (round_no, account_key, variant_no, phone_key, email_key)`;
  return listId;
}

/** The end of a list: who ended it, and how. */
export async function endCreditList(
  tx: Transaction,
  listId: string,
  end: { readonly state: "approved" | "rejected"; readonly by: Approval; readonly nowMs: number },
): Promise<void> {
  await tx`
    update credit_list set state = ${end.state}, ended_by = ${end.by.who},
      ended_path = ${end.by.invitedPath}::text[], ended_at = ${new Date(end.nowMs)}
    where list_id = ${listId}`;
}

/** A sale's units by round and variant, and how many are owed for failures in it. */
export async function readCreditStock(sql: Query, saleNo: number): Promise<CreditStock[]> {
  return await sql<CreditStock[]>`
    with credited as (
      select l.round_no, l.variant_no, count(*)::int as units
      from credit_line l join credit_list c using (list_id)
      where c.sale_no = ${saleNo} and c.state = 'approved' group by 1, 2)
    select round_no, variant_no, sum(s.allotted)::int as units,
      coalesce(max(c.units), 0)::int as credited_units
    from stock s left join credited c using (round_no, variant_no)
    where s.sale_no = ${saleNo} group by round_no, variant_no order by round_no, variant_no`;
}

/** A unit that is owed from now on. */
export interface GrantedCredit {
  readonly accountKey: string;
  readonly variantNo: number;
  readonly language: Language;
}

/** Owes the units of a list: once for each person and round, whatever the number of lists. */
export async function insertCredits(
  tx: Transaction,
  list: StoredCreditList,
  lines: readonly (StoredCreditLine & ProductKey & { readonly priceMinorUnits: number })[],
  granted: {
    readonly currency: string;
    readonly who: string;
    readonly nowMs: number;
    readonly expiresAtMs: number;
  },
): Promise<GrantedCredit[]> {
  const { currency, who, nowMs, expiresAtMs } = granted;
  return await tx<GrantedCredit[]>`
    with came as (
      select * from unnest(${lines.map(() => randomUUID())}::uuid[],
        ${lines.map((line) => line.roundNo)}::smallint[],
        ${lines.map((line) => line.accountKey)}::uuid[],
        ${lines.map((line) => line.variantNo)}::smallint[],
        ${lines.map((line) => line.phoneKey)}::uuid[],
        ${lines.map((line) => line.emailKey)}::uuid[], ${lines.map((line) => line.family)}::text[], ${lines.map((line) => line.sku)}::text[],
        ${lines.map((line) => line.priceMinorUnits)}::bigint[])
        as line (entitlement_id, round_no, account_key, variant_no, phone_key, email_key, family, sku, price)),
    owed as (
      insert into entitlement (entitlement_id, credit_list_id, credit_sale_no, credit_round_no,
        account_key, phone_key, email_key, family, sku, price_minor_units, currency, state, granted_at,
        expires_at, reason, reason_en, granted_by)
      select entitlement_id, ${list.listId}, ${list.saleNo}, round_no, account_key, phone_key,
        email_key, family, sku, price, ${currency}, 'standing', ${new Date(nowMs)}, ${new Date(expiresAtMs)},
        ${list.reason.id}, ${list.reason.en}, ${who}
      from came on conflict do nothing returning entitlement_id)
    select came.account_key, came.variant_no, coalesce(a.language, ${DEFAULT_LANGUAGE}) as language
    from owed join came using (entitlement_id) left join account a using (account_key)
    order by came.account_key`;
}
