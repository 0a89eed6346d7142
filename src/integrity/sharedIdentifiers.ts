/*
 * The attributes that orders are put side by side by: identifiers that a person has, and places, which strangers share.
 */

import { wholeAt } from "../base/at.ts";
import { attributesOf, type Attribute } from "./attributes.ts";
import { listsOf, rowsByValue, type Column } from "./table/columns.ts";
import { PairNumbers } from "./table/numbering.ts";
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
): Omit<Column, "values"> {
  const { address, district } = table.columns;
  // Numbers, no texts: a text for each order would take longer than all else here.
  const keys = new PairNumbers();
  const placeOf = Int32Array.from(address.values, (_, index) => places.placeNumber(index));
  const valueOf = address.valueOf.map((value, row) => {
    const place = value < 0 ? -1 : wholeAt(placeOf, value);
    return place < 0 ? -1 : keys.number(place, wholeAt(district.valueOf, row));
  });
  const counts = new Int32Array(keys.count);
  if (placeCount)
    for (let key = 0; key < keys.count; key++)
      counts[key] = placeCount(
        placeKey(String(keys.first(key)), district.values[keys.second(key)]),
      );
  else for (const key of valueOf) if (key >= 0) counts[key] = wholeAt(counts, key) + 1;
  const kept = valueOf.map((value) =>
    value >= 0 && wholeAt(counts, value) <= PLACE_HUB ? value : -1,
  );
  return { valueOf: kept, counts };
}

/** Where orders are at one place: that of the address, in its district. */
export const placeKey = (place: string, district: string | undefined): string =>
  `${place} ${district ?? ""}`;

/** Weak evidence: strangers share a place. Nobody is told a place by its key, so that it has no texts. */
function placeAttribute({ valueOf, counts }: Omit<Column, "values">): Attribute {
  const lists = listsOf({ valueOf });
  return {
    name: "place",
    grade: "weak",
    declared: false,
    signal: null,
    lists,
    values: [],
    counts,
    rows: rowsByValue(lists, counts.length),
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
