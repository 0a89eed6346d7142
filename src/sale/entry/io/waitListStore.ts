/* People ahead and remaining units, read once a second per line, however many people ask. */

import { must } from "../../../base/assert.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Sql } from "../../../db/connect.ts";
import { waitListOdds } from "../../board.ts";

/** One place in a line with its preferred variants. */
export interface WaitingPlace {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly channelNo: number;
  readonly tier: number;
  readonly placeNo: number;
  readonly wanted: readonly number[];
}

export interface Ahead {
  /** People ahead who wait for one of the same variants, up to `COUNTED_AHEAD`. */
  readonly aheadCount: number;
  readonly aheadIsMore: boolean;
  /** Probability from 0 to 1 that a unit becomes free; null while units still go down the line. */
  readonly waitListOdds: number | null;
}

/** Beyond it the exact number helps nobody and costs much. */
const COUNTED_AHEAD = 1_000;
/** The public board may be as old. */
const LIST_AGE_MS = 1_000;
/** Cached lines: a round has one per channel and set of variants. */
const MOST_LISTS = 2_000;

interface WaitList {
  /** The first waiting places, one more than are counted. */
  readonly first: readonly { readonly tier: number; readonly placeNo: number }[];
  readonly units: {
    readonly undecided: number;
    readonly free: number;
    readonly settled: number;
    readonly givenBack: number;
  };
}

/**
 * Wait-lists, cached per line. Counted for each request, a line of half a million cost 2,550 index
 * rows per query: forty of fifty sampled statements were this one.
 */
export class WaitLists {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #lists = new Map<string, { readonly atMs: number; readonly list: Promise<WaitList> }>();

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  async ahead(place: WaitingPlace): Promise<Ahead> {
    const { first, units } = await this.#list(place);
    const before = first.findIndex(
      ({ tier, placeNo }) => tier > place.tier || (tier === place.tier && placeNo >= place.placeNo),
    );
    const count = before < 0 ? first.length : before;
    const aheadCount = Math.min(count, COUNTED_AHEAD);
    const odds = waitListOdds({
      aheadCount: count,
      undecidedUnits: units.undecided,
      endedCount: units.settled + units.givenBack,
      givenBackCount: units.givenBack,
    });
    // While units still go down the line there is no wait-list yet, and no odds.
    const waitListOddsNow = units.free > 0 ? null : odds;
    return { aheadCount, aheadIsMore: count > COUNTED_AHEAD, waitListOdds: waitListOddsNow };
  }

  async #list(place: WaitingPlace): Promise<WaitList> {
    const { saleNo, roundNo, channelNo, wanted } = place;
    const key = `${saleNo} ${roundNo} ${channelNo} ${wanted.toSorted((a, b) => a - b).join(".")}`;
    const nowMs = this.#clock.nowMs();
    const known = this.#lists.get(key);
    if (known && nowMs - known.atMs < LIST_AGE_MS && nowMs >= known.atMs) return await known.list;
    if (this.#lists.size >= MOST_LISTS) this.#lists.clear();
    const list = this.#read(place);
    this.#lists.set(key, { atMs: nowMs, list });
    list.catch(() => this.#lists.delete(key));
    return await list;
  }

  async #read({ saleNo, roundNo, channelNo, wanted }: WaitingPlace): Promise<WaitList> {
    const [first, [units]] = await Promise.all([
      this.#sql<WaitList["first"][number][]>`
        select tier, place_no from line_place
        where sale_no = ${saleNo} and round_no = ${roundNo} and channel_no = ${channelNo}
          and state = 'waiting' and preferences && ${wanted as number[]}::smallint[]
        order by tier, place_no limit ${COUNTED_AHEAD + 1}`,
      this.#sql<WaitList["units"][]>`
        select coalesce(sum(offered + ordered), 0)::int as undecided,
          coalesce(sum(free), 0)::int as free, coalesce(sum(sold), 0)::int as settled,
          coalesce(sum(given_back), 0)::int as given_back
        from stock where sale_no = ${saleNo} and round_no = ${roundNo}
          and channel_no = ${channelNo} and variant_no = any(${wanted as number[]}::smallint[])`,
    ]);
    return { first, units: must(units, "an aggregate has a row") };
  }
}
