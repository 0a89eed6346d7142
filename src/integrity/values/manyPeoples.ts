/*
 * Values that are no one's: an id that an app gives to each of its phones ties its buyers no more than an empty cell
 * does. A list never ends (`normalise/placeholders.ts`), so values are also known by who has them: one phone is one model,
 * and a ring has several things together. The people of such a value look like the crowd in all that a file shows.
 *
 * Must never happen: a ring that gives each order another model is let go by that alone. So whoever has the value must
 * live as far from each other as strangers do, share nothing else, and not have come at one moment.
 */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { hubLimit } from "./hubs.ts";
import { isClose } from "../evidence/synchrony.ts";
import { networkOf } from "../normalise/network.ts";
import { Dictionary } from "../table/numbering.ts";
import type { Column } from "../table/columns.ts";
import type { OrderTable } from "../table/orders.ts";

/** Columns whose values are judged. An account is not: whatever its orders go to, it is one, and has one limit. */
export const JUDGED_COLUMNS = ["device", "payment", "phone", "email"] as const;
export type JudgedColumn = (typeof JUDGED_COLUMNS)[number];

/** A value of a column, by its number. */
export interface Judged {
  readonly column: JudgedColumn;
  readonly value: number;
}

/** A value that was taken as not given, and what it was seen with. */
export interface ManyPeoples {
  readonly column: JudgedColumn;
  readonly text: string;
  readonly accounts: number;
  /** How many different ones; null where the file does not tell. */
  readonly models: number | null;
  readonly networks: number | null;
  readonly towns: number;
}

/** An event, as far as it is asked. */
export interface EventSeen {
  readonly columns: OrderTable["columns"];
  readonly eventCount: number;
  /** The rows that have a value, in the one order of orders. */
  readonly rowsOf: (column: JudgedColumn, value: number) => Int32Array;
  /** Where a row stands among its channel's orders, from 0 to 1. */
  readonly orderShare: (row: number) => number;
  /** Where its account stands by its age, from 0 to 1; NaN where that is not known. */
  readonly creationShare: (row: number) => number;
}

/** Fewer accounts than this on one value are too few to look like a crowd. */
export const LEAST_ACCOUNTS = 12;
/** Without the models of phones a value says less about who has it. */
const LEAST_WITHOUT_MODELS = 24;
/** A household, a firm or a shop that orders for its customers has fewer models of phones, towns and networks. */
const LEAST_KINDS = 6;
/** A crowd in which two in five have the same says nothing by it. */
const PLAIN_CROWD = 0.4;
/** Fewer others than this are no crowd; then two of a crowd are taken to be the same so often. */
const LEAST_OTHERS = 30;
const UNKNOWN_CROWD = 0.1;
/** A fact is known of a group where so many of it tell it. */
const KNOWN_SHARE = 0.5;
/** Families are among all strangers: so many may share something else with another one. */
const SHARING_SHARE = 1 / 6;
/** A second value that says nothing, for the same reason, is on nearly all of the orders. */
const TWIN_SHARE = 0.9;
/** Half of the orders within so much of the crowd's came together; half of the accounts, by their age. */
const ORDERED_WITHIN = 0.25;
const MADE_WITHIN = 0.1;

/** Things that strangers do not have in common. */
const OWN_THINGS = [...JUDGED_COLUMNS, "phoneBlock", "address"] as const;
type Facet = "userAgent" | "district" | "network";

interface Variety {
  readonly distinct: number;
  /** Many different ones, as varied as the others' are. */
  readonly isVaried: boolean;
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** How many of some numbers are the same; numbers below 0 are none. */
function countsOf(numbers: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const number of numbers) if (number >= 0) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

const sumOf = (numbers: Iterable<number>): number => {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
};

/** Judges values of one event, as it is now. */
export class ManyPeoplesFinder {
  readonly #event: EventSeen;
  readonly #facets = new Map<Facet, Counted>();

  constructor(event: EventSeen) {
    this.#event = event;
  }

  /** Facts by which a value is many people's; null where it may be one's. */
  judge({ column, value }: Judged): ManyPeoples | null {
    const all = this.#event.rowsOf(column, value);
    const rows = this.#oneEach(all);
    const accounts = rows.length;
    if (accounts < LEAST_ACCOUNTS) return null;
    const models = this.#variety("userAgent", rows, all);
    if (models?.isVaried === false) return null;
    const towns = this.#variety("district", rows, all);
    if (towns?.isVaried !== true) return null;
    const networks = this.#variety("network", rows, all);
    if (networks?.isVaried === false) return null;
    const isEnough =
      models !== null ||
      (column !== "device" && networks !== null && accounts >= LEAST_WITHOUT_MODELS);
    if (!isEnough || !this.#shareNothing(column, rows, models !== null)) return null;
    if (this.#cameTogether(rows)) return null;
    return {
      column,
      text: must(this.#event.columns[column].values[value], "a text of each value"),
      accounts,
      models: models?.distinct ?? null,
      networks: networks?.distinct ?? null,
      towns: towns.distinct,
    };
  }

  /** The first row of each account; a row without one stands for itself. */
  #oneEach(rows: Int32Array): Int32Array {
    const { valueOf } = this.#event.columns.account;
    const seen = new Set<number>();
    return rows.filter((row) => {
      const account = wholeAt(valueOf, row);
      if (account < 0) return true;
      if (seen.has(account)) return false;
      seen.add(account);
      return true;
    });
  }

  #counted(name: Facet): Counted {
    const known = this.#facets.get(name);
    if (known) return known;
    const { columns } = this.#event;
    const facet = name === "network" ? countedNetworks(columns.ip) : countedValues(columns[name]);
    this.#facets.set(name, facet);
    return facet;
  }

  /** How varied orders are in something, beside the event's others; null where that says nothing. */
  #variety(name: Facet, rows: Int32Array, all: Int32Array): Variety | null {
    const facet = this.#counted(name);
    const { valueOf } = facet;
    const own = countsOf(rows.map(valueOf));
    const told = sumOf(own.values());
    if (told < Math.max(LEAST_KINDS, KNOWN_SHARE * rows.length)) return null;
    const usual = this.#usual(facet, countsOf(all.map(valueOf)));
    // Behind a proxy that hides them, all of an event come from one address.
    const isOne = facet.pairs === pairsOf(facet.known);
    if (isOne || usual > PLAIN_CROWD) return null;
    const possible = pairsOf(told);
    const found = sumOf(Array.from(own.values(), pairsOf));
    const most = Math.min(
      1.5 * usual * possible + 3 * Math.sqrt(usual * possible) + 2,
      possible * (usual + (1 - usual) / 4),
    );
    return { distinct: own.size, isVaried: own.size >= LEAST_KINDS && found <= most };
  }

  /** How often two of the event's other orders are the same: a ring that is half of an event is not its own crowd. */
  #usual({ counts, pairs, known }: Counted, here: ReadonlyMap<number, number>): number {
    const others = known - sumOf(here.values());
    if (others < LEAST_OTHERS) return UNKNOWN_CROWD;
    let same = pairs;
    for (const [value, count] of here) {
      const whole = wholeAt(counts, value);
      same += pairsOf(whole - count) - pairsOf(whole);
    }
    return same / pairsOf(others);
  }

  /** Whether accounts have nothing in common but this, and tell enough to see it. */
  #shareNothing(column: JudgedColumn, rows: Int32Array, mayHaveTwin: boolean): boolean {
    let isTold = false;
    let twin: string | null = null;
    const limit = hubLimit(this.#event.eventCount);
    for (const name of OWN_THINGS) {
      if (name === column) continue;
      // Equal numbers are of one block, too.
      if (name === "phoneBlock" && (column === "phone" || twin === "phone")) continue;
      const { valueOf, counts } = this.#event.columns[name];
      const own = [...countsOf(rows.map((row) => wholeAt(valueOf, row)))]
        .filter(([value]) => wholeAt(counts, value) <= limit)
        .map(([, count]) => count);
      const told = sumOf(own);
      const isJudged = name !== "phoneBlock" && name !== "address";
      const isKnown = told >= KNOWN_SHARE * rows.length;
      if (isJudged && isKnown && own.some((count) => count >= TWIN_SHARE * told)) {
        if (twin !== null || !mayHaveTwin) return false;
        twin = name;
        continue;
      }
      const sharing = sumOf(own.filter((count) => count > 1));
      if (sharing > SHARING_SHARE * told) return false;
      if (isJudged && isKnown) isTold = true;
    }
    return isTold;
  }

  #cameTogether(rows: Int32Array): boolean {
    const ordered = Float64Array.from(rows, this.#event.orderShare);
    if (isClose(ordered, ORDERED_WITHIN)) return true;
    const made = Float64Array.from(rows, this.#event.creationShare);
    return isClose(
      made.filter((share) => !Number.isNaN(share)),
      MADE_WITHIN,
    );
  }
}

/** How many orders of an event have each value of a fact. */
interface Counted {
  /** The value of a row; -1 where it tells none. */
  readonly valueOf: (row: number) => number;
  readonly counts: Int32Array;
  /** Pairs of orders with the same value, and orders with any. */
  readonly pairs: number;
  readonly known: number;
}

function counted(valueOf: Counted["valueOf"], counts: Int32Array): Counted {
  let pairs = 0;
  for (const count of counts) pairs += pairsOf(count);
  return { valueOf, counts, pairs, known: sumOf(counts) };
}

const countedValues = ({ valueOf, values, counts }: Column): Counted =>
  counted((row) => wholeAt(valueOf, row), counts.subarray(0, values.length));

/** Addresses by the network that they are of; what is no address is one by itself. */
function countedNetworks(ip: Column): Counted {
  const names = new Dictionary();
  const networks = Int32Array.from(ip.values, (text) => names.number(networkOf(text) ?? text));
  const counts = new Int32Array(names.values.length);
  networks.forEach((network, value) => {
    counts[network] = wholeAt(counts, network) + wholeAt(ip.counts, value);
  });
  const valueOf = (row: number) => {
    const value = wholeAt(ip.valueOf, row);
    return value < 0 ? -1 : wholeAt(networks, value);
  };
  return counted(valueOf, counts);
}

/** Values that enough orders have to be asked about, and no hub, which ties nobody anyway. */
export function candidatesIn(
  { columns }: Pick<EventSeen, "columns">,
  eventCount: number,
): Judged[] {
  const limit = hubLimit(eventCount);
  return JUDGED_COLUMNS.flatMap((column) => {
    const found: Judged[] = [];
    const { counts, values } = columns[column];
    for (let value = 0; value < values.length; value++) {
      const count = wholeAt(counts, value);
      if (count >= LEAST_ACCOUNTS && count <= limit) found.push({ column, value });
    }
    return found;
  });
}

/** A value that is left out may have hidden another one: a second look sees it, and a third. */
export const LOOKS = 3;
