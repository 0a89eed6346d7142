/* The ids that entities are told under. */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { byId, steadyIds } from "./steadyIds.ts";

/** Rows by their ids, and the tables that they are of. */
export interface RowNames {
  readonly ids: readonly string[];
  readonly sources: readonly string[];
  readonly sourceOf: Int32Array;
}

/** The name of a row that no row of another table has; of the only table "" is the name. */
export const rowKey = (source: string, id: string): string => JSON.stringify([source, id]);

/** The names of all rows, by `rowKey`. */
export const memberKeys = ({ ids, sources, sourceOf }: RowNames): string[] =>
  ids.map((id, row) =>
    rowKey(
      sources.length > 1 ? must(sources[wholeAt(sourceOf, row)], "a name of each table") : "",
      id,
    ),
  );

/**
 * The id of each row's entity: the smallest of its rows' ids, of the first table where it has one there;
 * with the table's name before it where both tables have one id. `previous` has the ids of before by `rowKey`.
 */
export function entityIds(
  rows: RowNames,
  entityOf: Int32Array,
  previous: ReadonlyMap<string, string>,
): string[] {
  const { ids, sources, sourceOf } = rows;
  const keys = memberKeys(rows);
  const source = (row: number) => wholeAt(sourceOf, row);
  const id = (row: number) => must(ids[row], "an id of each row");
  const sourceName = (row: number) => must(sources[source(row)], "a name of each table");
  const first = new Map<string, number>();
  let isShared = false;
  ids.forEach((one, row) => {
    if ((first.get(one) ?? source(row)) !== source(row)) isShared = true;
    first.set(one, source(row));
  });
  const entities = [...Map.groupBy(ids.keys(), (row) => wholeAt(entityOf, row)).values()];
  const groups = entities.map((members) => {
    const [smallest = 0] = members.toSorted((a, b) => source(a) - source(b) || byId(id(a), id(b)));
    return {
      name: isShared ? `${sourceName(smallest)}:${id(smallest)}` : id(smallest),
      members: members.map((row) => must(keys[row], "a name of each row")),
    };
  });
  const names = steadyIds(groups, previous);
  const named: string[] = [];
  entities.forEach((members, at) => {
    for (const row of members) named[row] = must(names[at], "an id of each entity");
  });
  return named;
}
