/*
 * Ids that stay from run to run: who keeps most of an entity's members keeps its id. Must never happen: an id of before
 * is given to two, or to an entity that has none of its members.
 */

import { must } from "../../base/assert.ts";
import { byLetters } from "../../base/canonical.ts";

/** An entity: its members, none of them in two entities, and the id that it has by itself. */
export interface NamedGroup {
  readonly name: string;
  readonly members: readonly string[];
}

/** Numbers by their size, other ids by length and then letters. */
export const byId = (a: string, b: string): number => a.length - b.length || byLetters(a, b);

interface Overlap {
  readonly group: number;
  readonly id: string;
  readonly count: number;
}

/**
 * The id of each group. `previous` is the id that each member had. An id of before goes to the group with
 * most of its members, and a group takes one: overlaps are taken by falling size, equal ones by the smaller
 * id, then by the smaller name. Other groups have their own name, unless it was an id before.
 */
export function steadyIds(
  groups: readonly NamedGroup[],
  previous: ReadonlyMap<string, string>,
): string[] {
  const nameOf = (group: number) => must(groups[group], "a group of each number").name;
  const overlaps = groups.flatMap((group, at) => overlapsOf(group, at, previous));
  overlaps.sort(
    (x, y) => y.count - x.count || byId(x.id, y.id) || byId(nameOf(x.group), nameOf(y.group)),
  );
  const ids = new Map<number, string>();
  const given = new Set<string>();
  for (const { group, id } of overlaps) {
    if (ids.has(group) || given.has(id)) continue;
    ids.set(group, id);
    given.add(id);
  }
  const taken = new Set([...previous.values(), ...groups.map(({ name }) => name)]);
  const known = new Set(previous.values());
  return groups.map(({ name }, at) => ids.get(at) ?? ownName(name, known, taken));
}

function overlapsOf(
  { members }: NamedGroup,
  group: number,
  previous: ReadonlyMap<string, string>,
): Overlap[] {
  const counts = new Map<string, number>();
  for (const member of members) {
    const id = previous.get(member);
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return Array.from(counts, ([id, count]) => ({ group, id, count }));
}

/** A name that was no id before: "17", or "17-2", "17-3". */
function ownName(name: string, known: ReadonlySet<string>, taken: Set<string>): string {
  if (!known.has(name)) return name;
  for (let nth = 2; ; nth++) {
    const other = `${name}-${nth}`;
    if (taken.has(other)) continue;
    taken.add(other);
    return other;
  }
}
