/*
 * SQL about cases: their orders, verdicts, claims, log and the lists of the console. Verdicts of a
 * case and its state change together, and each change raises the case's version.
 */

import type { Text } from "../../../base/language.ts";
import type { StepUpKind } from "../../../sale/doubt.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { OVER_LIMIT } from "../../../integrity/reasons.ts";
import type { StatedReason } from "../../decision/decisionRecord.ts";
import type { CaseState, ReviewCase, Verdict } from "../review.ts";

export interface StoredCase extends ReviewCase {
  readonly saleNo: number;
  readonly slug: string;
  readonly caseNo: number;
  readonly policyDigest: string;
  readonly topBits: number;
  readonly orderCount: number;
  readonly accountCount: number;
  readonly document: Readonly<Record<string, unknown>>;
  readonly openedAtMs: number;
  readonly dueAtMs: number;
}

interface CaseRow extends Omit<
  StoredCase,
  "openedAtMs" | "dueAtMs" | "claimedUntilMs" | "decidedAtMs"
> {
  readonly openedAt: Date;
  readonly dueAt: Date;
  readonly claimedUntil: Date | null;
  readonly decidedAt: Date | null;
}

function asCase({ openedAt, dueAt, claimedUntil, decidedAt, ...one }: CaseRow): StoredCase {
  return {
    ...one,
    openedAtMs: openedAt.getTime(),
    dueAtMs: dueAt.getTime(),
    claimedUntilMs: claimedUntil?.getTime() ?? null,
    decidedAtMs: decidedAt?.getTime() ?? null,
  };
}

/**
 * A batch holds its cases from the grace window on; while it is sampling, its sample is still
 * decided.
 */
const IN_BATCH = `exists (select 1 from batch_case bc join batch b using (batch_id)
  where bc.sale_no = c.sale_no and bc.case_no = c.case_no and b.state in ('grace', 'running', 'done'))`;

/** An order of the case was reported on after its decision. */
const REPORTED_SINCE = `exists (select 1 from case_order o join order_status t using (sale_no, order_id)
  where o.sale_no = c.sale_no and o.case_no = c.case_no and t.said_at >= c.decided_at)`;

/**
 * With `lock` the row is locked by a statement of its own: a statement that waits for the lock
 * would miss a batch created meanwhile.
 */
export async function findCase(
  sql: Query,
  saleNo: number,
  caseNo: number,
  lock = false,
): Promise<StoredCase | null> {
  if (lock) {
    await sql`
      select 1 from suspicion_case where sale_no = ${saleNo} and case_no = ${caseNo} for update`;
  }
  const rows = await sql.unsafe<CaseRow[]>(
    `select c.*, s.slug, ${IN_BATCH} as in_batch, ${REPORTED_SINCE} as reported_since
     from suspicion_case c join sale s using (sale_no)
     where sale_no = $1 and case_no = $2`,
    [saleNo, caseNo],
  );
  return rows[0] ? asCase(rows[0]) : null;
}

export type CaseSort = "due" | "orders" | "bits" | "number";

/** Open cases first. By default the least time left, then the largest, then the strongest. */
const CASE_ORDER: Readonly<Record<CaseSort, string>> = {
  due: "due_at, order_count desc, top_bits desc",
  orders: "order_count desc, due_at",
  bits: "top_bits desc, due_at",
  number: "s.slug, case_no",
};

export interface CaseFilter {
  readonly slug?: string | undefined;
  readonly state?: CaseState | undefined;
  /** Only cases that this colleague claimed or decided. */
  readonly of?: string | undefined;
  readonly leastOrders: number;
  readonly sort: CaseSort;
  readonly limit: number;
  readonly after: number;
}

/** One page of cases, and the number of all that match. */
export async function listCases(
  sql: Query,
  filter: CaseFilter,
): Promise<{ cases: StoredCase[]; total: number }> {
  const { slug = null, state = null, of = null, leastOrders, sort, limit, after } = filter;
  const rows = await sql.unsafe<(CaseRow & { total: number })[]>(
    `select c.sale_no, s.slug, case_no, c.state, version, c.policy_digest, top_bits, order_count,
       account_count, '{}'::jsonb as document, c.opened_at, due_at, claimed_by, claimed_until, decided_by,
       decided_at, ${IN_BATCH} as in_batch, ${REPORTED_SINCE} as reported_since,
       count(*) over ()::int as total
     from suspicion_case c join sale s using (sale_no)
     where ($1::text is null or s.slug = $1) and ($2::text is null or c.state = $2)
       and ($5::text is null or c.claimed_by = $5 or c.decided_by = $5) and c.order_count >= $6
     order by ${sort === "number" ? "" : "(c.state = 'open') desc,"} ${CASE_ORDER[sort]}, case_no
     limit $3 offset $4`,
    [slug, state, limit, after, of, leastOrders],
  );
  const cases = rows.map(({ total: _total, ...row }) => asCase(row));
  return { cases, total: rows[0]?.total ?? 0 };
}

/** How many cases of a sale a person has decided. */
export async function countDecidedCases(sql: Query, saleNo: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from suspicion_case
    where sale_no = ${saleNo} and decided_by is not null`;
  return row?.count ?? 0;
}

/** The reviewer of each case; null if nobody decided it. */
export async function readReviewers(
  sql: Query,
  saleNo: number,
  caseNos: readonly number[],
): Promise<Map<number, string | null>> {
  const rows = await sql<{ caseNo: number; decidedBy: string | null }[]>`
    select case_no, decided_by from suspicion_case
    where sale_no = ${saleNo} and case_no = any(${caseNos}::int[])`;
  return new Map(rows.map(({ caseNo, decidedBy }) => [caseNo, decidedBy]));
}

export interface StoredCaseOrder {
  readonly orderId: string;
  readonly caseNo: number;
  readonly accountKey: string;
  readonly personNo: number;
  readonly bits: number;
  readonly reasons: readonly StatedReason[];
  readonly counterfactual: Text;
  readonly region: string;
  readonly verdict: Verdict | null;
  /** Nobody decided before its channel's own deadline came near. */
  readonly letStand: boolean;
  readonly state: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly paymentMethod: string;
  readonly priceMinorUnits: number;
  readonly placedAtMs: number;
  readonly ordersOfAccount: number;
  /** How the step-up question was answered; null if none was asked. */
  readonly answeredBy: StepUpKind | null;
}

interface CaseOrderRow extends Omit<StoredCaseOrder, "placedAtMs"> {
  readonly placedAt: Date;
  /** A person found that its buyer and those of the orders before it are two people. */
  readonly foundApart: boolean;
}

/**
 * Orders of cases by time, each with the number of paid orders of its account in the sale. Where a
 * person found two people, nothing is beyond one person's limit, whatever the case was opened for.
 */
export async function ordersOfCases(
  sql: Query,
  saleNo: number,
  caseNos: readonly number[],
): Promise<StoredCaseOrder[]> {
  const rows = await sql<CaseOrderRow[]>`
    select o.order_id, o.case_no, o.account_key, o.person_no, o.bits, o.reasons, o.counterfactual,
      o.region, o.verdict, o.let_stand_at is not null as let_stand, p.state, p.channel_no, p.variant_no, p.payment_method,
      p.price_minor_units, p.placed_at,
      (select count(*)::int from purchase_order q where q.sale_no = o.sale_no
        and q.account_key = o.account_key and q.state in ('paid', 'cod_confirmed'))
        as orders_of_account,
      u.passed_by as answered_by,
      exists (select 1 from order_objection b where b.sale_no = o.sale_no
        and b.order_id = o.order_id and b.verdict = 'apart') as found_apart
    from case_order o join purchase_order p using (sale_no, order_id)
      left join step_up u using (sale_no, offer_id)
    where o.sale_no = ${saleNo} and o.case_no = any(${caseNos as number[]}::int[])
    order by p.placed_at, o.order_id`;
  return rows.map(({ placedAt, foundApart, ...order }) => ({
    ...order,
    reasons: foundApart
      ? order.reasons.filter(({ code }) => code !== OVER_LIMIT.code)
      : order.reasons,
    placedAtMs: placedAt.getTime(),
  }));
}

export interface CaseEvent {
  readonly kind: string;
  readonly actor: string;
  readonly atMs: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The log of a case, oldest first. */
export async function listCaseEvents(
  sql: Query,
  saleNo: number,
  caseNo: number,
): Promise<CaseEvent[]> {
  const rows = await sql<
    { kind: string; actor: string; happenedAt: Date; detail: Record<string, unknown> }[]
  >`
    select kind, actor, happened_at, detail from case_event
    where sale_no = ${saleNo} and case_no = ${caseNo} order by event_no`;
  return rows.map(({ kind, actor, happenedAt, detail }) => ({
    kind,
    actor,
    detail,
    atMs: happenedAt.getTime(),
  }));
}

/** Appends to the log of a case; entries are never changed. */
export async function logCaseEvent(
  tx: Query,
  where: { readonly saleNo: number; readonly caseNo: number },
  event: CaseEvent,
): Promise<void> {
  await tx`
    insert into case_event (sale_no, case_no, kind, actor, detail, happened_at)
    values (${where.saleNo}, ${where.caseNo}, ${event.kind}, ${event.actor},
      ${tx.json(event.detail)}, ${new Date(event.atMs)})`;
}

/**
 * Other cases of the sale that share a person or an account, or the same leading reason in the same
 * region. At most 8.
 */
export async function similarCases(sql: Query, saleNo: number, caseNo: number): Promise<number[]> {
  const rows = await sql<{ caseNo: number }[]>`
    select o.case_no from case_order o
    where o.sale_no = ${saleNo} and o.case_no <> ${caseNo}
      and exists (select 1 from case_order mine where mine.sale_no = o.sale_no
        and mine.case_no = ${caseNo}
        and (mine.person_no = o.person_no or mine.account_key = o.account_key
          or (mine.region = o.region and mine.region <> '–'
            and mine.reasons->0->>'code' = o.reasons->0->>'code')))
    group by o.case_no order by count(*) desc, o.case_no limit 8`;
  return rows.map((row) => row.caseNo);
}

/** Number of slots in the chart of order times. */
const CROWD_SLOTS = 60;

/** Order times of the whole sale, counted in equal slots from the first to the last order. */
export async function crowdOf(
  sql: Query,
  saleNo: number,
): Promise<{ fromMs: number; toMs: number; counts: number[] }> {
  const rows = await sql<{ slot: number; count: number; first: Date; last: Date }[]>`
    with ends as (select min(placed_at) as first, max(placed_at) as last
      from purchase_order where sale_no = ${saleNo})
    select least(${CROWD_SLOTS} - 1, floor(${CROWD_SLOTS} * extract(epoch from placed_at - first)
        / greatest(0.001, extract(epoch from last - first))))::int as slot,
      count(*)::int as count, min(first) as first, min(last) as last
    from purchase_order, ends where sale_no = ${saleNo} group by 1`;
  const counts = Array.from({ length: CROWD_SLOTS }, () => 0);
  for (const row of rows) counts[row.slot] = row.count;
  const [any] = rows;
  return { fromMs: any?.first.getTime() ?? 0, toMs: any?.last.getTime() ?? 0, counts };
}

/** Stores who works on a case, until when. */
export async function writeClaim(
  tx: Transaction,
  one: StoredCase,
  who: string,
  untilMs: number,
): Promise<void> {
  await tx`
    update suspicion_case set claimed_by = ${who}, claimed_until = ${new Date(untilMs)}
    where sale_no = ${one.saleNo} and case_no = ${one.caseNo}`;
}

/** Writes a decision: a verdict for each order, and the case's new state. */
export async function writeVerdicts(
  tx: Transaction,
  one: StoredCase,
  decision: {
    readonly who: string;
    readonly nowMs: number;
    readonly cancel: readonly string[];
    readonly release: readonly string[];
  },
): Promise<void> {
  const { who, nowMs, cancel, release } = decision;
  await tx`
    update case_order set verdict = case
      when order_id = any(${cancel as string[]}::uuid[]) then 'cancel'
      when order_id = any(${release as string[]}::uuid[]) then 'release' end
    where sale_no = ${one.saleNo} and case_no = ${one.caseNo}`;
  // If every order was released, the case is closed and its orders may ship.
  const state = cancel.length === 0 ? "closed" : "decided";
  await tx`
    update suspicion_case set state = ${state}, version = version + 1, decided_by = ${who},
      decided_at = ${new Date(nowMs)}, claimed_by = null, claimed_until = null
    where sale_no = ${one.saleNo} and case_no = ${one.caseNo}`;
}

/** Takes all verdicts back and opens the case again. */
export async function takeVerdictsBack(tx: Transaction, one: StoredCase): Promise<void> {
  await tx`
    update case_order set verdict = null where sale_no = ${one.saleNo} and case_no = ${one.caseNo}`;
  await tx`
    update suspicion_case set state = 'open', version = version + 1, decided_by = null,
      decided_at = null
    where sale_no = ${one.saleNo} and case_no = ${one.caseNo}`;
}

/** A case. */
interface CaseKey {
  readonly saleNo: number;
  readonly caseNo: number;
}

/** Undecided orders `o` of open cases `c`, bought at a channel before a moment. */
const tooLate = (sql: Query, channelCode: string, placedBeforeMs: number) => sql`
  c.state <> 'closed' and o.verdict is distinct from 'release' and o.let_stand_at is null
  and exists (select 1 from purchase_order p where p.sale_no = o.sale_no
    and p.order_id = o.order_id and p.state in ('paid', 'cod_confirmed')
    and p.placed_at < ${new Date(placedBeforeMs)}
    and s.definition->'channels'->(p.channel_no - 1)->>'code' = ${channelCode})`;

/** Cases with undecided orders that were bought at a channel before this moment. */
export async function listTooLate(
  sql: Query,
  channelCode: string,
  placedBeforeMs: number,
): Promise<CaseKey[]> {
  return await sql<CaseKey[]>`
    select distinct o.sale_no, o.case_no
    from suspicion_case c join sale s using (sale_no) join case_order o using (sale_no, case_no)
    where ${tooLate(sql, channelCode, placedBeforeMs)} order by o.sale_no, o.case_no`;
}

/**
 * Lets these orders of a case stand; returns their ids. No verdict: it counts neither for nor
 * against the case. The caller holds the case's row lock.
 */
export async function writeLetStand(
  tx: Transaction,
  { saleNo, caseNo }: CaseKey,
  channelCode: string,
  when: { readonly placedBeforeMs: number; readonly nowMs: number },
): Promise<string[]> {
  const rows = await tx<{ orderId: string }[]>`
    update case_order o set let_stand_at = ${new Date(when.nowMs)}
    from suspicion_case c join sale s using (sale_no)
    where o.sale_no = ${saleNo} and o.case_no = ${caseNo}
      and c.sale_no = o.sale_no and c.case_no = o.case_no
      and ${tooLate(tx, channelCode, when.placedBeforeMs)}
    returning o.order_id`;
  return rows.map(({ orderId }) => orderId).sort();
}
