/*
 * Synthetic orders of a sale, with the truth about each: genuine buyers who look like rings
 * (families, dorms, personal shoppers), and rings that look like buyers. All names, numbers and
 * addresses are invented, and every figure derived from them must be called synthetic.
 */

import { must } from "../base/assert.ts";
import type { OrderRecord } from "../integrity/table/orders.ts";
import { SeededChance } from "./chance.ts";

/**
 * How a ring hides. Rings have 12 to 61 orders, `tiny` 5 to 8.
 * - `warehouse`: one address, a few means of payment, accounts made within an hour.
 * - `phone_farm`: a few devices, consecutive phone numbers and e-mails, an order every 0.7 s.
 * - `proxy_bot`: accounts 20 to 40 s old, all orders within 2 s, half of them to one address.
 * - `bought_accounts`: old accounts that share devices and means of payment.
 * - `drop_ship`: one phone number; two of five orders go to one address.
 * - `careful`: shares only the means of payment, in turn.
 * - `tiny`: two devices and one means of payment.
 */
export type RingStyle =
  | "warehouse"
  | "phone_farm"
  | "proxy_bot"
  | "bought_accounts"
  | "drop_ship"
  | "careful"
  | "tiny";

export const RING_STYLES: readonly RingStyle[] = [
  "warehouse",
  "phone_farm",
  "proxy_bot",
  "bought_accounts",
  "drop_ship",
  "careful",
  "tiny",
];

/**
 * Genuine buyers, most of them easily taken for a ring.
 * - `family`, `couple`: one address and IP, often one device, sometimes one means of payment.
 * - `kost`, `campus`, `office`: 5 to 25 people at one address behind one IP.
 * - `jastip`: a personal shopper who orders for friends with one device and one means of payment.
 * - `first_timer`: an account only minutes old.
 * - `reviewer`: orders within the same second as others of the kind.
 * - `two_channels`: one person with an order on each of two channels.
 */
export type InnocentKind =
  | "single"
  | "family"
  | "couple"
  | "kost"
  | "campus"
  | "office"
  | "jastip"
  | "first_timer"
  | "reviewer"
  | "two_channels";

/** An order and what the generator knows about it. */
export interface LabelledOrder {
  readonly order: OrderRecord;
  readonly ring: string | null;
  readonly style: RingStyle | null;
  readonly kind: InnocentKind | null;
  /** People who live or work together: an error bound must hold for all of them at once. */
  readonly household: string;
  readonly person: string;
}

const inTurn = <T>(list: readonly T[], nth: number): T =>
  must(list[nth % list.length], "a list that is not empty");

/** Common Indonesian names and streets, combined at random. */
const GIVEN =
  "siti ayu budi agus dewi rina andi putri eko joko wati sri nur fitri rizky dimas bayu lestari yanti hendra indra ratna maya tono slamet wahyu galih tika vina yoga aditya fajar ilham reza rani lina nia dian tri yusuf ahmad abdul hasan umar fatimah aisyah zahra nabila intan mega bagus surya cahya gita kartika melati anggi novi doni".split(
    " ",
  );
const SURNAMES =
  "pratama saputra wijaya santoso hidayat nugroho kusuma setiawan siregar nasution harahap lubis simanjuntak sinaga gunawan halim tanjung maulana ramadhan firmansyah kurniawan purnomo susanto wibowo utomo hartono suryadi permana rahman hakim lestari anggraini puspita rahayu utami handayani safitri wulandari permatasari maharani".split(
    " ",
  );
const STREETS =
  "melati mawar kenanga anggrek cempaka dahlia flamboyan merdeka sudirman diponegoro kartini gajahmada veteran pahlawan pemuda asrama cendana beringin mahoni akasia rajawali merpati garuda kutilang nangka mangga durian rambutan manggis salak teuku imam bonjol hasanudin pattimura hangtuah cokroaminoto wahidin sutomo supratman".split(
    " ",
  );
const CITIES = ["jakarta", "bandung", "surabaya", "medan", "depok", "bekasi", "semarang", "malang"];
const AREAS = Array.from({ length: 120 }, (_, index) => ({
  district: `kelurahan ${STREETS[index % STREETS.length]}${["sari", "jaya", "indah"][index % 3]}`,
  city: inTurn(CITIES, index),
}));
const AGENTS = [
  "Mozilla/5.0 (Linux; Android 9; Redmi 6A) AppleWebKit/537.36 Chrome/87.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Linux; Android 10; SM-A105F) AppleWebKit/537.36 SamsungBrowser/12.1 Chrome/79.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Linux; Android 8.1; vivo 1724) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 13_5 like Mac OS X) AppleWebKit/605 Version/13.1 Mobile Safari/604.1",
];
/** The sale of 26 January 2021, 10:00 in Jakarta. */
const SALE_MS = Date.UTC(2021, 0, 26, 3, 0, 0);
const CHANNELS = ["own", "lazada", "akulaku"] as const;

interface Place {
  readonly street: string;
  readonly house: number;
  readonly rt: number;
  readonly area: (typeof AREAS)[number];
}

interface OrderChange {
  readonly atMs?: number;
  readonly channel?: string;
  readonly address?: string;
}

interface Somebody {
  readonly given: string;
  readonly surname: string;
  readonly phone: string;
  readonly email: string;
  readonly device: string;
  readonly payment: string;
  readonly ip: string;
  readonly agent: string;
  readonly createdAtMs: number;
  readonly place: Place;
}

/** Generates the orders of a sale; the same seed gives the same orders. */
export class OrderMaker {
  readonly #chance: SeededChance;
  #orders: LabelledOrder[] = [];
  readonly #channels: readonly string[];
  readonly #emails = new Set<string>();
  #next = 0;
  #ringCount = 0;

  /** `channels`: where orders come from; the first gets half of them. */
  constructor(seed: number, channels: readonly string[] = CHANNELS) {
    this.#chance = new SeededChance(seed);
    this.#channels = channels;
  }

  /**
   * `count` further orders, about `ringShare` of them from rings of the given styles. Made part by part, millions fit:
   * no part has an id or a mail box of another one.
   */
  make({
    count,
    ringShare,
    styles = RING_STYLES,
  }: {
    readonly count: number;
    readonly ringShare: number;
    readonly styles?: readonly RingStyle[];
  }): LabelledOrder[] {
    const ringCount = Math.round(count * ringShare);
    this.#orders = [];
    while (this.#orders.length < ringCount) this.#ring(inTurn(styles, this.#ringCount++));
    while (this.#orders.length < count) this.#innocent();
    return this.#chance.shuffled(this.#orders);
  }

  #id(prefix: string): string {
    return `${prefix}${(++this.#next).toString(36)}-${this.#chance.below(46_656).toString(36)}`;
  }

  #place(): Place {
    const chance = this.#chance;
    return {
      street: `${chance.pick(STREETS)} ${chance.pick(["raya", "dalam", "selatan", "utara", "indah", "permai", "asri", "baru"])}`,
      house: 1 + chance.below(180),
      rt: 1 + chance.below(12),
      area: chance.pick(AREAS),
    };
  }

  #phone(): string {
    return `08${this.#chance.pick(["12", "13", "21", "52", "57", "77", "95", "96"])}${String(this.#chance.below(1e8)).padStart(8, "0")}`;
  }

  #ip(): string {
    // A third of the buyers share a few addresses of a mobile carrier.
    const chance = this.#chance;
    if (chance.fraction() < 0.35) return `114.124.${chance.below(4)}.${chance.below(8)}`;
    return `${36 + chance.below(140)}.${chance.below(256)}.${chance.below(256)}.${1 + chance.below(254)}`;
  }

  /** A mailbox that nobody else has. */
  #email(given: string, surname: string): string {
    const chance = this.#chance;
    for (let attempt = 0; ; attempt++) {
      const tail = chance.fraction() < 0.7 || attempt > 0 ? String(chance.below(10_000)) : "";
      const local = `${given}${chance.pick(["", "_"])}${surname.slice(0, 3 + chance.below(5))}${tail}`;
      const email = `${local}@${chance.pick(["gmail.com", "yahoo.co.id", "gmail.com", "ymail.com"])}`;
      if (this.#emails.has(email)) continue;
      this.#emails.add(email);
      return email;
    }
  }

  #somebody(change: Partial<Somebody> = {}): Somebody {
    const chance = this.#chance;
    const given = change.given ?? chance.pick(GIVEN);
    const surname = change.surname ?? chance.pick(SURNAMES);
    return {
      given,
      surname,
      phone: this.#phone(),
      email: this.#email(given, surname),
      device: this.#id("d"),
      payment: this.#id("p"),
      ip: this.#ip(),
      agent: chance.pick(AGENTS),
      createdAtMs: SALE_MS - chance.fraction() ** 2 * 900 * 86_400_000 - 3_600_000,
      place: this.#place(),
      ...change,
    };
  }

  /** Arrival within the first minutes, mostly the first. */
  #moment(): number {
    return SALE_MS + Math.min(280_000, -Math.log(1 - this.#chance.fraction()) * 60_000);
  }

  /** The address as a person types it: word order, abbreviations, typos, landmarks. */
  #spelled(place: Place, room = ""): string {
    const chance = this.#chance;
    const street = chance.fraction() < 0.08 ? place.street.slice(0, -1) : place.street;
    const parts = [
      `${chance.pick(["jl", "jln", "jalan", "Jl.", "JALAN"])} ${street}`,
      `${chance.pick(["no", "no.", "nomor", ""])} ${place.house}${room}`,
      chance.fraction() < 0.2 ? `rt${chance.pick(["", " ", " 0"])}${place.rt}` : "",
      chance.fraction() < 0.15
        ? chance.pick(["dekat masjid", "depan warung", "samping sekolah", "sebelah toko"])
        : "",
    ];
    return parts.filter((part) => part !== "").join(chance.pick([" ", ", "]));
  }

  #add(
    who: Somebody,
    label: Pick<LabelledOrder, "ring" | "style" | "kind" | "household"> & { person?: string },
    change: OrderChange = {},
  ): void {
    const chance = this.#chance;
    const [first = "own", ...others] = this.#channels;
    const drawn = chance.fraction() < 0.5 || others.length === 0 ? first : chance.pick(others);
    const wanted = change.channel ?? drawn;
    const channel = this.#channels.includes(wanted) ? wanted : first;
    const name = chance.fraction() < 0.12 ? who.given : `${who.given} ${who.surname}`;
    const common = {
      orderId: this.#id("o"),
      channel,
      account: this.#id("a"),
      name,
      units: 1,
      sku: "POCO-M3",
      orderedAtMs: Math.round(change.atMs ?? this.#moment()),
      address: change.address ?? this.#spelled(who.place),
      district: who.place.area.district,
      city: who.place.area.city,
      paymentMethod: chance.pick(["va", "qris", "cod", "ewallet"]),
    };
    const own = {
      deviceId: who.device,
      ip: who.ip,
      userAgent: who.agent,
      accountCreatedAtMs: Math.round(who.createdAtMs),
    };
    const order: OrderRecord =
      channel === "own"
        ? { ...common, ...own, phone: who.phone, email: who.email, paymentId: who.payment }
        : channel === "lazada"
          ? {
              ...common,
              phone: who.phone,
              email: `${who.email[0]}****@gmail.com`,
              paymentId: who.payment,
            }
          : {
              ...common,
              phone: `${who.phone.slice(0, 4)}****${who.phone.slice(-3)}`,
              paymentId: who.payment,
            };
    const person = label.person ?? common.account;
    this.#orders.push({ order, ...label, person });
  }

  #innocent(): void {
    const chance = this.#chance;
    const draw = chance.fraction();
    const household = this.#id("h");
    const one = (kind: InnocentKind, who: Somebody, change: OrderChange = {}, person?: string) =>
      this.#add(
        who,
        { ring: null, style: null, kind, household, ...(person ? { person } : {}) },
        change,
      );
    if (draw < 0.62) return one("single", this.#somebody());
    if (draw < 0.74) {
      const createdAtMs = SALE_MS - (2 + chance.fraction() * 30) * 60_000;
      const atMs = Math.max(this.#moment(), createdAtMs + 90_000);
      return one("first_timer", this.#somebody({ createdAtMs }), { atMs, channel: "own" });
    }
    if (draw < 0.78)
      return one("reviewer", this.#somebody(), { atMs: SALE_MS + 22_000 + chance.below(900) });
    if (draw < 0.86) return this.#family(household, 2 + chance.below(3));
    if (draw < 0.9) {
      const first = this.#somebody();
      one("couple", first);
      return one(
        "couple",
        this.#somebody({
          place: first.place,
          device: first.device,
          ip: first.ip,
          agent: first.agent,
        }),
      );
    }
    if (draw < 0.93) {
      const who = this.#somebody();
      one("two_channels", who, { channel: "own" }, household);
      return one("two_channels", who, { channel: chance.pick(["lazada", "akulaku"]) }, household);
    }
    if (draw < 0.94) return this.#jastip(household);
    const kind = chance.pick(["kost", "kost", "campus", "office"] as const);
    const place = this.#place();
    const ip = this.#ip();
    const size = 10 + chance.below(kind === "kost" ? 40 : 30);
    for (let nth = 0; nth < size * 0.5; nth++) {
      one(kind, this.#somebody({ place, ip }), {
        address: this.#spelled(
          place,
          kind === "kost" && chance.fraction() < 0.6 ? ` kamar ${1 + chance.below(40)}` : "",
        ),
      });
    }
  }

  #family(household: string, size: number): void {
    const chance = this.#chance;
    const first = this.#somebody();
    for (let nth = 0; nth < size; nth++) {
      const who = this.#somebody({
        place: first.place,
        ip: first.ip,
        surname: chance.fraction() < 0.6 ? first.surname : chance.pick(SURNAMES),
      });
      const shared = {
        ...who,
        ...(chance.fraction() < 0.3 ? { device: first.device, agent: first.agent } : {}),
        ...(chance.fraction() < 0.3 ? { payment: first.payment } : {}),
        ...(chance.fraction() < 0.15 ? { phone: first.phone } : {}),
      };
      this.#add(shared, { ring: null, style: null, kind: "family", household });
    }
  }

  /**
   * A personal shopper who orders for named friends, each with an address and an account of their
   * own.
   */
  #jastip(household: string): void {
    const shopper = this.#somebody();
    const friends = 2 + this.#chance.below(3);
    for (let nth = 0; nth < friends; nth++) {
      const who = this.#somebody({
        device: shopper.device,
        payment: shopper.payment,
        ip: shopper.ip,
        agent: shopper.agent,
      });
      this.#add(who, { ring: null, style: null, kind: "jastip", household });
    }
  }

  #ring(style: RingStyle): void {
    const chance = this.#chance;
    const ring = this.#id("r");
    const label = { ring, style, kind: null, household: ring };
    const size = style === "tiny" ? 5 + chance.below(4) : 12 + chance.below(50);
    const place = this.#place();
    const startMs = this.#moment();
    const createdAtMs = SALE_MS - (1 + chance.fraction() * 20) * 86_400_000;
    const some = (prefix: string, { least, each }: { least: number; each: number }) =>
      Array.from({ length: Math.max(least, Math.ceil(size / each)) }, () => this.#id(prefix));
    const devices = some("d", { least: 2, each: 4 + chance.below(6) });
    const payments = some("p", { least: 1, each: 5 + chance.below(8) });
    const phones = Number(this.#phone().slice(1));
    const phone = this.#phone();
    for (let nth = 0; nth < size; nth++) {
      const who = this.#somebody();
      const atMs = startMs + chance.below(20_000);
      const made = { createdAtMs: createdAtMs + chance.below(3_600_000) };
      switch (style) {
        case "warehouse":
          this.#add({ ...who, ...made, place, payment: chance.pick(payments) }, label, { atMs });
          break;
        case "phone_farm":
          this.#add(
            {
              ...who,
              ...made,
              device: chance.pick(devices),
              phone: `0${phones + nth}`,
              email: `${who.given}${who.surname}${1000 + nth}@gmail.com`,
            },
            label,
            { atMs: startMs + nth * 700 },
          );
          break;
        case "proxy_bot":
          this.#add(
            {
              ...who,
              createdAtMs: startMs - 20_000 - chance.below(20_000),
              payment: chance.pick(payments),
              place: chance.fraction() < 0.5 ? place : who.place,
            },
            label,
            { atMs: startMs + chance.below(2_000), channel: "own" },
          );
          break;
        case "bought_accounts":
          this.#add(
            { ...who, device: chance.pick(devices), payment: chance.pick(payments) },
            label,
          );
          break;
        case "drop_ship":
          this.#add({ ...who, phone, place: chance.fraction() < 0.4 ? place : who.place }, label);
          break;
        case "careful":
          this.#add({ ...who, payment: inTurn(payments, nth) }, label);
          break;
        case "tiny":
          this.#add(
            { ...who, ...made, device: inTurn(devices, nth), payment: inTurn(payments, 0) },
            label,
            { atMs },
          );
          break;
      }
    }
  }
}
