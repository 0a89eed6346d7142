/*
 * Lets orders stand that nobody decided before their channel's own deadline came near: a decision
 * after that would leave the buyer no time to appeal, and an order that waits any longer is
 * cancelled by the channel itself. It is no verdict; the case stays open for its other orders.
 */

import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import { inTransaction, type Sql } from "../../../db/connect.ts";
import { tooLatePlacedBeforeMs } from "../../../sale/standing/shipBy.ts";
import { logCaseEvent, writeLetStand } from "./caseStore.ts";

/** It can be repeated and run on several servers. */
export async function letStandInTime(
  sql: Sql,
  ports: ReadonlyMap<string, ChannelPort>,
  nowMs: number,
): Promise<void> {
  for (const [code, { shipAfterMs }] of ports) {
    if (shipAfterMs === null) continue;
    const placedBeforeMs = tooLatePlacedBeforeMs({ shipAfterMs, nowMs });
    await inTransaction(sql, async (tx) => {
      for (const { orderIds, ...where } of await writeLetStand(tx, code, {
        placedBeforeMs,
        nowMs,
      })) {
        const detail = { orderIds: [...orderIds] };
        await logCaseEvent(tx, where, { kind: "let_stand", actor: "Giliran", atMs: nowMs, detail });
      }
    });
  }
}
