/*
 * A column of moments, read in one way from its first row to its last. Each cell is read by the orders assumed so
 * far, and says which orders it allows; when the column is through, all cells together decide. Must never happen:
 * one file is read in two ways without a word.
 */

import {
  momentOf,
  numberMoment,
  partsOf,
  USUAL_ORDERS,
  type DateOrder,
  type DateOrders,
} from "../normalise/time.ts";

type Family = keyof DateOrders;

/** The orders that each kind of date can stand in. */
export const ORDERS: Readonly<Record<Family, readonly DateOrder[]>> = {
  yearFirst: ["ymd", "ydm"],
  yearLast: ["dmy", "mdy"],
  twoDigits: ["dmy", "mdy", "ymd"],
};
const FAMILIES = Object.keys(ORDERS) as readonly Family[];
/** The kind beside which a program writes this one: with the year's last two digits, or all four. */
const SIBLING: Readonly<Partial<Record<Family, Family>>> = {
  yearLast: "twoDigits",
  twoDigits: "yearLast",
};

/** The orders that a person has fixed, over those that cells gave. */
export const fixedOrders = (given: DateOrders, fixed: DateOrder | undefined): DateOrders => {
  const of = (family: Family) =>
    fixed !== undefined && ORDERS[family].includes(fixed) ? fixed : given[family];
  return { yearFirst: of("yearFirst"), yearLast: of("yearLast"), twoDigits: of("twoDigits") };
};

/** The orders that the cells of one kind of date allow. */
interface Allowed {
  count: number;
  /** Cells that are a date in each order. */
  readonly valid: Record<DateOrder, number>;
  /** Cells that are another date in another order. */
  open: number;
  /** Days from the first to the last date that each order gives. */
  readonly from: Record<DateOrder, number>;
  readonly to: Record<DateOrder, number>;
  /** Cells that are a date, but not in this order, and the first row with one. */
  readonly missed: Record<DateOrder, number>;
  readonly firstMissed: Partial<Record<DateOrder, number>>;
  /** Of them those with two digits that are a date with the year first only, as a mistyped day is: 31/2/15. */
  yearFirstOnly: number;
  firstYearFirstOnly: number | null;
}

const each = (value: number): Record<DateOrder, number> => ({
  dmy: value,
  mdy: value,
  ymd: value,
  ydm: value,
});

const nothing = (): Allowed => ({
  count: 0,
  valid: each(0),
  open: 0,
  from: each(Infinity),
  to: each(-Infinity),
  missed: each(0),
  firstMissed: {},
  yearFirstOnly: 0,
  firstYearFirstOnly: null,
});

/** The reading of one kind of date in a column, and how sure it is. */
export interface DateReading {
  readonly family: Family;
  readonly order: DateOrder;
  readonly count: number;
  /** Cells that could be another date in another order. */
  readonly open: number;
  /** Whether some cell can be read in this order only. */
  readonly settled: boolean;
  /** Cells that are a date, but in another order only, and the first row with one. */
  readonly against: number;
  readonly firstAgainst: number | null;
}

/** The reading of a whole column of moments. */
export interface TimeReading {
  readonly orders: DateOrders;
  readonly dates: readonly DateReading[];
  /** Cells in each other form: a number since 1970 or 1900, a month as a word. */
  readonly numbers: number;
  readonly words: number;
  /** Years far from where nearly all rows are, with the first row of each. */
  readonly strayYears: readonly { readonly year: number; readonly row: number }[];
}

/** Of a thousand rows a few in another year than those around it are a slip of the hand, or of a program. */
const STRAY_SHARE = 0.02;
const DAY_MS = 86_400_000;
/** A contradiction below this share is a row's fault; above it, the column is two columns in one. */
const SLIP_SHARE = 0.01;

const HYPHEN = 45;
const SLASH = 47;

export class TimeColumn {
  readonly #zoneMinutes: number;
  readonly #orders: DateOrders;
  readonly #isMixed: boolean;
  readonly #allowed = new Map<Family, Allowed>();
  readonly #years = new Map<number, { count: number; row: number }>();
  /** The year of the cell before: the next one's, nearly always. */
  #year = { count: 0, row: 0 };
  #row = 0;
  #yearFromMs = 0;
  #yearToMs = 0;
  #numbers = 0;
  #words = 0;

  /** `mixed`: the cells of the column speak against each other, so what could be two dates is none. */
  constructor(zoneMinutes: number, orders: DateOrders = USUAL_ORDERS, mixed = false) {
    this.#zoneMinutes = zoneMinutes;
    this.#orders = orders;
    this.#isMixed = mixed;
  }

  /** The moment of a cell by the orders assumed so far; NaN when it is none. */
  read(text: string, row: number): number {
    this.#row = row;
    // Nearly all cells begin with a year and a mark, and are no number: the look is spared.
    const fifth = text.charCodeAt(4);
    const number =
      fifth === HYPHEN || fifth === SLASH ? null : numberMoment(text, this.#zoneMinutes);
    if (number !== null) {
      if (!Number.isNaN(number)) this.#numbers++;
      return this.#inYear(number);
    }
    const parts = partsOf(text);
    if (parts === null) return Number.NaN;
    const { family } = parts;
    if (family === "word") {
      this.#words++;
      return this.#inYear(momentOf(parts, "ymd", this.#zoneMinutes));
    }
    const assumed = this.#orders[family];
    const ms = momentOf(parts, assumed, this.#zoneMinutes);
    const allowed = this.#of(family);
    allowed.count++;
    // The usual form of nearly all files: nothing to weigh, unless it cannot be read.
    if (family === "yearFirst" && assumed === "ymd" && !Number.isNaN(ms)) {
      allowed.valid.ymd++;
      if (parts.parts[2] <= 12) allowed.valid.ydm++;
      else allowed.missed.ydm++;
      return this.#inYear(ms);
    }
    const dates = weigh(allowed, ORDERS[family], row, (order) =>
      order === assumed ? ms : momentOf(parts, order, this.#zoneMinutes),
    );
    if (this.#isMixed && dates > 1) return Number.NaN;
    return this.#inYear(ms);
  }

  /**
   * The reading that all cells so far give together. Where they leave it open, the column's dates of the other kind
   * decide, then `beside`: another column's orders. An order that a person has `fixed` stands above all cells.
   */
  reading({ beside = null, fixed }: BesideColumn = {}): TimeReading {
    const orders = { ...USUAL_ORDERS };
    const dates: DateReading[] = [];
    for (const family of FAMILIES) {
      const allowed = this.#allowed.get(family);
      const settledBy = this.#settledBy(family, fixed);
      const helped = settledBy ?? settledIn(beside?.dates ?? [], family);
      if (allowed === undefined) {
        if (helped !== undefined) orders[family] = helped;
        continue;
      }
      const one = readingOf(family, allowed, { helped, settledBy });
      const isFixed = fixed !== undefined && fixed === settledBy;
      const told = isFixed ? inFixedOrder(one, allowed, fixed) : one;
      orders[family] = told.order;
      dates.push(told);
    }
    const strayYears = this.#strayYears();
    return { orders, dates, numbers: this.#numbers, words: this.#words, strayYears };
  }

  /** The order that a person or the column's dates of the other kind settle for dates of this kind. */
  #settledBy(family: Family, fixed: DateOrder | undefined): DateOrder | undefined {
    if (fixed !== undefined && ORDERS[family].includes(fixed)) return fixed;
    const sibling = SIBLING[family];
    const cells = sibling === undefined ? undefined : this.#allowed.get(sibling);
    if (sibling === undefined || cells === undefined) return undefined;
    return settledIn([readingOf(sibling, cells)], family);
  }

  #of(family: Family): Allowed {
    const known = this.#allowed.get(family) ?? nothing();
    this.#allowed.set(family, known);
    return known;
  }

  #inYear(ms: number): number {
    if (Number.isNaN(ms)) return ms;
    if (ms >= this.#yearFromMs && ms < this.#yearToMs) {
      this.#year.count++;
      return ms;
    }
    const year = new Date(ms).getUTCFullYear();
    const known = this.#years.get(year) ?? { count: 0, row: this.#row };
    known.count++;
    this.#years.set(year, known);
    this.#year = known;
    this.#yearFromMs = Date.UTC(year, 0);
    this.#yearToMs = Date.UTC(year + 1, 0);
    return ms;
  }

  #strayYears(): TimeReading["strayYears"] {
    const years = [...this.#years].map(([year, { count, row }]) => ({ year, count, row }));
    const all = years.reduce((sum, { count }) => sum + count, 0);
    const most = years.toSorted((a, b) => b.count - a.count)[0];
    if (most === undefined || most.count < all / 2) return [];
    return years
      .filter((one) => Math.abs(one.year - most.year) > 1 && one.count <= all * STRAY_SHARE)
      .map(({ year, row }) => ({ year, row }));
  }
}

/** Notes which orders a cell is a date in; gives how many dates it could be. */
function weigh(
  allowed: Allowed,
  orders: readonly DateOrder[],
  row: number,
  inOrder: (order: DateOrder) => number,
): number {
  const moments = orders.map((order) => [order, inOrder(order)] as const);
  const dates = new Set(moments.map(([, at]) => at).filter((at) => !Number.isNaN(at)));
  if (dates.size === 0) return 0;
  if (dates.size > 1) allowed.open++;
  const isYearFirstOnly =
    orders === ORDERS.twoDigits &&
    moments.every(([order, at]) => Number.isNaN(at) !== (order === "ymd"));
  if (isYearFirstOnly) {
    allowed.yearFirstOnly++;
    allowed.firstYearFirstOnly ??= row;
  }
  for (const [order, at] of moments) {
    if (Number.isNaN(at)) {
      if (isYearFirstOnly) continue;
      allowed.missed[order]++;
      allowed.firstMissed[order] ??= row;
      continue;
    }
    allowed.valid[order]++;
    allowed.from[order] = Math.min(allowed.from[order], at);
    allowed.to[order] = Math.max(allowed.to[order], at);
  }
  return dates.size;
}

/** Orders of a sale stand near each other: a reading that spreads them so many times wider is the wrong one. */
const FAR_WIDER = 5;

/** The order that others settle beside its own cells of one kind. */
interface Help {
  /** The order of another column, or of another kind of date. */
  readonly helped?: DateOrder | undefined;
  /** That order where nothing is left open by it. */
  readonly settledBy?: DateOrder | undefined;
}

/** Another column's reading, and the order that a person has given. */
export interface BesideColumn {
  readonly beside?: TimeReading | null;
  readonly fixed?: DateOrder | undefined;
}

/** A settled order that dates of this kind can stand in, too: of the same kind first, then of its sibling. */
const settledIn = (dates: readonly DateReading[], family: Family): DateOrder | undefined =>
  [family, SIBLING[family]]
    .map((one) => dates.find((date) => date.settled && date.family === one)?.order)
    .find((order) => order !== undefined && ORDERS[family].includes(order));

/** The same cells in an order that a person has given: those that are no date in it are against it. */
const inFixedOrder = (one: DateReading, allowed: Allowed, order: DateOrder): DateReading => ({
  ...one,
  order,
  settled: true,
  ...againstIn(order, allowed, false),
});

/** Most cells decide; then another column; then the order in which all dates are much nearer to each other. */
function readingOf(
  family: Family,
  allowed: Allowed,
  { helped, settledBy }: Help = {},
): DateReading {
  const { count, open, valid, from, to } = allowed;
  const usual = USUAL_ORDERS[family];
  const span = (order: DateOrder) => to[order] - from[order];
  const isNear = (order: DateOrder) => order !== usual && span(order) * FAR_WIDER < span(usual);
  // Nearly every mistyped day is a year of two digits: 31/2/15 alone must not make its whole column one of years first.
  const isFar = (order: DateOrder) =>
    family === "twoDigits" &&
    order === "ymd" &&
    (["dmy", "mdy"] as const).some(
      (other) => valid[other] > 0 && span(order) > Math.max(span(other), DAY_MS) * FAR_WIDER,
    );
  const ranked = ORDERS[family].toSorted(
    (a, b) =>
      Number(isFar(a)) - Number(isFar(b)) ||
      valid[b] - valid[a] ||
      Number(b === helped) - Number(a === helped) ||
      Number(isNear(b)) - Number(isNear(a)) ||
      Number(b === usual) - Number(a === usual),
  );
  const [order = usual, second = usual] = ranked;
  const isUsualForm = family === "yearFirst" && order === "ymd";
  return {
    family,
    order,
    count,
    open: isUsualForm ? 0 : open,
    settled: isUsualForm || order === settledBy || valid[order] > valid[second],
    ...againstIn(order, allowed, isFar("ymd")),
  };
}

/** Cells that are a date, but not in this order. Where the year never stands first they are slips, and none of another order. */
function againstIn(
  order: DateOrder,
  { missed, firstMissed, yearFirstOnly, firstYearFirstOnly }: Allowed,
  neverYearFirst: boolean,
): Pick<DateReading, "against" | "firstAgainst"> {
  const first = firstMissed[order] ?? null;
  if (order === "ymd" || neverYearFirst) return { against: missed[order], firstAgainst: first };
  const rows = [first, firstYearFirstOnly].filter((row) => row !== null);
  return {
    against: missed[order] + yearFirstOnly,
    firstAgainst: rows.length === 0 ? null : Math.min(...rows),
  };
}

/** Whether the cells of a column speak against each other: it was put together from two. */
export const isMixed = ({ dates }: TimeReading): boolean =>
  dates.some(({ count, open, against }) => open > 0 && against > count * SLIP_SHARE);
