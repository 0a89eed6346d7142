import { APPEAL_WORDS } from "../words.ts";
import { textIn } from "../../../base/inLanguage.ts";
import type { Text } from "../../../base/language.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { logOperatorAction } from "../../../access/io/operatorStore.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, type Query, type Sql, type Transaction } from "../../../db/connect.ts";
import { Refusal } from "../../../http/problem.ts";
import { endDispute, lockAnyOrder } from "../../../sale/io/orderStore.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { appealCan, appealDueMs, outcomeWhenDue, reminderAtMs } from "../appeal.ts";
import {
  findAppeal,
  findAppealOfDecision,
  insertAppeal,
  listDueAppeals,
  listUnreminded,
  writeAppealEnd,
  writeReminder,
  type AppealFile,
  type StoredAppeal,
} from "./appealStore.ts";
import {
  findDecision,
  listUnappealed,
  notify,
  writeFinal,
  type StoredDecision,
} from "../../decision/io/decisionStore.ts";
import { findPolicy } from "../../policy/io/policyStore.ts";
import { makeGood } from "../../remedy/io/remedyStore.ts";

/** What is done with appeals, by people and by the clock. */

/** Rows that one round of the clock looks at; the next round finds the rest. */
const AT_ONCE = 200;

export interface AppealInput {
  readonly statement: string;
  readonly wantsHuman: boolean;
  readonly isFamily: boolean;
  readonly files: readonly AppealFile[];
}

/** When the next round's lobby opens, after which no unit can be set aside in it; null for none. */
async function nextLobbyAtMs(sql: Query, decision: StoredDecision, nowMs: number) {
  const sale = must(await findSale(sql, decision.record.sale_id), "sale of a decision");
  const later = sale.definition.rounds
    .map((round) => round.lobbyOpensAtMs)
    .filter((atMs) => atMs > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}

/** Files an appeal against a decision whose row is locked. */
export async function fileAppeal(
  tx: Transaction,
  keyring: Keyring,
  decision: StoredDecision,
  input: AppealInput,
  nowMs: number,
): Promise<void> {
  const known = await findAppealOfDecision(tx, decision.decisionId);
  const may = appealCan.beFiled(decision, known !== null, nowMs);
  if (!may.ok) throw new Refusal(may.why);
  const { policy } = must(await findPolicy(tx, decision.record.policy_digest), "policy");
  const lobbyAtMs = await nextLobbyAtMs(tx, decision, nowMs);
  const dueAtMs = appealDueMs(nowMs, policy.appeal.decideHours, lobbyAtMs);
  await insertAppeal(tx, keyring, {
    ...input,
    decisionId: decision.decisionId,
    nowMs,
    dueAtMs,
  });
}

export interface AppealEnd {
  readonly outcome: "upheld" | "rejected";
  readonly answer: Text;
  readonly who: string;
  readonly byDefault: boolean;
  readonly nowMs: number;
}

/** Carries out what was decided about an appeal: the remedy, or the end of the dispute, and the answer. */
export async function endAppeal(
  tx: Transaction,
  keyring: Keyring,
  appeal: StoredAppeal,
  end: AppealEnd,
): Promise<void> {
  const { nowMs, outcome, answer } = end;
  const decision = must(await findDecision(tx, appeal.decisionId, true), "decision of an appeal");
  await writeAppealEnd(tx, appeal.appealId, {
    state: outcome,
    decidedBy: end.who,
    byDefault: end.byDefault,
    answer,
    nowMs,
  });
  let then: Text = APPEAL_WORDS.stands;
  if (outcome === "upheld")
    then = APPEAL_WORDS.remedy[await makeGood(tx, keyring, decision, nowMs)];
  else await closeDecision(tx, decision, nowMs);
  const about = {
    decisionId: decision.decisionId,
    saleNo: decision.saleNo,
    accountKey: decision.accountKey,
    kind: "appeal_answer" as const,
  };
  await notify(tx, { keyring, nowMs }, about, (language) => ({
    subject: textIn(APPEAL_WORDS.subject, language),
    text: `${textIn(answer, language)}\n\n${textIn(then, language)}`,
  }));
}

/** The dispute has ended and the decision stands. */
export async function closeDecision(
  tx: Transaction,
  decision: StoredDecision,
  nowMs: number,
): Promise<void> {
  const order = must(await lockAnyOrder(tx, decision.saleNo, decision.orderId), "decided order");
  await writeFinal(tx, decision.decisionId, nowMs);
  if (order.unitHeld) await endDispute(tx, order, decision.orderStateBefore, nowMs);
}

/** Appeals whose clock ran out: upheld where the evidence was weak or single, else left open, overdue. */
async function upholdLate(sql: Sql, keyring: Keyring, nowMs: number): Promise<void> {
  for (const appealId of await listDueAppeals(sql, nowMs, AT_ONCE)) {
    await inTransaction(sql, async (tx) => {
      const appeal = await findAppeal(tx, appealId, true);
      if (appeal?.state !== "pending") return;
      if (outcomeWhenDue(appeal.record.reasons) !== "upheld") return;
      const end = {
        outcome: "upheld",
        answer: APPEAL_WORDS.late,
        who: "Giliran",
        byDefault: true,
      } as const;
      await endAppeal(tx, keyring, appeal, { ...end, nowMs });
    });
  }
}

/** Decisions that nobody appealed against in time: the unit is free for the next round. */
async function closeUnappealed(sql: Sql, nowMs: number): Promise<void> {
  for (const decisionId of await listUnappealed(sql, nowMs, AT_ONCE)) {
    await inTransaction(sql, async (tx) => {
      const decision = await findDecision(tx, decisionId, true);
      if (decision?.state !== "in_force") return;
      // An appeal may have come in the same moment: it holds the decision's row, so it is seen here.
      if (await findAppealOfDecision(tx, decisionId)) return;
      await closeDecision(tx, decision, nowMs);
    });
  }
}

/** Notes the appeals whose time is three quarters gone; the queue shows them on top. */
async function remind(sql: Sql, nowMs: number): Promise<void> {
  for (const { appealId, filedAt, dueAt } of await listUnreminded(sql, AT_ONCE)) {
    if (nowMs < reminderAtMs(filedAt.getTime(), dueAt.getTime())) continue;
    await inTransaction(sql, async (tx) => {
      if (!(await writeReminder(tx, appealId, nowMs))) return;
      const action = "appeal is due soon";
      await logOperatorAction(tx, { operatorName: "Giliran", action, subject: appealId, nowMs });
    });
  }
}

/** Everything that time does to appeals and decisions. */
export async function runAppealClock(sql: Sql, keyring: Keyring, nowMs: number): Promise<void> {
  await remind(sql, nowMs);
  await upholdLate(sql, keyring, nowMs);
  await closeUnappealed(sql, nowMs);
}
