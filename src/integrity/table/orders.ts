/* Orders in columns, with each text in the form that it is compared in. */

import { ColumnBuilder, NumberList, type Column } from "./columns.ts";
import { emailTemplate, normalEmail } from "../normalise/email.ts";
import { normalIp } from "../normalise/network.ts";
import { normalName } from "../normalise/name.ts";
import { isMaskedPhone, normalPhone } from "../normalise/phone.ts";
import { PLACEHOLDER_KINDS, saysNothing, type PlaceholderKind } from "../normalise/placeholders.ts";
import { normalCity, normalDistrict } from "../normalise/region.ts";
import { normalUserAgent } from "../normalise/userAgent.ts";

/** One order as its source tells it; all but its id and its time may be missing. */
export interface OrderRecord {
  readonly orderId: string;
  readonly orderedAtMs: number;
  readonly channel?: string;
  readonly account?: string;
  readonly accountCreatedAtMs?: number;
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: string;
  readonly district?: string;
  readonly city?: string;
  readonly deviceId?: string;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly paymentMethod?: string;
  readonly paymentId?: string;
  readonly units?: number;
  readonly sku?: string;
  readonly unitPriceMinorUnits?: number;
}

/**
 * How much an attribute may say by itself. Strong ones are things that a person has (device, means of
 * payment, phone, mail box); weak ones are places and habits that strangers share.
 */
export type EvidenceGrade = "strong" | "weak";

/** Further attributes that an import declares, with any number of values an order. */
export interface DeclaredLinks {
  readonly name: string;
  readonly grade: EvidenceGrade;
  /** Values of each order, by its place in the table. */
  readonly valuesOf: readonly (readonly string[])[];
}

export const TEXT_COLUMNS = [
  "account",
  "name",
  "phone",
  "phoneBlock",
  "maskedPhone",
  "email",
  "emailTemplate",
  "address",
  "district",
  "device",
  "ip",
  "userAgent",
  "client",
  "payment",
  "paymentMethod",
  "channel",
  "sku",
] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

/**
 * Orders in columns, normalised; a million of them fit. A table may be a part of an event: then its columns
 * count the values of the whole event, which is what rarity is measured by.
 */
export interface OrderTable {
  readonly count: number;
  /** Orders of the whole event; `count` where the table is all of it. */
  readonly eventCount: number;
  readonly orderIds: readonly string[];
  readonly orderedAtMs: Float64Array;
  /** NaN where it is not known. */
  readonly accountCreatedAtMs: Float64Array;
  readonly units: Float64Array;
  readonly unitPriceMinorUnits: Float64Array;
  readonly columns: Readonly<Record<TextColumn, Column>>;
  readonly declared: readonly DeclaredLinks[];
  /** Orders whose value means "not given", by the kind of value. */
  readonly unsaid: Unsaid;
}
export type Unsaid = Readonly<Record<PlaceholderKind, number>>;
export const NOTHING_UNSAID: Unsaid = { account: 0, phone: 0, email: 0, device: 0, payment: 0 };

const FIELD_OF = {
  account: "account",
  phone: "phone",
  email: "email",
  device: "deviceId",
  payment: "paymentId",
} as const satisfies Record<PlaceholderKind, keyof OrderRecord>;

const clean = (text: string | undefined): string | null => {
  const trimmed = text?.trim() ?? "";
  return trimmed === "" || trimmed === "-" ? null : trimmed;
};

/** A value, where it says anything. */
function given(kind: PlaceholderKind, text: string | undefined): string | null {
  const value = clean(text);
  return value === null || saysNothing(kind, value) ? null : value;
}

/** The id of a payment. One that repeats how it was paid is everybody's. */
function paymentOf({ paymentId, paymentMethod }: OrderRecord): string | null {
  const value = given("payment", paymentId);
  return value !== null && value.toLowerCase() === clean(paymentMethod)?.toLowerCase()
    ? null
    : value;
}

/** Normalised values, remembered: a million orders of one city ask for it a million times. */
function remembering(
  normal: (text: string) => string | null,
): (text: string | null) => string | null {
  let known = new Map<string, string | null>();
  return (text) => {
    if (text === null) return null;
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size > 50_000) known = new Map();
    const value = normal(text);
    known.set(text, value);
    return value;
  };
}

/** Texts that are slow to normalise and that few of a million orders differ in. */
export class KnownTexts {
  readonly agent = remembering(normalUserAgent);
  readonly district = remembering(normalDistrict);
  readonly city = remembering(normalCity);
}

/** A client says what it is in its first letters. */
const CLIENT_LENGTH = 200;

/** An order's texts as they are compared. */
export type OrderValues = Readonly<Record<TextColumn, string | null>>;

/** `known` remembers some of them from order to order. */
export function normalValues(order: OrderRecord, known: KnownTexts): OrderValues {
  const channel = clean(order.channel) ?? "–";
  const phoneText = given("phone", order.phone);
  const phone = phoneText === null ? null : normalPhone(phoneText);
  const masked = phone !== null && isMaskedPhone(phone);
  const emailText = given("email", order.email);
  const email = emailText === null ? null : normalEmail(emailText);
  const name = clean(order.name);
  const ip = clean(order.ip);
  const place = [known.district(clean(order.district)), known.city(clean(order.city))].filter(
    Boolean,
  );
  const account = given("account", order.account);
  return {
    // An account of one channel is not the account of the same name on another.
    account: account === null ? null : `${channel} ${account}`,
    name: name === null ? null : normalName(name),
    phone: masked ? null : phone,
    // Numbers are sold in boxes: those that differ in the last two digits only are neighbours.
    phoneBlock: masked ? null : (phone?.slice(0, -2) ?? null),
    maskedPhone: masked ? phone : null,
    email,
    emailTemplate: email === null ? null : emailTemplate(email),
    address: clean(order.address)?.toLowerCase() ?? null,
    district: place.length === 0 ? null : place.join(", "),
    device: given("device", order.deviceId),
    ip: ip === null ? null : (normalIp(ip) ?? ip),
    userAgent: known.agent(clean(order.userAgent)),
    // As it says itself: a program runs on one version, a model of phones on many.
    client: clean(order.userAgent)?.slice(0, CLIENT_LENGTH) ?? null,
    payment: paymentOf(order),
    paymentMethod: clean(order.paymentMethod)?.toLowerCase() ?? null,
    channel,
    sku: clean(order.sku),
  };
}

/** Facts that the rows of one order cannot differ in. */
const FACTS = [
  ...(["account", "name", "phone", "maskedPhone", "email", "address", "device"] as const),
] as const;
/** Some exports write minutes, and others seconds. */
const SAME_MINUTE_MS = 60_000;

/** An article of an order. */
export interface Article {
  readonly sku: string | null;
  readonly units: number;
  /** NaN where it is not known. */
  readonly unitPriceMinorUnits: number;
}

/** An order's article as a row of it says. */
export const articleIn = ({ sku, units, unitPriceMinorUnits }: OrderRecord): Article => ({
  sku: clean(sku),
  units: units ?? 1,
  unitPriceMinorUnits: unitPriceMinorUnits ?? Number.NaN,
});

/** Whether a row of an order neither names nor reaches anybody. */
export const namesNobody = ({ name, phone, address }: OrderRecord): boolean =>
  [name, phone, address].every((text) => clean(text) === null);

export class OrderTableBuilder {
  readonly #ids: string[] = [];
  readonly #orderedAtMs = new NumberList();
  readonly #createdAtMs = new NumberList();
  readonly #units = new NumberList();
  readonly #prices = new NumberList();
  readonly #columns = Object.fromEntries(
    TEXT_COLUMNS.map((name) => [name, new ColumnBuilder()]),
  ) as Record<TextColumn, ColumnBuilder>;
  readonly #known = new KnownTexts();
  readonly #unsaid = { ...NOTHING_UNSAID };

  get count(): number {
    return this.#ids.length;
  }

  add(order: OrderRecord): void {
    this.#ids.push(order.orderId);
    this.#orderedAtMs.push(order.orderedAtMs);
    this.#createdAtMs.push(order.accountCreatedAtMs ?? Number.NaN);
    this.#units.push(order.units ?? 1);
    this.#prices.push(order.unitPriceMinorUnits ?? Number.NaN);
    const values = normalValues(order, this.#known);
    for (const column of TEXT_COLUMNS) this.#columns[column].add(values[column]);
    for (const kind of PLACEHOLDER_KINDS) {
      if (values[kind] !== null) continue;
      const text = clean(order[FIELD_OF[kind]]);
      if (text !== null && (kind === "payment" || saysNothing(kind, text))) this.#unsaid[kind]++;
    }
  }

  /** The texts of a further row of an order, for the questions about it. */
  valuesOf(order: OrderRecord): OrderValues {
    return normalValues(order, this.#known);
  }

  /** The fact that a further row of an order tells otherwise; null where it tells nothing else. */
  differing(
    row: number,
    order: OrderRecord,
    values: OrderValues,
  ): (typeof FACTS)[number] | "ordered_at" | null {
    const other = FACTS.find((column) => {
      const [known, now] = [this.#columns[column].valueAt(row), values[column]];
      return known !== null && now !== null && known !== now;
    });
    if (other !== undefined) return other;
    const apartMs = Math.abs(this.#orderedAtMs.at(row) - order.orderedAtMs);
    return apartMs < SAME_MINUTE_MS ? null : "ordered_at";
  }

  /**
   * Takes from a further row of an order what its rows so far do not say. Where they differ in something that they may
   * differ in, a network, the first in the alphabet counts: which row came first must not matter.
   */
  fillIn(row: number, order: OrderRecord, values: OrderValues): void {
    for (const name of TEXT_COLUMNS) {
      const [known, now] = [this.#columns[name].valueAt(row), values[name]];
      if (name === "sku" || now === null || (known !== null && known <= now)) continue;
      this.#columns[name].set(row, now);
    }
    this.#orderedAtMs.set(row, Math.min(this.#orderedAtMs.at(row), order.orderedAtMs));
    const createdAtMs = order.accountCreatedAtMs ?? Number.NaN;
    const known = this.#createdAtMs.at(row);
    if (!(known <= createdAtMs) && !Number.isNaN(createdAtMs))
      this.#createdAtMs.set(row, createdAtMs);
  }

  /** Whether a row names or reaches nobody, though the order's first row does: the order goes on. */
  goesOn(row: number, order: OrderRecord): boolean {
    const named = ["name", "phone", "maskedPhone", "address"] as const;
    return (
      namesNobody(order) && named.some((column) => this.#columns[column].valueAt(row) !== null)
    );
  }

  /** The article of an order, as its first row has it. */
  articleOf(row: number): Article {
    const [units, price] = [this.#units.at(row), this.#prices.at(row)];
    return { sku: this.#columns.sku.valueAt(row), units, unitPriceMinorUnits: price };
  }

  /** Sets what of an order's articles counts. */
  setArticle(row: number, { sku, units, unitPriceMinorUnits }: Article): void {
    this.#columns.sku.set(row, sku);
    this.#units.set(row, units);
    this.#prices.set(row, unitPriceMinorUnits);
  }

  build(declared: readonly DeclaredLinks[] = []): OrderTable {
    const count = this.#ids.length;
    return {
      count,
      eventCount: count,
      orderIds: this.#ids,
      declared,
      unsaid: { ...this.#unsaid },
      orderedAtMs: this.#orderedAtMs.copy(),
      accountCreatedAtMs: this.#createdAtMs.copy(),
      units: this.#units.copy(),
      unitPriceMinorUnits: this.#prices.copy(),
      columns: Object.fromEntries(
        TEXT_COLUMNS.map((name) => [name, this.#columns[name].build()]),
      ) as Record<TextColumn, Column>,
    };
  }
}
