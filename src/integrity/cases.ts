/*
 * Which orders that each open a case are one case. A ring that came as several cases would be decided several times,
 * and could have a promise about "so many holds a case" several times over.
 */

import { wholeAt } from "../base/at.ts";
import type { Leads } from "./attached/attach.ts";
import { entitiesByValue, tyingValues } from "./attributes.ts";
import type { SharedIdentifiers } from "./sharedIdentifiers.ts";
import { DisjointSets, valuesOfRow, type Column } from "./table/columns.ts";
import { PairNumbers } from "./table/numbering.ts";
import type { OrderTable } from "./table/orders.ts";

interface Among {
  readonly table: OrderTable;
  readonly shared: SharedIdentifiers;
  /** The group of each order; -1 for one by itself. */
  readonly groupOf: Int32Array;
}

/** Weak kinds of things must be this many to join two cases, each with so many orders on either side. */
const WEAK_KINDS = 2;
const ORDERS_EACH = 2;
/** A value of more orders of the event than this is no weak tie either. */
const WEAK_MOST = 60;
/** A value of more cases than this is no ring's. */
const CASES_MOST = 12;

/** Rows that opened a case, put together: by their group, one strong value, or two weak kinds of values. */
export function casesTogether(opened: readonly number[], among: Among): number[][] {
  const sets = new DisjointSets(opened.length);
  sets.joinAlike(opened, (row) => oneOrNone(among.groupOf, row));
  for (const attribute of among.shared.identifiers)
    sets.joinAlike(opened, tyingValues(attribute, among.table.eventCount));
  joinByWeakKinds(sets, opened, among);
  return sets.partsOf(opened);
}

function oneOrNone(valueOf: Int32Array, row: number): readonly number[] {
  const value = wholeAt(valueOf, row);
  return value < 0 ? [] : [value];
}

/** Joins cases in pairs: of a pair it is counted how many kinds of weak values it has in common. */
function joinByWeakKinds(sets: DisjointSets, opened: readonly number[], among: Among): void {
  const pairs = new PairNumbers();
  const kindsOf: number[] = [];
  for (const valueOf of weakKinds(among)) {
    const found = new Set<number>();
    for (const cases of casesByValue(sets, opened, valueOf))
      cases.forEach((a, at) => cases.slice(at + 1).forEach((b) => found.add(pairs.number(a, b))));
    for (const pair of found) kindsOf[pair] = (kindsOf[pair] ?? 0) + 1;
  }
  kindsOf.forEach((kinds, pair) => {
    if (kinds >= WEAK_KINDS) sets.join(pairs.first(pair), pairs.second(pair));
  });
}

/** Of each weak kind the values of a row; none where the value is too common. */
function weakKinds({ table, shared }: Among): ((row: number) => readonly number[])[] {
  const { ip, emailTemplate } = table.columns;
  const rare = (column: Column) => (row: number) =>
    oneOrNone(column.valueOf, row).filter((value) => wholeAt(column.counts, value) <= WEAK_MOST);
  const place = (row: number) => oneOrNone(shared.placeOf, row);
  const declared = shared.identifiersAndPlaces
    .filter(({ grade, declared: isDeclared }) => grade === "weak" && isDeclared)
    .map((attribute) => (row: number) => {
      return Array.from(valuesOfRow(attribute.lists, row)).filter(
        (value) => wholeAt(attribute.counts, value) <= WEAK_MOST,
      );
    });
  return [place, rare(ip), rare(emailTemplate), ...declared];
}

/** Of each value the cases, by their sets, that have it in several orders. */
function casesByValue(
  sets: DisjointSets,
  opened: readonly number[],
  valueOf: (row: number) => readonly number[],
): number[][] {
  const counts = new Map<number, Map<number, number>>();
  opened.forEach((row, at) => {
    const root = sets.find(at);
    for (const value of valueOf(row)) {
      const known = counts.get(value) ?? new Map<number, number>();
      counts.set(value, known.set(root, (known.get(root) ?? 0) + 1));
    }
  });
  return [...counts.values()]
    .map((byCase) => [...byCase].filter(([, count]) => count >= ORDERS_EACH).map(([root]) => root))
    .filter((cases) => cases.length >= 2 && cases.length <= CASES_MOST)
    .map((cases) => cases.sort((a, b) => a - b));
}

/** Leads from a case to orders that share a thing with one of its orders, for each kind of things. */
export const thingLeads = (
  { identifiers }: SharedIdentifiers,
  table: OrderTable,
  entityOf: Int32Array,
): Leads[] =>
  identifiers.map((attribute) => {
    const accounts = entitiesByValue(attribute, entityOf);
    const tying = tyingValues(attribute, table.eventCount);
    return {
      tie: "thing",
      least: 1,
      valuesOf: (row) => tying(row).filter((value) => wholeAt(accounts, value) > 1),
      rowsOf: (value) => valuesOfRow(attribute.rows, value),
    };
  });
