/*
 * The attributes that orders are put side by side by: identifiers that a person has, and places, which strangers share.
 */

import { wholeAt } from "../base/at.ts";
import { attributesOf, type Attribute } from "./attributes.ts";
import { columnOf, listsOf, rowsByValue, type Column } from "./table/columns.ts";
import { Dictionary } from "./table/numbering.ts";
import type { OrderTable } from "./table/orders.ts";
import type { PlaceBook } from "./table/places.ts";

/** The attributes that orders of an event may share. */
export interface SharedIdentifiers {
  /** Things that a person has: strong evidence. */
  readonly identifiers: readonly Attribute[];
  /** Those, and what strangers share, too: places, and what an import declared as weak. */
  readonly identifiersAndPlaces: readonly Attribute[];
  /** The place of each order; -1 where it has none, or where a whole street has one. */
  readonly placeOf: Int32Array;
  readonly places: PlaceBook;
}

/** Beyond so many orders a place is a street or a mall. */
export const PLACE_HUB = 400;

/** The place of each order; none where so many go to it that it is a street or a mall. */
function placeColumn(
  table: OrderTable,
  places: PlaceBook,
  placeCount: ((key: string) => number) | undefined,
): Column {
  const { address, district } = table.columns;
  const keys = new Dictionary();
  const placeOf = address.values.map((_, index) => places.placeOf(index));
  const valueOf = Int32Array.from(address.valueOf, (value, row) => {
    const place = value < 0 ? null : (placeOf[value] ?? null);
    return place === null
      ? -1
      : keys.number(placeKey(place, district.values[wholeAt(district.valueOf, row)]));
  });
  const column = columnOf(valueOf, keys.values);
  const counts = placeCount ? Int32Array.from(keys.values, placeCount) : column.counts;
  const kept = valueOf.map((value) =>
    value >= 0 && wholeAt(counts, value) <= PLACE_HUB ? value : -1,
  );
  return { valueOf: kept, values: keys.values, counts };
}

/** Where orders are at one place: that of the address, in its district. */
export const placeKey = (place: string, district: string | undefined): string =>
  `${place} ${district ?? ""}`;

/** Weak evidence: strangers share a place. */
function placeAttribute(column: Column): Attribute {
  const lists = listsOf(column);
  return {
    name: "place",
    grade: "weak",
    declared: false,
    signal: null,
    lists,
    values: column.values,
    counts: column.counts,
    rows: rowsByValue(lists, column.values.length),
  };
}

/** `placeCount`: where the table is a part of an event, how many orders of all of it are at a place. */
export function sharedIdentifiers(
  table: OrderTable,
  places: PlaceBook,
  placeCount?: (key: string) => number,
): SharedIdentifiers {
  const attributes = attributesOf(table);
  const place = placeColumn(table, places, placeCount);
  return {
    placeOf: place.valueOf,
    places,
    identifiers: attributes.filter(({ grade }) => grade === "strong"),
    identifiersAndPlaces: [...attributes, placeAttribute(place)],
  };
}
