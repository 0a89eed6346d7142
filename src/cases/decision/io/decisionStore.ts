/*
 * SQL about decisions and their notices. A decision, its cancelled order, the held unit, the notice
 * and the call to the channel are written in one transaction. The appeal link is stored only as a
 * keyed hash.
 */

import { randomBytes, randomUUID } from "node:crypto";
import { type Language, type Text, DEFAULT_LANGUAGE, inEach } from "../../../base/language.ts";
import { enqueueMessages } from "../../../messages/io/outbox.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { InvariantError, must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { channelByNo } from "../../../sale/definition.ts";
import type { OrderState } from "../../../sale/order.ts";
import { disputeOrder, lockAnyOrder } from "../../../sale/io/orderStore.ts";
import { readStandingFacts } from "../../../sale/standing/io/standingStore.ts";
import { isTooLate, KEPT_BEFORE_MS } from "../../../sale/standing/shipBy.ts";
import { standingOf, type StandingFacts } from "../../../sale/standing/standing.ts";
import type { ChannelPort } from "../../../connectors/channels/hook.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import { recordDecision, type DecisionRecord, type StatedReason } from "../decisionRecord.ts";
import type { Message } from "../../../messages/message.ts";
import { noticeText } from "../wording.ts";
import type { StoredPolicy } from "../../policy/io/policyStore.ts";
import type { DecisionState } from "../decisionState.ts";
import { noteCalls } from "./callStore.ts";

const HOUR_MS = 3_600_000;

export interface StoredDecision {
  readonly decisionId: string;
  readonly saleNo: number;
  readonly orderId: string;
  readonly accountKey: string;
  readonly caseNo: number | null;
  readonly batchId: string | null;
  readonly state: DecisionState;
  readonly record: DecisionRecord;
  readonly recordDigest: string;
  readonly orderStateBefore: OrderState;
  readonly decidedBy: readonly string[];
  readonly decidedAtMs: number;
  readonly appealUntilMs: number;
  /** When the channel cancels by itself; null: it does not. */
  readonly shipByMs: number | null;
  /** The one who ended the keeping of the unit while the dispute goes on; null: nobody. */
  readonly letGoBy: "buyer" | "ship_by" | null;
}

interface DecisionRow extends Omit<StoredDecision, "decidedAtMs" | "appealUntilMs" | "shipByMs"> {
  readonly decidedAt: Date;
  readonly appealUntil: Date;
  readonly shipBy: Date | null;
}

function asDecision({ decidedAt, appealUntil, shipBy, ...decision }: DecisionRow): StoredDecision {
  return {
    ...decision,
    decidedAtMs: decidedAt.getTime(),
    appealUntilMs: appealUntil.getTime(),
    shipByMs: shipBy?.getTime() ?? null,
  };
}

/** Decisions without the hash of their link, which leaves the database for nobody. */
const decisions = (sql: Query) => sql`
  select decision_id, sale_no, order_id, account_key, case_no, batch_id, state, record, record_digest,
    order_state_before, decided_by, decided_at, appeal_until, ship_by, let_go_by
  from decision`;

/** The decision; with `lock` its row is locked until the transaction ends. */
export async function findDecision(
  sql: Query,
  decisionId: string,
  lock = false,
): Promise<StoredDecision | null> {
  const [row] = await sql<DecisionRow[]>`
    ${decisions(sql)} where decision_id = ${decisionId} ${lock ? sql`for update` : sql``}`;
  return row ? asDecision(row) : null;
}

/** The decision behind a notice's link. The link itself is not stored, only its keyed hash. */
export async function findDecisionByLink(
  sql: Query,
  keyring: Keyring,
  link: string,
  lock = false,
): Promise<StoredDecision | null> {
  const [row] = await sql<DecisionRow[]>`
    ${decisions(sql)} where link_key = ${keyring.identityKey("decision", link)}
    ${lock ? sql`for update` : sql``}`;
  return row ? asDecision(row) : null;
}

/** The decisions about an account's orders, newest first. */
export async function decisionsOfAccount(
  sql: Query,
  accountKey: string,
): Promise<StoredDecision[]> {
  const rows = await sql<DecisionRow[]>`
    ${decisions(sql)} where account_key = ${accountKey} order by decided_at desc`;
  return rows.map(asDecision);
}

/** Decisions that nobody appealed against in time, the oldest first. */
export async function listUnappealed(
  sql: Query,
  nowMs: number,
  mostCount: number,
): Promise<string[]> {
  const rows = await sql<{ decisionId: string }[]>`
    select decision_id from decision d
    where state = 'in_force' and appeal_until <= ${new Date(nowMs)}
      and not exists (select 1 from appeal a where a.decision_id = d.decision_id)
    order by appeal_until limit ${mostCount}`;
  return rows.map(({ decisionId }) => decisionId);
}

/**
 * Decisions without an appeal whose unit is still kept although their channel's deadline is near,
 * the nearest first.
 */
export async function listKeptLongEnough(
  sql: Query,
  nowMs: number,
  mostCount: number,
): Promise<string[]> {
  const rows = await sql<{ decisionId: string }[]>`
    select decision_id from decision d
    where state = 'in_force' and ship_by <= ${new Date(nowMs + KEPT_BEFORE_MS)}
      and let_go_at is null
      and not exists (select 1 from appeal a where a.decision_id = d.decision_id)
    order by ship_by limit ${mostCount}`;
  return rows.map(({ decisionId }) => decisionId);
}

/** The unit is no longer kept, although the dispute goes on. */
export async function writeLetGo(
  tx: Transaction,
  decisionId: string,
  by: "buyer" | "ship_by",
  nowMs: number,
): Promise<void> {
  await tx`
    update decision set let_go_at = ${new Date(nowMs)}, let_go_by = ${by}
    where decision_id = ${decisionId}`;
}

/** Ends a decision. A decision that has ended never ends once more: then this throws. */
export async function endDecision(
  tx: Transaction,
  decisionId: string,
  { state, nowMs }: { readonly state: "overturned" | "final"; readonly nowMs: number },
): Promise<void> {
  const { count } = await tx`
    update decision set state = ${state}, ended_at = ${new Date(nowMs)}
    where decision_id = ${decisionId} and state = 'in_force'`;
  if (count !== 1) throw new InvariantError(`decision ${decisionId} is not in force`);
}

/** An order of a case, with everything a decision about it needs. */
export interface OrderToDecide {
  readonly orderId: string;
  readonly caseNo: number;
  readonly reasons: readonly StatedReason[];
  readonly counterfactual: Text;
  readonly decidedByReviewer: string | null;
}

export interface DecideContext {
  readonly keyring: Keyring;
  readonly sale: StoredSale;
  readonly stored: StoredPolicy;
  readonly batchId: string;
  readonly approvedBy: readonly string[];
  /** Base address of the links in notices. */
  readonly baseUrl: string;
  /** Channels that are told of disputed orders, by code. */
  readonly ports: ReadonlyMap<string, ChannelPort>;
  readonly nowMs: number;
}

/**
 * Whether an order may still be cancelled: it was paid or confirmed, has not left, and its
 * channel's deadline leaves the buyer the time to appeal.
 */
function mayBeDecided(
  facts: StandingFacts,
  { shipByMs, nowMs }: { readonly shipByMs: number | null; readonly nowMs: number },
): boolean {
  if (facts.state !== "paid" && facts.state !== "cod_confirmed") return false;
  if (isTooLate({ shipByMs, nowMs })) return false;
  const { code } = standingOf(facts, nowMs);
  return code !== "handed_over" && code !== "delivered";
}

/**
 * Cancels one order: record, order, unit, notice and the channel's call in this transaction, so a
 * crash leaves all of it or nothing. False if the order must not be cancelled after all: its state
 * changed, or no strong reason is left.
 */
export async function cancelByDecision(
  tx: Transaction,
  context: DecideContext,
  one: OrderToDecide,
): Promise<boolean> {
  const { sale, stored, nowMs } = context;
  const order = await lockAnyOrder(tx, sale.saleNo, one.orderId);
  if (!order) return false;
  const channel = must(channelByNo(sale.definition, order.channelNo), "channel of an order");
  const port = context.ports.get(channel.code);
  const shipByMs =
    port === undefined || port.shipAfterMs === null ? null : order.placedAtMs + port.shipAfterMs;
  // Read under the order's lock: a report of the courier's or of the payment service's holds it, too.
  const facts = must(await readStandingFacts(tx, order.saleNo, order.orderId), "locked above");
  if (!mayBeDecided(facts, { shipByMs, nowMs })) return false;
  const decisionId = randomUUID();
  const appealUntilMs = nowMs + stored.policy.appeal.fileHours * HOUR_MS;
  const decided = recordDecision({
    decisionId,
    orderId: one.orderId,
    saleSlug: sale.definition.slug,
    policy: stored.policy,
    policyDigest: stored.digest,
    channelName: channel.name,
    reasons: one.reasons,
    counterfactual: one.counterfactual,
    appealUntilMs,
    shipByMs,
    paid: paidFor(facts),
    placedAtMs: order.placedAtMs,
    decidedAtMs: nowMs,
    decidedByPersonAlone: one.decidedByReviewer !== null,
    braked: new Set(stored.reviewOnlyRules),
  });
  if (!decided.ok) return false;
  const link = randomBytes(24).toString("hex");
  const deciders = [...context.approvedBy];
  if (one.decidedByReviewer !== null) deciders.push(one.decidedByReviewer);
  await disputeOrder(tx, order, nowMs);
  await tx`
    insert into decision (decision_id, sale_no, order_id, account_key, case_no, batch_id, state,
      record, record_digest, order_state_before, decided_by, decided_at, appeal_until, ship_by,
      link_key)
    values (${decisionId}, ${sale.saleNo}, ${one.orderId}, ${order.accountKey}, ${one.caseNo},
      ${context.batchId}, 'in_force', ${tx.json(decided.record)}, ${decided.digest},
      ${order.state}, ${[...new Set(deciders)]}::text[], ${new Date(nowMs)},
      ${new Date(appealUntilMs)}, ${shipByMs === null ? null : new Date(shipByMs)},
      ${context.keyring.identityKey("decision", link)})`;
  const about = { decisionId, saleNo: sale.saleNo, accountKey: order.accountKey };
  await notify(tx, context, about, (language) =>
    noticeText(
      decided.record,
      {
        link: `${context.baseUrl}/d/${link}?lang=${language}`,
        timeZone: sale.definition.timeZone,
      },
      language,
    ),
  );
  if (port) {
    const { channelNo } = order;
    await noteCalls(tx, order, { channelNo, knowsHold: port.hold !== null, nowMs });
  }
  return true;
}

/** The money that is kept for an order; null where there is none: it is paid on delivery. */
function paidFor({ payments, currency, paymentMethod }: StandingFacts) {
  const { keptMinorUnits: minorUnits } = payments;
  return minorUnits > 0 ? { minorUnits, currency, paymentMethod } : null;
}

/** Queues a notice in the buyer's language and remembers that it is under way. */
export async function notify(
  tx: Transaction,
  where: { readonly keyring: Keyring; readonly nowMs: number },
  about: {
    readonly decisionId: string;
    readonly saleNo: number;
    readonly accountKey: string;
    readonly kind?: "decision" | "let_go" | "appeal_answer" | "entitlement";
  },
  render: (language: Language) => Message,
): Promise<void> {
  const kind = about.kind ?? "decision";
  const [account] = await tx<{ language: Language; reachable: boolean }[]>`
    select language, contact_cipher is not null as reachable from account
    where account_key = ${about.accountKey}`;
  const message = {
    facts: { kind, ...inEach(render) },
    language: account?.language ?? DEFAULT_LANGUAGE,
    recipient: { accountKey: about.accountKey },
    saleNo: about.saleNo,
    nowMs: where.nowMs,
  };
  const [messageId] = await enqueueMessages(tx, where.keyring, [message]);
  // Without a contact nothing can be delivered. It counts as bounced; the pages still show the
  // decision.
  const state = account?.reachable ? "pending" : "bounced";
  await tx`
    insert into notice (decision_id, kind, message_id, state, written_at, ended_at)
    values (${about.decisionId}, ${kind}, ${must(messageId, "one message was written")}, ${state}, ${new Date(where.nowMs)},
      ${state === "bounced" ? new Date(where.nowMs) : null})`;
}

/** A notice as a consumer body is shown it. */
export interface NoticeLine {
  readonly kind: string;
  readonly state: string;
  readonly writtenAt: Date;
  readonly endedAt: Date | null;
}

/** The notices of a decision, the oldest first. */
export async function listNotices(sql: Query, decisionId: string): Promise<NoticeLine[]> {
  return await sql<NoticeLine[]>`
    select kind, state, written_at, ended_at from notice
    where decision_id = ${decisionId} order by written_at`;
}

export interface NoticeCounts {
  readonly pending: number;
  readonly delivered: number;
  readonly bounced: number;
  readonly timedOut: number;
}

/** Notices of a batch's decisions by state. */
export async function noticesOfBatch(sql: Query, batchId: string): Promise<NoticeCounts> {
  const [row] = await sql<NoticeCounts[]>`
    select count(*) filter (where n.state = 'pending')::int as pending,
      count(*) filter (where n.state = 'delivered')::int as delivered,
      count(*) filter (where n.state = 'bounced')::int as bounced,
      count(*) filter (where n.state = 'timed_out')::int as timed_out
    from notice n join decision d using (decision_id)
    where d.batch_id = ${batchId} and n.kind = 'decision'`;
  return must(row, "an aggregate is one row");
}

/**
 * Records the outcome of a message as a mail server or gateway reports it; the first report counts.
 */
export async function endNotice(
  sql: Query,
  messageId: number,
  outcome: "delivered" | "bounced",
  nowMs: number,
): Promise<boolean> {
  const result = await sql`
    update notice set state = ${outcome}, ended_at = ${new Date(nowMs)}
    where message_id = ${messageId} and state = 'pending'`;
  return result.count > 0;
}

/**
 * Ends notices by what the outbox knows; those without any report time out after the policy's
 * hours. At most 500 a call.
 */
export async function settleNotices(sql: Query, nowMs: number): Promise<number> {
  const result = await sql`
    update notice n set state = due.state, ended_at = ${new Date(nowMs)}
    from (select n.decision_id, n.kind, case
          when o.sent_by = 'mail' then 'delivered'
          when o.failure = 'bounced' then 'bounced'
          else 'timed_out' end as state
        from notice n join outbox o using (message_id) join decision d using (decision_id)
          join policy p on p.policy_digest = d.record->>'policy_digest'
        where n.state = 'pending' and (o.sent_by = 'mail'
          or o.failure = 'bounced'
          or n.written_at + (p.document->>'noticeTimeoutHours')::int * interval '1 hour'
            <= ${new Date(nowMs)})
        order by n.written_at limit 500) due
    where n.decision_id = due.decision_id and n.kind = due.kind
      -- A report that came meanwhile counts.
      and n.state = 'pending'`;
  return result.count;
}
