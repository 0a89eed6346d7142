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
export async function noteLook(sql: Query, look: Look): Promise<void> {
  const { accountKey, operator, what, subject, purpose, nowMs } = look;
  await sql`
    insert into data_look (account_key, operator_name, role, what, subject, purpose, looked_at)
    select ${accountKey}, ${operator.name}, ${operator.role}, ${what}, ${subject}, ${purpose},
      ${new Date(nowMs)}
    where not exists (select 1 from data_look
      where account_key = ${accountKey} and operator_name = ${operator.name} and what = ${what}
        and subject = ${subject} and purpose is not distinct from ${purpose}::text
        and looked_at > ${new Date(nowMs - SAME_LOOK_MS)})`;
}

/** Notes a look at what the buyer of an entry wrote against its being joined with others. */
export async function noteObjectionLook(
  sql: Query,
  entry: { readonly saleNo: number; readonly roundNo: number; readonly entryId: string },
  { operator, nowMs }: Pick<Look, "operator" | "nowMs">,
): Promise<void> {
  const [row] = await sql<{ accountKey: string }[]>`
    select account_key from entry
    where sale_no = ${entry.saleNo} and round_no = ${entry.roundNo}
      and entry_id = ${entry.entryId}`;
  if (!row) return;
  const { entryId: subject } = entry;
  const look = { ...row, operator, what: "objection", subject, purpose: null, nowMs } as const;
  await noteLook(sql, look);
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
