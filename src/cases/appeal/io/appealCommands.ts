/*
 * Commands on appeals, by people and by the clock: file, answer, remind, uphold when overdue, close
 * a decision that nobody appealed against in time. Each is one transaction that locks the decision
 * or the appeal first; answer, remedy and notice to the buyer are written together or not at all.
 */

import { APPEAL_WORDS } from "../words.ts";
import { textIn } from "../../../base/inLanguage.ts";
import type { Text } from "../../../base/language.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { logOperatorAction } from "../../../access/io/operatorStore.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, type Query, type Sql, type Transaction } from "../../../db/connect.ts";
import { eachAlone } from "../../../db/eachAlone.ts";
import { Refusal } from "../../../http/problem.ts";
import { endDispute, lockAnyOrder } from "../../../sale/io/orderStore.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { decisionCan } from "../../decision/decisionState.ts";
import { appealCan, appealDueMs, outcomeWhenDue, reminderAtMs } from "../appeal.ts";
import {
  findAppeal,
  findAppealOfDecision,
  insertAppeal,
  listAppealsAtShipBy,
  listDueAppeals,
  listUnreminded,
  writeAppealEnd,
  writeReminder,
  type AppealFile,
  type DueAppeal,
  type StoredAppeal,
} from "./appealStore.ts";
import {
  endDecision,
  findDecision,
  listUnappealed,
  notify,
  type StoredDecision,
} from "../../decision/io/decisionStore.ts";
import { cancelAtChannel } from "../../decision/io/callStore.ts";
import { afterAppealText } from "../../decision/wording.ts";
import { readStandingFacts } from "../../../sale/standing/io/standingStore.ts";
import { standingOf } from "../../../sale/standing/standing.ts";
import { letGoInTime } from "./letGo.ts";
import { findPolicy } from "../../policy/io/policyStore.ts";
import { makeGood } from "../../remedy/io/remedyStore.ts";

/** Rows that one round of the clock looks at; the next round finds the rest. */
const AT_ONCE = 200;

/** An appeal as the buyer files it; its files have been checked. */
export interface AppealInput {
  readonly statement: string;
  readonly wantsHuman: boolean;
  readonly isFamily: boolean;
  readonly files: readonly AppealFile[];
}

/**
 * When the next round's lobby opens, in ms; no unit can be set aside in that round afterwards. Null
 * if no round follows.
 */
async function findNextLobbyMs(sql: Query, decision: StoredDecision, nowMs: number) {
  const sale = must(await findSale(sql, decision.record.sale_id), "sale of a decision");
  const later = sale.definition.rounds
    .map((round) => round.lobbyOpensAtMs)
    .filter((atMs) => atMs > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}

/**
 * Files an appeal. The caller holds the decision's row lock. Throws the refusal of
 * `appealCan.beFiled`.
 */
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
  const dueAtMs = appealDueMs({
    filedAtMs: nowMs,
    decideHours: policy.appeal.decideHours,
    nextLobbyAtMs: await findNextLobbyMs(tx, decision, nowMs),
    shipByMs: decision.letGoBy === null ? decision.shipByMs : null,
  });
  await insertAppeal(tx, keyring, {
    ...input,
    decisionId: decision.decisionId,
    nowMs,
    dueAtMs,
  });
}

/** How an appeal ends; `byDefault` when nobody answered in time. */
export interface AppealEnd {
  readonly outcome: "upheld" | "rejected";
  readonly answer: Text;
  readonly who: string;
  readonly byDefault: boolean;
  /** A unit is owed even where the order could be restored: its channel cancels it. */
  readonly owe?: boolean;
  readonly nowMs: number;
}

/** Ends an appeal: makes good or closes the dispute, and sends the answer. */
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
  if (outcome === "upheld") await makeGood(tx, keyring, decision, { nowMs, owe: end.owe ?? false });
  else await closeDecision(tx, decision, nowMs);
  const { saleNo, orderId } = decision;
  const facts = must(await readStandingFacts(tx, saleNo, orderId), "decided order");
  const sale = must(await findSale(tx, decision.record.sale_id), "sale of a decision");
  const then = afterAppealText(standingOf(facts, nowMs), sale.definition.timeZone);
  const about = {
    decisionId: decision.decisionId,
    saleNo: decision.saleNo,
    accountKey: decision.accountKey,
    kind: "appeal_answer" as const,
  };
  await notify(tx, { keyring, nowMs }, about, (language) => ({
    subject: textIn(APPEAL_WORDS.subject, language),
    text: `${textIn(answer, language)}\n\n${textIn(then, language)}`,
    brief: textIn(APPEAL_WORDS.brief[outcome], language),
  }));
}

/** Closes a dispute in which the decision stands; a unit still held is released. */
export async function closeDecision(
  tx: Transaction,
  decision: StoredDecision,
  nowMs: number,
): Promise<void> {
  const order = must(await lockAnyOrder(tx, decision.saleNo, decision.orderId), "decided order");
  await endDecision(tx, decision.decisionId, { state: "final", nowMs });
  await cancelAtChannel(tx, order, nowMs);
  if (order.unitHeld) await endDispute(tx, order, decision.orderStateBefore, nowMs);
}

/**
 * Upholds appeals past their deadline where the evidence was weak or of one kind; the others stay
 * open, overdue.
 */
async function upholdLate(
  sql: Sql,
  keyring: Keyring,
  { nowMs, atOnce }: { readonly nowMs: number; readonly atOnce: number },
): Promise<void> {
  // To the end: those that stay open are the oldest, and would hide all others from a first page.
  let after: DueAppeal | null = null;
  for (;;) {
    const page: DueAppeal[] = await listDueAppeals(sql, { nowMs, after, mostCount: atOnce });
    const late = page.filter(({ reasons }) => outcomeWhenDue(reasons) === "upheld");
    await eachAlone(late, ({ appealId }) => upholdOne(sql, keyring, appealId, nowMs));
    after = page.at(-1) ?? null;
    if (page.length < atOnce) return;
  }
}

async function upholdOne(
  sql: Sql,
  keyring: Keyring,
  appealId: string,
  nowMs: number,
): Promise<void> {
  await inTransaction(sql, async (tx) => {
    const appeal = await findAppeal(tx, appealId, true);
    if (!appeal || !appealCan.stillBeDecided(appeal)) return;
    const end = {
      outcome: "upheld",
      answer: APPEAL_WORDS.late,
      who: "Giliran",
      byDefault: true,
    } as const;
    await endAppeal(tx, keyring, appeal, { ...end, nowMs });
  });
}

/**
 * Ends appeals that are open when their channel's deadline is near, as the policy says: the order
 * goes out, or it is cancelled and a unit is owed.
 */
async function endAtShipBy(sql: Sql, keyring: Keyring, nowMs: number): Promise<void> {
  const end = (appealId: string) =>
    inTransaction(sql, async (tx) => {
      const appeal = await findAppeal(tx, appealId, true);
      if (appeal?.state !== "pending") return;
      const decision = must(await findDecision(tx, appeal.decisionId, true), "appealed decision");
      if (decision.letGoBy !== null) return;
      const { policy } = must(await findPolicy(tx, decision.record.policy_digest), "policy");
      const way = policy.appeal.openAtShipBy ?? "release";
      await endAppeal(tx, keyring, appeal, {
        outcome: "upheld",
        answer: APPEAL_WORDS.shipBy[way],
        who: "Giliran",
        byDefault: true,
        owe: way === "cancel_and_owe",
        nowMs,
      });
    });
  await eachAlone(await listAppealsAtShipBy(sql, nowMs, AT_ONCE), end);
}

/**
 * Closes decisions whose deadline passed without an appeal; their units are free for the next
 * round.
 */
async function closeUnappealed(sql: Sql, nowMs: number): Promise<void> {
  const close = (decisionId: string) =>
    inTransaction(sql, async (tx) => {
      const decision = await findDecision(tx, decisionId, true);
      if (!decision || !decisionCan.beClosed(decision).ok) return;
      // Check again under the lock: filing an appeal holds the decision's row, so a concurrent one
      // is visible here.
      if (await findAppealOfDecision(tx, decisionId)) return;
      await closeDecision(tx, decision, nowMs);
    });
  await eachAlone(await listUnappealed(sql, nowMs, AT_ONCE), close);
}

/** Logs appeals with three quarters of their time gone; the queue shows them on top. */
async function remind(sql: Sql, nowMs: number): Promise<void> {
  for (const { appealId, filedAt, dueAt } of await listUnreminded(sql, AT_ONCE)) {
    if (nowMs < reminderAtMs({ filedAtMs: filedAt.getTime(), dueAtMs: dueAt.getTime() })) continue;
    await inTransaction(sql, async (tx) => {
      if (!(await writeReminder(tx, appealId, nowMs))) return;
      const action = "appeal is due soon";
      await logOperatorAction(tx, { operatorName: "Giliran", action, subject: appealId, nowMs });
    });
  }
}

/**
 * Everything that the clock does to appeals and decisions. It can be repeated and run on several
 * servers.
 */
export async function runAppealClock(
  sql: Sql,
  keyring: Keyring,
  nowMs: number,
  atOnce = AT_ONCE,
): Promise<void> {
  const steps: readonly (() => Promise<void>)[] = [
    () => remind(sql, nowMs),
    () => upholdLate(sql, keyring, { nowMs, atOnce }),
    () => endAtShipBy(sql, keyring, nowMs),
    () => letGoInTime(sql, keyring, nowMs),
    () => closeUnappealed(sql, nowMs),
  ];
  await eachAlone(steps, (step) => step());
}
