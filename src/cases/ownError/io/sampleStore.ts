/*
 * SQL about the orders of an error sample: what the person sees who judges them, and what the
 * program had decided, for afterwards.
 */

import type { Keyring } from "../../../access/io/keyring.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { StepUpKind } from "../../../sale/doubt.ts";
import type { StatedReason } from "../../decision/decisionRecord.ts";
import type { AcceptedStratum } from "../ownError.ts";
import type { SampleView } from "../sampleView.ts";

/** An order of a sale, whatever became of it, with its facts. */
export interface SaleOrder {
  readonly orderId: string;
  readonly accountKey: string;
  readonly roundNo: number;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly paymentMethod: string;
  readonly sentAt: Date;
  readonly offeredAt: Date;
  readonly factsCipher: Buffer | null;
  readonly instrumentKey: string | null;
}

/**
 * All orders of a sale, in portions. One that was asked a question counts from when it was sent
 * first, so that the wait does not show that it was asked.
 */
export function listSaleOrders(
  sql: Query,
  saleNo: number,
  size: number,
): AsyncIterable<SaleOrder[]> {
  return sql<SaleOrder[]>`
    select p.order_id, p.account_key, p.round_no, p.channel_no, p.variant_no, p.payment_method,
      coalesce(u.asked_at, p.placed_at) as sent_at, o.made_at as offered_at,
      f.facts_cipher, f.instrument_key
    from purchase_order p join offer o using (sale_no, offer_id)
      left join step_up u using (sale_no, offer_id)
      left join order_facts f using (sale_no, order_id)
    where p.sale_no = ${saleNo} order by sent_at, p.order_id`.portions(size);
}

/**
 * Until when the orders of a sale can be judged: as long as the facts of every one are kept,
 * whatever was decided about it (ms). Null while the sale is open.
 */
export async function evidenceEndsAtMs(sql: Query, saleNo: number): Promise<number | null> {
  const [row] = await sql<{ at: Date | null }[]>`
    select s.closed_at + interval '1 day' * least(
        (p.document->'retention'->>'evidenceDays')::int,
        (p.document->'retention'->>'upheldDays')::int) as at
    from sale s join policy p using (policy_digest) where s.sale_no = ${saleNo}`;
  return row?.at?.getTime() ?? null;
}

/** The drawn orders that nobody has looked at since they were drawn. */
export async function ordersWithoutView(sql: Query, saleNo: number): Promise<string[]> {
  const rows = await sql<{ orderId: string }[]>`
    select order_id from error_sample where sale_no = ${saleNo} and view_cipher is null`;
  return rows.map(({ orderId }) => orderId);
}

/** Keeps views, encrypted; one that is there stays. */
export async function writeViews(
  tx: Transaction,
  keyring: Keyring,
  saleNo: number,
  views: readonly { readonly orderId: string; readonly view: SampleView }[],
): Promise<void> {
  for (const { orderId, view } of views) {
    await tx`
      update error_sample set view_cipher = ${keyring.encrypt(JSON.stringify(view))}
      where sale_no = ${saleNo} and order_id = ${orderId} and view_cipher is null`;
  }
}

/** Views are forgotten with the sale's evidence. */
export async function forgetViews(sql: Query, nowMs: number): Promise<void> {
  await sql`
    update error_sample e set view_cipher = null
    from sale s join policy p using (policy_digest)
    where s.sale_no = e.sale_no and e.view_cipher is not null
      and s.closed_at + interval '1 day' * least((p.document->'retention'->>'evidenceDays')::int,
        (p.document->'retention'->>'upheldDays')::int) <= ${new Date(nowMs)}`;
}

/** Forgets the views of the sales in which an account ordered: they are made again without its facts. */
export async function forgetViewsWith(tx: Transaction, accountKey: string): Promise<void> {
  await tx`
    update error_sample set view_cipher = null
    where view_cipher is not null
      and sale_no in (select sale_no from purchase_order where account_key = ${accountKey})`;
}

/** An order of the sample with its view; null if there is none with this number. */
export async function findSampled(
  sql: Query,
  keyring: Keyring,
  saleNo: number,
  sampleId: string,
): Promise<{ orderId: string; found: string | null; view: SampleView | null } | null> {
  const [row] = await sql<{ orderId: string; found: string | null; viewCipher: Buffer | null }[]>`
    select order_id, found, view_cipher from error_sample
    where sale_no = ${saleNo} and sample_id = ${sampleId}`;
  if (!row) return null;
  const { orderId, found, viewCipher } = row;
  const view = viewCipher === null ? null : (JSON.parse(keyring.decrypt(viewCipher)) as SampleView);
  return { orderId, found, view };
}

/** The program's own verdict on a sampled order. */
export interface FirstVerdict {
  readonly orderId: string;
  readonly stratum: "refused" | "accepted";
  readonly acceptedAs: AcceptedStratum | null;
  readonly orderState: string;
  readonly refundDue: boolean;
  readonly decision: string | null;
  readonly caseNo: number | null;
  readonly bits: number | null;
  readonly reasons: readonly StatedReason[];
  /** How its question was answered; null if none was asked. */
  readonly answeredBy: StepUpKind | null;
}

/** Reads the first verdict; only for after the person's answer. */
export async function readFirstVerdict(
  sql: Query,
  saleNo: number,
  orderId: string,
): Promise<FirstVerdict | null> {
  const [row] = await sql<FirstVerdict[]>`
    select e.order_id, e.stratum, e.accepted_as, p.state as order_state, p.refund_due,
      (select d.state from decision d where d.sale_no = e.sale_no and d.order_id = e.order_id
        order by d.decided_at desc limit 1) as decision,
      c.case_no, c.bits, coalesce(c.reasons, '[]'::jsonb) as reasons, u.passed_by as answered_by
    from error_sample e join purchase_order p using (sale_no, order_id)
      left join case_order c using (sale_no, order_id)
      left join step_up u using (sale_no, offer_id)
    where e.sale_no = ${saleNo} and e.order_id = ${orderId}`;
  return row ?? null;
}
