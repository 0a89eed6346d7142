/*
 * SQL that reads what an order's standing follows from: the order, its newest decision with appeal
 * and debt, its open case, the courier's reports and the money. Reads only.
 */

import type { Query } from "../../../db/connect.ts";
import type { PaymentMethod } from "../../definition.ts";
import type { CancelReason, OrderState } from "../../order.ts";
import type { AtShipBy } from "../shipBy.ts";
import {
  REFUND_DAYS,
  type CourierWord,
  type DecisionFacts,
  type StandingFacts,
} from "../standing.ts";

interface FactsRow {
  readonly orderId: string;
  readonly state: OrderState;
  readonly cancelReason: CancelReason | null;
  readonly paymentMethod: PaymentMethod;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly unitHeld: boolean;
  readonly keptMinorUnits: number | null;
  readonly dueMinorUnits: number | null;
  readonly dueSince: Date | null;
  readonly returnedMinorUnits: number | null;
  readonly returnedAt: Date | null;
  readonly refundDays: number | null;
  readonly atShipBy: AtShipBy | null;
  readonly inOpenCase: boolean;
  readonly decisionState: DecisionFacts["state"] | null;
  readonly stateBefore: OrderState | null;
  readonly appealUntil: Date | null;
  readonly endedAt: Date | null;
  readonly shipBy: Date | null;
  readonly letGoAt: Date | null;
  readonly letGoBy: "buyer" | "ship_by" | null;
  readonly appealState: "pending" | "upheld" | "rejected" | null;
  readonly byDefault: boolean | null;
  readonly dueAt: Date | null;
  readonly owed: StandingFacts["owed"];
  readonly courier: CourierWord | null;
  readonly handoverReference: string | null;
}

function decisionOf(row: FactsRow): DecisionFacts | null {
  const { decisionState: state, stateBefore, appealUntil, letGoAt, letGoBy } = row;
  if (state === null || stateBefore === null || appealUntil === null) return null;
  return {
    state,
    stateBefore,
    appealUntilMs: appealUntil.getTime(),
    endedAtMs: row.endedAt?.getTime() ?? null,
    shipByMs: row.shipBy?.getTime() ?? null,
    letGo: letGoAt && letGoBy && { by: letGoBy, atMs: letGoAt.getTime() },
  };
}

function asFacts(row: FactsRow): StandingFacts {
  const { appealState, dueAt } = row;
  return {
    state: row.state,
    cancelReason: row.cancelReason,
    paymentMethod: row.paymentMethod,
    priceMinorUnits: row.priceMinorUnits,
    currency: row.currency,
    unitHeld: row.unitHeld,
    payments: {
      keptMinorUnits: row.keptMinorUnits ?? 0,
      dueMinorUnits: row.dueMinorUnits ?? 0,
      dueSinceMs: row.dueSince?.getTime() ?? null,
      returnedMinorUnits: row.returnedMinorUnits ?? 0,
      returnedAtMs: row.returnedAt?.getTime() ?? null,
    },
    refundDays: row.refundDays ?? REFUND_DAYS,
    atShipBy: row.atShipBy ?? "release",
    inOpenCase: row.inOpenCase,
    decision: decisionOf(row),
    appeal: appealState &&
      dueAt && {
        state: appealState,
        byDefault: row.byDefault ?? false,
        dueAtMs: dueAt.getTime(),
      },
    owed: row.owed,
    courier: row.courier,
    handoverReference: row.handoverReference,
  };
}

const facts = (sql: Query) => sql`
  select p.order_id, p.state, p.cancel_reason, p.payment_method, p.price_minor_units,
    p.currency, p.unit_held, m.kept_minor_units, m.due_minor_units, m.due_since,
    m.returned_minor_units, m.returned_at, (y.document->'remedy'->>'refundDays')::int as refund_days,
    y.document->'appeal'->>'openAtShipBy' as at_ship_by,
    exists (select 1 from case_order o join suspicion_case c using (sale_no, case_no)
      where o.sale_no = p.sale_no and o.order_id = p.order_id and c.state <> 'closed'
        and o.verdict is distinct from 'release' and o.let_stand_at is null)
      or exists (select 1 from held_order g
        where g.sale_no = p.sale_no and g.order_id = p.order_id) as in_open_case,
    d.state as decision_state, d.order_state_before as state_before, d.appeal_until, d.ended_at,
    d.ship_by, d.let_go_at, d.let_go_by, a.state as appeal_state, a.by_default, a.due_at,
    t.state as owed, w.status as courier, h.handover_reference
  from purchase_order p join sale s using (sale_no)
    left join lateral (select * from decision i where i.account_key = p.account_key
      and i.sale_no = p.sale_no and i.order_id = p.order_id
      order by i.decided_at desc limit 1) d on true
    left join appeal a on a.decision_id = d.decision_id
    left join entitlement t on t.decision_id = d.decision_id
    left join policy y on y.policy_digest = coalesce(d.record->>'policy_digest', s.policy_digest)
    left join lateral (select
        sum(greatest(i.received_minor_units - i.returned_minor_units - i.due_minor_units, 0))
          filter (where i.kept)::bigint as kept_minor_units,
        sum(i.due_minor_units)::bigint as due_minor_units,
        max(i.first_reported_at) filter (where i.due_minor_units > 0) as due_since,
        sum(i.returned_minor_units)::bigint as returned_minor_units,
        max((select max(r.reported_at) from payment_refund r
          where r.provider = i.provider and r.payment_id = i.payment_id)) as returned_at
      from payment i where i.sale_no = p.sale_no and i.order_id = p.order_id
        and i.currency = p.currency) m on true
    left join lateral (select status from order_status i where i.sale_no = p.sale_no
      and i.order_id = p.order_id and status in ('handed_over', 'delivered', 'delivery_failed')
      order by status_no desc limit 1) w on true
    left join lateral (select handover_reference from order_status i where i.sale_no = p.sale_no
      and i.order_id = p.order_id and handover_reference is not null
      order by status_no desc limit 1) h on true`;

/** The facts of one order; null where there is no such order. */
export async function readStandingFacts(
  sql: Query,
  saleNo: number,
  orderId: string,
): Promise<StandingFacts | null> {
  const [row] = await sql<FactsRow[]>`
    ${facts(sql)} where p.sale_no = ${saleNo} and p.order_id = ${orderId}`;
  return row ? asFacts(row) : null;
}

/** The facts of orders of one sale, by their ids. */
export async function readStandings(
  sql: Query,
  saleNo: number,
  orderIds: readonly string[],
): Promise<Map<string, StandingFacts>> {
  const rows = await sql<FactsRow[]>`
    ${facts(sql)} where p.sale_no = ${saleNo} and p.order_id = any(${orderIds as string[]}::uuid[])`;
  return new Map(rows.map((row) => [row.orderId, asFacts(row)]));
}

/** The facts of all orders of an account, by their ids. */
export async function readOwnStandings(
  sql: Query,
  accountKey: string,
): Promise<Map<string, StandingFacts>> {
  const rows = await sql<FactsRow[]>`${facts(sql)} where p.account_key = ${accountKey}`;
  return new Map(rows.map((row) => [row.orderId, asFacts(row)]));
}
