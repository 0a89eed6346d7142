/*
 * Lets orders stand that nobody decided before their channel's own deadline came near: a decision
 * after that would leave the buyer no time to appeal, and an order that waits any longer is
 * cancelled by the channel itself. It is no verdict; the case stays open for its other orders.
 */

import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import { inTransaction, type Sql } from "../../../db/connect.ts";
import { eachAlone } from "../../../db/eachAlone.ts";
import { logOperatorAction } from "../../../access/io/operatorStore.ts";
import { letHeldStand } from "../../../sale/recipient/io/recipientStore.ts";
import { tooLatePlacedBeforeMs } from "../../../sale/standing/shipBy.ts";
import { findCase, listTooLate, logCaseEvent, writeLetStand } from "./caseStore.ts";

/** Channels with a deadline of their own: orders placed there before this are too late to decide. */
function tooLateAt(ports: ReadonlyMap<string, ChannelPort>, nowMs: number) {
  return [...ports].flatMap(([code, { shipAfterMs }]) => {
    if (shipAfterMs === null) return [];
    return [{ code, placedBeforeMs: tooLatePlacedBeforeMs({ shipAfterMs, nowMs }) }];
  });
}

/** It can be repeated and run on several servers. */
export async function letStandInTime(
  sql: Sql,
  ports: ReadonlyMap<string, ChannelPort>,
  nowMs: number,
): Promise<void> {
  for (const { code, placedBeforeMs } of tooLateAt(ports, nowMs)) {
    await eachAlone(await listTooLate(sql, code, placedBeforeMs), (where) =>
      inTransaction(sql, async (tx) => {
        await findCase(tx, where.saleNo, where.caseNo, true);
        const orderIds = await writeLetStand(tx, where, code, { placedBeforeMs, nowMs });
        // Another server was first.
        if (orderIds.length === 0) return;
        const event = { kind: "let_stand", actor: "Giliran", atMs: nowMs, detail: { orderIds } };
        await logCaseEvent(tx, where, event);
      }),
    );
  }
}

/** Orders in one transaction. */
const HELD_AT_ONCE = 200;

/**
 * The same for orders that wait because of others to their recipient and place while their sale goes
 * on: no case is open for them before it has ended, and the channel does not wait for that. It reads
 * the running sales' orders, so once a minute is enough.
 */
export async function letHeldStandInTime(
  sql: Sql,
  ports: ReadonlyMap<string, ChannelPort>,
  nowMs: number,
): Promise<void> {
  for (const { code, placedBeforeMs } of tooLateAt(ports, nowMs)) {
    const when = { placedBeforeMs, nowMs };
    let count: number;
    do {
      count = await inTransaction(sql, async (tx) => {
        const stood = await letHeldStand(tx, code, when, HELD_AT_ONCE);
        for (const { slug, orderId } of stood) {
          const subject = `${slug} ${orderId}`;
          const action = "let waiting order stand";
          await logOperatorAction(tx, { operatorName: "Giliran", action, subject, nowMs });
        }
        return stood.length;
      });
    } while (count === HELD_AT_ONCE);
  }
}
