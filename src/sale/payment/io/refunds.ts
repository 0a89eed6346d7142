/*
 * Refunds are requested from the payment service until it reports them. States: due, requested,
 * reported. A refund has one id for all its attempts, so requesting twice pays once; never
 * requesting would pay never.
 */

import type { Attempt, Urgency } from "../../../messages/sending.ts";
import type { Job, Way } from "../../../messages/io/lane.ts";
import { neverLeft } from "../../../access/io/outside.ts";
import type { Clock } from "../../../base/clock.ts";
import { paymentReference, type PaymentProvider } from "../../../connectors/payments/port.ts";
import type { Sql } from "../../../db/connect.ts";
import {
  CALLS_AT_ONCE,
  CALLS_PAUSE_MS,
  CUT_OFF_MS,
  MOST_RETRY_MS,
  retryWaitMs,
} from "../../../messages/callRetry.ts";
import {
  noteRefunds,
  postponeRefund,
  refuseRefund,
  takeRefunds,
  type DueRefund,
} from "./refundStore.ts";

/** Time for the service's report; then it is asked again. */
const REPORT_MS = MOST_RETRY_MS;
/** The only urgency on this way, so nothing is reserved. */
const URGENCY: Urgency = 0;

async function ask(provider: PaymentProvider, due: DueRefund): Promise<Attempt> {
  const { saleNo, orderId } = due;
  try {
    const answer = await provider.refund({
      refundId: `${saleNo}.${orderId}.refund.${due.refundNo}`,
      reference: paymentReference(saleNo, orderId),
      paymentId: due.paymentId,
      amountMinorUnits: due.amountMinorUnits,
      currency: due.currency,
    });
    if (answer === "taken") return { result: "sent" };
    return { result: "refused", why: "refused", forGood: true };
  } catch (error) {
    const why = (error as Error).message.slice(0, 200);
    return { result: neverLeft(error) ? "away" : "unclear", why };
  }
}

async function recordAnswer(
  sql: Sql,
  due: DueRefund,
  attempt: Attempt,
  nowMs: number,
): Promise<void> {
  if (attempt.result === "sent") await postponeRefund(sql, due, nowMs + REPORT_MS, null);
  else if (attempt.result === "refused") await refuseRefund(sql, due);
  else if ("why" in attempt) {
    await postponeRefund(sql, due, nowMs + retryWaitMs(due.attempts), attempt.why);
  }
}

/** The way to the payment service, for refunds. */
export function refundWay(sql: Sql, clock: Clock, provider: PaymentProvider): Way {
  const job = (due: DueRefund): Job => ({
    urgency: URGENCY,
    send: () => ask(provider, due),
    record: (attempt) => recordAnswer(sql, due, attempt, clock.nowMs()),
  });
  return {
    name: "refunds",
    connections: CALLS_AT_ONCE,
    pauseMs: CALLS_PAUSE_MS,
    due: async (nowMs) => {
      await noteRefunds(sql, nowMs);
      return [URGENCY];
    },
    claim: async (_urgency, { count, nowMs }) => {
      const asked = { provider: provider.name, mostCount: count };
      const due = await takeRefunds(sql, asked, { nowMs, untilMs: nowMs + CUT_OFF_MS });
      return due.map(job);
    },
  };
}
