/*
 * Retention: deletes everything that is kept for a limited time, and runs erasures that had to
 * wait.
 * Must never happen: an erasure runs while an order, a dispute or a debt of that person is open.
 * Deleting an hour late is the lesser mistake.
 */

import { forgetOldProfiles } from "../../../access/io/accountStore.ts";
import { forgetLooks } from "../../../people/io/lookStore.ts";
import { forgetAttempts } from "../../../people/price/io/priceStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { forgetEndedSessions } from "../../../access/io/sessionEndStore.ts";
import {
  forgetAnswers,
  forgetCodes,
  forgetMessages,
  inSteps,
  nameContacts,
  type SalesUnderWay,
} from "../../../access/io/purgeStore.ts";
import { forgetCodeCounts } from "../../../access/io/codeStore.ts";
import { KEPT_MS } from "../../../access/retention.ts";
import { inTransaction, type Query, type Sql } from "../../../db/connect.ts";
import { eachAlone } from "../../../db/eachAlone.ts";
import { expireImports } from "../../imports/io/importStore.ts";
import { forgetViewers } from "../../review/io/viewerStore.ts";
import { forgetViews } from "../../ownError/io/sampleStore.ts";
import { erase, hasOpenMatter, listErasable } from "./rightsStore.ts";

/**
 * How long a buyer's statement and files stay after the answer to her appeal: long enough to take
 * the matter to a consumer body.
 */
const APPEAL_KEPT_MS = 180 * 86_400_000;

/**
 * How long an order that waits for a step-up answer is kept: longer than a pause of the sale in
 * between.
 */
const WANTED_KEPT_MS = 86_400_000;

/** People erased in one run. */
const ERASED_AT_ONCE = 1_000;

/** Deleted per step. Appeal files are megabytes each, so few at once. */
const FILES_AT_ONCE = 20;

/**
 * Order facts expire a number of days after closing that the policy sets (`evidenceDays`;
 * `upheldDays` where the decision was overturned, as they show our own mistake). While a decision
 * is in force its facts' deadline is left as it is.
 */
async function forgetFacts(sql: Sql, nowMs: number): Promise<void> {
  await sql`
    update order_facts f set expires_at = due.at
    from (select g.sale_no, g.order_id, s.closed_at + interval '1 day' *
          (p.document->'retention'->>case when exists (select 1 from decision d
            where d.sale_no = g.sale_no and d.order_id = g.order_id and d.state = 'overturned')
            then 'upheldDays' else 'evidenceDays' end)::int as at
        from order_facts g join sale s using (sale_no) join policy p using (policy_digest)
        where s.closed_at is not null and not exists (select 1 from decision d
          where d.sale_no = g.sale_no and d.order_id = g.order_id and d.state = 'in_force')) due
    where due.sale_no = f.sale_no and due.order_id = f.order_id and f.expires_at <> due.at`;
  await inSteps(
    (most) => sql`
      delete from order_facts where ctid = any(array(
        select ctid from order_facts where expires_at <= ${new Date(nowMs)}
        limit ${most} for update skip locked))`,
  );
  // Whom an order went to serves the looks at its facts, and goes with them.
  await inSteps(
    (most) => sql`
      delete from order_recipient where ctid = any(array(
        select r.ctid from order_recipient r where not exists (select 1 from order_facts f
          where f.sale_no = r.sale_no and f.order_id = r.order_id)
        limit ${most} for update of r skip locked))`,
  );
  await sql`
    delete from recipient g where not exists (select 1 from order_recipient r
      where r.sale_no = g.sale_no and r.recipient_key = g.recipient_key)
    and not exists (select 1 from sale s where s.sale_no = g.sale_no and s.closed_at is null)`;
}

/**
 * Scored orders serve the questions while a sale sells: all go once it was analysed. Their facts are
 * kept as long as the order's own, those of an order that was never placed as long as a question's.
 */
async function forgetScored(sql: Sql, nowMs: number): Promise<void> {
  await inSteps(
    (most) => sql`
      delete from scored_change where ctid = any(array(
        select t.ctid from scored_change t join sale_audit using (sale_no)
        limit ${most} for update of t skip locked))`,
  );
  await inSteps(
    (most) => sql`
      delete from scored_order where ctid = any(array(
        select t.ctid from scored_order t join sale_audit using (sale_no)
        limit ${most} for update of t skip locked))`,
  );
  await inSteps(
    (most) => sql`
      update scored_order set facts_key = null, facts_cipher = null where ctid = any(array(
        select s.ctid from scored_order s where s.facts_cipher is not null
          and s.coming_at < ${new Date(nowMs - WANTED_KEPT_MS)}
          and not exists (select 1 from purchase_order p join order_facts f using (sale_no, order_id)
            where p.sale_no = s.sale_no and p.offer_id = s.offer_id)
        limit ${most} for update of s skip locked))`,
  );
}

/** Statements and files of appeals and objections, and unfinished orders behind a step-up. */
async function forgetStatements(sql: Sql, nowMs: number): Promise<void> {
  const before = new Date(nowMs - APPEAL_KEPT_MS);
  await sql`
    update turn_objection set statement_cipher = ''::bytea
    where decided_at < ${before} and statement_cipher <> ''::bytea`;
  await sql`
    update order_objection set statement_cipher = ''::bytea
    where decided_at < ${before} and statement_cipher <> ''::bytea`;
  await inSteps(
    (most) => sql`
      update step_up set wanted_cipher = null where ctid = any(array(
        select ctid from step_up
        where wanted_cipher is not null and asked_at < ${new Date(nowMs - WANTED_KEPT_MS)}
        limit ${most} for update skip locked))`,
  );
  await inSteps(
    (most) => sql`
      delete from appeal_file where ctid = any(array(
        select f.ctid from appeal_file f join appeal a using (appeal_id)
        where a.state <> 'pending' and a.decided_at < ${before}
        limit ${most} for update of f skip locked))`,
    FILES_AT_ONCE,
  );
  await sql`
    update appeal set statement_cipher = ''::bytea
    where state <> 'pending' and decided_at < ${before} and statement_cipher <> ''::bytea`;
}

/** Runs erasures that were asked for while something was still open. */
async function eraseWaiting(sql: Sql, keyring: Keyring, nowMs: number): Promise<void> {
  await eachAlone(await listErasable(sql, nowMs, ERASED_AT_ONCE), (accountKey) =>
    inTransaction(sql, async (tx) => {
      if (await hasOpenMatter(tx, accountKey, nowMs)) return;
      await erase(tx, keyring, accountKey, nowMs);
    }),
  );
}

/** Deletes everything that has expired and runs the waiting erasures. Once an hour is enough. */
export async function runRetention(sql: Sql, keyring: Keyring, nowMs: number): Promise<void> {
  const steps: readonly (() => Promise<unknown>)[] = [
    () => forgetFacts(sql, nowMs),
    () => forgetScored(sql, nowMs),
    () => forgetViews(sql, nowMs),
    () => expireImports(sql, nowMs),
    () => forgetOldProfiles(sql, nowMs),
    () => forgetEndedSessions(sql, nowMs),
    () => forgetLooks(sql, nowMs),
    () => forgetStatements(sql, nowMs),
    () => nameContacts(sql, keyring),
    () => eraseWaiting(sql, keyring, nowMs),
  ];
  await eachAlone(steps, (step) => step());
}

/**
 * Sales that still have a deadline ahead: running, or closed a short while ago; with an offer, an
 * order, an appeal, an objection or an entitlement that is still open; or with an open case whose
 * evidence has not expired, since it can still become a decision.
 */
async function salesUnderWay(sql: Query, nowMs: number): Promise<SalesUnderWay> {
  const now = new Date(nowMs);
  const rows = await sql<{ saleNo: number; createdAt: Date }[]>`
    with ended as (
      select s.sale_no, s.created_at, p.document, coalesce(s.closed_at, to_timestamp(
          (s.definition->'rounds'->-1->>'closesAtMs')::double precision / 1000)) as at
      from sale s left join policy p using (policy_digest) where s.state <> 'draft')
    select e.sale_no, e.created_at from ended e
    where e.at > ${new Date(nowMs - KEPT_MS.saleAfterClose)}
      or exists (select 1 from offer o where o.sale_no = e.sale_no and o.state = 'open')
      or exists (select 1 from purchase_order p where p.sale_no = e.sale_no
        and p.state in ('awaiting_payment', 'awaiting_confirmation'))
      or exists (select 1 from decision d where d.sale_no = e.sale_no and d.state = 'in_force')
      or exists (select 1 from entitlement n left join decision d using (decision_id)
          left join entry t
            on t.account_key = n.account_key and t.entry_id = n.credit_entry_id
        where n.state in ('standing', 'reserved')
          and e.sale_no in (d.sale_no, t.sale_no, n.sale_no, n.credit_sale_no))
      or exists (select 1 from turn_objection j where j.sale_no = e.sale_no and j.verdict is null)
      or exists (select 1 from order_objection j where j.sale_no = e.sale_no and j.verdict is null)
      or (exists (select 1 from suspicion_case c where c.sale_no = e.sale_no and c.state <> 'closed')
        and e.at + interval '1 day' * (e.document->'retention'->>'evidenceDays')::int > ${now})`;
  return {
    saleNos: rows.map((row) => row.saleNo),
    sinceMs: Math.min(nowMs, ...rows.map((row) => row.createdAt.getTime())),
  };
}

/** Deletes a bounded number of old codes, messages and stored answers; true if more are left. */
export async function forgetOld(sql: Sql, nowMs: number): Promise<boolean> {
  const underWay = await salesUnderWay(sql, nowMs);
  await forgetCodeCounts(sql, nowMs);
  await forgetAttempts(sql, nowMs);
  await forgetViewers(sql, nowMs);
  const left = [
    await forgetCodes(sql, underWay, nowMs),
    await forgetMessages(sql, underWay, nowMs),
    await forgetAnswers(sql, underWay, nowMs),
  ];
  return left.includes(true);
}
