/*
 * Advances the line: load a batch, let the pure rule decide, write it in the same transaction. Lock
 * order: lease, sale, stock, then rows of people (docs/reference/locks.md).
 */

import { must } from "../../../base/assert.ts";
import { randomUUID } from "node:crypto";
import { textIn } from "../../../base/inLanguage.ts";
import { inEach, pick } from "../../../base/language.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { enqueueMessages } from "../../../messages/io/outbox.ts";
import { formatMoney } from "../../../base/money.ts";
import { formatClock } from "../../../base/zone.ts";
import { inTransaction, type Sql, type Transaction } from "../../../db/connect.ts";
import { variantByNo, type Round, type SaleDefinition } from "../../definition.ts";
import { decideOffers, type LineDecision, type WaitingPlace } from "../../line.ts";
import { holdLease, type Lease } from "../../lease/io/leaseStore.ts";
import { readSaleStatus } from "../../io/saleStore.ts";
import { readTurns } from "../../io/turnStore.ts";
import { lockStock, moveUnits, writeReached } from "../../io/stockStore.ts";
import { priceToPay } from "../../offer.ts";
import { readPromised } from "./makeGoodStore.ts";
import {
  insertOffers,
  insertUnits,
  isWanted,
  readLanguages,
  readLeftOver,
  readNextInLine,
  readUnits,
  writePlaces,
  type WaitingRow,
} from "./lineStore.ts";

/** Offers per transaction: more hold the stock rows longer, fewer cost commits. */
const OFFERS_AT_ONCE = 1_000;

/** Batches per tick; then deadlines and seals have their turn. */
const BATCHES_AT_ONCE = 20;
/**
 * Places loaded beyond one per free unit, since some are skipped. The first place is always
 * settled, so the next batch continues from there.
 */
const PASSED_OVER_COUNT = 10;

export interface AdvanceDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly lease: Lease;
  readonly definition: SaleDefinition;
  /** Whether buyers get a message when a unit is held for them. */
  readonly notices: boolean;
}

interface Candidate extends WaitingPlace {
  readonly accountKey: string;
  readonly identityKeys: readonly string[];
  readonly placeNo: number;
}

interface Loaded {
  readonly candidates: Candidate[];
  readonly held: Map<string, Set<number>>;
  readonly turnsHad: ReadonlySet<string>;
}

/** The next places of a channel that want a remaining variant, in line order. */
async function loadCandidates(
  tx: Transaction,
  place: { saleNo: number; roundNo: number; channelNo: number; free: ReadonlyMap<number, number> },
): Promise<Loaded> {
  const { free } = place;
  const freeCount = [...free.values()].reduce((sum, units) => sum + units, 0);
  const mostCount = Math.min(OFFERS_AT_ONCE, freeCount + PASSED_OVER_COUNT);
  const rows = await readNextInLine(tx, place, [...free.keys()], mostCount);
  const turnIds = new Set(rows.flatMap((row) => row.turnId ?? []));
  const turns = await readTurns(tx, place, [...turnIds]);
  // Units under a shared turn count for the one person behind it, in this round and the next.
  const keysOf = (row: WaitingRow) => {
    const own = [row.accountKey, row.phoneKey, row.emailKey].filter((key) => key !== null);
    const shared = row.turnId === null ? undefined : turns.get(row.turnId)?.accountKeys;
    return shared ? [...new Set([...own, ...shared])] : own;
  };
  const held = await readUnits(tx, place.saleNo, rows.flatMap(keysOf));
  const candidates = rows.map((row) => {
    const identityKeys = keysOf(row);
    const unitsHeldCount = Math.max(...identityKeys.map((key) => held.get(key)?.size ?? 0));
    return {
      entryId: row.entryId,
      accountKey: row.accountKey,
      placeNo: row.placeNo,
      identityKeys,
      preferences: row.preferences,
      unitsHeldCount,
      turnId: row.turnId,
    };
  });
  const turnsHad = new Set([...turnIds].filter((turnId) => turns.get(turnId)?.had));
  return { candidates, held, turnsHad };
}

function firstFreeUnit(taken: ReadonlySet<number> | undefined): number {
  let unitNo = 1;
  while (taken?.has(unitNo)) unitNo++;
  return unitNo;
}

interface MadeOffer {
  readonly offerId: string;
  readonly entryId: string;
  readonly variantNo: number;
  readonly person: Candidate;
}

async function writeOffers(
  tx: Transaction,
  where: { saleNo: number; round: Round; channelNo: number; nowMs: number },
  offers: readonly MadeOffer[],
  held: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<void> {
  const { saleNo, round, channelNo, nowMs } = where;
  const place = { saleNo, roundNo: round.roundNo, channelNo };
  await insertOffers(
    tx,
    place,
    offers.map(({ person, ...offer }) => ({ ...offer, accountKey: person.accountKey })),
    { madeAtMs: nowMs, expiresAtMs: nowMs + round.offerMs },
  );
  const units = offers.flatMap((offer) =>
    offer.person.identityKeys.map((key) => ({
      key,
      unitNo: firstFreeUnit(held.get(key)),
      offerId: offer.offerId,
    })),
  );
  await insertUnits(tx, saleNo, units);
  await moveUnits(
    tx,
    { saleNo, roundNo: round.roundNo, nowMs },
    "offer_made",
    offers.map((offer) => ({ channelNo, variantNo: offer.variantNo, entryId: offer.entryId })),
  );
}

interface Batch {
  readonly saleNo: number;
  readonly round: Round;
  readonly channelNo: number;
  readonly freeVariants: readonly number[];
  readonly nowMs: number;
}

/** Records that the line has reached everybody served or skipped: their pages poll now. */
async function reach(tx: Transaction, where: Batch, people: readonly Candidate[]): Promise<void> {
  const reached = people.flatMap(({ preferences, placeNo }) =>
    preferences
      .filter((variantNo) => where.freeVariants.includes(variantNo))
      .map((variantNo) => ({ variantNo, placeNo })),
  );
  const { saleNo, round, channelNo } = where;
  await writeReached(tx, { saleNo, roundNo: round.roundNo, channelNo }, reached);
}

async function writeDecision(
  tx: Transaction,
  deps: AdvanceDeps,
  where: Batch,
  decision: LineDecision,
  loaded: Loaded,
): Promise<void> {
  const byEntry = new Map(loaded.candidates.map((candidate) => [candidate.entryId, candidate]));
  const skipped = [
    ["over_limit", decision.overLimit],
    ["shared_turn", decision.turnUsed],
  ] as const;
  for (const [state, entryIds] of skipped) {
    if (entryIds.length === 0) continue;
    const { saleNo, round } = where;
    await writePlaces(tx, { saleNo, roundNo: round.roundNo }, state, entryIds);
    await reach(
      tx,
      where,
      entryIds.map((entryId) => byEntry.get(entryId) as Candidate),
    );
  }
  if (decision.offers.length === 0) return;
  const offers = decision.offers.map((offer) => ({
    ...offer,
    offerId: randomUUID(),
    person: byEntry.get(offer.entryId) as Candidate,
  }));
  await writeOffers(tx, where, offers, loaded.held);
  const reached = offers.map(({ variantNo, person: { placeNo } }) => ({ variantNo, placeNo }));
  const { saleNo, round, channelNo } = where;
  await writeReached(tx, { saleNo, roundNo: round.roundNo, channelNo }, reached);
  if (deps.notices) await writeNotices(tx, deps, where, offers);
}

async function writeNotices(
  tx: Transaction,
  deps: AdvanceDeps,
  where: { saleNo: number; round: Round; nowMs: number },
  offers: readonly MadeOffer[],
): Promise<void> {
  const { definition, keyring } = deps;
  const untilMs = where.nowMs + where.round.offerMs;
  const accountKeys = offers.map((offer) => offer.person.accountKey);
  const languages = await readLanguages(tx, accountKeys);
  const promised = await readPromised(
    tx,
    { saleNo: where.saleNo, roundNo: where.round.roundNo },
    offers.map((offer) => offer.entryId),
  );
  const until = inEach((language) =>
    formatClock(untilMs, { nowMs: where.nowMs, timeZone: definition.timeZone, language }),
  );
  const messages = offers.flatMap((offer) => {
    const language = languages.get(offer.person.accountKey);
    if (!language) return [];
    const variant = must(variantByNo(definition, offer.variantNo), "variant of an offer");
    const { currency } = definition;
    const promisedMinorUnits = promised.get(offer.entryId) ?? null;
    const minorUnits = priceToPay({ saleMinorUnits: variant.priceMinorUnits, promisedMinorUnits });
    const facts = {
      kind: "offer_made" as const,
      sale: textIn(definition.title, language),
      variant: textIn(variant.name, language),
      price: formatMoney({ minorUnits, currency }, language),
      until: pick(until, language),
      path: `/s/${definition.slug}`,
    };
    const recipient = { accountKey: offer.person.accountKey };
    const { saleNo, nowMs } = where;
    return [{ facts, language, recipient, saleNo, nowMs, expiresAtMs: untilMs }];
  });
  await enqueueMessages(tx, keyring, messages);
}

/** One batch per channel; returns the number of offers and of settled places. */
async function advanceOnce(
  deps: AdvanceDeps,
  round: Round,
  nowMs: number,
): Promise<{ offersCount: number; movedCount: number }> {
  const { saleNo } = deps.lease;
  return await inTransaction(deps.sql, async (tx) => {
    await holdLease(tx, deps.lease);
    // A pause that comes now waits for this batch; one that came before stops it.
    if ((await readSaleStatus(tx, saleNo, "share")).state !== "live") {
      return { offersCount: 0, movedCount: 0 };
    }
    const stock = await lockStock(tx, saleNo, round.roundNo);
    let offersCount = 0;
    let movedCount = 0;
    for (const channelNo of new Set(stock.map((balance) => balance.channelNo))) {
      const free = new Map(
        stock
          .filter((balance) => balance.channelNo === channelNo && balance.free > 0)
          .map((balance) => [balance.variantNo, balance.free]),
      );
      if (free.size === 0) continue;
      const freeVariants = [...free.keys()];
      const place = { saleNo, roundNo: round.roundNo, channelNo, free };
      const loaded = await loadCandidates(tx, place);
      const limit = deps.definition.unitsPerPersonCount;
      const decision = decideOffers(loaded.candidates, free, limit, loaded.turnsHad);
      await writeDecision(
        tx,
        deps,
        { saleNo, round, channelNo, freeVariants, nowMs },
        decision,
        loaded,
      );
      offersCount += decision.offers.length;
      movedCount += decision.offers.length + decision.overLimit.length + decision.turnUsed.length;
    }
    return { offersCount, movedCount };
  });
}

/** Variants that nobody in a line wants. Only a new entry or a separated turn changes that. */
interface Unwanted {
  readonly joinedThrough: string;
  readonly variants: Set<string>;
}

/** A worker's memory of lines, so that idle ticks cost little. */
export class LineMemory {
  readonly #unwanted = new Map<string, Unwanted>();

  /**
   * Whether anybody could get an offer, read without locks. Proving that nobody wants the rest
   * scans the whole line (up to half a million places), so the answer is cached until somebody
   * joins.
   */
  async somethingWanted(deps: AdvanceDeps, { roundNo }: Round): Promise<boolean> {
    const { saleNo } = deps.lease;
    const left = await readLeftOver(deps.sql, { saleNo, roundNo });
    const unwanted = this.#of(`${saleNo} ${roundNo}`, left[0]?.joined ?? "");
    for (const { channelNo, variantNo } of left) {
      const variant = `${channelNo} ${variantNo}`;
      if (unwanted.has(variant)) continue;
      if (await isWanted(deps.sql, { saleNo, roundNo, channelNo }, variantNo)) return true;
      unwanted.add(variant);
    }
    return false;
  }

  #of(line: string, joinedThrough: string): Set<string> {
    const known = this.#unwanted.get(line);
    if (known?.joinedThrough === joinedThrough) return known.variants;
    const variants = new Set<string>();
    this.#unwanted.set(line, { joinedThrough, variants });
    return variants;
  }
}

/** Serves the line until nothing is left that anybody waits for; returns the number of offers. */
export async function advanceRound(
  deps: AdvanceDeps,
  memory: LineMemory,
  round: Round,
  clock: { nowMs(): number },
): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < BATCHES_AT_ONCE; batch++) {
    if (!(await memory.somethingWanted(deps, round))) return total;
    const { offersCount, movedCount } = await advanceOnce(deps, round, clock.nowMs());
    if (movedCount === 0) return total;
    total += offersCount;
  }
  return total;
}
