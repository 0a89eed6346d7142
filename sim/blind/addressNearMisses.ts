/* Near misses: the place next door, in one district and one postal code, that is another place. */

import { must } from "../../src/base/assert.ts";
import type { SeededChance } from "../../src/crowd/chance.ts";
import { anyFlat, anyNumber, anyRoad, letter, type Form } from "./addressPlaces.ts";
import type { Flat, Numbered, Place } from "./addressPlaces.ts";
import { DIRECTIONS, LANES, STREETS } from "./streets.ts";

/** A way in which two places differ. */
export interface NearMiss {
  readonly forms: readonly Form[];
  readonly fits: (place: Place) => boolean;
  /** The place next door; `place` fits. It may come out the same: then it is tried again. */
  readonly other: (place: Place, chance: SeededChance) => Place;
}

/** A neighbour of a number more often than not, never less than 1. */
const near = (number: number, most: number, chance: SeededChance) =>
  chance.fraction() < 0.6
    ? Math.max(1, number + chance.pick([-2, -1, 1, 2]))
    : 1 + chance.below(most);

function otherNumber(value: number, chance: SeededChance): number {
  const digits = String(value);
  const kind = chance.fraction();
  if (kind < 0.45) return Math.max(1, value + chance.pick([-2, -1, 1, 2]));
  if (kind < 0.6) return Number(digits + chance.pick(digits.split("")));
  if (kind < 0.7) return Number(`1${digits}`);
  if (kind < 0.8) return Number(digits.split("").reverse().join("")) || value;
  return anyNumber(chance);
}

function otherHouse(place: Place, chance: SeededChance): Place {
  const number = must(place.number, "the place has a number");
  const block = place.estate?.block;
  if (place.estate && block && chance.fraction() < 0.25) {
    const isLetter = block.number === null || chance.fraction() < 0.5;
    const other = isLetter
      ? { ...block, letter: letter(chance) }
      : { ...block, number: near(block.number, 20, chance) };
    return { ...place, estate: { ...place.estate, block: other } };
  }
  return { ...place, number: { ...number, value: otherNumber(number.value, chance) } };
}

function otherFlat(flat: Flat, chance: SeededChance): Flat {
  if ("room" in flat) return { room: near(flat.room, 25, chance) };
  const kind = chance.fraction();
  if (kind < 0.2) return { ...flat, tower: letter(chance) };
  const other = anyFlat(chance);
  if (kind < 0.4) {
    const door = flat.unit.slice(String(flat.floor).length);
    return { ...flat, floor: other.floor, unit: `${other.floor}${door}` };
  }
  const door = other.unit.slice(String(other.floor).length);
  return { ...flat, unit: `${flat.floor}${door}` };
}

/** Streets whose names begin alike: Sunan Ampel and Sunan Giri, Mangga and Manggis. */
const alike = (name: string) =>
  STREETS.filter((other) => other !== name && other.slice(0, 4) === name.slice(0, 4));

function otherRoad(road: Numbered, chance: SeededChance): Numbered {
  if (chance.fraction() < 0.4) return anyRoad(chance);
  if (road.numeral !== null) return { ...road, numeral: near(road.numeral, 9, chance) };
  const direction = DIRECTIONS.find((one) => road.name.endsWith(` ${one}`));
  if (direction !== undefined) {
    return { ...road, name: road.name.replace(direction, chance.pick(DIRECTIONS)) };
  }
  const names = alike(road.name);
  return names.length === 0 ? anyRoad(chance) : { ...road, name: chance.pick(names) };
}

function otherLane(lane: Numbered, chance: SeededChance): Numbered {
  if (lane.numeral !== null) return { ...lane, numeral: near(lane.numeral, 12, chance) };
  return { ...lane, name: chance.pick(LANES) };
}

function otherStreet(place: Place, chance: SeededChance): Place {
  if (place.lane !== null && chance.fraction() < 0.5) {
    return { ...place, lane: otherLane(place.lane, chance) };
  }
  return { ...place, road: otherRoad(must(place.road, "the place has a road"), chance) };
}

const HOUSES: readonly Form[] = ["street", "lane", "estate", "compound", "shops", "highway"];

export const NEAR_MISSES = {
  "other RT": {
    forms: ["hamlet", "street", "lane", "estate", "compound"],
    fits: (place) => place.rtRw !== null,
    other: (place, chance) => {
      const rtRw = must(place.rtRw, "the place has an RT");
      return { ...place, rtRw: { ...rtRw, rt: near(rtRw.rt, 14, chance) } };
    },
  },
  "other letter": {
    forms: HOUSES,
    fits: (place) => (place.number?.letter ?? "") !== "",
    other: (place, chance) => {
      const number = must(place.number, "the place has a number");
      return { ...place, number: { ...number, letter: letter(chance) } };
    },
  },
  "other unit": {
    forms: ["apartment", "lodging"],
    fits: (place) => place.flat !== null,
    other: (place, chance) => {
      return { ...place, flat: otherFlat(must(place.flat, "the place has a flat"), chance) };
    },
  },
  "other number": { forms: HOUSES, fits: (place) => place.number !== null, other: otherHouse },
  "other street": {
    forms: ["street", "lane", "compound", "highway"],
    fits: (place) => place.road !== null,
    other: otherStreet,
  },
} as const satisfies Record<string, NearMiss>;

export type NearMissKind = keyof typeof NEAR_MISSES;
