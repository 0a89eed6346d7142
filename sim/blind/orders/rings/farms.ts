/* Accounts by the dozen: opened in a night, bought with their history, or steered by programs. */

import { anyRobot } from "../world/clients.ts";
import {
  DAY_MS,
  HOUR_MS,
  humanAfterMs,
  SALE_START_MS,
  SECOND_MS,
  soonAfter,
  withinSale,
} from "../world/sale.ts";
import type { Device, Payment } from "../world/types.ts";
import { disguised, ofLeader, serving, strawPerson, unevenly, usesShared } from "./ring.ts";
import type { Ring, RingOrders } from "./ring.ts";

/** Addresses of a series: a stem with numbers, one mail box with dots and pluses, or names at random. */
function series({ world }: Ring): (index: number, own: string) => string {
  const stem = `${world.name().first.split(" ")[0]?.toLowerCase()}${world.digits(2)}`;
  const box = `${stem}${world.chance.pick(["cell", "store", "jaya", "shop"])}`;
  const kind = world.chance.fraction();
  if (kind < 0.3) return (index) => `${stem}${String(index + 1).padStart(2, "0")}@gmail.com`;
  if (kind < 0.5) {
    return (index) => {
      if (index % 2 === 0) return `${box}+${index}@gmail.com`;
      const at = 1 + (index % (box.length - 1));
      return `${box.slice(0, at)}.${box.slice(at)}@gmail.com`;
    };
  }
  return (_, own) => own;
}

/** Accounts that one person opened in one night months ago, on emulators, and let lie. */
export function nightFarm(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const midnight = SALE_START_MS - 10 * HOUR_MS - world.between(60, 240) * DAY_MS;
  let opened = midnight - 2 * HOUR_MS + world.chance.fraction() * 3 * HOUR_MS;
  const mails = series(ring);
  const sims = world.is(0.5) ? world.simBlock(ring.size) : null;
  const emulators = serving(ring, [3, 8], () => world.device(anyRobot(world.chance)));
  const purses: Payment[] =
    care > 0.5
      ? []
      : world.times(world.between(1, 1 + Math.ceil(ring.size / 20)), () => world.wallet());
  const drops = [
    leader.home,
    ...world.times(world.between(1, 3), () => world.home(leader.home.district)),
  ];
  const start = world.is(0.6) ? 2_500 : humanAfterMs(world.chance);
  const orders = world.times(ring.size, (index) => {
    opened += (70 + world.chance.fraction() * 200) * SECOND_MS;
    const straw = strawPerson(ring);
    const isOther = world.is(0.08);
    const createdAtMs = isOther ? world.memberSince() : Math.round(opened);
    const mail = isOther ? straw.mail : mails(index, straw.mail);
    const emulator = unevenly(world, emulators);
    const drop = unevenly(world, drops);
    return ofLeader(ring, straw, {
      account: world.account({ mail, createdAtMs }),
      afterMs: soonAfter(start, 45 * SECOND_MS, world.chance),
      device: usesShared(ring, 0.9) ? emulator : world.device(emulator.client),
      ip: world.is(0.3) ? leader.wifi : world.nets.mobile(leader.carrier),
      phone: sims?.[index] ?? straw.phone,
      address: disguised(ring, drop, care > 0.4),
      district: drop.district,
      pays:
        purses.length > 0 && world.is(0.9)
          ? unevenly(world, purses)
          : world.is(0.5)
            ? world.bank()
            : world.cash(),
    });
  });
  return { orders };
}

/** Bought accounts, years old, each with a mail box of its former owner; the goods go to few hands. */
export function boughtAccounts(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const devices = serving(ring, [2, 9], () => world.device());
  const numbers = [
    leader.phone,
    ...world.times(world.between(0, 1 + Math.ceil(ring.size / 10)), () => world.phone()),
  ];
  const isNumberShared = world.is(0.65);
  const cards = world.times(world.between(1, 1 + Math.ceil(ring.size / 12)), () => world.card());
  const isCard = world.is(0.5);
  const helpers = world.times(world.between(1, 4), () => world.person());
  const orders = world.times(ring.size, () => {
    const years = 1 + world.chance.fraction() * 5;
    const straw = strawPerson(ring);
    const receiver = world.is(0.6) ? world.chance.pick(helpers) : straw;
    return ofLeader(ring, straw, {
      account: world.account({
        mail: straw.mail,
        createdAtMs: Math.round(SALE_START_MS - years * 365 * DAY_MS),
      }),
      // Browsers that pretend to be another for each account; the careless log in on one phone.
      device: usesShared(ring, 0.85) ? unevenly(world, devices) : world.device(),
      ip: world.is(0.35)
        ? leader.wifi
        : world.is(0.5)
          ? world.nets.home()
          : world.nets.mobile(leader.carrier),
      name: world.nameOf(receiver),
      phone: isNumberShared && usesShared(ring, 0.85) ? unevenly(world, numbers) : straw.phone,
      address: disguised(ring, leader.home, care > 0.3),
      district: leader.home.district,
      pays:
        isCard && usesShared(ring, 0.9)
          ? unevenly(world, cards)
          : world.is(0.5)
            ? world.bank()
            : world.cash(),
    });
  });
  return { orders };
}

/** Programs on rented servers or other people's home lines, through in a second or two. */
export function clickBots(ring: Ring): RingOrders {
  const { world, leader, care } = ring;
  const server = world.nets.server();
  const isHomeLines = world.is(0.35);
  const client = anyRobot(world.chance);
  const profiles: readonly Device[] = serving(ring, [2, 10], () => world.device(client));
  const isFresh = world.is(0.6);
  const purses = world.times(world.between(1, 1 + Math.ceil(ring.size / 10)), () => world.card());
  const drops = world.times(world.between(1, 5), () => world.home(leader.home.district));
  const numbers = serving(ring, [1, 6], () => world.phone());
  const sku = world.chance.pick(["M3-4-64-KUNING", "M3-4-64-HITAM"]);
  const orders = world.times(ring.size, () => {
    const straw = strawPerson(ring);
    const drop = unevenly(world, drops);
    // A tenth of the tasks fail, and somebody finishes them by hand.
    const isByHand = world.is(0.1);
    const isSlowed = world.is(0.3);
    return ofLeader(ring, straw, {
      afterMs: isByHand
        ? humanAfterMs(world.chance)
        : withinSale(250 + world.chance.fraction() ** 2 * (isSlowed ? 9_000 : 2_500)),
      device: isByHand ? leader.device : isFresh ? world.device(client) : unevenly(world, profiles),
      ip: isByHand
        ? leader.wifi
        : isHomeLines
          ? world.nets.home()
          : world.is(0.4)
            ? server
            : world.nets.besides(server),
      phone: world.is(0.5) ? straw.phone : unevenly(world, numbers),
      address: disguised(ring, drop, care > 0.5),
      district: drop.district,
      pays: usesShared(ring, 0.9) ? unevenly(world, purses) : world.card(),
      ...(world.is(0.8) ? { sku } : {}),
    });
  });
  return { orders };
}
