/*
 * SQL about the analysis of a sale: its orders, earlier findings by people, and the outcome. The
 * unique row of a sale makes the analysis count once.
 */

import type { Query, Transaction } from "../../../db/connect.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import type { CaseFinding } from "../findings.ts";

/** A paid or confirmed order with its facts. */
export interface StandingOrder {
  readonly orderId: string;
  readonly accountKey: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly paymentMethod: string;
  readonly priceMinorUnits: number;
  readonly placedAt: Date;
  readonly factsCipher: Buffer | null;
  readonly instrumentKey: string | null;
}

/**
 * The orders of a sale that a policy decides about: those that stand, and with `withCancelled` also
 * those that stood until a decision or a refund took them back. In portions of at most `size`, so
 * that memory does not grow with the sale.
 */
export function listOrders(
  sql: Query,
  saleNo: number,
  { size, withCancelled }: { readonly size: number; readonly withCancelled: boolean },
): AsyncIterable<StandingOrder[]> {
  return sql<StandingOrder[]>`
    select p.order_id, p.account_key, p.channel_no,
      p.variant_no, p.payment_method,
      p.price_minor_units, p.placed_at,
      f.facts_cipher, f.instrument_key
    from purchase_order p left join order_facts f using (sale_no, order_id)
    where p.sale_no = ${saleNo} and (p.state in ('paid', 'cod_confirmed')
      or (${withCancelled} and p.cancel_reason in ('by_decision', 'refunded')))
    order by p.placed_at, p.order_id`.portions(size);
}

/**
 * The accounts among these that a person cleared: a decision was overturned, or an order released.
 */
export async function listCleared(sql: Query, accountKeys: readonly string[]): Promise<string[]> {
  const rows = await sql<{ accountKey: string }[]>`
    select account_key from decision
      where state = 'overturned' and account_key = any(${accountKeys}::uuid[])
    union
    select o.account_key from case_order o join suspicion_case c using (sale_no, case_no)
      where o.verdict = 'release' and c.state <> 'open'
        and o.account_key = any(${accountKeys}::uuid[])`;
  return rows.map(({ accountKey }) => accountKey);
}

/** Orders before which a one-time code was asked for and answered. */
export async function listAnsweredByCode(sql: Query, saleNo: number): Promise<string[]> {
  const rows = await sql<{ orderId: string }[]>`
    select p.order_id from purchase_order p join step_up u using (sale_no, offer_id)
    where p.sale_no = ${saleNo} and u.passed_by = 'code'`;
  return rows.map(({ orderId }) => orderId);
}

/** The outcome of an analysis. */
export interface AuditOutcome {
  readonly orders: number;
  readonly cases: number;
  /** Why the analysis failed. No order may be dispatched then before a person looked. */
  readonly fault: string | null;
}

/**
 * False if the sale was analysed before: of two servers that computed at once, the second result is
 * dropped.
 */
export async function insertAudit(
  tx: Transaction,
  saleNo: number,
  audit: AuditOutcome & { readonly policyDigest: string; readonly nowMs: number },
): Promise<boolean> {
  const { count } = await tx`
    insert into sale_audit (sale_no, audited_at, policy_digest, order_count, case_count, fault)
    values (${saleNo}, ${new Date(audit.nowMs)}, ${audit.policyDigest}, ${audit.orders},
      ${audit.cases}, ${audit.fault})
    on conflict do nothing`;
  return count > 0;
}

/** A claim without a renewal lapses after this time, in ms, by the database's clock. */
export const CLAIM_MS = 6_000;

/**
 * Claims or renews the analysis of a sale for one worker; false while another's claim stands. It only
 * saves work, minutes of it: `insertAudit` decides which result counts.
 */
export async function claimAudit(sql: Query, saleNo: number, holder: string): Promise<boolean> {
  const end = sql`clock_timestamp() + ${CLAIM_MS} * interval '1 millisecond'`;
  const { count } = await sql`
    insert into audit_claim as c (sale_no, holder, expires_at)
    values (${saleNo}, ${holder}, ${end})
    on conflict (sale_no) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where c.holder = excluded.holder or c.expires_at < clock_timestamp()`;
  return count > 0;
}

/** Gives a claim back, also after a failure: the next pass of any worker tries again. */
export async function dropAuditClaim(sql: Query, saleNo: number, holder: string): Promise<void> {
  await sql`delete from audit_claim where sale_no = ${saleNo} and holder = ${holder}`;
}

/** Opens a case, with its orders and its first event. */
export async function insertCase(
  tx: Transaction,
  where: { readonly saleNo: number; readonly caseNo: number },
  finding: CaseFinding,
  opened: { readonly policyDigest: string; readonly nowMs: number; readonly dueAtMs: number },
): Promise<void> {
  const { saleNo, caseNo } = where;
  const { policyDigest, nowMs, dueAtMs } = opened;
  const { orders } = finding;
  await tx`
    insert into suspicion_case (sale_no, case_no, state, policy_digest, top_bits, order_count,
      account_count, document, opened_at, due_at)
    select ${saleNo}, ${caseNo}, 'open', ${policyDigest}, ${finding.topBits}, ${orders.length},
      (select count(distinct account_key)::int from purchase_order where sale_no = ${saleNo}
        and order_id = any(${orders.map((order) => order.orderId)}::uuid[])),
      ${tx.json(finding.document)}::jsonb, ${new Date(nowMs)}, ${new Date(dueAtMs)}`;
  await tx`
    insert into case_order (sale_no, order_id, case_no, account_key, person_no, bits, reasons,
      counterfactual, region)
    select ${saleNo}, o.order_id, ${caseNo}, p.account_key, o.person_no, o.bits, o.reasons::jsonb,
      o.counterfactual::jsonb, o.region
    from unnest(${orders.map((order) => order.orderId)}::uuid[],
      ${orders.map((order) => order.personNo)}::int[], ${orders.map((order) => order.bits)}::float8[],
      ${orders.map((order) => JSON.stringify(order.reasons))}::text[],
      ${orders.map((order) => JSON.stringify(order.counterfactual))}::text[],
      ${orders.map((order) => order.region)}::text[])
      as o (order_id, person_no, bits, reasons, counterfactual, region)
      join purchase_order p on p.sale_no = ${saleNo} and p.order_id = o.order_id`;
  await tx`
    insert into case_event (sale_no, case_no, kind, actor, happened_at)
    values (${saleNo}, ${caseNo}, 'opened', 'Giliran', ${new Date(nowMs)})`;
}

/** Whether all offers and orders of a sale have ended, so that the analysis sees everything. */
export async function saleHasEnded(sql: Query, sale: StoredSale, nowMs: number): Promise<boolean> {
  const [row] = await sql<{ open: boolean }[]>`
    select s.state = 'draft' or (s.state <> 'closed'
        and ${sale.definition.rounds.some((round) => nowMs < round.closesAtMs)})
      or exists (select 1 from offer where sale_no = s.sale_no and state = 'open')
      or exists (select 1 from purchase_order where sale_no = s.sale_no
        and state in ('awaiting_payment', 'awaiting_confirmation')) as open
    from sale s where sale_no = ${sale.saleNo}`;
  return row?.open === false;
}

/**
 * Sales of the last 90 days under a policy that were not analysed yet; whether they have ended is
 * checked next.
 */
export async function salesToAudit(sql: Query, nowMs: number): Promise<string[]> {
  const rows = await sql<{ slug: string }[]>`
    select slug from sale s
    where state <> 'draft' and policy_digest is not null
      and not exists (select 1 from sale_audit a where a.sale_no = s.sale_no)
      and created_at > ${new Date(nowMs - 90 * 86_400_000)}
    order by sale_no`;
  return rows.map((row) => row.slug);
}

/** The outcome of a sale's analysis; null before it. */
export async function findAudit(
  sql: Query,
  saleNo: number,
): Promise<(AuditOutcome & { readonly auditedAt: Date }) | null> {
  const [row] = await sql<(AuditOutcome & { readonly auditedAt: Date })[]>`
    select audited_at, order_count as orders, case_count as cases, fault
    from sale_audit where sale_no = ${saleNo}`;
  return row ?? null;
}
