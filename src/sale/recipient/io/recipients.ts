/*
 * Looks at whom and where orders about to be placed go to, beside the sale's other orders. It holds
 * the recipients' locks until the commit.
 */

import type { Keyring } from "../../../access/io/keyring.ts";
import type { Transaction } from "../../../db/connect.ts";
import {
  RecipientOrders,
  type Arrival,
  type Delivery,
  type DeliveryPlaces,
} from "../recipientOrders.ts";
import { listApartAmong } from "./apartStore.ts";
import { listOrdersTo, lockRecipients, type NewRecipient } from "./recipientStore.ts";

/** An order about to be placed. */
export interface ArrivingOrder {
  readonly offer: {
    readonly saleNo: number;
    readonly offerId: string;
    readonly accountKey: string;
  };
  readonly facts: Delivery;
  /** A unit owed to its buyer restores what she had: it is above the limit and not looked at. */
  readonly owed: boolean;
}

/** The recipient of a new order, to be stored with it. */
export type Recipient = Omit<NewRecipient, "orderId">;

/** Where one of the orders stands among those to its recipient and place. */
export interface RecipientLook {
  /** Null where recipient or place is not known. */
  readonly recipient: Recipient | null;
  readonly aheadCount: number;
}

const UNKNOWN: RecipientLook = { recipient: null, aheadCount: 0 };

interface Resolved<Place> {
  readonly key: string;
  readonly recipientKey: string;
  readonly place: Place;
}

/** The recipients of several orders that are placed together. */
export class RecipientBook<Place> {
  readonly #orders: ReadonlyMap<string, RecipientOrders<Place>>;
  readonly #resolved: ReadonlyMap<string, Resolved<Place>>;

  constructor(
    orders: ReadonlyMap<string, RecipientOrders<Place>>,
    resolved: ReadonlyMap<string, Resolved<Place>>,
  ) {
    this.#orders = orders;
    this.#resolved = resolved;
  }

  /** Where an order stands now, those kept since the locks included. */
  look({ saleNo, offerId, accountKey }: ArrivingOrder["offer"]): RecipientLook {
    const resolved = this.#resolved.get(offerId);
    const orders = resolved && this.#orders.get(resolved.key);
    if (!orders) return UNKNOWN;
    const { recipientKey, place } = resolved;
    const { groupId, aheadCount }: Arrival = orders.look({ accountKey, place }, offerId);
    return { recipient: { saleNo, accountKey, recipientKey, groupId }, aheadCount };
  }

  /** Counts an order as placed, so that the next of its batch stands behind it. */
  keep({ offerId, accountKey }: ArrivingOrder["offer"], { recipient }: RecipientLook): void {
    const resolved = this.#resolved.get(offerId);
    if (!resolved || !recipient) return;
    const { groupId } = recipient;
    const placeOf = () => resolved.place;
    this.#orders.get(resolved.key)?.keep({ accountKey, groupId, placeOf });
  }
}

/** The value of a function that is called at most once, when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Locks the recipients of some orders and reads the other orders to them. */
export async function lookAtRecipients<Place>(
  tx: Transaction,
  deps: { readonly keyring: Keyring; readonly places: DeliveryPlaces<Place> },
  arriving: readonly ArrivingOrder[],
): Promise<RecipientBook<Place>> {
  const { keyring, places } = deps;
  const resolved = new Map<string, Resolved<Place>>();
  const keys = arriving.flatMap(({ offer, facts, owed }) => {
    const found = owed ? null : places.resolve(facts);
    if (found === null) return [];
    const { saleNo, offerId } = offer;
    const recipientKey = keyring.identityKey("recipient", found.recipient);
    resolved.set(offerId, { key: `${saleNo} ${recipientKey}`, recipientKey, place: found.place });
    return [{ saleNo, recipientKey }];
  });
  if (keys.length === 0) return new RecipientBook(new Map(), resolved);
  await lockRecipients(tx, keys);
  const rows = (await listOrdersTo(tx, keys)).flatMap(({ factsCipher, ...row }) => {
    if (factsCipher === null) return [];
    // Nobody else gets these locks meanwhile, so only what is compared is decrypted, and once.
    const placeOf = once(() => {
      const facts = JSON.parse(keyring.decrypt(factsCipher)) as Delivery;
      return places.resolve(facts)?.place ?? null;
    });
    return [{ ...row, placeOf, key: `${row.saleNo} ${row.recipientKey}` }];
  });
  const accounts = rows.map((row) => row.accountKey);
  for (const { offer } of arriving) accounts.push(offer.accountKey);
  const apart = new Set(
    rows.length === 0 ? [] : (await listApartAmong(tx, accounts)).map(({ a, b }) => `${a} ${b}`),
  );
  const areApart = (a: string, b: string) => apart.has(a < b ? `${a} ${b}` : `${b} ${a}`);
  const byKey = Map.groupBy(rows, (row) => row.key);
  const orders = new Map(
    [...resolved.values()].map(({ key }) => {
      const known = byKey.get(key) ?? [];
      return [key, new RecipientOrders<Place>(known, { isSame: places.isSame, areApart })];
    }),
  );
  return new RecipientBook(orders, resolved);
}
