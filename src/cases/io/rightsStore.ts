import { expireImports } from "./importStore.ts";
import { forgetOldProfiles, readProfile } from "../../access/io/accountStore.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import type { Contact } from "../../access/contact.ts";
import type { Query, Sql, Transaction } from "../../db/connect.ts";
import { readFacts } from "../../sale/io/factsStore.ts";
import { decisionsOfAccount } from "./decisionStore.ts";
import { findAppealOfDecision, readStatement } from "./appealStore.ts";
import { listEntitlements } from "./remedyStore.ts";

/** All SQL about a buyer's rights to her data: see, take along, erase. */

const passkeysOf = async (sql: Query, accountKey: string) =>
  await sql`
  select name, created_at as "createdAt", last_used_at as "lastUsedAt" from passkey
  where account_key = ${accountKey} order by created_at`;

const sharedTurnsOf = async (sql: Query, accountKey: string) =>
  await sql`
  select s.slug as sale, t.round_no as "roundNo", t.entry_id as "entryId", t.likeness,
    t.found_at as "foundAt", o.objected_at as "objectedAt", o.verdict, o.reason as "answer"
  from shared_turn t join sale s using (sale_no)
    left join turn_objection o using (sale_no, round_no, entry_id)
  where t.account_key = ${accountKey} order by t.found_at`;

/** Everything that is kept about an account, readable; others' data are nowhere in it. */
export async function exportAccount(
  sql: Query,
  keyring: Keyring,
  accountKey: string,
): Promise<Record<string, unknown>> {
  const [account] = await sql<
    {
      contact_cipher: Buffer | null;
      profile_cipher: Buffer | null;
      language: string;
      first_seen_at: Date;
      last_seen_at: Date;
    }[]
  >`select * from account where account_key = ${accountKey}`;
  const entries = await sql`
    select s.slug as sale, e.round_no as "roundNo", e.entry_id as "entryId",
      e.entered_at as "enteredAt", e.tier
    from entry e join sale s using (sale_no) where account_key = ${accountKey} order by e.entered_at`;
  const orders = await sql<{ facts_cipher: Buffer | null; [key: string]: unknown }[]>`
    select s.slug as sale, p.order_id as "orderId", p.state, p.cancel_reason as "cancelReason",
      p.payment_method as "paymentMethod", p.price_minor_units as "priceMinorUnits", p.currency,
      p.placed_at as "placedAt", f.facts_cipher, f.expires_at as "factsExpireAt"
    from purchase_order p join sale s using (sale_no)
      left join order_facts f using (sale_no, order_id)
    where p.account_key = ${accountKey} order by p.placed_at`;
  const questions = await sql`
    select s.slug as sale, u.offer_id as "offerId", u.kinds, u.reasons, u.asked_at as "askedAt",
      u.passed_at as "passedAt", u.passed_by as "passedBy"
    from step_up u join sale s using (sale_no) where u.account_key = ${accountKey}
    order by u.asked_at`;
  const decisions = await decisionsOfAccount(sql, accountKey);
  const appeals = [];
  for (const decision of decisions) {
    const appeal = await findAppealOfDecision(sql, decision.decisionId);
    if (!appeal) continue;
    const { appealId, state, filedAtMs, answer } = appeal;
    appeals.push({
      ...{ appealId, state, filedAt: new Date(filedAtMs).toISOString(), answer },
      statement: readStatement(keyring, appeal),
    });
  }
  const contact = account?.contact_cipher ?? null;
  const profile = account?.profile_cipher ?? null;
  return {
    account: account && {
      contact: contact === null ? null : (JSON.parse(keyring.decrypt(contact)) as Contact).value,
      profile: profile === null ? null : readProfile(keyring, profile),
      language: account.language,
      firstSeenAt: account.first_seen_at,
      lastSeenAt: account.last_seen_at,
    },
    passkeys: await passkeysOf(sql, accountKey),
    entries,
    sharedTurns: await sharedTurnsOf(sql, accountKey),
    orders: orders.map(({ facts_cipher, ...order }) => ({
      ...order,
      facts: facts_cipher === null ? null : readFacts(keyring, facts_cipher),
    })),
    questions,
    decisions: decisions.map((decision) => ({ state: decision.state, record: decision.record })),
    appeals,
    entitlements: await listEntitlements(sql, { accountKey }),
  };
}

/** Whether something is still open that needs the data: an order in hand, a dispute, a unit owed. */
async function hasOpenMatter(tx: Query, accountKey: string, nowMs: number): Promise<boolean> {
  const [row] = await tx<{ open: boolean }[]>`
    select exists (select 1 from offer where account_key = ${accountKey} and state = 'open')
      or exists (select 1 from purchase_order where account_key = ${accountKey}
        and (state in ('awaiting_payment', 'awaiting_confirmation') or unit_held
          or (state in ('paid', 'cod_confirmed') and placed_at > ${new Date(nowMs - 14 * 86_400_000)})))
      or exists (select 1 from decision where account_key = ${accountKey} and state = 'in_force')
      or exists (select 1 from entitlement where account_key = ${accountKey}
        and state in ('standing', 'reserved')) as open`;
  return row!.open;
}

/** Erases what names the person; keyed hashes that a draw was published with stay, and name nobody. */
async function erase(tx: Transaction, accountKey: string, nowMs: number): Promise<void> {
  await tx`
    update account set contact_cipher = null, profile_cipher = null, profile_expires_at = null
    where account_key = ${accountKey}`;
  await tx`delete from passkey where account_key = ${accountKey}`;
  await tx`
    update turn_objection set statement_cipher = ''::bytea where account_key = ${accountKey}`;
  await tx`
    delete from order_facts f using purchase_order p
    where p.sale_no = f.sale_no and p.order_id = f.order_id and p.account_key = ${accountKey}`;
  await tx`update step_up set wanted_cipher = null where account_key = ${accountKey}`;
  await tx`
    delete from appeal_file f using appeal a, decision d
    where f.appeal_id = a.appeal_id and a.decision_id = d.decision_id
      and d.account_key = ${accountKey}`;
  // What she wrote is hers; that there was an appeal, and how it ended, stays in the counts.
  await tx`
    update appeal a set statement_cipher = ''::bytea
    from decision d where d.decision_id = a.decision_id and d.account_key = ${accountKey}`;
  await tx`delete from outbox where account_key = ${accountKey} and sent_at is not null
    and not exists (select 1 from notice n where n.message_id = outbox.message_id)`;
  await tx`
    update outbox set recipient_cipher = null, payload_cipher = null
    where account_key = ${accountKey} and sent_at is not null`;
  await tx`
    update erasure_request set done_at = ${new Date(nowMs)} where account_key = ${accountKey}`;
}

export async function askErasure(
  tx: Transaction,
  accountKey: string,
  nowMs: number,
): Promise<{ askedAtMs: number; erasedNow: boolean }> {
  await tx`
    insert into erasure_request (account_key, asked_at) values (${accountKey}, ${new Date(nowMs)})
    on conflict do nothing`;
  const [row] = await tx<{ asked_at: Date }[]>`
    select asked_at from erasure_request where account_key = ${accountKey} for update`;
  const open = await hasOpenMatter(tx, accountKey, nowMs);
  if (!open) await erase(tx, accountKey, nowMs);
  return { askedAtMs: row!.asked_at.getTime(), erasedNow: !open };
}

/** What a buyer wrote and sent with an appeal, after its answer: long enough to go on to a consumer body. */
const APPEAL_KEPT_MS = 180 * 86_400_000;

/** What somebody set out to order and did not: long enough for a pause of the sale in between. */
const WANTED_KEPT_MS = 86_400_000;

/**
 * Runs retention: facts leave when their time is over (from the sale's closing, by its policy; evidence of
 * upheld appeals longer, as it shows our own mistake), and erasures that waited for an open matter are done.
 */
export async function runRetention(sql: Sql, nowMs: number): Promise<number> {
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
  await expireImports(sql, nowMs);
  await forgetOldProfiles(sql, nowMs);
  await sql`
    update turn_objection set statement_cipher = ''::bytea
    where decided_at < ${new Date(nowMs - APPEAL_KEPT_MS)} and statement_cipher <> ''::bytea`;
  await sql`
    update step_up set wanted_cipher = null
    where wanted_cipher is not null and asked_at < ${new Date(nowMs - WANTED_KEPT_MS)}`;
  const gone = await sql`delete from order_facts where expires_at <= ${new Date(nowMs)}`;
  await sql`
    delete from appeal_file f using appeal a
    where f.appeal_id = a.appeal_id and a.state <> 'pending'
      and a.decided_at < ${new Date(nowMs - APPEAL_KEPT_MS)}`;
  await sql`
    update appeal set statement_cipher = ''::bytea
    where state <> 'pending' and decided_at < ${new Date(nowMs - APPEAL_KEPT_MS)}
      and statement_cipher <> ''::bytea`;
  const waiting = await sql<{ account_key: string }[]>`
    select account_key from erasure_request where done_at is null order by asked_at limit 100`;
  for (const { account_key } of waiting) {
    await sql.begin(async (tx) => {
      if (!(await hasOpenMatter(tx, account_key, nowMs))) await erase(tx, account_key, nowMs);
    });
  }
  return gone.count;
}
