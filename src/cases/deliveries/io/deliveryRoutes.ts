import type { FastifyInstance } from "fastify";
import { logOperatorAction } from "../../../access/io/operatorStore.ts";
import { peopleRoutes } from "../../../api/houseRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import type { Query } from "../../../db/connect.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";

export function mountDeliveries(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, peopleRoutes.listWebhooks, async ({ query }) => {
    const [calls, messages] = await Promise.all([
      listCalls(deps.sql, query.limit),
      listMessages(deps.sql, query.limit),
    ]);
    return { status: 200, body: { sent: [...calls, ...messages] } };
  });

  mount(app, deps, peopleRoutes.resendWebhook, async (tx, { body, operator, nowMs }) => {
    const { saleNo } = await requireAnySale(tx, body.sale);
    // What was taken is never said twice; of a decision that was overturned nothing is said any more.
    const told = await tx`
      update channel_call c set state = 'due', next_attempt_at = ${new Date(nowMs)}
      where sale_no = ${saleNo} and order_id = ${body.orderId} and state = 'refused'
        and exists (select 1 from decision d where d.sale_no = c.sale_no
          and d.order_id = c.order_id and d.state <> 'overturned')`;
    const asked = await tx`
      update refund_call set state = 'due', next_attempt_at = ${new Date(nowMs)}
      where sale_no = ${saleNo} and order_id = ${body.orderId} and state = 'refused'`;
    if (told.count + asked.count === 0) throw new Refusal("webhook_not_refused");
    const subject = body.orderId;
    const entry = { operatorName: operator.name, action: "told channel again", subject, nowMs };
    await logOperatorAction(tx, entry);
    return { status: 200, body: { ok: true } };
  });
}

/** Messages by kind and fate; to whom is nobody's business here. */
export async function listMessages(sql: Query, limit: number) {
  const rows = await sql<MessageRow[]>`
    select message_id, kind, sent_by, sent_at, failure, attempts, next_attempt_at, last_error
    from outbox order by message_id desc limit ${limit}`;
  return rows.map((row) => {
    const state = fateOf(row);
    return {
      kind: "message" as const,
      to: row.sent_by ?? "–",
      what: row.kind,
      sale: null,
      orderId: null,
      messageId: row.message_id,
      state,
      attempts: row.attempts,
      answer: row.last_error,
      nextAttemptAt: state === "due" ? row.next_attempt_at.toISOString() : null,
    };
  });
}

export function fateOf(row: MessageRow) {
  if (row.sent_at !== null) return "done" as const;
  return row.failure ?? ("due" as const);
}

export interface MessageRow {
  readonly message_id: number;
  readonly kind: string;
  readonly sent_by: string | null;
  readonly sent_at: Date | null;
  readonly failure: "bounced" | "expired" | "unclear" | null;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly last_error: string | null;
}

/** What channels were told of orders, and what the payment service was asked to pay back. */
export async function listCalls(sql: Query, limit: number) {
  const rows = await sql<CallRow[]>`
    select 'channel' as kind, s.definition->'channels'->(c.channel_no - 1)->>'code' as to,
      c.kind as what, s.slug as sale, c.order_id, c.state, c.attempts, c.next_attempt_at, c.answer
    from channel_call c join sale s using (sale_no)
    union all
    select 'refund', '', 'refund', s.slug, r.order_id, r.state, r.attempts, r.next_attempt_at, r.answer
    from refund_call r join sale s using (sale_no)
    order by next_attempt_at desc, order_id limit ${limit}`;
  return rows.map(({ order_id: orderId, next_attempt_at: nextAttemptAt, ...row }) => ({
    ...row,
    orderId,
    messageId: null,
    nextAttemptAt:
      row.state === "due" || row.state === "calling" ? nextAttemptAt.toISOString() : null,
  }));
}

export interface CallRow {
  readonly kind: "channel" | "refund";
  readonly to: string;
  readonly what: string;
  readonly sale: string;
  readonly order_id: string;
  readonly state: "due" | "calling" | "done" | "refused";
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly answer: string | null;
}
