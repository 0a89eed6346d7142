/* Rings of many people with phones of their own: what they share is money, a collector, an employer. */

import { addressOf, campus, firm, mailHost } from "../world/places.ts";
import { humanAfterMs, MINUTE_MS, SECOND_MS, soonAfter } from "../world/sale.ts";
import type { Draft, Person } from "../world/types.ts";
import type { World } from "../world/world.ts";
import { disguised, unevenly, usesShared } from "./ring.ts";
import type { Ring, RingOrders } from "./ring.ts";

/** Somebody who works for a ring, and the number of his order, from 0. */
interface Task {
  readonly one: Person;
  readonly nth: number;
}

/** An order with an account of one's own; a second order mostly has a relative's account and number. */
function ofMember(ring: Ring, { one, nth }: Task, given: Partial<Draft>): Draft {
  const { world } = ring;
  const isOther = world.is(nth === 0 ? 0.05 : 0.75);
  if (!isOther) return world.orderOf(one, { channel: world.chance.pick(ring.channels), ...given });
  const other = world.name(world.is(0.4) ? one.last : undefined);
  return world.orderOf(one, {
    channel: world.chance.pick(ring.channels),
    account: world.account({ mail: world.mail(other.first, other.last) }),
    name: world.nameOf({ ...other, hand: one.hand }),
    ...(world.is(0.6) ? { phone: world.phone() } : {}),
    ...given,
  });
}

/** Tasks for `size` orders: most people have one, some up to `most`. */
function tasksFor(ring: Ring, most: number, make: (world: World) => Person): Task[] {
  const { world, size } = ring;
  const tasks: Task[] = [];
  while (tasks.length < size) {
    const one = make(world);
    const count = world.is(0.4) ? world.between(1, most) : 1;
    tasks.push(...world.times(count, (nth) => ({ one, nth })));
  }
  return tasks.slice(0, size);
}

/** Members use their own phones, and pay out of the financier's purses. */
export function walletCrew(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const purses = world.times(world.between(1, 1 + Math.ceil(ring.size / 15)), () => world.wallet());
  const tasks = tasksFor(ring, 3, () =>
    world.person({ home: world.home(world.is(0.7) ? leader.home.district : world.district()) }),
  );
  const orders = tasks.map((task) => {
    const isHandedOver = world.is(0.35);
    // A careful financier sends the money first; now and then somebody pays from the purse itself.
    const isDefector = world.is(0.07);
    return ofMember(ring, task, {
      ...(!isDefector && usesShared(ring) ? { pays: unevenly(world, purses) } : {}),
      ...(isHandedOver && !isDefector
        ? { address: disguised(ring, leader.home, care > 0.7), district: leader.home.district }
        : {}),
    });
  });
  return { orders };
}

/** Neighbours are paid to order on their own phones, for the collector's house. */
export function paidNeighbours(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const { home } = leader;
  const copied = world.addressBy(home, leader.hand);
  const isNumberGiven = world.is(0.5);
  const start = humanAfterMs(world.chance);
  const tasks = tasksFor(ring, 2, () => {
    const number = { value: world.between(1, 60), letter: "" };
    return world.person({ home: { ...home, house: null, number } });
  });
  const orders = tasks.map((task) => {
    const isDefector = world.is(0.1);
    const address = world.is(0.5) ? copied : disguised(ring, home, care > 0.5);
    return ofMember(ring, task, {
      afterMs: world.is(0.6)
        ? soonAfter(start, 90 * SECOND_MS, world.chance)
        : humanAfterMs(world.chance),
      ...(isDefector ? {} : { address, district: home.district }),
      ...(isNumberGiven && !isDefector && usesShared(ring, 0.85) ? { phone: leader.phone } : {}),
      pays: world.is(0.5) ? world.cash() : task.one.pays,
    });
  });
  return { orders };
}

/** Students are hired by a message on a campus: own phones, own accounts, one hour's pay. */
export function hiredStudents(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const roof = campus(world, leader.home.district);
  const exits = world.times(2, () => world.nets.office());
  const collectors = [leader.phone, ...world.times(world.between(0, 2), () => world.phone())];
  const toldMethod = world.chance.pick(["DANA", "GoPay", "ShopeePay", "OVO"]);
  const sku = world.chance.pick(["M3-4-64-HITAM", "M3-4-64-KUNING", "M3-6-128-HITAM"]);
  const toCollector = world.chance.pick([0.25, 0.5, 0.8]);
  const start = humanAfterMs(world.chance) / 2;
  const tasks = tasksFor(ring, 1, () =>
    world.person({ home: world.home(leader.home.district, world.is(0.6) ? "lodging" : "lane") }),
  );
  const orders = tasks.map((task) => {
    const isTold = world.is(0.85);
    const isCollected = isTold && world.is(toCollector);
    return ofMember(ring, task, {
      afterMs: soonAfter(start, 30 * SECOND_MS, world.chance),
      ip: world.is(0.5) ? world.chance.pick(exits) : world.ipOf(task.one),
      ...(isTold && world.is(0.75) ? { sku } : {}),
      ...(isTold && world.is(0.7) ? { pays: world.wallet(toldMethod) } : {}),
      ...(isCollected
        ? { address: disguised(ring, leader.home, care > 0.5), district: leader.home.district }
        : world.is(0.2)
          ? { address: addressOf(world, roof, "Gedung B"), district: roof.place.district }
          : {}),
      ...(isCollected && usesShared(ring, 0.7) ? { phone: world.chance.pick(collectors) } : {}),
    });
  });
  return { orders };
}

/** Staff of a shop or an office: the boss's card, the firm's net, phones for the shelf of his shop. */
export function employees(ring: Ring): RingOrders {
  const { world, leader } = ring;
  const roof = firm(world, leader.home.district);
  const host = mailHost(roof);
  const exit = world.nets.office();
  const cards = world.times(world.between(1, 2), () => world.card());
  const computers = world.times(Math.max(1, Math.ceil(ring.size / 6)), () => world.device());
  const desk = world.phone();
  const onComputers = world.chance.pick([0, 0.2, 0.6]);
  const tasks = tasksFor(ring, 2, () => {
    const { first, last } = world.name();
    const mail =
      `${first.split(" ")[0]}${last.slice(0, 1)}${world.digits(3)}@${host}`.toLowerCase();
    return world.person({ first, last, wifi: exit, ...(world.is(0.35) ? { mail } : {}) });
  });
  const start = humanAfterMs(world.chance);
  const orders = tasks.map((task) => {
    const isToHome = world.is(0.2);
    return ofMember(ring, task, {
      afterMs: soonAfter(start, MINUTE_MS, world.chance),
      ip: world.is(0.7) ? exit : world.nets.mobile(task.one.carrier),
      ...(world.is(onComputers) ? { device: world.chance.pick(computers) } : {}),
      ...(usesShared(ring, 0.9) ? { pays: unevenly(world, cards) } : {}),
      ...(isToHome ? {} : { address: addressOf(world, roof, ""), district: roof.place.district }),
      ...(!isToHome && usesShared(ring, 0.6) ? { phone: desk } : {}),
    });
  });
  return { orders };
}

/** Relatives in a few houses order for an uncle's shop; half of what they share, families share. */
export function relatives(ring: Ring): RingOrders {
  const { world, leader } = ring;
  const last = leader.last === "" ? "Siregar" : leader.last;
  const houses = world.times(Math.max(1, Math.ceil(ring.size / world.between(3, 6))), () => {
    const home = world.home(world.is(0.6) ? leader.home.district : world.district());
    const wifi = world.nets.home();
    return {
      household: world.household(),
      home,
      wifi,
      device: world.device(),
      phone: world.phone(),
    };
  });
  const isUnclesPurse = world.is(0.6);
  const tasks = tasksFor(ring, 3, () => {
    const { household, home, wifi, device, phone } = world.chance.pick(houses);
    return world.person({
      household,
      home,
      wifi,
      ...(world.is(0.75) ? { last } : {}),
      ...(world.is(0.45) ? { device } : {}),
      ...(world.is(0.35) ? { phone } : {}),
    });
  });
  const orders = tasks.map((task) => {
    const isToUncle = world.is(0.25);
    return ofMember(ring, task, {
      ...(isUnclesPurse && usesShared(ring, 0.9) ? { pays: leader.pays } : {}),
      ...(isToUncle
        ? { address: disguised(ring, leader.home, false), district: leader.home.district }
        : {}),
    });
  });
  return { orders };
}
