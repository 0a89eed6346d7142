/* Genuine buyers of all kinds, most of them easily taken for a ring. */

import { must } from "../../src/base/assert.ts";
import type { SeededChance } from "../../src/crowd/chance.ts";
import type { Place } from "../blind/addressPlaces.ts";
import type { Buyer, BuyerMaker } from "./buyers.ts";
import type { Method, Purchase } from "./channels.ts";
import {
  arrivalMs,
  campaignMs,
  CHANNELS,
  dayBefore,
  HOUR_MS,
  MINUTE_MS,
  newcomerMs,
  SALE_MS,
  SECOND_MS,
  type Channel,
} from "./times.ts";
import type { Apart } from "../../src/integrity/table/standing.ts";

/**
 * - `newcomer`: an account of the last three days, mostly of the last hours.
 * - `campaign`: an account of a campaign's day, weeks before, with thousands of others.
 * - `fair`: one of a hundred accounts that were made at one table of a campus fair within the hour.
 * - `reviewer`: all in second 22.
 * - `family`, `couple`: one home, often one device, phone or wallet.
 * - `kost`, `campus`, `pesantren`, `office`: many at one address and behind one network.
 * - `front_desk`: strangers who give the number of one front desk.
 * - `jastip`: a personal shopper who orders for named friends.
 * - `recipients`: one account that sends to several people.
 * - `two_channels`: one person, a unit on each of two channels.
 * - `reorder`: cancelled or ran out of time, and ordered again.
 */
export const GENUINE_KINDS = [
  "single",
  "newcomer",
  "campaign",
  "fair",
  "reviewer",
  "family",
  "couple",
  "kost",
  "campus",
  "pesantren",
  "office",
  "front_desk",
  "jastip",
  "recipients",
  "two_channels",
  "reorder",
] as const;
export type GenuineKind = (typeof GENUINE_KINDS)[number];

/** Somebody's order, and how it stands. */
export interface Deed {
  readonly buyer: Buyer;
  readonly purchase: Purchase;
  /** Of whom the order is, where that is not the buyer's own person. */
  readonly person?: string;
  readonly apart?: Apart;
}

export interface Household {
  readonly kind: GenuineKind;
  readonly deeds: readonly Deed[];
}

/** How often each kind of household comes, in a thousand. */
const SHARES: readonly (readonly [GenuineKind, number])[] = [
  ["single", 532],
  ["newcomer", 150],
  ["campaign", 70],
  ["reviewer", 14],
  ["family", 76],
  ["couple", 42],
  ["two_channels", 38],
  ["recipients", 22],
  ["reorder", 32],
  ["jastip", 11],
  ["kost", 4],
  ["campus", 2],
  ["pesantren", 2],
  ["office", 3],
  ["front_desk", 2],
];

/** One account on each channel, half of the orders on the brand's own. */
export function anyChannel(chance: SeededChance): Channel {
  const draw = chance.fraction();
  return draw < 0.44 ? "own" : draw < 0.7 ? "lazada" : draw < 0.89 ? "shopee" : "akulaku";
}

/** The limit is two; most people take one. */
const anyUnits = (chance: SeededChance): number => (chance.fraction() < 0.12 ? 2 : 1);

export class GenuineMaker {
  readonly #chance: SeededChance;
  readonly #make: BuyerMaker;

  constructor(chance: SeededChance, make: BuyerMaker) {
    this.#chance = chance;
    this.#make = make;
  }

  household(): Household {
    let draw = this.#chance.fraction() * 1_000;
    const [kind] = must(
      SHARES.find(([, share]) => (draw -= share) < 0) ?? SHARES[0],
      "a kind of household",
    );
    return { kind, deeds: this.#deeds(kind) };
  }

  #deeds(kind: GenuineKind): Deed[] {
    const chance = this.#chance;
    switch (kind) {
      case "newcomer": {
        const createdAtMs = newcomerMs(chance);
        // She who has just signed up is on the channel where that can be seen, or on another.
        const channel = chance.fraction() < 0.6 ? "own" : anyChannel(chance);
        return [this.#deed(this.#make.buyer({ createdAtMs }), { channel })];
      }
      case "campaign":
        return [this.#deed(this.#make.buyer({ createdAtMs: campaignMs(chance) }))];
      case "reviewer":
        return [this.#reviewer()];
      case "family":
        return this.#family(2 + chance.below(3));
      case "couple":
        return this.#couple();
      case "two_channels":
        return this.#twoChannels();
      case "recipients":
        return this.#recipients();
      case "reorder":
        return this.#reorder();
      case "jastip":
        return this.#jastip(2 + chance.below(4));
      case "kost":
      case "campus":
      case "pesantren":
      case "office":
        return this.#manyAtOnePlace(kind);
      case "front_desk":
        return this.#frontDesk(3 + chance.below(8));
      case "single":
      case "fair":
        return [this.#deed(this.#make.buyer())];
    }
  }

  /** A purchase as most make one; a thing that is left unpaid or cancelled is seen too. */
  #deed(buyer: Buyer, given: Partial<Purchase> = {}): Deed {
    const chance = this.#chance;
    const channel = given.channel ?? anyChannel(chance);
    const purchase = {
      channel,
      atMs: arrivalMs(channel, chance),
      units: anyUnits(chance),
      ...given,
    };
    const draw = chance.fraction();
    if (draw < 0.035) return { buyer, purchase: { ...purchase, method: "va" }, apart: "unpaid" };
    if (draw < 0.055) return { buyer, purchase, apart: "cancelled" };
    return draw < 0.058 ? { buyer, purchase, apart: "refunded" } : { buyer, purchase };
  }

  /** 60 to 140 accounts that were made at a fair within an hour or so, and order whenever their owners like. */
  fair(): Household {
    const chance = this.#chance;
    const startMs = dayBefore(8 + chance.below(16)) + (3 + chance.below(6)) * HOUR_MS;
    const town = this.#make.home().district;
    const deeds = Array.from({ length: 60 + chance.below(81) }, () => {
      const home = this.#make.home();
      const createdAtMs = startMs + Math.round(70 * MINUTE_MS * chance.fraction());
      const isNear = chance.fraction() < 0.8;
      const place = isNear
        ? { ...home, district: town, village: chance.pick(town.villages) }
        : home;
      const channel = chance.fraction() < 0.75 ? "own" : anyChannel(chance);
      return this.#deed(this.#make.buyer({ createdAtMs, home: place }), { channel });
    });
    return { kind: "fair", deeds };
  }

  #reviewer(): Deed {
    const chance = this.#chance;
    const atMs = SALE_MS + 22 * SECOND_MS + chance.below(SECOND_MS);
    const method: Method = chance.fraction() < 0.6 ? "cod" : "ewallet";
    return this.#deed(this.#make.buyer(), { atMs, method, units: 1 });
  }

  #family(size: number): Deed[] {
    const chance = this.#chance;
    const mother = this.#make.buyer({ ip: this.#make.homeIp() });
    const others = Array.from({ length: size - 1 }, () => {
      const isSameName = chance.fraction() < 0.55 && mother.last !== "";
      const isSameDevice = chance.fraction() < 0.3;
      return this.#make.buyer({
        home: mother.home,
        ...(chance.fraction() < 0.7 ? { ip: mother.ip } : {}),
        ...(isSameName ? { first: this.#make.name().first, last: mother.last } : {}),
        ...(isSameDevice ? { device: mother.device, agent: mother.agent } : {}),
        ...(chance.fraction() < 0.3 ? { wallet: mother.wallet } : {}),
        ...(chance.fraction() < 0.22 ? { phone: mother.phone } : {}),
        ...(chance.fraction() < 0.4 ? { hand: mother.hand } : {}),
      });
    });
    const channel = anyChannel(chance);
    return [mother, ...others].map((buyer) =>
      this.#deed(buyer, chance.fraction() < 0.6 ? { channel } : {}),
    );
  }

  #couple(): Deed[] {
    const chance = this.#chance;
    const one = this.#make.buyer({ ip: this.#make.homeIp() });
    const two = this.#make.buyer({
      home: one.home,
      ip: one.ip,
      ...(chance.fraction() < 0.6 ? { device: one.device, agent: one.agent } : {}),
      ...(chance.fraction() < 0.45 ? { wallet: one.wallet } : {}),
      ...(chance.fraction() < 0.2 ? { phone: one.phone } : {}),
    });
    const first = this.#deed(one);
    const { channel, atMs } = first.purchase;
    const isAtOnce = chance.fraction() < 0.5;
    const later = { channel, atMs: atMs + 4_000 + chance.below(40_000) };
    return [first, this.#deed(two, isAtOnce ? later : {})];
  }

  #twoChannels(): Deed[] {
    const buyer = this.#make.buyer();
    const [one = "own", two = "lazada"] = this.#chance.shuffled(CHANNELS);
    return [one, two].map((channel) => this.#deed(buyer, { channel, units: 1 }));
  }

  /** A gift: one account, two orders, each to somebody else; sometimes a third, which is one too many. */
  #recipients(): Deed[] {
    const chance = this.#chance;
    const buyer = this.#make.buyer();
    const channel = anyChannel(chance);
    const count = chance.fraction() < 0.85 ? 2 : 3;
    return Array.from({ length: count }, (_, nth) => {
      const friend = this.#make.buyer();
      const isSameHand = chance.fraction() < 0.8;
      const recipient = isSameHand
        ? { ...friend, hand: buyer.hand, phoneHand: buyer.phoneHand }
        : friend;
      const isToHerself = nth === 0 && chance.fraction() < 0.6;
      return this.#deed(buyer, { channel, units: 1, ...(isToHerself ? {} : { recipient }) });
    });
  }

  #reorder(): Deed[] {
    const chance = this.#chance;
    const buyer = this.#make.buyer();
    const first = this.#deed(buyer);
    const { channel, atMs } = first.purchase;
    const isElsewhere = chance.fraction() < 0.25;
    const again = this.#deed(buyer, {
      channel: isElsewhere ? anyChannel(chance) : channel,
      atMs: atMs + 30_000 + chance.below(4 * MINUTE_MS),
    });
    const isUnpaid = chance.fraction() < 0.5;
    const lost: Deed = {
      buyer,
      purchase: isUnpaid ? { ...first.purchase, method: "va" } : first.purchase,
      apart: isUnpaid ? "unpaid" : "cancelled",
    };
    return [lost, again];
  }

  /** Orders for friends, one after the other, by her phone and often from her wallet. */
  #jastip(friends: number): Deed[] {
    const chance = this.#chance;
    const shopper = this.#make.buyer();
    const channel = anyChannel(chance);
    let atMs = arrivalMs(channel, chance);
    const isHerAccount = chance.fraction() < 0.25;
    const hasHerWallet = chance.fraction() < 0.6;
    return Array.from({ length: friends }, () => {
      const friend = this.#make.buyer({
        ...(chance.fraction() < 0.75
          ? { device: shopper.device, agent: shopper.agent, ip: shopper.ip }
          : {}),
        ...(hasHerWallet ? { wallet: shopper.wallet, credit: shopper.credit } : {}),
        ...(chance.fraction() < 0.15 ? { home: shopper.home } : {}),
      });
      atMs += 9_000 + chance.below(45_000);
      if (!isHerAccount) return this.#deed(friend, { channel, atMs, units: 1 });
      const deed = this.#deed(shopper, { channel, atMs, units: 1, recipient: friend });
      return { ...deed, person: friend.person };
    });
  }

  #manyAtOnePlace(kind: "kost" | "campus" | "pesantren" | "office"): Deed[] {
    const chance = this.#chance;
    const place = placeOf(kind, this.#make.home(), chance);
    const ips = Array.from({ length: kind === "campus" ? 3 : 1 }, () => this.#make.homeIp());
    const desk = this.#make.landline();
    const deskShare = { kost: 0.05, campus: 0.1, pesantren: 0.7, office: 0.5 }[kind];
    const sizes = {
      kost: 4 + chance.below(16),
      campus: 6 + chance.below(24),
      pesantren: 4 + chance.below(14),
      office: 4 + chance.below(18),
    };
    // Word goes round: some sign up on one evening, months before or the night before.
    const eveningMs = dayBefore(1 + chance.below(60)) + 12 * HOUR_MS;
    const house = this.#make.hand();
    return Array.from({ length: sizes[kind] }, () => {
      const home = place.flat === null ? place : { ...place, flat: { room: 1 + chance.below(40) } };
      const isDesk = chance.fraction() < deskShare;
      const buyer = this.#make.buyer({
        home,
        ...(chance.fraction() < 0.75 ? { ip: chance.pick(ips) } : {}),
        ...(chance.fraction() < 0.3 ? { hand: house } : {}),
        ...(chance.fraction() < 0.15 ? { createdAtMs: eveningMs + chance.below(2 * HOUR_MS) } : {}),
      });
      return this.#deed(buyer, isDesk ? { recipient: { ...buyer, phone: desk } } : {});
    });
  }

  /** Flats, shops and counters whose parcels wait at one desk: its number, and their own homes. */
  #frontDesk(size: number): Deed[] {
    const desk = this.#chance.fraction() < 0.5 ? this.#make.landline() : this.#make.phone();
    const { district, village } = this.#make.home();
    return Array.from({ length: size }, () => {
      const buyer = this.#make.buyer({ home: { ...this.#make.home(), district, village } });
      return this.#deed(buyer, { recipient: { ...buyer, phone: desk } });
    });
  }
}

const HOUSES = {
  kost: [
    "Kost Putri Melati",
    "Kos Pak Haji",
    "Kost Exclusive 88",
    "Kosan Bu Tuti",
    "Wisma Anggrek",
  ],
  campus: ["Asrama Mahasiswa", "Rusunawa Kampus", "Asrama Putra Gedung B", "Sekretariat BEM"],
  pesantren: [
    "Ponpes Al Hikmah",
    "Pondok Pesantren Darul Ulum",
    "PP Nurul Iman",
    "Ponpes Al Ikhlas",
  ],
  office: ["Gedung Graha Lt 5", "PT Sinar Abadi", "Kantor Kelurahan", "CV Maju Jaya", "RSUD"],
} as const;

/** A home turned into a building that many give as theirs. */
function placeOf(kind: keyof typeof HOUSES, home: Place, chance: SeededChance): Place {
  const hasRooms = kind === "kost" ? 0.6 : kind === "campus" ? 0.4 : 0;
  const flat = chance.fraction() < hasRooms ? { room: 1 } : null;
  return { ...home, house: chance.pick(HOUSES[kind]), flat };
}
