/*
 * Orders that join an opened case since two kinds of ties lead to it, though they show too little by themselves: a
 * marketplace masks most of what its orders share. A person who looks at the case sees them, marked as attached.
 *
 * Must never happen: an order is held or asked because of that. So a verdict does not know of it, and each tie of an
 * attached order is named.
 */

import { floatAt, wholeAt } from "../../base/at.ts";
import { must } from "../../base/assert.ts";
import { pOfBits, WEAK_KIND_BITS } from "../evidence/evidence.ts";
import { LEAST_AGE_MS } from "../evidence/pattern.ts";
import { widestWithin } from "../evidence/synchrony.ts";
import { listsOf, rowsByValue, valuesOfRow } from "../table/columns.ts";
import type { OrderTable } from "../table/orders.ts";
import { visibleNumbers } from "./masks.ts";

/** Kinds of ties, in the order in which they are told. */
export const TIES = ["thing", "place", "phone", "client", "form", "made", "ordered"] as const;
export type Tie = (typeof TIES)[number];

/** An order that joined a case, and by what. */
export interface Attached {
  readonly row: number;
  readonly ties: readonly Tie[];
}

/** So many kinds of ties lead to a case; one alone is a neighbour's. */
const LEAST_TIES = 2;
/** More orders of one masked number, client or form of mail boxes than this are strangers'. */
const RARE = { least: 2, most: 60 };
/** Fewer accounts at one moment are a family's. */
const LEAST_ACCOUNTS = 4;

export interface AttachTo {
  readonly table: OrderTable;
  /** Things that a person has, and places. */
  readonly things: readonly Leads[];
  readonly placeOf: Int32Array;
  readonly entityOf: Int32Array;
  /** Where an order stands on its channel's arrival curve, and its account among all accounts. */
  readonly orderShare: (row: number) => number;
  readonly creationShare: (row: number) => number;
}

/** A kind of values that lead from a case to other orders: each row's values, and the rows that have each. */
export interface Leads {
  readonly tie: Tie;
  /** So many of a case's orders must have a value: a few visible digits are alike by chance. */
  readonly least: number;
  readonly valuesOf: (row: number) => Iterable<number>;
  readonly rowsOf: (value: number) => Int32Array;
}

interface Reach {
  readonly least: number;
  readonly most: number;
}

function leadsOfColumn(tie: Tie, valueOf: Int32Array, { least, most }: Reach): Leads {
  const count = valueOf.reduce((largest, value) => Math.max(largest, value), -1) + 1;
  const rows = rowsByValue(listsOf({ valueOf }), count);
  return {
    tie,
    least,
    valuesOf: (row) => (wholeAt(valueOf, row) < 0 ? [] : [wholeAt(valueOf, row)]),
    rowsOf: (value) => {
      const found = valuesOfRow(rows, value);
      return found.length <= most ? found : found.subarray(0, 0);
    },
  };
}

/** A tight stretch of a case's moments, and which orders lie in it. */
type Stretch = (row: number) => boolean;

/** The stretch that some of a case's own orders lie in, too; null where there is none that says enough. */
function stretchOf(
  rows: readonly number[],
  own: ReadonlySet<number>,
  shareOf: (row: number) => number,
): Stretch | null {
  const shares = Float64Array.from(rows, shareOf);
  const found = widestWithin(shares, pOfBits(WEAK_KIND_BITS));
  if (found.orders < LEAST_ACCOUNTS) return null;
  const isWithin = (row: number) => {
    const share = shareOf(row);
    return share >= found.from && share <= found.to;
  };
  return rows.some((row) => own.has(row) && isWithin(row)) ? isWithin : null;
}

/** The first order of each account among some rows. */
function firstOfEach(rows: Iterable<number>, entityOf: Int32Array): number[] {
  const seen = new Set<number>();
  return [...rows].filter((row) => {
    const entity = wholeAt(entityOf, row);
    if (seen.has(entity)) return false;
    seen.add(entity);
    return true;
  });
}

/** Adds to the ties of orders those by which they share a value with some of a case's orders. */
function tie(
  found: Map<number, Set<Tie>>,
  rows: Int32Array,
  leads: readonly Leads[],
  isFree: (row: number) => boolean,
): void {
  for (const { tie: kind, least, valuesOf, rowsOf } of leads) {
    const counts = new Map<number, number>();
    for (const row of rows)
      for (const value of valuesOf(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const [value, count] of counts) {
      if (count < least) continue;
      for (const row of rowsOf(value)) {
        if (!isFree(row)) continue;
        const ties = found.get(row) ?? new Set<Tie>();
        found.set(row, ties.add(kind));
      }
    }
  }
}

/** The orders that join one case. */
function joining(
  rows: Int32Array,
  leads: { readonly hard: readonly Leads[]; readonly soft: readonly Leads[] },
  isFree: (row: number) => boolean,
  seen: AttachTo,
): Attached[] {
  const candidates = new Map<number, Set<Tie>>();
  tie(candidates, rows, leads.hard, isFree);
  if (candidates.size === 0) return [];
  const own = new Set(rows);
  const all = firstOfEach(
    [...rows, ...candidates.keys()].sort((a, b) => a - b),
    seen.entityOf,
  );
  const { orderedAtMs, accountCreatedAtMs } = seen.table;
  const isOld = (row: number) =>
    floatAt(orderedAtMs, row) - floatAt(accountCreatedAtMs, row) >= LEAST_AGE_MS;
  const made = stretchOf(all.filter(isOld), own, seen.creationShare);
  const ordered = stretchOf(all, own, seen.orderShare);
  tie(candidates, rows, leads.soft, (row) => candidates.has(row));
  return [...candidates].flatMap(([row, ties]) => {
    if (made !== null && isOld(row) && made(row)) ties.add("made");
    if (ordered?.(row) === true) ties.add("ordered");
    return ties.size < LEAST_TIES ? [] : [{ row, ties: TIES.filter((tie) => ties.has(tie)) }];
  });
}

/**
 * For each case the orders that join it, by row. An order that several cases would take joins that with the most kinds of
 * ties, of two such the first. `cases`: the rows of each.
 */
export function attachedTo(cases: readonly Int32Array[], seen: AttachTo): Attached[][] {
  const { table, things, placeOf } = seen;
  const inCase = new Uint8Array(table.count);
  for (const rows of cases) for (const row of rows) inCase[row] = 1;
  const hard = [
    ...things,
    leadsOfColumn("place", placeOf, { least: 1, most: Infinity }),
    ...visibleNumbers(table).map((valueOf) => leadsOfColumn("phone", valueOf, RARE)),
  ];
  // Strangers have a client or a form of mail boxes in common: these say something only beside a tie that leads there.
  const soft = [
    leadsOfColumn("client", table.columns.client.valueOf, RARE),
    leadsOfColumn("form", table.columns.emailTemplate.valueOf, RARE),
  ];
  const leads = { hard, soft };
  const best = new Map<number, { readonly at: number; readonly one: Attached }>();
  cases.forEach((rows, at) => {
    for (const one of joining(rows, leads, (row) => inCase[row] === 0, seen)) {
      const known = best.get(one.row);
      if (known === undefined || one.ties.length > known.one.ties.length)
        best.set(one.row, { at, one });
    }
  });
  const found: Attached[][] = cases.map(() => []);
  for (const { at, one } of best.values()) must(found[at], "a list of each case").push(one);
  return found.map((list) => list.sort((a, b) => a.row - b.row));
}
