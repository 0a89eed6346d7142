import type { Keyring } from "../../access/io/keyring.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import type { Text } from "../definition.ts";
import { STEP_UP_MS, type Doubt, type StepUpKind, type Wanted } from "../doubt.ts";
import type { OrderFacts } from "./factsStore.ts";
import type { StoredOffer } from "./offerStore.ts";

/** All SQL about questions before doubtful orders. */

export interface StoredStepUp {
  readonly kinds: readonly StepUpKind[];
  readonly reasons: readonly Text[];
  /** Null once it was ordered, or when a day has passed. */
  readonly wanted: Wanted<OrderFacts> | null;
  readonly askedAtMs: number;
  readonly codeSentAtMs: number | null;
  readonly passed: boolean;
}

export async function findStepUp(
  sql: Query,
  keyring: Keyring,
  offer: { readonly saleNo: number; readonly offerId: string },
): Promise<StoredStepUp | null> {
  const [row] = await sql<
    {
      kinds: StepUpKind[];
      reasons: Text[];
      wanted_cipher: Buffer | null;
      asked_at: Date;
      code_sent_at: Date | null;
      passed_at: Date | null;
    }[]
  >`
    select kinds, reasons, wanted_cipher, asked_at, code_sent_at, passed_at from step_up
    where sale_no = ${offer.saleNo} and offer_id = ${offer.offerId}`;
  if (!row) return null;
  const { kinds, reasons, wanted_cipher: cipher } = row;
  return {
    ...{ kinds, reasons },
    wanted: cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Wanted<OrderFacts>),
    askedAtMs: row.asked_at.getTime(),
    codeSentAtMs: row.code_sent_at?.getTime() ?? null,
    passed: row.passed_at !== null,
  };
}

/** Asks, and holds the unit for as long as an answer takes. */
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

/** What was typed anew replaces what was kept. */
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
