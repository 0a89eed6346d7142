/*
 * Ends the keeping of a disputed unit before the dispute has ended: the buyer wants her money back
 * now, or the channel's own deadline came near and nobody had appealed. The money goes back, the
 * channel is told, and the right to an answer stays.
 * Must never happen: money goes back twice, or a unit is kept for somebody whose money went back.
 */

import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { textIn } from "../../../base/inLanguage.ts";
import { fill } from "../../../base/language.ts";
import { formatInstant } from "../../../base/zone.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { moneyTexts } from "../../decision/wording.ts";
import { MONEY_WORDS } from "../../decision/words.ts";
import { APPEAL_WORDS } from "../words.ts";
import { inTransaction, type Sql, type Transaction } from "../../../db/connect.ts";
import { eachAlone } from "../../../db/eachAlone.ts";
import { endDispute, lockAnyOrder } from "../../../sale/io/orderStore.ts";
import { readStandingFacts } from "../../../sale/standing/io/standingStore.ts";
import { standingOf } from "../../../sale/standing/standing.ts";
import { findAppealOfDecision } from "./appealStore.ts";
import { logCaseEvent } from "../../review/io/caseStore.ts";
import { accepted, refused, type Result } from "../../../base/result.ts";
import { cancelAtChannel } from "../../decision/io/callStore.ts";
import {
  findDecision,
  listKeptLongEnough,
  notify,
  writeLetGo,
  type StoredDecision,
} from "../../decision/io/decisionStore.ts";

/** Rows that one round of the clock looks at; the next round finds the rest. */
const AT_ONCE = 200;

/** Tells the buyer: what happened, where her money is, and what she can still do. */
async function tellBuyer(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  { by, nowMs }: { readonly by: "buyer" | "ship_by"; readonly nowMs: number },
): Promise<void> {
  const { saleNo, orderId, decisionId, accountKey, record } = decision;
  const facts = must(await readStandingFacts(tx, saleNo, orderId), "decided order");
  const { timeZone } = must(await findSale(tx, record.sale_id), "sale of a decision").definition;
  const standing = standingOf(facts, nowMs);
  const words = APPEAL_WORDS.letGo;
  const parts = [
    words[by],
    ...moneyTexts(MONEY_WORDS, standing, timeZone),
    standing.appealPending ? words.pending : words.mayAppeal,
  ];
  const about = { decisionId, saleNo, accountKey, kind: "let_go" as const };
  await notify(tx, { keyring, nowMs }, about, (language) => {
    const until = formatInstant(decision.appealUntilMs, timeZone, language);
    const values = { order: orderId, until };
    const text = parts.map((part) => fill(textIn(part, language), values)).join(" ");
    return { subject: textIn(words.subject, language), text };
  });
}

/** The caller holds the decision's row lock. */
async function letGo(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  { by, nowMs }: { readonly by: "buyer" | "ship_by"; readonly nowMs: number },
): Promise<void> {
  const order = must(await lockAnyOrder(tx, decision.saleNo, decision.orderId), "decided order");
  if (!order.unitHeld) return;
  await writeLetGo(tx, decision.decisionId, by, nowMs);
  await cancelAtChannel(tx, decision, nowMs);
  await endDispute(tx, order, decision.orderStateBefore, nowMs);
  await tellBuyer(tx, keyring, decision, { by, nowMs });
  if (decision.caseNo === null) return;
  const where = { saleNo: decision.saleNo, caseNo: decision.caseNo };
  const actor = by === "buyer" ? "–" : "Giliran";
  const detail = { orderId: decision.orderId };
  await logCaseEvent(tx, where, { kind: `let_go_${by}`, actor, atMs: nowMs, detail });
}

/**
 * Gives a buyer her money back at once. Asked again, nothing more happens. The caller holds the
 * decision's row lock.
 */
export async function giveMoneyBack(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  nowMs: number,
): Promise<Result<null, "money_not_kept">> {
  if (decision.letGoBy === "buyer") return accepted(null);
  await lockAnyOrder(tx, decision.saleNo, decision.orderId);
  const facts = must(
    await readStandingFacts(tx, decision.saleNo, decision.orderId),
    "decided order",
  );
  const { code, money } = standingOf(facts, nowMs);
  if (code !== "by_decision" || money?.kind !== "kept") return refused("money_not_kept");
  await letGo(tx, keyring, decision, { by: "buyer", nowMs });
  return accepted(null);
}

/** Ends the keeping where a channel's deadline is near and nobody has appealed. */
export async function letGoInTime(sql: Sql, keyring: Keyring, nowMs: number): Promise<void> {
  const end = (decisionId: string) =>
    inTransaction(sql, async (tx) => {
      const decision = await findDecision(tx, decisionId, true);
      if (decision?.state !== "in_force" || decision.letGoBy !== null) return;
      // Read under the lock: filing an appeal holds the decision's row.
      if (await findAppealOfDecision(tx, decisionId)) return;
      await letGo(tx, keyring, decision, { by: "ship_by", nowMs });
    });
  await eachAlone(await listKeptLongEnough(sql, nowMs, AT_ONCE), end);
}
