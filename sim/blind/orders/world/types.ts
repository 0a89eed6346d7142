/* People, orders on their way and labelled orders, as this folder knows them. */

import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import type { Place } from "../../addressPlaces.ts";
import type { Style } from "../../addressWriting.ts";
import type { District } from "../../districts.ts";

export const CHANNELS = ["web", "akulaku", "lazada", "tiktok"] as const;
export type Channel = (typeof CHANNELS)[number];

/** How many strong kinds of things the rows of a ring visibly share; "weak" is none. */
export type TiedBy = "two" | "one" | "weak";

/** An order as a shop would export it, and the truth about it. */
export interface BlindOrder {
  readonly order: OrderRecord;
  /** The ring that the order is of; null for genuine ones. */
  readonly ring: string | null;
  readonly style: string | null;
  /** The kind of genuine order; null for orders of rings. */
  readonly kind: string | null;
  readonly household: string;
  /** The person behind the order: a ringleader with forty accounts is one. */
  readonly person: string;
  readonly tiedBy: TiedBy | null;
}

/** A phone, a computer or an emulator, with the browser that it shows. */
export interface Device {
  readonly id: string;
  readonly client: string;
}

export interface Account {
  readonly number: number;
  readonly handle: string;
  readonly mail: string;
  readonly createdAtMs: number;
}

/** A way of paying; two payments of one `source` come out of one purse. */
export interface Payment {
  readonly method: string;
  /** Null where nothing is left behind that could be compared: cash, a kiosk, a virtual account. */
  readonly source: string | null;
}

export interface Person {
  readonly id: string;
  readonly household: string;
  readonly first: string;
  /** "" for people with one name. */
  readonly last: string;
  /** Digits with a leading 0. */
  readonly phone: string;
  readonly mail: string;
  readonly home: Place;
  readonly hand: Style;
  readonly device: Device;
  readonly wifi: string;
  readonly carrier: string;
  readonly pays: Payment;
}

/** An order with all its values, before a channel masks some and leaves out others. */
export interface Draft {
  readonly person: string;
  readonly household: string;
  readonly channel: Channel;
  /** After the start of the sale. */
  readonly afterMs: number;
  readonly account: Account;
  readonly name: string;
  readonly phone: string;
  readonly address: string;
  readonly district: District;
  readonly device: Device;
  readonly ip: string;
  readonly pays: Payment;
  readonly sku: string;
  readonly units: number;
}

/** Truth about the orders of a group. */
export interface Truth {
  readonly ring: string | null;
  readonly style: string | null;
  readonly kind: string | null;
}

export type Labelled = Truth & { readonly draft: Draft };
