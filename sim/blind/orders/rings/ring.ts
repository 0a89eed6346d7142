/*
 * Every ring has somebody who runs it, a size, a channel or two, and more or less care. Careful
 * ringleaders leave fewer things behind that could be compared; all of them slip now and then.
 */

import { written } from "../../addressWriting.ts";
import type { Place } from "../../addressPlaces.ts";
import { NOTES } from "../../streets.ts";
import { mistyped } from "../../typing.ts";
import { CHANNELS, type Channel, type Draft, type Person } from "../world/types.ts";
import type { World } from "../world/world.ts";

export interface Ring {
  readonly world: World;
  readonly leader: Person;
  readonly size: number;
  /** From 0, shares everything, to 1, shares next to nothing. */
  readonly care: number;
  readonly channels: readonly Channel[];
}

/** Orders of a ring, and genuine orders of people beside it. */
export interface RingOrders {
  readonly orders: readonly Draft[];
  readonly beside?: readonly Draft[];
}

const MAIN_CHANNELS: readonly Channel[] = [
  "web",
  "web",
  "web",
  "lazada",
  "lazada",
  "akulaku",
  "akulaku",
  "tiktok",
];

export function anyRing(world: World, size: number): Ring {
  const main = world.chance.pick(MAIN_CHANNELS);
  const second = world.is(0.55) ? main : world.chance.pick(CHANNELS);
  const channels = [main, main, main, main, second];
  return { world, leader: world.person(), size, care: world.chance.fraction(), channels };
}

/** Things used unevenly: the first ones more often. */
export function unevenly<T>(world: World, things: readonly T[]): T {
  const at = Math.floor(world.chance.fraction() ** 1.5 * things.length);
  return things[at] ?? world.chance.pick(things);
}

/** As many things as it takes for one to serve `from` to `to` orders. */
export function serving<T>(ring: Ring, [from, to]: readonly [number, number], make: () => T): T[] {
  const each = ring.world.between(from, to);
  return ring.world.times(Math.max(1, Math.ceil(ring.size / each)), make);
}

/**
 * One of a ring's places as it is filled in. The careless have it filled in by the browser more often
 * than not; the careful change words and numbers so that no two are alike.
 */
export function disguised({ world, leader }: Ring, place: Place, isCareful: boolean): string {
  if (!isCareful && world.is(0.55)) return written(place, leader.hand);
  const kind = world.chance.fraction();
  let now = place;
  if (isCareful && kind < 0.25 && place.number !== null) {
    now = {
      ...place,
      number: { ...place.number, letter: world.chance.pick(["A", "B", "C", "D"]) },
    };
  } else if (isCareful && kind < 0.45) {
    now = { ...place, rtRw: { rt: world.between(1, 9), rw: world.between(1, 12) } };
  }
  const text = written(now, world.hand());
  if (world.is(0.3)) return `${text} (${world.chance.pick(NOTES)})`;
  if (isCareful && world.is(0.2)) return mistyped(text, () => false, world.chance);
  return isCareful && world.is(0.15)
    ? `${world.chance.pick(["Rmh", "Bpk", "Toko"])} ${text}`
    : text;
}

/** A made-up person with a number and a mail box of his own, behind whom the ringleader stands. */
export const strawPerson = (ring: Ring, given: Partial<Omit<Person, "id">> = {}): Person =>
  ring.world.person({ ...given, household: ring.leader.household });

/** An order that a ringleader places himself under another name. */
export function ofLeader(ring: Ring, straw: Person, given: Partial<Draft>): Draft {
  const { world, leader } = ring;
  const order = world.orderOf(straw, { channel: world.chance.pick(ring.channels), ...given });
  return { ...order, person: leader.id, household: leader.household };
}

/** Whether a ring's shared thing is used in an order: the careful use it seldom, but all slip. */
export const usesShared = ({ world, care }: Ring, most = 0.95) =>
  world.is(Math.max(0.06, most * (1 - care ** 2)));
