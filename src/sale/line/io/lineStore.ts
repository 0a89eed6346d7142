/* All SQL of serving the line: waiting entries, units held, new offers. */

import type { Language } from "../../../base/language.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { RoundKey } from "./sealStore.ts";

/** One channel's part of a round's line. */
export interface ChannelKey extends RoundKey {
  readonly channelNo: number;
}

/** A waiting entry. */
export interface WaitingRow {
  readonly entryId: string;
  readonly accountKey: string;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  /** The turn that the entry shares; null for a turn of its own. */
  readonly turnId: string | null;
  readonly preferences: number[];
  readonly placeNo: number;
}

/** The next places of a channel that want one of the variants, in line order. */
export async function readNextInLine(
  tx: Transaction,
  { saleNo, roundNo, channelNo }: ChannelKey,
  variants: readonly number[],
  mostCount: number,
): Promise<WaitingRow[]> {
  return await tx<WaitingRow[]>`
    select entry_id, account_key, phone_key,
      email_key, turn_id, preferences, place_no
    from line_place
    where sale_no = ${saleNo} and round_no = ${roundNo} and channel_no = ${channelNo}
      and state = 'waiting' and preferences && ${variants}::smallint[]
    order by sale_no, round_no, channel_no, tier, place_no
    limit ${mostCount}`;
}

/** Units that each key already holds; a key without units is missing. */
export async function readUnits(
  tx: Transaction,
  saleNo: number,
  keys: readonly string[],
): Promise<Map<string, Set<number>>> {
  const rows = await tx<{ identityKey: string; unitNo: number }[]>`
    select identity_key, unit_no from person_unit
    where sale_no = ${saleNo} and identity_key = any(${keys}::uuid[])`.plannedAnew();
  const held = new Map<string, Set<number>>();
  for (const { identityKey, unitNo } of rows) {
    const units = held.get(identityKey) ?? new Set();
    held.set(identityKey, units.add(unitNo));
  }
  return held;
}

export interface NewOffer {
  readonly offerId: string;
  readonly entryId: string;
  readonly accountKey: string;
  readonly variantNo: number;
}

/** Inserts offers, whose entries no longer wait. */
export async function insertOffers(
  tx: Transaction,
  { saleNo, roundNo, channelNo }: ChannelKey,
  offers: readonly NewOffer[],
  time: { readonly madeAtMs: number; readonly expiresAtMs: number },
): Promise<void> {
  const entryIds = offers.map((offer) => offer.entryId);
  await tx`
    insert into offer (sale_no, offer_id, round_no, entry_id, account_key, channel_no, variant_no,
      state, made_at, expires_at)
    select ${saleNo}, offer_id, ${roundNo}, entry_id, account_key, ${channelNo}, variant_no,
      'open', ${new Date(time.madeAtMs)}, ${new Date(time.expiresAtMs)}
    from unnest(${offers.map((offer) => offer.offerId)}::uuid[], ${entryIds}::uuid[],
      ${offers.map((offer) => offer.accountKey)}::uuid[],
      ${offers.map((offer) => offer.variantNo)}::smallint[])
      as made (offer_id, entry_id, account_key, variant_no)`;
  await writePlaces(tx, { saleNo, roundNo }, "offered", entryIds);
}

/** The new states of places in the line. */
export async function writePlaces(
  tx: Transaction,
  { saleNo, roundNo }: RoundKey,
  state: "offered" | "over_limit" | "shared_turn",
  entryIds: readonly string[],
): Promise<void> {
  await tx`
    update line_place set state = ${state}
    where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = any(${entryIds}::uuid[])`;
}

/** Counts units for the keys of their persons. */
export async function insertUnits(
  tx: Transaction,
  saleNo: number,
  units: readonly { readonly key: string; readonly unitNo: number; readonly offerId: string }[],
): Promise<void> {
  await tx`
    insert into person_unit (sale_no, identity_key, unit_no, offer_id)
    select ${saleNo}, identity_key, unit_no, offer_id
    from unnest(${units.map((unit) => unit.key)}::uuid[], ${units.map((unit) => unit.unitNo)}::smallint[],
      ${units.map((unit) => unit.offerId)}::uuid[]) as unit (identity_key, unit_no, offer_id)`;
}

/** Languages of reachable accounts, by key. */
export async function readLanguages(
  tx: Transaction,
  accountKeys: readonly string[],
): Promise<Map<string, Language>> {
  const rows = await tx<{ accountKey: string; language: Language }[]>`
    select account_key, language from account
    where account_key = any(${accountKeys}::uuid[]) and contact_cipher is not null`;
  return new Map(rows.map(({ accountKey, language }) => [accountKey, language]));
}

/** The rest of a variant on a channel, and a text that changes when somebody joins the line or a turn is separated. */
export interface LeftOver {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly joined: string;
}

export async function readLeftOver(sql: Query, { saleNo, roundNo }: RoundKey): Promise<LeftOver[]> {
  return await sql<LeftOver[]>`
    select s.channel_no, s.variant_no,
      r.next_place_no || ' ' || (select count(*)
        from turn_objection o where o.sale_no = r.sale_no and o.round_no = r.round_no
          and o.verdict = 'apart') as joined
    from stock s join sale_round r using (sale_no, round_no)
    where s.sale_no = ${saleNo} and s.round_no = ${roundNo} and s.free > 0`;
}

/** Whether anybody on a channel waits for a variant. */
export async function isWanted(
  sql: Query,
  { saleNo, roundNo, channelNo }: ChannelKey,
  variantNo: number,
): Promise<boolean> {
  const rows = await sql`
    select 1 from line_place
    where sale_no = ${saleNo} and round_no = ${roundNo} and channel_no = ${channelNo}
      and state = 'waiting' and preferences && ${[variantNo]}::smallint[] limit 1`;
  return rows.length > 0;
}
