/* One hand behind several orders, and nothing wrong with it. */

import { addressOf, firm } from "../world/places.ts";
import {
  DAY_MS,
  humanAfterMs,
  MINUTE_MS,
  SALE_START_MS,
  SECOND_MS,
  soonAfter,
  withinSale,
} from "../world/sale.ts";
import type { Draft } from "../world/types.ts";
import { CHANNELS } from "../world/types.ts";
import type { World } from "../world/world.ts";

/** Tried on two channels, and got through on both. */
export function twoChannels(world: World): Draft[] {
  const one = world.person();
  const first = world.orderOf(one);
  const channel = world.chance.pick(CHANNELS.filter((other) => other !== first.channel));
  const afterMs = soonAfter(first.afterMs + 4_000, 100 * SECOND_MS, world.chance);
  return [first, world.orderOf(one, { channel, afterMs, ip: first.ip })];
}

/** Cancelled for another colour or another way of paying, and ordered again. */
export function orderedAgain(world: World): Draft[] {
  const one = world.person();
  const first = world.orderOf(one);
  const { channel, account, name, phone, address, ip } = first;
  const afterMs = soonAfter(first.afterMs + 20_000, 6 * MINUTE_MS, world.chance);
  const again = world.orderOf(one, {
    channel,
    account,
    name,
    phone,
    address,
    afterMs,
    ip: world.is(0.7) ? ip : world.ipOf(one),
    ...(world.is(0.5) ? { pays: world.anyPayment() } : {}),
  });
  return [first, again];
}

/** One person, one account, and phones for the parents or a sister elsewhere. */
export function severalRecipients(world: World): Draft[] {
  const one = world.person();
  const first = world.orderOf(one);
  const { channel, account, ip } = first;
  let last = first.afterMs;
  const others = world.times(world.chance.pick([1, 1, 1, 2]), () => {
    const to = world.person({ ...(world.is(0.4) ? { last: one.last } : {}) });
    last = soonAfter(last + 15_000, MINUTE_MS, world.chance);
    return world.orderOf(one, {
      channel,
      account,
      ip,
      afterMs: last,
      name: world.nameOf(to),
      phone: world.is(0.6) ? to.phone : one.phone,
      address: world.addressBy(to.home, one.hand),
      district: to.home.district,
    });
  });
  return [first, ...others];
}

/** Orders for friends whose names, numbers and homes are on the orders; each wants one phone. */
export function personalShopper(world: World): Draft[] {
  const shopper = world.person();
  const isPaying = world.is(0.6);
  const channel = world.channel();
  let last = humanAfterMs(world.chance);
  const friends = world.times(world.chance.pick([2, 2, 3, 3, 4]), () =>
    world.person({ home: world.home(world.is(0.6) ? shopper.home.district : world.district()) }),
  );
  const people = world.is(0.5) ? [shopper, ...friends] : friends;
  return people.map((one) => {
    last = soonAfter(last + 20_000, 50 * SECOND_MS, world.chance);
    return world.orderOf(one, {
      channel,
      afterMs: last,
      device: shopper.device,
      ip: world.is(0.85) ? shopper.wifi : world.nets.mobile(shopper.carrier),
      ...(isPaying ? { pays: shopper.pays } : {}),
    });
  });
}

/** Somebody who tests phones for a living: both versions, quickly, to a studio. */
export function reviewer(world: World): Draft[] {
  const one = world.person();
  const roof = firm(world);
  const address = world.is(0.6) ? addressOf(world, roof, "studio") : undefined;
  const to = address === undefined ? {} : { address, district: roof.place.district };
  const afterMs = withinSale(3_000 + world.chance.fraction() * 25 * SECOND_MS);
  const first = world.orderOf(one, { ...to, afterMs, sku: "M3-4-64-KUNING" });
  if (world.is(0.4)) return [first];
  const later = soonAfter(afterMs, 30 * SECOND_MS, world.chance);
  const channel = world.is(0.5) ? first.channel : world.channel();
  return [first, world.orderOf(one, { ...to, channel, afterMs: later, sku: "M3-6-128-HITAM" })];
}

/** The man of a phone counter orders for customers who have never bought anything online. */
export function atTheCounter(world: World): Draft[] {
  const counter = world.person();
  const isCountersNumber = world.is(0.5);
  const isCountersPurse = world.is(0.6);
  const village = counter.home;
  const channel = world.chance.pick(["web", "akulaku", "lazada", "tiktok"] as const);
  let last = humanAfterMs(world.chance);
  return world.times(world.chance.pick([3, 3, 4, 5, 6]), () => {
    const home = { ...world.home(village.district, "hamlet"), village: village.village };
    const one = world.person({ home });
    const createdAtMs = Math.round(SALE_START_MS - world.chance.fraction() * 3 * DAY_MS);
    last = soonAfter(last + 40_000, 90 * SECOND_MS, world.chance);
    return world.orderOf(one, {
      channel,
      afterMs: last,
      device: counter.device,
      ip: counter.wifi,
      ...(isCountersNumber && world.is(0.8) ? { phone: counter.phone } : {}),
      ...(isCountersPurse && world.is(0.85) ? { pays: counter.pays } : { pays: world.cash() }),
      account: world.account({ mail: one.mail, createdAtMs }),
    });
  });
}
