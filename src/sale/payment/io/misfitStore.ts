/* All SQL about reports of payments that a person should look at. */

import type { Query } from "../../../db/connect.ts";
import type { Misfit } from "../payment.ts";

/** Where the money of a payment is; `unknown`: the report was about another payment. */
export type MoneyPlace = "kept" | "goes_back" | "went_back" | "nobodys" | "unknown";

export interface StoredMisfit {
  readonly misfitNo: number;
  readonly paymentId: string;
  readonly why: Misfit;
  readonly kind: "paid" | "refunded";
  readonly amountMinorUnits: number;
  readonly currency: string;
  readonly sale: string | null;
  readonly orderId: string | null;
  readonly money: MoneyPlace;
  readonly reportedAt: Date;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
}

/** Misfits with where their money is now: open ones first, then the newest. */
export async function listMisfits(sql: Query, mostCount: number): Promise<StoredMisfit[]> {
  return await sql<StoredMisfit[]>`
    select m.misfit_no, m.payment_id, m.why, m.kind, m.amount_minor_units, m.currency,
      s.slug as sale, m.order_id, m.reported_at, m.settled_at, m.settled_by,
      case when p.provider is null or m.why = 'other_payment' or p.currency <> m.currency
          then 'unknown'
        when p.kept then 'kept' when p.due_minor_units > 0 then 'goes_back'
        when p.returned_minor_units >= p.received_minor_units then 'went_back'
        else 'nobodys' end as money
    from payment_misfit m left join payment p using (provider, payment_id)
      left join sale s on s.sale_no = m.sale_no
    order by m.settled_at is not null, m.misfit_no desc limit ${mostCount}`;
}

/** A person has dealt with a misfit; false if there is none. The first name stays. */
export async function settleMisfit(
  sql: Query,
  misfitNo: number,
  by: { readonly operatorName: string; readonly nowMs: number },
): Promise<boolean> {
  const { count } = await sql`
    update payment_misfit set settled_at = coalesce(settled_at, ${new Date(by.nowMs)}),
      settled_by = coalesce(settled_by, ${by.operatorName})
    where misfit_no = ${misfitNo}`;
  return count > 0;
}
