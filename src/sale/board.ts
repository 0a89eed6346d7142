/*
 * The board: the public document of a round, and what a page computes from it. It is the same for
 * everybody and names no person.
 */

import type { Text } from "../base/language.ts";
import { fromHex } from "../base/bytes.ts";
import type { AllocationMode } from "./definition.ts";
import type { StockBalance } from "./stock.ts";
import { chanceRank } from "./rank.ts";
import type { RoundPhase, SaleState } from "./saleState.ts";

/**
 * A sealed window with at least one entry, or a group of windows that were sealed together under the
 * number of the last.
 */
export interface BoardWindow {
  readonly windowNo: number;
  /** The first window of the group. */
  readonly fromWindowNo: number;
  readonly entryCount: number;
  /** The first place of this window in the line; places count from 1. */
  readonly firstPlaceNo: number;
  /** Of its entries, the units set aside for people who were wronged: they have its first places. */
  readonly setAsideCount: number;
  /** Hexadecimal. */
  readonly root: string;
  readonly seed: string;
}

/**
 * A window with a fixed root that waits for its beacon round. The root is published before that
 * round exists.
 */
export interface AwaitingWindow {
  readonly windowNo: number;
  readonly fromWindowNo: number;
  readonly entryCount: number;
  /** Hexadecimal. */
  readonly root: string;
  readonly beaconRoundNo: number;
  /** When the round becomes known (ISO 8601). */
  readonly beaconRoundAt: string;
}

/**
 * The public document of a round: small, cacheable, and enough for a page to compute its own place.
 * A million people read it from a cache.
 */
export interface Board {
  readonly sale: string;
  readonly roundNo: number;
  /** The operator's message to everybody; null without one. */
  readonly message: Text | null;
  readonly saleState: SaleState;
  /**
   * Start of the pause (ISO 8601), from which the clocks of held units stand still. Null if not
   * paused.
   */
  readonly pausedAt: string | null;
  readonly phase: RoundPhase;
  readonly mode: AllocationMode;
  /** Everybody in the line; entries of unsealed windows are not counted. */
  readonly sealedEntryCount: number;
  readonly sealedThroughWindowNo: number;
  readonly windows: readonly BoardWindow[];
  readonly awaiting: readonly AwaitingWindow[];
  /**
   * Windows in which people wait or were turned away, and which will be sealed together; null if
   * nobody waits.
   */
  readonly rush: {
    readonly fromWindowNo: number;
    readonly turnedAwayCount: number;
    readonly longestWaitMs: number;
  } | null;
  readonly stock: readonly (Omit<StockBalance, "channelNo" | "variantNo"> & {
    readonly channel: string;
    readonly sku: string;
    /**
     * The furthest place that was offered this variant, 0 before the first: everybody before it on
     * the channel who listed the variant has had a turn.
     */
    readonly offeredThroughPlaceNo: number;
    /** Of these, units set aside before the round opened for people who were wronged. */
    readonly makeGood: number;
  })[];
  /** Poll interval: longer while nothing can change. */
  readonly pollAfterMs: number;
}

export interface OwnPlace {
  /** The place lies between these two, counted from 1; both are equal for an exact place. */
  readonly earliestPlaceNo: number;
  readonly latestPlaceNo: number;
}

/** An entry, as far as its place goes. */
export interface BoardEntry {
  readonly windowNo: number;
  /** Hexadecimal, with or without hyphens. */
  readonly entryId: string;
  /** Its unit was set aside before the round opened (tier 0). */
  readonly setAside: boolean;
}

/** The sealed window, or group of windows, of an entry; undefined before it is sealed. */
export function windowOnBoard(
  board: Board,
  { windowNo }: Pick<BoardEntry, "windowNo">,
): BoardWindow | undefined {
  return board.windows.find((one) => one.fromWindowNo <= windowNo && windowNo <= one.windowNo);
}

/**
 * The place of an entry from the public board alone; null until its window is sealed. A rank is a
 * uniform draw, so among n entries a rank of fraction f lies near f·n. The span is ± 3 standard
 * deviations of that binomial, wide enough for 997 of 1,000 people. Ranks count within a tier:
 * units that were set aside come first.
 */
export function placeOnBoard(board: Board, entry: BoardEntry): OwnPlace | null {
  const window = windowOnBoard(board, entry);
  const entryId = fromHex(entry.entryId.replaceAll("-", ""));
  const seed = window && fromHex(window.seed);
  if (!window || !entryId || !seed || board.mode === "first_come") return null;
  const rank = chanceRank(seed, entryId);
  const fraction = new DataView(rank.buffer, rank.byteOffset).getUint32(0) / 2 ** 32;
  const { setAsideCount } = window;
  const first = window.firstPlaceNo + (entry.setAside ? 0 : setAsideCount);
  const ofTier = entry.setAside ? setAsideCount : window.entryCount - setAsideCount;
  const others = Math.max(0, ofTier - 1);
  const middle = fraction * others;
  const reach = 3 * Math.sqrt(others * fraction * (1 - fraction));
  const within = (placeNo: number) => Math.min(first + others, Math.max(first, placeNo));
  return {
    earliestPlaceNo: within(first + Math.floor(middle - reach)),
    latestPlaceNo: within(first + Math.ceil(middle + reach)),
  };
}

/**
 * Whether an entry may already have an offer, as far as the board shows: the line of one of its
 * variants has reached its possible place. Only then is a request to the server worthwhile.
 */
export function mayBeReached(
  board: Board,
  entry: {
    readonly channel: string;
    readonly preferences: readonly string[];
    readonly earliestPlaceNo: number;
  },
): boolean {
  return board.stock.some(
    (line) =>
      line.channel === entry.channel &&
      line.offeredThroughPlaceNo >= entry.earliestPlaceNo &&
      entry.preferences.includes(line.sku),
  );
}

export interface WaitListFacts {
  /** People ahead who wait for one of the same variants. */
  readonly aheadCount: number;
  /** Units of those variants that are free, offered, or ordered and unsettled. */
  readonly undecidedUnits: number;
  /** Ended offers and orders of the sale, and how many of them returned their unit. */
  readonly endedCount: number;
  readonly givenBackCount: number;
}

/**
 * Odds on the wait-list: the probability that at least `aheadCount + 1` of the undecided units come
 * back, each at the rate seen so far in this sale (Laplace: one success and one failure added, so
 * that an empty history gives neither hope nor despair). Normal approximation with continuity
 * correction. From 0 to 1, rounded to two digits: it is no more precise than that.
 */
export function waitListOdds(facts: WaitListFacts): number {
  const rate = (facts.givenBackCount + 1) / (facts.endedCount + 2);
  const needed = facts.aheadCount + 1;
  const n = facts.undecidedUnits;
  if (needed > n) return 0;
  const deviation = Math.sqrt(n * rate * (1 - rate)) || 1e-9;
  const z = (needed - 0.5 - n * rate) / deviation;
  return Math.round((1 - normalBelow(z)) * 100) / 100;
}

/** Standard normal distribution function, Abramowitz and Stegun 26.2.17 (error below 7.5e-8). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail =
    density *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

/**
 * The server's time in ms, sent with polled answers: pages count down by it instead of the phone's
 * clock.
 */
export const TIME_HEADER = "giliran-time";

/**
 * How far the database was when a board was read (`BoardMark.revisionNo`). A header, because the
 * document stays the same while nothing on it changes.
 */
export const REVISION_HEADER = "giliran-revision";

/** The number of a board on a page. */
export interface BoardMark {
  readonly revisionNo: number;
  /** When it came, by the page's own clock. */
  readonly cameAtMs: number;
}

/**
 * Servers and caches are a few seconds behind each other at most. If nothing newer came for this
 * long, in ms, the database itself went back, as after a restore.
 */
const MOST_BEHIND_MS = 15_000;

/**
 * Whether a board is older than the one on the page: several servers answer on one address, each
 * with a board of its own, and numbers that go back and forth look like a fault. An answer without
 * a number is shown.
 */
export function isBehind(shown: BoardMark | null, next: BoardMark): boolean {
  if (shown === null || next.cameAtMs - shown.cameAtMs >= MOST_BEHIND_MS) return false;
  return next.revisionNo < shown.revisionNo;
}
