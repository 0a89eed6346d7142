/* Strangers with something in common: a campus, an office, a pick-up point, a club, a fair. */

import { anyAndroid } from "../world/clients.ts";
import { addressOf, campus, firm, mailHost, pickUpPoint } from "../world/places.ts";
import {
  DAY_MS,
  HOUR_MS,
  humanAfterMs,
  MINUTE_MS,
  SALE_START_MS,
  SECOND_MS,
  soonAfter,
  withinSale,
} from "../world/sale.ts";
import type { Draft } from "../world/types.ts";
import type { World } from "../world/world.ts";

/** Students on one campus net; some send to the faculty, some borrow a computer of the library. */
export function campusCrowd(world: World): Draft[] {
  const roof = campus(world);
  const exits = world.times(world.between(1, 3), () => world.nets.office());
  const library = world.device();
  const { district } = roof.place;
  const lodgings = world.times(6, () => world.home(district, "lodging"));
  return world.times(world.chance.pick([8, 12, 15, 20, 28, 45]), () => {
    const home = world.is(0.4)
      ? { ...world.chance.pick(lodgings), flat: { room: world.between(1, 25) } }
      : world.home(world.is(0.7) ? district : world.district());
    const one = world.person({ home });
    const isOnCampus = world.is(0.75);
    return world.orderOf(one, {
      ip: isOnCampus ? world.chance.pick(exits) : world.ipOf(one),
      ...(isOnCampus && world.is(0.04) ? { device: library } : {}),
      ...(world.is(0.12) ? { address: addressOf(world, roof, "Fakultas Teknik"), district } : {}),
    });
  });
}

/** Colleagues: one address, one net, the number of the front desk, some mails of the firm. */
export function office(world: World): Draft[] {
  const roof = firm(world);
  const exit = world.nets.office();
  const desk = world.phone();
  const host = mailHost(roof);
  const isDeskUsed = world.chance.pick([0.2, 0.4, 0.6, 0.8]);
  const start = humanAfterMs(world.chance);
  return world.times(world.chance.pick([3, 4, 5, 6, 8, 10, 14, 22]), () => {
    const { first, last } = world.name();
    const isFirmMail = world.is(0.3);
    const mail = `${first.split(" ")[0]}.${last || world.digits(3)}${world.digits(2)}@${host}`;
    const one = world.person({
      first,
      last,
      wifi: exit,
      ...(isFirmMail ? { mail: mail.toLowerCase().replaceAll(" ", "") } : {}),
    });
    const isToOffice = world.is(0.7);
    const part = world.chance.pick([
      "lt. 2",
      "Lantai 5",
      "bagian keuangan",
      "Divisi IT",
      "u.p. resepsionis",
      "",
    ]);
    return world.orderOf(one, {
      afterMs: world.is(0.5)
        ? soonAfter(start, MINUTE_MS, world.chance)
        : humanAfterMs(world.chance),
      ip: world.is(0.65) ? exit : world.nets.mobile(one.carrier),
      ...(isToOffice
        ? { address: addressOf(world, roof, part), district: roof.place.district }
        : {}),
      ...(isToOffice && world.is(isDeskUsed) ? { phone: desk } : {}),
    });
  });
}

/** Strangers who all have their parcels sent to one shop or locker. */
export function atPickUpPoint(world: World): Draft[] {
  const point = pickUpPoint(world);
  const { district } = point.place;
  return world.times(world.chance.pick([2, 3, 4, 5, 7, 10, 16]), () => {
    const one = world.person({ home: world.home(district) });
    return world.orderOf(one, { address: addressOf(world, point), district });
  });
}

/** A club of the brand's fans: the same phones, the same advice, ready on the second. */
export function fanClub(world: World): Draft[] {
  const inviteMs = SALE_START_MS - world.between(3, 40) * DAY_MS;
  const advised = world.chance.pick(["DANA", "GoPay", "COD", "BCA VA"]);
  const channel = world.chance.pick(["web", "lazada", "akulaku", "tiktok"] as const);
  const sku = world.chance.pick(["M3-6-128-KUNING", "M3-4-64-KUNING", "M3-6-128-HITAM"]);
  const client = anyAndroid(world.chance);
  return world.times(world.chance.pick([6, 9, 12, 18, 26, 40]), () => {
    const follows = world.is(0.65);
    const pays =
      advised === "COD"
        ? { method: "COD", source: null }
        : advised.endsWith("VA")
          ? { method: advised, source: null }
          : world.wallet(advised);
    const one = world.person({
      device: world.device(world.is(0.35) ? client : anyAndroid(world.chance)),
      ...(follows ? { pays } : {}),
    });
    const createdAtMs = Math.round(inviteMs + world.chance.fraction() * 2 * DAY_MS);
    return world.orderOf(one, {
      channel: world.is(0.85) ? channel : world.channel(),
      afterMs: withinSale(2_600 + world.chance.fraction() ** 2 * 14 * SECOND_MS),
      ...(world.is(0.6) ? { sku } : {}),
      ...(world.is(0.4) ? { account: world.account({ mail: one.mail, createdAtMs }) } : {}),
    });
  });
}

/** Accounts that were opened weeks ago at a stand on a campus, one after another. */
export function campusFair(world: World): Draft[] {
  const district = world.district();
  const day = SALE_START_MS - world.between(14, 45) * DAY_MS;
  let opened = day + world.chance.fraction() * HOUR_MS;
  return world.times(world.chance.pick([6, 9, 14, 20, 30]), () => {
    opened += (40 + world.chance.fraction() * 400) * SECOND_MS;
    const one = world.person({ home: world.home(world.is(0.8) ? district : world.district()) });
    return world.orderOf(one, {
      channel: world.is(0.8) ? "web" : "akulaku",
      account: world.account({ mail: one.mail, createdAtMs: Math.round(opened) }),
    });
  });
}

/** Somebody who made the account the evening before, as the brand's post said. */
export function lastNight(world: World): Draft[] {
  const one = world.person();
  const beforeMs = (10 + world.chance.fraction() ** 1.5 * 8) * HOUR_MS;
  const createdAtMs = Math.round(SALE_START_MS - beforeMs);
  return [
    world.orderOf(one, {
      channel: world.chance.pick(["web", "web", "web", "akulaku", "lazada", "tiktok"]),
      account: world.account({ mail: one.mail, createdAtMs }),
    }),
  ];
}
