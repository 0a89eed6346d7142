import { must } from "../../base/assert.ts";
import type { ChannelPort } from "../../connectors/channel.ts";
import { inTransaction, type Sql } from "../../db/connect.ts";
import { channelByNo } from "../../sale/definition.ts";
import { findSale } from "../../sale/io/saleStore.ts";
import { AT_ONCE, retryWaitMs } from "./retry.ts";

/*
 * Calls to channels. That a call is about to be made is on the disk before it is made; after a crash the
 * channel is asked whether it arrived, so that no order is called about twice.
 */

/** A call that was not answered for within this time was cut off with its process. */
const CUT_OFF_MS = 60_000;

interface CallRow {
  readonly sale_no: number;
  readonly slug: string;
  readonly order_id: string;
  readonly decision_id: string;
  readonly channel_no: number;
  readonly attempts: number;
  readonly cut_off: boolean;
  /** The decision was overturned meanwhile: what was cut off is cleared up, and nothing is called. */
  readonly overturned: boolean;
}

async function takeCalls(sql: Sql, nowMs: number): Promise<CallRow[]> {
  return await inTransaction(sql, async (tx) => {
    const rows = await tx<CallRow[]>`
      select c.sale_no, s.slug, c.order_id, d.decision_id, c.channel_no, c.attempts,
        c.state = 'calling' as cut_off, d.state = 'overturned' as overturned
      from channel_call c join sale s using (sale_no) join decision d using (sale_no, order_id)
      where c.state in ('due', 'calling') and c.next_attempt_at <= ${new Date(nowMs)}
        and (d.state <> 'overturned' or c.state = 'calling')
      order by c.next_attempt_at limit ${AT_ONCE} for update of c skip locked`;
    for (const row of rows) {
      await tx`
        update channel_call set state = 'calling', attempts = attempts + 1,
          next_attempt_at = ${new Date(nowMs + CUT_OFF_MS)}
        where sale_no = ${row.sale_no} and order_id = ${row.order_id} and kind = 'cancel'`;
    }
    return rows;
  });
}

async function call(port: ChannelPort, row: CallRow): Promise<"done" | "refused"> {
  const callId = `${row.sale_no}.${row.order_id}.cancel`;
  if (row.cut_off && (await port.knows(callId))) return "done";
  if (row.overturned) return "refused";
  const { order_id: orderId, decision_id: decisionId } = row;
  return await port.cancel(callId, { orderId, decisionId, status: "cancelled_by_seller" });
}

/** Makes the calls that are due; returns how many were answered. */
export async function runChannelCalls(
  sql: Sql,
  ports: ReadonlyMap<string, ChannelPort>,
  nowMs: number,
): Promise<number> {
  if (ports.size === 0) return 0;
  let answered = 0;
  for (const row of await takeCalls(sql, nowMs)) {
    const sale = must(await findSale(sql, row.slug), "sale of a call");
    const port = ports.get(channelByNo(sale.definition, row.channel_no)!.code);
    const where = sql`sale_no = ${row.sale_no} and order_id = ${row.order_id} and kind = 'cancel'`;
    try {
      const state = port === undefined ? "refused" : await call(port, row);
      await sql`update channel_call set state = ${state} where ${where}`;
      answered++;
    } catch (error) {
      // Not reached, or no clear answer: it stays "calling", so the next attempt asks before it calls.
      const waitMs = retryWaitMs(row.attempts);
      await sql`
        update channel_call set next_attempt_at = ${new Date(nowMs + waitMs)},
          answer = ${(error as Error).message.slice(0, 200)}
        where ${where}`;
    }
  }
  return answered;
}
