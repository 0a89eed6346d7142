/*
 * The world of one event: it makes people with homes, phones, purses and accounts, and the orders that
 * they place when nothing special happens. No two people get one number, mail box, device or purse
 * unless a group says so.
 */

import type { SeededChance } from "../../../../src/crowd/chance.ts";
import type { Form, Place } from "../../addressPlaces.ts";
import { placeIn } from "../../addressPlaces.ts";
import { anyStyle, inLetters, written, type Style } from "../../addressWriting.ts";
import { DISTRICTS, type District } from "../../districts.ts";
import { DEGREES, MAIL_HOSTS, MEN, SURNAMES, TITLES, WOMEN } from "../../peopleNames.ts";
import { NOTES } from "../../streets.ts";
import { mistyped } from "../../typing.ts";
import { anyClient } from "./clients.ts";
import { Networks } from "./networks.ts";
import { anySku, DAY_MS, HOUR_MS, humanAfterMs, SALE_START_MS, SECOND_MS } from "./sale.ts";
import type { Account, Channel, Device, Draft, Payment, Person } from "./types.ts";

const FORM_BAG: readonly Form[] = (
  [
    ["street", 6],
    ["lane", 5],
    ["estate", 5],
    ["compound", 1],
    ["apartment", 2],
    ["shops", 1],
    ["highway", 1],
    ["hamlet", 4],
    ["lodging", 2],
  ] as const
).flatMap(([form, count]) => Array.from({ length: count }, () => form));

const CHANNEL_BAG: readonly Channel[] = (
  [
    ["web", 35],
    ["akulaku", 19],
    ["lazada", 29],
    ["tiktok", 17],
  ] as const
).flatMap(([channel, count]) => Array.from({ length: count }, () => channel));

const WALLETS = ["GoPay", "OVO", "DANA", "DANA", "ShopeePay", "LinkAja"];
const BANKS = ["BCA VA", "BRI VA", "Mandiri VA", "BNI VA"];

/** Before this there are no accounts. */
const FIRST_ACCOUNT_MS = Date.UTC(2014, 0, 1);

/** How many hands there are: enough that two alike say little. */
const HANDS = 1_500;

const lettersOf = (name: string) => name.toLowerCase().replace(/[^a-z]/g, "");

export class World {
  readonly chance: SeededChance;
  readonly nets: Networks;
  readonly #hands: readonly Style[];
  readonly #used = new Set<string>();
  readonly #numbers = new Set<number>();
  readonly #accounts = new Map<string, Account>();
  #people = 0;
  #homes = 0;
  #things = 0;

  constructor(chance: SeededChance) {
    this.chance = chance;
    this.nets = new Networks(chance);
    this.#hands = Array.from({ length: HANDS }, () => anyStyle(chance));
  }

  is(share: number): boolean {
    return this.chance.fraction() < share;
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + this.chance.below(to - from + 1);
  }

  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }

  #unused(make: () => string): string {
    for (;;) {
      const one = make();
      const { size } = this.#used;
      if (this.#used.add(one).size > size) return one;
    }
  }

  /** So many digits, nine at most. */
  digits(count: number): string {
    return String(this.chance.below(10 ** count)).padStart(count, "0");
  }

  household(): string {
    this.#homes += 1;
    return `h${this.#homes}`;
  }

  hand(): Style {
    return this.chance.pick(this.#hands);
  }

  phone(carrier = this.nets.anyCarrier()): string {
    const count = this.is(0.2) ? 7 : 8;
    return this.#unused(() => this.nets.prefix(carrier) + this.digits(count));
  }

  /** `count` numbers of one block of SIM cards, most of them side by side. */
  simBlock(count: number): string[] {
    const start = this.nets.prefix(this.nets.anyCarrier()) + this.digits(4);
    let last = this.chance.below(9_000);
    return this.times(count, () => {
      last += this.is(0.8) ? 1 : this.between(2, 9);
      return start + String(last % 10_000).padStart(4, "0");
    });
  }

  /** A device that nobody else has. */
  device(client = anyClient(this.chance)): Device {
    this.#things += 1;
    return { id: `device ${this.#things}`, client };
  }

  wallet(method = this.chance.pick(WALLETS)): Payment {
    this.#things += 1;
    return { method, source: `purse ${this.#things}` };
  }

  card(): Payment {
    return this.wallet(this.chance.pick(["Kartu Kredit", "Kartu Debit"]));
  }

  bank(): Payment {
    return { method: this.chance.pick(BANKS), source: null };
  }

  cash(): Payment {
    return {
      method: this.is(0.85) ? "COD" : this.chance.pick(["Alfamart", "Indomaret"]),
      source: null,
    };
  }

  anyPayment(): Payment {
    const kind = this.chance.fraction();
    if (kind < 0.27) return this.cash();
    if (kind < 0.66) return this.wallet();
    if (kind < 0.9) return this.bank();
    return this.card();
  }

  /** First names and last name; one in nine has one name only. */
  name(last?: string): { first: string; last: string } {
    const { chance } = this;
    const firsts = this.is(0.5) ? MEN : WOMEN;
    const count = chance.fraction() < 0.5 ? 1 : 2;
    const first = this.times(count, () => chance.pick(firsts)).join(" ");
    return { first, last: last ?? (this.is(0.11) ? "" : chance.pick(SURNAMES)) };
  }

  mail(first: string, last: string): string {
    const { chance } = this;
    const [one, two] = [lettersOf(first.split(" ")[0] ?? ""), lettersOf(last)];
    return this.#unused(() => {
      const local = chance.pick([
        `${one}.${two || one}${chance.below(100)}`,
        `${one}${two}${chance.below(1_000)}`,
        `${one}${two.slice(0, 3)}${70 + chance.below(30)}`,
        `${two || one}${one.slice(0, 3)}${chance.below(10_000)}`,
        `${one}_${1970 + chance.below(35)}`,
        `${one}${chance.pick(["gaming", "store", "official", "cell", "kece", "id"])}${chance.below(999)}`,
      ]);
      return `${local}@${chance.pick(MAIL_HOSTS)}`;
    });
  }

  /** A kecamatan; those of the big towns come first in the list and more often. */
  district(): District {
    const at = Math.floor(this.chance.fraction() ** 1.5 * DISTRICTS.length);
    return DISTRICTS[at] ?? this.chance.pick(DISTRICTS);
  }

  home(district = this.district(), form: Form = this.chance.pick(FORM_BAG)): Place {
    return placeIn(district, form, this.chance);
  }

  /** A person; values that are `given` are not made up. */
  person(given: Partial<Omit<Person, "id">> = {}): Person {
    this.#people += 1;
    const { first, last } =
      given.first === undefined
        ? this.name(given.last)
        : { first: given.first, last: given.last ?? "" };
    const carrier = given.carrier ?? this.nets.anyCarrier();
    return {
      id: `p${this.#people}`,
      household: given.household ?? this.household(),
      first,
      last,
      phone: given.phone ?? this.phone(carrier),
      mail: given.mail ?? this.mail(first, last),
      home: given.home ?? this.home(),
      hand: given.hand ?? this.hand(),
      device: given.device ?? this.device(),
      wifi: given.wifi ?? this.nets.home(),
      carrier,
      pays: given.pays ?? this.anyPayment(),
    };
  }

  /** When somebody of the crowd opened an account: mostly years ago, by day, some for this sale. */
  memberSince(): number {
    const kind = this.chance.fraction();
    const days =
      kind < 0.06
        ? this.chance.fraction() * 0.9
        : kind < 0.2
          ? 1 + this.chance.fraction() * 20
          : 21 + this.chance.fraction() ** 1.4 * 2_000;
    const at = SALE_START_MS - days * DAY_MS;
    // Few people sign up between midnight and six: those times are moved to the evening before.
    const hour = Math.floor(((at + 7 * HOUR_MS) % DAY_MS) / HOUR_MS);
    return Math.round(hour < 6 && this.is(0.8) ? at - 6 * HOUR_MS : at);
  }

  /** A new account; numbers of accounts grow with time. */
  account({ mail, handle, createdAtMs }: Partial<Account> & { mail: string }): Account {
    const at = createdAtMs ?? this.memberSince();
    let number = Math.floor((at - FIRST_ACCOUNT_MS) / SECOND_MS) + this.chance.below(300);
    while (this.#numbers.has(number)) number += 1;
    this.#numbers.add(number);
    const local = lettersOf(mail.split("@")[0] ?? "");
    const end = this.chance.pick(["", "_", ".", "__"]);
    const name = this.#unused(() => {
      const tail = this.is(0.3) ? "" : String(this.chance.below(10 ** this.between(2, 5)));
      return `${handle ?? local}${end}${tail}`;
    });
    return { number, handle: name, mail, createdAtMs: at };
  }

  /** The account of a person on a channel; it is the same whenever it is asked for. */
  accountOf(person: Person, channel: Channel): Account {
    const key = `${person.id} ${channel}`;
    const found = this.#accounts.get(key) ?? this.account({ mail: person.mail });
    this.#accounts.set(key, found);
    return found;
  }

  channel(): Channel {
    return this.chance.pick(CHANNEL_BAG);
  }

  nameOf({ first, last, hand }: Pick<Person, "first" | "last" | "hand">): string {
    const name = inLetters(last === "" ? first : `${first} ${last}`, hand);
    const kind = this.chance.fraction();
    if (kind < 0.015) return `${name} ${this.chance.pick(DEGREES)}`;
    if (kind < 0.03) return `${this.chance.pick(TITLES.both)} ${name}`;
    if (kind < 0.05 && first.length > 4) return mistyped(name, () => false, this.chance);
    if (kind < 0.1 && last !== "") return inLetters(first, hand);
    return name;
  }

  /** A place as a hand writes it; now and then with a note or a typing error. */
  addressBy(place: Place, hand: Style): string {
    const text = written(place, hand);
    const kind = this.chance.fraction();
    if (kind < 0.12) return `${text} (${this.chance.pick(NOTES)})`;
    if (kind < 0.15) return mistyped(text, () => false, this.chance);
    return text;
  }

  /** One digit is wrong. */
  wrongDigit(phone: string): string {
    const at = this.between(4, phone.length - 1);
    return phone.slice(0, at) + this.chance.below(10) + phone.slice(at + 1);
  }

  ipOf(person: Person): string {
    const kind = this.chance.fraction();
    if (kind < 0.012) return this.nets.tunnel();
    return kind < 0.62 ? this.nets.mobile(person.carrier) : person.wifi;
  }

  /** On the lender's channel nearly half buy on credit, which every account has for itself. */
  #usualPayment({ pays }: Person, channel: Channel, { number }: Account): Payment {
    const isCredit = channel === "akulaku" && this.is(0.45);
    return isCredit ? { method: "Akulaku PayLater", source: `credit ${number}` } : pays;
  }

  /** An order of a person for himself or herself; values that are `given` differ from that. */
  orderOf(person: Person, given: Partial<Draft> = {}): Draft {
    const channel = given.channel ?? this.channel();
    const afterMs = given.afterMs ?? humanAfterMs(this.chance);
    const isWrong = this.is(0.006);
    const account = given.account ?? this.accountOf(person, channel);
    return {
      person: person.id,
      household: person.household,
      channel,
      afterMs,
      account,
      name: given.name ?? this.nameOf(person),
      phone: given.phone ?? (isWrong ? this.wrongDigit(person.phone) : person.phone),
      address: given.address ?? this.addressBy(person.home, person.hand),
      district: given.district ?? person.home.district,
      device: given.device ?? person.device,
      ip: given.ip ?? this.ipOf(person),
      pays: given.pays ?? this.#usualPayment(person, channel, account),
      sku: given.sku ?? anySku(afterMs, this.chance),
      units: given.units ?? (this.is(0.006) ? 2 : 1),
    };
  }
}
