/* People who live together: couples, families, boarding houses, neighbours, dormitories. */

import { anyAndroid } from "../world/clients.ts";
import {
  DAY_MS,
  humanAfterMs,
  MINUTE_MS,
  SALE_START_MS,
  SECOND_MS,
  soonAfter,
} from "../world/sale.ts";
import type { Draft, Payment, Person } from "../world/types.ts";
import { addressOf, school } from "../world/places.ts";
import type { World } from "../world/world.ts";

/** Somebody who orders alone. */
export const single = (world: World): Draft[] => [world.orderOf(world.person())];

/** Another person of a home. */
function housemate(world: World, of: Person, given: Partial<Omit<Person, "id">> = {}): Person {
  const { household, home, wifi } = of;
  // Half of the people of a home fill in the address that was written down once.
  return world.person({
    household,
    home,
    wifi,
    ...(world.is(0.5) ? { hand: of.hand } : {}),
    ...given,
  });
}

/** Two phones, one home, often one purse, sometimes one number for the courier. */
export function couple(world: World): Draft[] {
  const one = world.person();
  const isOnePurse = world.is(0.4);
  const isOneNumber = world.is(0.15);
  const other = housemate(world, one, {
    ...(isOnePurse ? { pays: one.pays } : {}),
    ...(isOneNumber ? { phone: one.phone } : {}),
    ...(world.is(0.25) ? { last: one.last } : {}),
  });
  const first = world.orderOf(one);
  const together = world.is(0.7);
  const afterMs = together ? soonAfter(first.afterMs, 20 * SECOND_MS, world.chance) : undefined;
  const channel = world.is(0.6) ? first.channel : world.channel();
  return [first, world.orderOf(other, { channel, ...(afterMs === undefined ? {} : { afterMs }) })];
}

/** A family whose members have phones of their own. */
export function family(world: World): Draft[] {
  const parent = world.person();
  const purse = world.is(0.35) ? parent.pays : null;
  const isParentsNumber = world.is(0.2);
  const others = world.times(world.chance.pick([1, 2, 2, 2, 3, 3, 4]), () =>
    housemate(world, parent, {
      ...(world.is(0.5) ? { last: parent.last } : {}),
      ...(purse !== null && world.is(0.7) ? { pays: purse } : {}),
      ...(isParentsNumber ? { phone: parent.phone } : {}),
    }),
  );
  const first = world.orderOf(parent);
  return [
    first,
    ...others.map((one) => {
      const channel = world.is(0.5) ? first.channel : world.channel();
      // Some sit in one room, others are at school or at work.
      return world.is(0.5)
        ? world.orderOf(one, {
            channel,
            afterMs: soonAfter(first.afterMs, MINUTE_MS, world.chance),
            ip: world.is(0.6) ? parent.wifi : world.ipOf(one),
          })
        : world.orderOf(one, { channel });
    }),
  ];
}

/** A family with one phone: each member's account is opened and closed on it, one after another. */
export function familyOnePhone(world: World): Draft[] {
  const parent = world.person();
  const isOneNumber = world.is(0.6);
  const others = world.times(world.chance.pick([1, 1, 1, 2, 2, 3]), () =>
    housemate(world, parent, {
      device: parent.device,
      ...(isOneNumber ? { phone: parent.phone } : {}),
      ...(world.is(0.6) ? { pays: parent.pays } : {}),
      ...(world.is(0.4) ? { last: parent.last } : {}),
    }),
  );
  const first = world.orderOf(parent);
  let last = first.afterMs;
  return [
    first,
    ...others.map((one) => {
      last = soonAfter(last + 45 * SECOND_MS, 90 * SECOND_MS, world.chance);
      const channel = world.is(0.8) ? first.channel : world.channel();
      return world.orderOf(one, { channel, afterMs: last, ip: first.ip });
    }),
  ];
}

/** A boarding house (kos): rooms of strangers, one gate, one wifi, one landlady who takes parcels. */
export function boardingHouse(world: World): Draft[] {
  const home = world.home(world.district(), "lodging");
  const wifi = world.nets.home();
  const landlady = world.phone();
  const count = world.chance.pick([2, 3, 3, 4, 4, 5, 6, 8, 11]);
  const isToldTogether = world.is(0.5);
  const start = humanAfterMs(world.chance);
  return world.times(count, () => {
    const room = { room: world.between(1, 25) };
    const one = world.person({ home: { ...home, flat: room }, wifi });
    const afterMs = isToldTogether ? soonAfter(start, 40 * SECOND_MS, world.chance) : undefined;
    return world.orderOf(one, {
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(world.is(0.12) ? { phone: landlady } : {}),
      ip: world.is(0.6) ? wifi : world.nets.mobile(one.carrier),
    });
  });
}

/** Neighbours of one lane or estate who told each other; some have parcels left with the guard. */
export function neighbours(world: World): Draft[] {
  const form = world.chance.pick(["lane", "estate", "hamlet"] as const);
  const first = world.home(world.district(), form);
  const guard = world.phone();
  const start = humanAfterMs(world.chance);
  return world.times(world.between(3, 9), () => {
    const number = { value: world.between(1, 90), letter: world.is(0.1) ? "B" : "" };
    const one = world.person({ home: { ...first, number } });
    return world.orderOf(one, {
      afterMs: world.is(0.6)
        ? soonAfter(start, 2 * MINUTE_MS, world.chance)
        : humanAfterMs(world.chance),
      ...(world.is(0.08) ? { phone: guard } : {}),
    });
  });
}

/** A pupil pays at a kiosk, or the keeper pays, who is given the money. */
function pupilsPurse(world: World, keeper: Person): Payment {
  const kind = world.chance.fraction();
  if (kind < 0.3) return keeper.pays;
  return kind < 0.75 ? world.cash() : world.anyPayment();
}

/** An Islamic boarding school: pupils without phones, a computer room, a keeper who answers couriers. */
export function pesantren(world: World): Draft[] {
  const roof = school(world);
  const wifi = world.nets.office();
  const keeper = world.person({ home: roof.place, wifi });
  const computers = world.times(world.between(1, 4), () => world.device());
  let last = humanAfterMs(world.chance);
  const isKeepersNumber = world.is(0.7);
  return world.times(world.chance.pick([3, 3, 4, 4, 5, 6, 8, 12]), () => {
    const own = world.is(0.4);
    const one = world.person({ home: roof.place, wifi, pays: pupilsPurse(world, keeper) });
    const isNew = world.is(0.4);
    const createdAtMs = SALE_START_MS - (1 + world.chance.fraction() * 5) * DAY_MS;
    last = soonAfter(last, 40 * SECOND_MS, world.chance);
    const part = world.chance.pick([
      "asrama putra",
      "asrama putri",
      "kamar Abu Bakar",
      "komplek B",
      "",
    ]);
    return world.orderOf(one, {
      channel: world.chance.pick(["web", "web", "lazada", "akulaku", "tiktok"]),
      afterMs: last,
      address: addressOf(world, roof, part),
      phone: isKeepersNumber && !own ? keeper.phone : one.phone,
      device: own ? world.device(anyAndroid(world.chance)) : world.chance.pick(computers),
      ip: own ? world.ipOf(one) : wifi,
      ...(isNew
        ? { account: world.account({ mail: one.mail, createdAtMs: Math.round(createdAtMs) }) }
        : {}),
    });
  });
}
