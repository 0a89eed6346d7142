/*
 * Whom and where an order goes to. Beyond the limit for one person, orders to one recipient at one
 * place are asked and then wait for a person; the first ones are kept.
 * Must never happen: two of them are placed at once and each takes itself for the first. The caller
 * holds the recipients' locks.
 */

/** An order's words about its delivery, as its buyer typed them. */
export interface Delivery {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly district?: string | undefined;
  readonly city?: string | undefined;
}

/** Tells whether two deliveries go to one recipient at one place. */
export interface DeliveryPlaces<Place> {
  /**
   * The recipient's name in one spelling, and the place; null if one of them is missing.
   * One recipient must always give the same text, since it is looked up by it.
   */
  readonly resolve: (
    delivery: Delivery,
  ) => { readonly recipient: string; readonly place: Place } | null;
  /** Whether two places are one, so far as can be told. */
  readonly isSame: (a: Place, b: Place) => boolean;
}

/** An order to a recipient. */
export interface Received<Place> {
  readonly accountKey: string;
  readonly groupId: string;
  /** Null where it cannot be told any more. Asked for only when orders are compared. */
  readonly placeOf: () => Place | null;
  /** Whether it takes a unit; cancelled orders still lend their group its name. */
  readonly standing: boolean;
}

/** A new order, and the group and number of orders that came before it. */
export interface Arrival {
  readonly groupId: string;
  /** Standing orders before it to the same recipient and place, by people not known to be others. */
  readonly aheadCount: number;
}

/** Orders to one recipient, in the order of their arrival. */
export class RecipientOrders<Place> {
  readonly #orders: Received<Place>[];
  readonly #isSame: DeliveryPlaces<Place>["isSame"];
  readonly #areApart: (a: string, b: string) => boolean;

  constructor(
    orders: readonly Received<Place>[],
    rules: {
      readonly isSame: DeliveryPlaces<Place>["isSame"];
      /** Whether a person found two accounts to be two people. */
      readonly areApart: (a: string, b: string) => boolean;
    },
  ) {
    this.#orders = [...orders];
    this.#isSame = rules.isSame;
    this.#areApart = rules.areApart;
  }

  /** Where a new order stands; `ownId` names its group if it is the first of one. */
  look(order: { readonly accountKey: string; readonly place: Place }, ownId: string): Arrival {
    const isThere = ({ placeOf }: Received<Place>) => {
      const place = placeOf();
      return place !== null && this.#isSame(place, order.place);
    };
    const groupId = this.#orders.find(isThere)?.groupId ?? ownId;
    const ahead = this.#orders.filter(
      (one) =>
        one.groupId === groupId &&
        one.standing &&
        !this.#areApart(one.accountKey, order.accountKey),
    );
    return { groupId, aheadCount: ahead.length };
  }

  /** Counts an order that is placed now. */
  keep(order: Omit<Received<Place>, "standing">): void {
    this.#orders.push({ ...order, standing: true });
  }
}
