/*
 * SQL for a buyer's rights to her data: access, copy, erasure. Erasure removes what names the
 * person; the entries of a published draw keep their keyed hashes, because the draw could no longer
 * be verified without them. Nothing is erased while an order, a dispute or a debt is open
 * (`hasOpenMatter`).
 */

import {
  codeBoxKey,
  contactKey,
  findContactCipher,
  readProfile,
} from "../../../access/io/accountStore.ts";
import { looksAt } from "../../../people/io/lookStore.ts";
import { forgetMessagesTo } from "../../../access/io/purgeStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import type { Contact } from "../../../access/contact.ts";
import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { readFacts } from "../../../sale/io/factsStore.ts";
import { presentStanding } from "../../../sale/standing/io/presentStanding.ts";
import { readOwnStandings } from "../../../sale/standing/io/standingStore.ts";
import { standingOf } from "../../../sale/standing/standing.ts";
import { decisionsOfAccount } from "../../decision/io/decisionStore.ts";
import { findAppealOfDecision, readStatement } from "../../appeal/io/appealStore.ts";
import { forgetViewsWith } from "../../ownError/io/sampleStore.ts";
import { listEntitlements } from "../../remedy/io/remedyStore.ts";

const passkeysOf = async (sql: Query, accountKey: string) =>
  await sql`
  select name, created_at, last_used_at from passkey
  where account_key = ${accountKey} order by created_at`;

const sharedTurnsOf = async (sql: Query, accountKey: string) =>
  await sql`
  select s.slug as sale, t.round_no, t.entry_id, t.likeness, t.found_at, o.objected_at, o.verdict,
    o.reason as answer
  from shared_turn t join sale s using (sale_no)
    left join turn_objection o using (sale_no, round_no, entry_id)
  where t.account_key = ${accountKey} order by t.found_at`;

const paymentsOf = async (sql: Query, accountKey: string) =>
  await sql`
  select p.order_id, m.payment_id, m.currency, m.received_minor_units, m.returned_minor_units,
    m.first_reported_at
  from payment m join purchase_order p using (sale_no, order_id)
  where p.account_key = ${accountKey} order by m.first_reported_at, m.payment_id`;

/** The orders of an account with how they stand and what they were made with, decrypted. */
async function ordersOf(sql: Query, keyring: Keyring, accountKey: string, nowMs: number) {
  const standings = await readOwnStandings(sql, accountKey);
  const orders = await sql<
    { orderId: string; factsCipher: Buffer | null; [key: string]: unknown }[]
  >`
    select s.slug as sale, p.order_id, p.state, p.cancel_reason, p.payment_method,
      p.price_minor_units, p.currency,
      p.placed_at, f.facts_cipher, f.expires_at as facts_expire_at
    from purchase_order p join sale s using (sale_no)
      left join order_facts f using (sale_no, order_id)
    where p.account_key = ${accountKey} order by p.placed_at`;
  return orders.map(({ factsCipher, ...order }) => ({
    ...order,
    standing: presentStanding(
      standingOf(must(standings.get(order.orderId), "standing of an order"), nowMs),
    ),
    facts: factsCipher === null ? null : readFacts(keyring, factsCipher),
  }));
}

const orderObjectionsOf = async (sql: Query, keyring: Keyring, accountKey: string) => {
  const rows = await sql<{ statementCipher: Buffer; [key: string]: unknown }[]>`
    select s.slug as sale, o.order_id, o.objected_at, o.verdict, o.reason as answer,
      o.statement_cipher
    from order_objection o join sale s using (sale_no)
    where o.account_key = ${accountKey} order by o.objected_at`;
  return rows.map(({ statementCipher, ...objection }) => ({
    ...objection,
    statement: statementCipher.length === 0 ? null : keyring.decrypt(statementCipher),
  }));
};

const failuresOf = async (sql: Query, accountKey: string) =>
  await sql`
  select s.slug as sale, f.round_no, f.kind, f.first_at, f.last_at
  from server_failure f join sale s using (sale_no)
  where f.account_key = ${accountKey} order by f.first_at`;

/** Everything stored about an account, decrypted. It contains no data of others. */
export async function exportAccount(
  sql: Query,
  keyring: Keyring,
  accountKey: string,
  nowMs: number,
): Promise<Record<string, unknown>> {
  const [account] = await sql<
    {
      contactCipher: Buffer | null;
      profileCipher: Buffer | null;
      language: string;
      firstSeenAt: Date;
      lastSeenAt: Date;
    }[]
  >`
    select contact_cipher, profile_cipher, language, first_seen_at, last_seen_at
    from account where account_key = ${accountKey}`;
  const entries = await sql`
    select s.slug as sale, e.round_no, e.entry_id, e.entered_at, e.tier
    from entry e join sale s using (sale_no) where account_key = ${accountKey} order by e.entered_at`;
  const orders = await ordersOf(sql, keyring, accountKey, nowMs);
  const questions = await sql`
    select s.slug as sale, u.offer_id, u.kinds, u.reasons, u.asked_at,
      u.passed_at, u.passed_by
    from step_up u join sale s using (sale_no) where u.account_key = ${accountKey}
    order by u.asked_at`;
  const decisions = await decisionsOfAccount(sql, accountKey);
  const appeals = [];
  for (const decision of decisions) {
    const appeal = await findAppealOfDecision(sql, decision.decisionId);
    if (!appeal) continue;
    const { appealId, state, filedAtMs, answer } = appeal;
    appeals.push({
      appealId,
      state,
      filedAt: new Date(filedAtMs).toISOString(),
      answer,
      statement: readStatement(keyring, appeal),
    });
  }
  const contact = account?.contactCipher ?? null;
  const profile = account?.profileCipher ?? null;
  return {
    account: account && {
      contact: contact === null ? null : (JSON.parse(keyring.decrypt(contact)) as Contact).value,
      profile: profile === null ? null : readProfile(keyring, profile),
      language: account.language,
      firstSeenAt: account.firstSeenAt,
      lastSeenAt: account.lastSeenAt,
    },
    passkeys: await passkeysOf(sql, accountKey),
    looks: await looksAt(sql, accountKey),
    entries,
    sharedTurns: await sharedTurnsOf(sql, accountKey),
    orderObjections: await orderObjectionsOf(sql, keyring, accountKey),
    orders,
    payments: await paymentsOf(sql, accountKey),
    questions,
    failures: await failuresOf(sql, accountKey),
    decisions: decisions.map((decision) => ({ state: decision.state, record: decision.record })),
    appeals,
    entitlements: await listEntitlements(sql, { accountKey }),
  };
}

/** What `hasOpenMatter` says of the account `who`. */
const openMatter = (sql: Query, nowMs: number) => sql`
  exists (select 1 from offer o where o.account_key = who.account_key and o.state = 'open')
  or exists (select 1 from purchase_order p where p.account_key = who.account_key
    and (p.state in ('awaiting_payment', 'awaiting_confirmation') or p.unit_held or p.refund_due
      or (p.state in ('paid', 'cod_confirmed')
        and (p.placed_at > ${new Date(nowMs - 14 * 86_400_000)}
          or exists (select 1 from case_order o join suspicion_case c using (sale_no, case_no)
            where o.sale_no = p.sale_no and o.order_id = p.order_id and c.state <> 'closed'
              and o.verdict is distinct from 'release' and o.let_stand_at is null)))))
  or exists (select 1 from decision d where d.account_key = who.account_key
    and d.state = 'in_force')
  or exists (select 1 from entitlement e where e.account_key = who.account_key
    and e.state in ('standing', 'reserved'))`;

/**
 * Whether something is still open that needs the data: an offer, an unpaid or held order, one paid
 * in the last 14 days or in an open case, money to be paid back, a decision in force, a unit owed.
 */
export async function hasOpenMatter(
  tx: Query,
  accountKey: string,
  nowMs: number,
): Promise<boolean> {
  const [row] = await tx<{ open: boolean }[]>`
    select ${openMatter(tx, nowMs)} as open from (select ${accountKey}::uuid as account_key) who`;
  return must(row, "exists() is one row").open;
}

/** Accounts that asked for erasure and have nothing open any more, the first who asked on top. */
export async function listErasable(
  sql: Query,
  nowMs: number,
  mostCount: number,
): Promise<string[]> {
  // Not only looked at one by one: people with something open would hide all who asked after them.
  const rows = await sql<{ accountKey: string }[]>`
    select account_key from erasure_request who
    where done_at is null and not (${openMatter(sql, nowMs)})
    order by asked_at limit ${mostCount}`;
  return rows.map(({ accountKey }) => accountKey);
}

/**
 * Erases what names the person: contact, profile, passkeys, messages, statements, files, order
 * facts. Keyed hashes that a draw was published with stay; nobody can be named from them.
 */
export async function erase(
  tx: Transaction,
  keyring: Keyring,
  accountKey: string,
  nowMs: number,
): Promise<void> {
  const cipher = await findContactCipher(tx, accountKey);
  const contact = cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact);
  await forgetMessagesTo(tx, {
    accountKey,
    contactKey: contact === null ? null : contactKey(keyring, contact),
    codeBoxKey: contact === null ? null : codeBoxKey(keyring, contact),
  });
  await tx`
    update account set contact_cipher = null, profile_cipher = null, profile_expires_at = null,
      domain_key = null
    where account_key = ${accountKey}`;
  await tx`delete from passkey where account_key = ${accountKey}`;
  await tx`delete from server_failure where account_key = ${accountKey}`;
  await tx`
    update turn_objection set statement_cipher = ''::bytea where account_key = ${accountKey}`;
  await tx`
    update order_objection set statement_cipher = ''::bytea where account_key = ${accountKey}`;
  await tx`delete from order_recipient where account_key = ${accountKey}`;
  await tx`
    delete from order_facts f using purchase_order p
    where p.sale_no = f.sale_no and p.order_id = f.order_id and p.account_key = ${accountKey}`;
  await tx`
    update scored_order set facts_key = null, facts_cipher = null
    where account_key = ${accountKey}`;
  await tx`update step_up set wanted_cipher = null where account_key = ${accountKey}`;
  await forgetViewsWith(tx, accountKey);
  await tx`
    delete from appeal_file f using appeal a, decision d
    where f.appeal_id = a.appeal_id and a.decision_id = d.decision_id
      and d.account_key = ${accountKey}`;
  // The text belongs to the buyer. That an appeal existed, and its outcome, stays for the counts.
  await tx`
    update appeal a set statement_cipher = ''::bytea
    from decision d where d.decision_id = a.decision_id and d.account_key = ${accountKey}`;
  await tx`
    update erasure_request set done_at = ${new Date(nowMs)} where account_key = ${accountKey}`;
}

/**
 * Records a request for erasure and erases at once unless something is open; a repeat returns the
 * first request.
 */
export async function askErasure(
  tx: Transaction,
  keyring: Keyring,
  accountKey: string,
  nowMs: number,
): Promise<{ askedAtMs: number; erasedNow: boolean }> {
  await tx`
    insert into erasure_request (account_key, asked_at) values (${accountKey}, ${new Date(nowMs)})
    on conflict do nothing`;
  const [row] = await tx<{ askedAt: Date }[]>`
    select asked_at from erasure_request where account_key = ${accountKey} for update`;
  const open = await hasOpenMatter(tx, accountKey, nowMs);
  if (!open) await erase(tx, keyring, accountKey, nowMs);
  return { askedAtMs: must(row, "inserted above").askedAt.getTime(), erasedNow: !open };
}
