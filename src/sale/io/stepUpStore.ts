/* All SQL about questions before doubtful orders. */

import type { Text } from "../../base/language.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import { STEP_UP_MS, type Doubt, type StepUpKind, type Wanted } from "../doubt.ts";
import type { OrderFacts } from "./factsStore.ts";
import type { StoredOffer } from "./offerStore.ts";

export interface StoredStepUp {
  readonly kinds: readonly StepUpKind[];
  readonly reasons: readonly Text[];
  /** Null after the order was placed, or after a day. */
  readonly wanted: Wanted<OrderFacts> | null;
  readonly askedAtMs: number;
  readonly codeSentAtMs: number | null;
  readonly passed: boolean;
}

interface StepUpRow {
  readonly kinds: StepUpKind[];
  readonly reasons: Text[];
  readonly wantedCipher: Buffer | null;
  readonly askedAt: Date;
  readonly codeSentAt: Date | null;
  readonly passedAt: Date | null;
}

function asStepUp(keyring: Keyring, row: StepUpRow): StoredStepUp {
  const { kinds, reasons, wantedCipher: cipher } = row;
  return {
    kinds,
    reasons,
    wanted: cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Wanted<OrderFacts>),
    askedAtMs: row.askedAt.getTime(),
    codeSentAtMs: row.codeSentAt?.getTime() ?? null,
    passed: row.passedAt !== null,
  };
}

export async function findStepUp(
  sql: Query,
  keyring: Keyring,
  offer: { readonly saleNo: number; readonly offerId: string },
): Promise<StoredStepUp | null> {
  const [row] = await sql<StepUpRow[]>`
    select kinds, reasons, wanted_cipher, asked_at, code_sent_at, passed_at from step_up
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
  return row ? asStepUp(keyring, row) : null;
}

/** Everything besides the offer that decides about it. */
export interface AroundOffer {
  readonly paused: boolean;
  /** The buyer's sign-in contact, encrypted. */
  readonly contactCipher: Buffer | null;
  /** The question before the offer's order. */
  readonly stepUp: StoredStepUp | null;
}

/**
 * Reads it for all offers in one query, after they were locked, so that a question asked just
 * before is visible. Each row is looked up by its key (`limit 1` keeps it that way): joins would be
 * re-planned as table scans.
 */
export async function readAroundOffers(
  tx: Transaction,
  keyring: Keyring,
  offers: readonly StoredOffer[],
): Promise<AroundOffer[]> {
  const rows = await tx<
    ({ paused: boolean; contactCipher: Buffer | null } & (StepUpRow | { readonly kinds: null }))[]
  >`
    select s.paused, a.contact_cipher,
      u.kinds, u.reasons, u.wanted_cipher, u.asked_at, u.code_sent_at, u.passed_at
    from unnest(${offers.map((offer) => offer.saleNo)}::int[],
      ${offers.map((offer) => offer.accountKey)}::uuid[], ${offers.map((offer) => offer.offerId)}::uuid[])
      with ordinality as o (sale_no, account_key, offer_id, position)
      cross join lateral (select state = 'paused' as paused from sale
        where sale_no = o.sale_no limit 1) s
      left join lateral (select contact_cipher from account
        where account_key = o.account_key limit 1) a on true
      left join lateral (select * from step_up where sale_no = o.sale_no
        and offer_id = o.offer_id limit 1) u on true
    order by o.position`;
  return rows.map((row) => ({
    paused: row.paused,
    contactCipher: row.contactCipher,
    stepUp: row.kinds === null ? null : asStepUp(keyring, row),
  }));
}

/** Stores the question and holds the unit for the time of an answer. */
export async function writeStepUp(
  tx: Transaction,
  keyring: Keyring,
  offer: StoredOffer,
  asked: {
    readonly doubt: Doubt;
    readonly kinds: readonly StepUpKind[];
    readonly wanted: Wanted<OrderFacts>;
    readonly nowMs: number;
  },
): Promise<void> {
  const { doubt, kinds, wanted, nowMs } = asked;
  await tx`
    insert into step_up (sale_no, offer_id, account_key, kinds, reasons, bits, wanted_cipher, asked_at)
    values (${offer.saleNo}, ${offer.offerId}, ${offer.accountKey}, ${kinds as string[]},
      ${tx.json(doubt.reasons as never)}, ${doubt.bits}, ${keyring.encrypt(JSON.stringify(wanted))},
      ${new Date(nowMs)})`;
  await tx`
    update offer set expires_at = greatest(expires_at, ${new Date(nowMs + STEP_UP_MS)})
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
}

/** A newly typed order replaces the stored one. */
export async function rewriteWanted(
  tx: Transaction,
  keyring: Keyring,
  offer: StoredOffer,
  wanted: Wanted<OrderFacts>,
): Promise<void> {
  await tx`
    update step_up set wanted_cipher = ${keyring.encrypt(JSON.stringify(wanted))}
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
}

export async function noteCodeSent(
  tx: Transaction,
  offer: StoredOffer,
  nowMs: number,
): Promise<void> {
  await tx`
    update step_up set code_sent_at = ${new Date(nowMs)}
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
}

export async function passStepUp(
  tx: Transaction,
  offer: StoredOffer,
  kind: StepUpKind,
  nowMs: number,
): Promise<void> {
  await tx`
    update step_up set passed_at = ${new Date(nowMs)}, passed_by = ${kind}, wanted_cipher = null
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
}
