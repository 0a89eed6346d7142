/*
 * SQL that reads a buyer's own orders: each with its sale, its latest decision, its appeal and the
 * unit that is owed for it. Every statement is bound to one account key: rows of another buyer must
 * never be among them.
 */

import type { Text } from "../../../base/language.ts";
import { must } from "../../../base/assert.ts";
import type { Query } from "../../../db/connect.ts";
import { channelByNo, variantByNo } from "../../../sale/definition.ts";
import type { CancelReason, OrderState } from "../../../sale/order.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import type { AppealState } from "../../appeal/appeal.ts";
import type { OwnDecision, OwnOrderFacts } from "../ownOrder.ts";
import { readOwnStandings } from "../../../sale/standing/io/standingStore.ts";
import type { OrderStatus, StandingFacts } from "../../../sale/standing/standing.ts";
import type { DecisionState } from "../../decision/decisionState.ts";

export interface OwnOrder extends OwnOrderFacts {
  readonly orderId: string;
  readonly sale: string;
  readonly saleTitle: Text;
  readonly roundNo: number;
  readonly channel: string;
  readonly variant: Text;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly refundDue: boolean;
  /** The newest decision about this order; null if there is none. */
  readonly decisionId: string | null;
  readonly facts: StandingFacts;
}

interface OrderRow {
  readonly saleNo: number;
  readonly slug: string;
  readonly orderId: string;
  readonly roundNo: number;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly state: OrderState;
  readonly cancelReason: CancelReason | null;
  readonly paymentMethod: string;
  readonly priceMinorUnits: number;
  readonly currency: string;
  readonly refundDue: boolean;
  readonly placedAt: Date;
  readonly settledAt: Date | null;
  readonly enteredAt: Date | null;
  readonly madeAt: Date | null;
}

interface DecisionRow {
  readonly decisionId: string;
  readonly orderId: string;
  readonly state: DecisionState;
  readonly orderStateBefore: OrderState;
  readonly decidedAt: Date;
  readonly letGoAt: Date | null;
  readonly letGoBy: "buyer" | "ship_by" | null;
  readonly appealState: AppealState | null;
  readonly filedAt: Date | null;
  readonly appealDecidedAt: Date | null;
  readonly grantedAt: Date | null;
  readonly servedAt: Date | null;
}

/** Far above any real buyer, who gets one unit a sale; it only bounds the answer. */
const ORDERS_AT_MOST = 200;

function asOwnDecision(row: DecisionRow): OwnDecision {
  const { appealState: state, filedAt, grantedAt, letGoAt, letGoBy } = row;
  return {
    state: row.state,
    orderStateBefore: row.orderStateBefore,
    decidedAtMs: row.decidedAt.getTime(),
    letGo: letGoAt && letGoBy && { by: letGoBy, atMs: letGoAt.getTime() },
    appeal:
      state && filedAt
        ? {
            state,
            filedAtMs: filedAt.getTime(),
            decidedAtMs: row.appealDecidedAt?.getTime() ?? null,
          }
        : null,
    owed: grantedAt && {
      grantedAtMs: grantedAt.getTime(),
      servedAtMs: row.servedAt?.getTime() ?? null,
    },
  };
}

/** The orders of an account, newest first, at most `ORDERS_AT_MOST`. */
export async function ordersOfAccount(sql: Query, accountKey: string): Promise<OwnOrder[]> {
  const orders = await sql<OrderRow[]>`
    select p.sale_no, s.slug, p.order_id, p.round_no, p.channel_no, p.variant_no, p.state,
      p.cancel_reason, p.payment_method, p.price_minor_units, p.currency, p.refund_due, p.placed_at,
      p.settled_at, e.entered_at, o.made_at
    from purchase_order p join sale s using (sale_no)
      left join offer o using (sale_no, offer_id)
      left join entry e on e.sale_no = p.sale_no and e.round_no = p.round_no
        and e.account_key = p.account_key and e.entry_id = p.entry_id
    where p.account_key = ${accountKey} order by p.placed_at desc limit ${ORDERS_AT_MOST}`;
  const ids = orders.map((row) => row.orderId);
  const said = await sql<{ orderId: string; status: OrderStatus; saidAt: Date }[]>`
    select order_id, status, said_at from order_status
    where order_id = any(${ids}) and sale_no = any(${orders.map((row) => row.saleNo)})
    order by status_no`;
  const decisions = await sql<DecisionRow[]>`
    select d.decision_id, d.order_id, d.state, d.order_state_before, d.decided_at,
      d.let_go_at, d.let_go_by, a.state as appeal_state, a.filed_at, a.decided_at as appeal_decided_at,
      t.granted_at, case when t.state = 'served' then t.ended_at end as served_at
    from decision d left join appeal a using (decision_id) left join entitlement t using (decision_id)
    where d.account_key = ${accountKey} order by d.decided_at`;
  const standings = await readOwnStandings(sql, accountKey);
  const slugs = [...new Set(orders.map((row) => row.slug))];
  const sales = new Map(
    await Promise.all(
      slugs.map(
        async (slug) => [slug, must(await findSale(sql, slug), "sale of an order")] as const,
      ),
    ),
  );
  return orders.map((row) => {
    const { definition } = must(sales.get(row.slug), "sale of an order");
    const about = decisions.filter((one) => one.orderId === row.orderId);
    const facts = must(standings.get(row.orderId), "standing of an order");
    return {
      orderId: row.orderId,
      sale: row.slug,
      saleTitle: definition.title,
      roundNo: row.roundNo,
      channel: must(channelByNo(definition, row.channelNo), "channel of an order").name,
      variant: must(variantByNo(definition, row.variantNo), "variant of an order").name,
      state: row.state,
      cancelReason: row.cancelReason,
      paymentMethod: row.paymentMethod,
      priceMinorUnits: row.priceMinorUnits,
      currency: row.currency,
      refundDue: row.refundDue,
      placedAtMs: row.placedAt.getTime(),
      settledAtMs: row.settledAt?.getTime() ?? null,
      enteredAtMs: row.enteredAt?.getTime() ?? null,
      offeredAtMs: row.madeAt?.getTime() ?? null,
      said: said
        .filter((one) => one.orderId === row.orderId)
        .map((one) => ({ status: one.status, atMs: one.saidAt.getTime() })),
      decisions: about.map(asOwnDecision),
      paidBackAtMs: facts.payments.returnedAtMs,
      facts,
      decisionId: about.at(-1)?.decisionId ?? null,
    };
  });
}
