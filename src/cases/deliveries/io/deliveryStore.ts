/*
 * SQL that lists everything sent out, over all sales: messages, calls to channels, refunds. Reads
 * only.
 */

import type { Query } from "../../../db/connect.ts";

export interface SentMessage {
  readonly messageId: number;
  readonly kind: string;
  readonly sentBy: string | null;
  readonly sentAt: Date | null;
  readonly failure: "bounced" | "expired" | "unclear" | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly lastError: string | null;
}

/** The newest messages; content and recipient are left out on purpose. */
export async function listMessages(sql: Query, mostCount: number): Promise<SentMessage[]> {
  return await sql<SentMessage[]>`
    select message_id, kind, sent_by, sent_at, failure,
      attempts, next_attempt_at, last_error
    from outbox order by message_id desc limit ${mostCount}`;
}

/** A call to a channel, or one to the payment service for a refund. */
export interface MadeCall {
  readonly kind: "channel" | "refund";
  readonly to: string;
  readonly what: string;
  readonly sale: string;
  readonly orderId: string;
  readonly state: "waiting" | "due" | "calling" | "done" | "refused";
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly answer: string | null;
}

/** Calls to channels about orders, and refunds asked of the payment service; newest first. */
export async function listCalls(sql: Query, mostCount: number): Promise<MadeCall[]> {
  return await sql<MadeCall[]>`
    select 'channel' as kind, s.definition->'channels'->(c.channel_no - 1)->>'code' as to,
      c.kind as what, s.slug as sale, c.order_id, c.state, c.attempts,
      c.next_attempt_at, c.answer
    from channel_call c join sale s using (sale_no)
    union all
    select 'refund', '', 'refund', s.slug, r.order_id, r.state, r.attempts, r.next_attempt_at, r.answer
    from refund_call r join sale s using (sale_no)
    order by next_attempt_at desc, order_id limit ${mostCount}`;
}
