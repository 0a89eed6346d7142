/*
 * An order as its channel's file has it: which columns there are, what is masked, how finely a time is written, and
 * what stands where there is nothing.
 */

import type { SeededChance } from "../../src/crowd/chance.ts";
import type { OrderRecord } from "../../src/integrity/table/orders.ts";
import type { Place } from "../blind/addressPlaces.ts";
import { joined, segmentsOf, type Style } from "../blind/addressWriting.ts";
import { REWRITINGS, type Draft, type RewritingKind } from "../blind/addressRewriting.ts";
import { Blanks, type BlankKind } from "./blanks.ts";
import { hex, type Buyer } from "./buyers.ts";
import { MINUTE_MS, SECOND_MS, type Channel } from "./times.ts";

export type Method = "cod" | "va" | "qris" | "ewallet" | "card" | "paylater";

export interface Recipient {
  readonly first: string;
  readonly last: string;
  readonly phone: string;
  readonly home: Place;
  readonly hand: Style;
  readonly phoneHand: number;
}

/** A buyer's order on one channel, before it is written down. */
export interface Purchase {
  readonly channel: Channel;
  readonly atMs: number;
  readonly units: number;
  readonly method?: Method;
  /** The person who gets it, if not the buyer. */
  readonly recipient?: Recipient;
}

/** The articles of the sale, the commonest first; prices in rupiah. */
export const ARTICLES = [
  { sku: "POCO-M3-4/64-BLACK", price: 1_899_000 },
  { sku: "POCO-M3-4/64-YELLOW", price: 1_899_000 },
  { sku: "POCO-M3-6/128-BLACK", price: 2_299_000 },
  { sku: "POCO-M3-4/64-BLUE", price: 1_899_000 },
  { sku: "POCO-M3-6/128-YELLOW", price: 2_299_000 },
  { sku: "POCO-M3-6/128-BLUE", price: 2_299_000 },
] as const;

const METHODS: Readonly<Record<Channel, readonly Method[]>> = {
  own: ["va", "va", "va", "ewallet", "ewallet", "ewallet", "ewallet", "qris", "cod", "card"],
  lazada: ["cod", "cod", "cod", "va", "va", "va", "ewallet", "ewallet", "ewallet", "card"],
  shopee: ["ewallet", "ewallet", "ewallet", "cod", "cod", "va", "va", "paylater"],
  akulaku: ["paylater", "paylater", "paylater", "paylater", "va", "ewallet"],
};

const PHONES: readonly ((phone: string) => string)[] = [
  (phone) => phone,
  (phone) => phone,
  (phone) => `+62${phone.slice(1)}`,
  (phone) => `62${phone.slice(1)}`,
  (phone) => `${phone.slice(0, 4)}-${phone.slice(4, 8)}-${phone.slice(8)}`,
  (phone) => `+62 ${phone.slice(1, 4)} ${phone.slice(4, 8)} ${phone.slice(8)}`,
];

const starred = (text: string): string => `${text.slice(0, 1)}***${text.slice(-1)}`;

/** Writes the orders of one event. */
export class OrderWriter {
  readonly #chance: SeededChance;
  readonly blanks: Blanks;
  #count = 0;

  constructor(chance: SeededChance) {
    this.#chance = chance;
    this.blanks = new Blanks(chance);
  }

  record(buyer: Buyer, purchase: Purchase): OrderRecord {
    const chance = this.#chance;
    const recipient = purchase.recipient ?? buyer;
    const article = ARTICLES[Math.floor(ARTICLES.length * chance.fraction() ** 1.6)] ?? ARTICLES[0];
    const method = purchase.method ?? chance.pick(METHODS[purchase.channel]);
    const area = recipient.home.district;
    const common = {
      orderId: this.#orderId(purchase.channel),
      channel: purchase.channel,
      name: this.#name(recipient),
      address: this.#address(recipient),
      district: area.name,
      city: area.city.replace(/^Kota /, ""),
      paymentMethod: method,
      units: purchase.units,
      sku: article.sku,
      unitPriceMinorUnits: article.price,
    };
    switch (purchase.channel) {
      case "own":
        return { ...common, ...this.#own(buyer, recipient, purchase, method) };
      case "lazada":
        return {
          ...common,
          orderedAtMs: wholeMs(purchase.atMs, SECOND_MS),
          account: buyer.accounts.lazada,
          address: common.address.replaceAll(",", "，"),
          phone: this.#or("phone", 0.006, `62${recipient.phone.replace(/^0/, "")}`),
          email: `${buyer.email.slice(0, 1)}*****@${buyer.email.split("@")[1] ?? ""}`,
          ...this.#settled(buyer, method, 0.7),
        };
      case "shopee":
        return {
          ...common,
          orderedAtMs: wholeMs(purchase.atMs, MINUTE_MS),
          account: buyer.accounts.shopee,
          name: chance.fraction() < 0.35 ? starred(common.name) : common.name,
          phone: `******${recipient.phone.slice(-2)}`,
        };
      case "akulaku":
        return {
          ...common,
          orderedAtMs: wholeMs(purchase.atMs, SECOND_MS),
          account: this.#or("account", 0.004, buyer.accounts.akulaku),
          phone: `${recipient.phone.slice(0, 4)}****${recipient.phone.slice(-3)}`,
          ...(method === "paylater"
            ? { paymentId: this.#or("payment", 0.05, buyer.credit) }
            : this.#settled(buyer, method, 0.4)),
        };
    }
  }

  /** The brand's own shop says most, where its program could learn it. */
  #own(buyer: Buyer, recipient: Recipient, { atMs }: Purchase, method: Method) {
    const chance = this.#chance;
    const isGuest = chance.fraction() < 0.018;
    const paymentId = this.#payment(buyer, method);
    return {
      orderedAtMs: Math.round(atMs),
      account: isGuest ? this.blanks.of("account") : buyer.accounts.own,
      ...(isGuest ? {} : { accountCreatedAtMs: Math.round(buyer.createdAtMs) }),
      phone: this.#or(
        "phone",
        0.012,
        (PHONES[recipient.phoneHand % PHONES.length] ?? String)(recipient.phone),
      ),
      ...(chance.fraction() < 0.03 ? {} : { email: this.#or("email", 0.025, buyer.email) }),
      ...(chance.fraction() < 0.02 ? {} : { deviceId: this.#device(buyer) }),
      ...(chance.fraction() < 0.02 ? {} : { ip: buyer.ip }),
      ...(chance.fraction() < 0.03 ? {} : { userAgent: buyer.agent }),
      ...(paymentId === null ? {} : { paymentId }),
    };
  }

  #device(buyer: Buyer): string {
    const draw = this.#chance.fraction();
    if (draw < 0.045) return this.blanks.of("device");
    if (draw < 0.057) return this.blanks.everyPhone;
    if (draw < 0.06) return this.blanks.clones;
    return buyer.device;
  }

  /** Only wallets and cards are somebody's: a bill's number is used once, and a code on a screen is the shop's. */
  #payment(buyer: Buyer, method: Method): string | null {
    const chance = this.#chance;
    switch (method) {
      case "ewallet":
      case "card":
      case "paylater":
        return this.#or("payment", 0.03, buyer.wallet);
      case "va":
        return chance.fraction() < 0.7 ? `VA8808${hex(chance)}` : null;
      case "qris":
        return chance.fraction() < 0.5 ? this.blanks.merchant : this.blanks.code;
      case "cod":
        return chance.fraction() < 0.5 ? this.blanks.of("payment") : null;
    }
  }

  /** A means of payment that the settlement report adds to some of a marketplace's rows. */
  #settled(buyer: Buyer, method: Method, share: number): { readonly paymentId?: string } {
    const isSomebodys = method === "ewallet" || method === "card";
    if (!isSomebodys || this.#chance.fraction() >= share) return {};
    return { paymentId: this.#or("payment", 0.02, buyer.wallet) };
  }

  #or(kind: BlankKind, share: number, value: string): string {
    return this.#chance.fraction() < share ? this.blanks.of(kind) : value;
  }

  #orderId(channel: Channel): string {
    const chance = this.#chance;
    const nth = ++this.#count;
    switch (channel) {
      case "own":
        return `52101260${String(nth * 31 + chance.below(31)).padStart(9, "0")}`;
      case "lazada":
        return String(410_000_000_000_000 + nth * 7_919 + chance.below(7_919));
      case "shopee":
        return `210126${(36 ** 5 + nth * 97 + chance.below(97)).toString(36).toUpperCase()}S`;
      case "akulaku":
        return `AK${String(880_000_000 + nth * 41 + chance.below(41))}`;
    }
  }

  #name({ first, last, hand }: Recipient): string {
    const draw = this.#chance.fraction();
    const whole = last === "" ? first : `${first} ${last}`;
    const text =
      draw < 0.1
        ? (first.split(" ")[0] ?? first)
        : draw < 0.14 && last !== ""
          ? `${first} ${last.slice(0, 1)}`
          : draw < 0.17
            ? `${this.#chance.pick(["Bpk", "Ibu", "Kak", "Pak", "Bu"])} ${first}`
            : whole;
    if (hand.letters === "small") return text.toLowerCase();
    return hand.letters === "capitals" ? text.toUpperCase() : text;
  }

  /** A place as its writer writes it, this time with an error, a note, or a part left out. */
  #address({ home, hand }: Recipient): string {
    const chance = this.#chance;
    let draft: Draft = { place: home, style: hand, segments: segmentsOf(home, hand) };
    const again: readonly (readonly [RewritingKind, number])[] = [
      ["spelling", 0.1],
      ["cut", 0.1],
      ["order", 0.07],
      ["typo", 0.08],
      ["note", 0.13],
    ];
    for (const [kind, share] of again)
      if (chance.fraction() < share) draft = REWRITINGS[kind](draft, chance);
    return joined(draft.segments, draft.style).replaceAll("\n", ", ");
  }
}

const wholeMs = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;
