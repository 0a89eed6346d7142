import { describe, expect, it } from "vitest";
import { SeededChance } from "../../../../src/crowd/chance.ts";
import { steadyIds, type NamedGroup } from "../../../../src/integrity/link/steadyIds.ts";

/* Ids that stay from run to run. */

const group = (...members: string[]): NamedGroup => ({ name: members[0]!, members });
const before = (ids: Readonly<Record<string, string>>) => new Map(Object.entries(ids));

describe("an entity", () => {
  it("keeps its id though its smallest row has gone", () => {
    expect(steadyIds([group("2", "3")], before({ 1: "1", 2: "1", 3: "1" }))).toEqual(["1"]);
  });

  it("that two became has the id of the larger", () => {
    const last = before({ 1: "1", 2: "2", 3: "2" });
    expect(steadyIds([group("1", "2", "3")], last)).toEqual(["2"]);
  });

  it("that two equal ones became has the smaller id, by value", () => {
    expect(steadyIds([group("10", "9")], before({ 9: "9", 10: "10" }))).toEqual(["9"]);
  });

  it("that fell apart leaves its id to the larger part; the other has a new one", () => {
    const last = before({ 1: "1", 2: "1", 3: "1" });
    expect(steadyIds([group("1"), group("2", "3")], last)).toEqual(["1-2", "1"]);
    expect(steadyIds([group("1", "2"), group("3")], last)).toEqual(["1", "3"]);
  });

  it("never has an id of before that was another's", () => {
    // Row 5 is new; an entity of before, whose rows have gone, was called 5.
    expect(steadyIds([group("5")], before({ 4: "5" }))).toEqual(["5-2"]);
    expect(steadyIds([group("5"), group("5-2")], before({ 4: "5" }))).toEqual(["5-3", "5-2"]);
  });
});

describe("ids", () => {
  /** Members in random groups. */
  function groupsOf(members: readonly string[], chance: SeededChance): NamedGroup[] {
    const parts = Map.groupBy(members, () => chance.below(1 + Math.ceil(members.length / 2)));
    return [...parts.values()].map((part) => group(...part.toSorted()));
  }

  it("are given once, follow the largest overlap, and depend on no order", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const chance = new SeededChance(seed);
      const members = Array.from({ length: 4 + chance.below(20) }, (_, at): string => `m${at}`);
      const last = groupsOf(
        members.filter(() => chance.below(5) > 0),
        chance,
      );
      const previous = new Map<string, string>(
        last.flatMap(({ members: all }, at) => all.map((one) => [one, `m${at}`] as const)),
      );
      const groups = groupsOf(members, chance);
      const ids = steadyIds(groups, previous);
      expect(new Set(ids).size, `seed ${seed}`).toBe(groups.length);
      const idOf = new Map(groups.map(({ name }, at) => [name, ids[at]]));
      const shuffled = chance.shuffled(groups);
      expect(
        new Map(shuffled.map(({ name }, at) => [name, steadyIds(shuffled, previous)[at]])),
        `seed ${seed}`,
      ).toEqual(idOf);
      const old = new Set(previous.values());
      const shared = ({ members: all }: NamedGroup, id: string) =>
        all.filter((one) => previous.get(one) === id).length;
      groups.forEach((one, at) => {
        const id = ids[at]!;
        if (old.has(id)) expect(shared(one, id), `seed ${seed}`).toBeGreaterThan(0);
        // Nobody would rather have had an id that went to one with less of it.
        for (const other of old) {
          if (shared(one, other) <= (old.has(id) ? shared(one, id) : 0)) continue;
          const owner = groups[ids.indexOf(other)]!;
          expect(shared(owner, other), `seed ${seed}`).toBeGreaterThanOrEqual(shared(one, other));
        }
      });
      // A run after itself changes nothing.
      const again = new Map(
        groups.flatMap(({ members: all }, at) => all.map((one) => [one, ids[at]!] as const)),
      );
      expect(steadyIds(groups, again), `seed ${seed}`).toEqual(ids);
    }
  });
});
