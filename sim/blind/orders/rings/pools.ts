/* Ringleaders who order themselves, on a few devices, under many names. */

import { list } from "../../list.ts";
import { addressOf, pickUpPoint } from "../world/places.ts";
import {
  DAY_MS,
  humanAfterMs,
  MINUTE_MS,
  SALE_START_MS,
  SECOND_MS,
  soonAfter,
  withinSale,
} from "../world/sale.ts";
import { CHANNELS, type Draft, type Payment } from "../world/types.ts";
import { disguised, ofLeader, serving, strawPerson, unevenly, usesShared } from "./ring.ts";
import type { Ring, RingOrders } from "./ring.ts";

const COUNTERS = list(`
Konter Jaya Cell, Sinar Ponsel, Rizki Cell, Mega Phone, Berkah Cellular, Pojok Gadget, Dunia HP, Bintang Cell
`);

/** A few purses, or cash and virtual accounts that leave nothing behind. */
function purses({ world, care, size }: Ring): Payment[] {
  if (care > 0.55) return world.times(size, () => (world.is(0.5) ? world.bank() : world.cash()));
  const count = world.between(1, Math.max(1, Math.min(5, Math.ceil(size / 8))));
  return world.times(count, () => world.wallet());
}

/** A drawer of phones: each is used for several accounts, one after another. */
export function devicePool(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const devices = serving(ring, [2, 7], () => world.device());
  const wallets = purses(ring);
  const numbers = serving(ring, [1, 4], () => world.phone());
  const places = [
    leader.home,
    ...world.times(world.between(0, 2), () => world.home(leader.home.district)),
  ];
  const clocks = new Map<string, number>();
  const orders = world.times(ring.size, (index): Draft => {
    // A phone serves one account after another.
    const device = unevenly(world, devices);
    const before = clocks.get(device.id);
    const afterMs =
      before === undefined
        ? humanAfterMs(world.chance) / 3
        : soonAfter(before + 15_000, 50 * SECOND_MS, world.chance);
    clocks.set(device.id, afterMs);
    const straw = strawPerson(ring, { ...(index % 5 === 0 ? { last: leader.last } : {}) });
    const isReset = world.is(0.06 + 0.4 * care);
    return ofLeader(ring, straw, {
      afterMs: withinSale(afterMs),
      device: isReset ? world.device(device.client) : device,
      ip: world.is(0.4) ? leader.wifi : world.nets.mobile(leader.carrier),
      phone: world.is(0.5) ? straw.phone : world.chance.pick(numbers),
      address: disguised(ring, unevenly(world, places), care > 0.4),
      district: leader.home.district,
      pays: world.is(0.85) ? unevenly(world, wallets) : straw.pays,
    });
  });
  return { orders };
}

/** A few own accounts on every channel: what ties them within one says nothing in the next. */
export function overChannels(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const helpers = [
    leader,
    ...world.times(world.between(1, 3), () => world.person({ household: leader.household })),
  ];
  const numbers = [leader.phone, ...world.times(world.between(1, 4), () => world.phone())];
  const orders = world.times(ring.size, (index) => {
    const hand = unevenly(world, helpers);
    const straw = strawPerson(ring, { hand: hand.hand });
    return ofLeader(
      ring,
      world.is(0.3) ? { ...straw, first: hand.first, last: hand.last } : straw,
      {
        channel: CHANNELS[index % CHANNELS.length] ?? "web",
        device: world.is(0.8 - 0.5 * care) ? hand.device : world.device(hand.device.client),
        ip: world.is(0.5) ? leader.wifi : world.nets.mobile(hand.carrier),
        phone: usesShared(ring, 0.7) ? world.chance.pick(numbers) : straw.phone,
        address: disguised(ring, leader.home, care > 0.5),
        district: leader.home.district,
        pays: world.is(0.6) ? hand.pays : world.anyPayment(),
      },
    );
  });
  return { orders };
}

/** Lockers and pick-up points take the parcels; devices are wiped between orders. */
export function dropPoints(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const points = world.times(world.between(2, 5), () => pickUpPoint(world, leader.home.district));
  const numbers = serving(ring, [2, 6], () => world.phone());
  const devices = serving(ring, [3, 8], () => world.device());
  const wallets = purses(ring);
  const orders = world.times(ring.size, () => {
    const straw = strawPerson(ring);
    const device = unevenly(world, devices);
    const point = unevenly(world, points);
    // A point is full or closed, and the parcel goes home after all.
    const isHome = world.is(0.07);
    return ofLeader(ring, straw, {
      device: world.is(0.35 + 0.5 * care) ? world.device(device.client) : device,
      ip: world.is(0.8) ? world.nets.mobile(leader.carrier) : leader.wifi,
      phone: usesShared(ring, 0.8) ? unevenly(world, numbers) : straw.phone,
      address: isHome ? world.addressBy(leader.home, leader.hand) : addressOf(world, point),
      district: point.place.district,
      pays: unevenly(world, wallets),
    });
  });
  return { orders };
}

/** Cash on delivery to made-up people along one lane: what does not sell is refused at the door. */
export function cashOnDelivery(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const lane = world.home(leader.home.district, "lane");
  const devices = serving(ring, [2, 6], () => world.device());
  const couriers = world.times(world.between(1, 3), () => world.phone());
  const orders = world.times(ring.size, () => {
    const straw = strawPerson(ring);
    const number = { value: world.between(1, 40), letter: world.is(0.2) ? "A" : "" };
    const device = unevenly(world, devices);
    const isOwn = world.is(0.06);
    return ofLeader(ring, straw, {
      device: isOwn
        ? leader.device
        : world.is(0.1 + 0.5 * care)
          ? world.device(device.client)
          : device,
      ip: world.is(0.3) ? leader.wifi : world.nets.mobile(leader.carrier),
      phone: usesShared(ring, 0.6) ? world.chance.pick(couriers) : straw.phone,
      address: world.addressBy(isOwn ? leader.home : { ...lane, number }, world.hand()),
      district: lane.district,
      pays: { method: "COD", source: null },
    });
  });
  return { orders };
}

/**
 * A small drawer of phones, and around it what is honest: the ringleader's family and friends, who order
 * from the same house or borrow a phone or a purse of his. His own order is one of the ring's.
 */
export function amongHonest(ring: Ring): RingOrders {
  const { world, leader } = ring;
  const { orders } = devicePool({ ...ring, size: Math.max(1, ring.size - 1) });
  const own = world.orderOf(leader, { channel: world.chance.pick(ring.channels) });
  const { household, home, wifi, last, hand } = leader;
  const beside = world.times(world.between(1, 4), (index) => {
    const isFamily = index < 2;
    const one = world.person(
      isFamily ? { household, home, wifi, hand, ...(world.is(0.5) ? { last } : {}) } : {},
    );
    return world.orderOf(one, {
      ...(isFamily && world.is(0.15) ? { device: leader.device } : {}),
      ...(world.is(0.15) ? { pays: leader.pays } : {}),
      ...(isFamily && world.is(0.2) ? { phone: leader.phone } : {}),
    });
  });
  return { orders: [...orders, own].slice(0, ring.size), beside };
}

/** A phone shop: accounts in the names of its customers, opened on the phones of its showcase. */
export function shopsCustomers(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const shop = { ...leader.home, house: world.chance.pick(COUNTERS) };
  const phones = serving(ring, [1, 5], () => world.device());
  const openedMs = SALE_START_MS - world.between(2, 60) * DAY_MS;
  const wallets = purses(ring);
  let opened = openedMs;
  const orders = world.times(ring.size, () => {
    opened += world.chance.fraction() * 25 * MINUTE_MS;
    const straw = strawPerson(ring);
    const createdAtMs = Math.round(Math.min(opened, SALE_START_MS - MINUTE_MS));
    const isNew = world.is(0.7);
    return ofLeader(ring, straw, {
      device: unevenly(world, phones),
      ip: world.is(0.75) ? leader.wifi : world.nets.mobile(leader.carrier),
      phone: usesShared(ring, 0.5) ? leader.phone : straw.phone,
      address: world.is(0.8)
        ? disguised(ring, shop, care > 0.6)
        : world.addressBy(straw.home, straw.hand),
      district: leader.home.district,
      pays: world.is(0.8) ? unevenly(world, wallets) : world.cash(),
      ...(isNew ? { account: world.account({ mail: straw.mail, createdAtMs }) } : {}),
    });
  });
  return { orders };
}
