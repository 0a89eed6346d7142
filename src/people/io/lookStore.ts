/*
 * All SQL about looks at a buyer's data: who saw them in the clear, when, and why. Must never
 * happen: somebody looks and the buyer is not told.
 */

import type { Query } from "../../db/connect.ts";
import type { Role } from "../../access/role.ts";

export interface Look {
  readonly accountKey: string;
  readonly operator: { readonly name: string; readonly role: Role | null };
  readonly what: "order_facts" | "appeal" | "appeal_file" | "objection";
  /** The order, appeal or entry. */
  readonly subject: string;
  readonly purpose: string | null;
  readonly nowMs: number;
}

/** A page that renews itself is one look. */
const SAME_LOOK_MS = 3_600_000;
/** Long enough to complain about a look, as about an appeal's answer. */
const KEPT_MS = 400 * 86_400_000;

/** Notes a look, once an hour for one person and one thing. */
export async function noteLook(sql: Query, { accountKey, subject, ...look }: Look): Promise<void> {
  await noteLooks(sql, [{ accountKey, subject }], look);
}

/** Notes that a colleague looked at several things at once, each once an hour. */
export async function noteLooks(
  sql: Query,
  seen: readonly Pick<Look, "accountKey" | "subject">[],
  { operator, what, purpose, nowMs }: Omit<Look, "accountKey" | "subject">,
): Promise<void> {
  if (seen.length === 0) return;
  await sql`
    insert into data_look (account_key, operator_name, role, what, subject, purpose, looked_at)
    select distinct account_key, ${operator.name}, ${operator.role}, ${what}, subject, ${purpose}::text,
      ${new Date(nowMs)}::timestamptz
    from unnest(${seen.map((one) => one.accountKey)}::uuid[],
      ${seen.map((one) => one.subject)}::text[]) as seen (account_key, subject)
    where not exists (select 1 from data_look l
      where l.account_key = seen.account_key and l.operator_name = ${operator.name}
        and l.what = ${what} and l.subject = seen.subject
        and l.purpose is not distinct from ${purpose}::text
        and l.looked_at > ${new Date(nowMs - SAME_LOOK_MS)})`;
}

export interface ShownLook {
  readonly what: Look["what"];
  readonly subject: string;
  /** The role, not the name: the colleague's data are hers. Null: not known from before. */
  readonly role: Role | null;
  readonly purpose: string | null;
  readonly lookedAt: Date;
}

/** Looks at an account's data, newest first. */
export async function looksAt(sql: Query, accountKey: string): Promise<ShownLook[]> {
  return await sql<ShownLook[]>`
    select what, subject, role, purpose, looked_at from data_look
    where account_key = ${accountKey} order by looked_at desc, look_no desc limit 1000`;
}

/** Deletes looks that are long past. */
export async function forgetLooks(sql: Query, nowMs: number): Promise<void> {
  await sql`delete from data_look where looked_at < ${new Date(nowMs - KEPT_MS)}`;
}
