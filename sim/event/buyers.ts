/* People with what they have: names, contacts, homes, phones, wallets, accounts. */

import type { SeededChance } from "../../src/crowd/chance.ts";
import { anyStyle, type Style } from "../blind/addressWriting.ts";
import type { Place } from "../blind/addressPlaces.ts";
import { PersonMaker } from "../blind/persons.ts";
import * as names from "../blind/peopleNames.ts";
import { anyAgent } from "./agents.ts";
import { accountMs, type Channel } from "./times.ts";

export interface Buyer {
  readonly person: string;
  readonly first: string;
  /** "" for people with one name. */
  readonly last: string;
  /** With a leading 0, digits only. */
  readonly phone: string;
  readonly email: string;
  readonly home: Place;
  /** How she writes addresses, and phone numbers. */
  readonly hand: Style;
  readonly phoneHand: number;
  readonly device: string;
  readonly agent: string;
  readonly ip: string;
  readonly wallet: string;
  /** Her number at the lender of the channel that lends. */
  readonly credit: string;
  readonly createdAtMs: number;
  readonly accounts: Readonly<Record<Channel, string>>;
}

const PREFIXES = ["gopay", "gopay", "ovo", "dana", "ovo", "linkaja", "card"];
/** Addresses behind which a mobile carrier puts its customers. */
const CARRIERS = ["114.124", "114.125", "182.1", "182.2", "112.215", "120.188", "114.5", "140.213"];

export const hex = (chance: SeededChance, words = 2): string =>
  Array.from({ length: words }, () => chance.uint32().toString(16).padStart(8, "0")).join("");

/** Makes people; no two have one phone, mail box, device, wallet or account unless they are told to. */
export class BuyerMaker {
  readonly #chance: SeededChance;
  readonly #people: PersonMaker;
  /** How people write addresses; some write alike. */
  readonly #hands: readonly Style[];
  #count = 0;
  #accounts = 0;

  constructor(chance: SeededChance) {
    this.#chance = chance;
    this.#people = new PersonMaker(chance);
    this.#hands = Array.from({ length: 900 }, () => anyStyle(chance));
  }

  home(): Place {
    return this.#people.home();
  }

  hand(): Style {
    return this.#chance.pick(this.#hands);
  }

  phone(): string {
    return this.#people.phone();
  }

  /** A number in a town's network: of a front desk, an office, a dormitory. */
  landline(): string {
    const chance = this.#chance;
    return `${chance.pick(["021", "022", "031", "024", "0274", "0251", "0341"])}${String(2_000_000 + chance.below(6_900_000))}`;
  }

  device(): string {
    const id = hex(this.#chance);
    if (this.#chance.fraction() < 0.8) return id;
    const more = hex(this.#chance);
    return [
      id.slice(0, 8),
      id.slice(8, 12),
      `4${id.slice(13)}`,
      `a${more.slice(1, 4)}`,
      more.slice(4),
    ]
      .join("-")
      .toUpperCase();
  }

  wallet(): string {
    return `${this.#chance.pick(PREFIXES)}-${hex(this.#chance)}`;
  }

  /** Where somebody's phone is in the network: half behind a carrier's few addresses. */
  ip(): string {
    const chance = this.#chance;
    if (chance.fraction() < 0.5) return this.homeIp();
    // The first of a carrier's addresses have most of its customers.
    const [third, fourth] = [6 * chance.fraction() ** 2, 9 * chance.fraction() ** 2];
    return `${chance.pick(CARRIERS)}.${Math.floor(third)}.${Math.floor(fourth)}`;
  }

  homeIp(): string {
    const chance = this.#chance;
    return `${36 + chance.below(140)}.${chance.below(256)}.${chance.below(256)}.${1 + chance.below(254)}`;
  }

  name(): { readonly first: string; readonly last: string } {
    const chance = this.#chance;
    const firsts = chance.fraction() < 0.5 ? names.WOMEN : names.MEN;
    const others = chance.fraction() < 0.3 ? names.SURNAMES : firsts;
    const middle = chance.fraction() < 0.55 ? ` ${chance.pick(others)}` : "";
    const last = chance.fraction() < 0.12 ? "" : chance.pick(names.SURNAMES);
    return { first: chance.pick(firsts) + middle, last };
  }

  /** A further set of accounts, one for each channel. */
  accounts(first: string): Record<Channel, string> {
    const chance = this.#chance;
    const nth = ++this.#accounts;
    const user = first.split(" ")[0]?.toLowerCase() ?? "";
    return {
      own: String(1_400_000_000 + nth * 37 + chance.below(37)),
      lazada: String(300_000_000_000 + nth * 911 + chance.below(911)),
      shopee: `${user}${chance.fraction() < 0.4 ? "_" : ""}${(nth * 13 + chance.below(13)).toString(36)}`,
      akulaku: String(70_000_000 + nth * 53 + chance.below(53)),
    };
  }

  /** Somebody; what is `given` is not made up. */
  buyer(given: Partial<Buyer> = {}): Buyer {
    const chance = this.#chance;
    const named =
      given.first === undefined ? this.name() : { first: given.first, last: given.last ?? "" };
    const known = this.#people.person({
      ...named,
      ...(given.home === undefined ? {} : { home: given.home }),
      ...(given.phone === undefined ? {} : { phone: given.phone }),
    });
    return {
      ...named,
      person: `b${++this.#count}`,
      phone: known.phone,
      email: known.email,
      home: known.home,
      hand: this.hand(),
      phoneHand: chance.below(6),
      device: this.device(),
      agent: anyAgent(chance),
      ip: this.ip(),
      wallet: this.wallet(),
      credit: `AKL${10_000_000 + this.#count * 97 + chance.below(97)}`,
      createdAtMs: accountMs(chance),
      accounts: this.accounts(named.first),
      ...given,
    };
  }
}
