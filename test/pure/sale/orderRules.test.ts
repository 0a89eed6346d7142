import { describe, expect, it } from "vitest";
import type { Channel } from "../../../src/sale/definition.ts";
import { decideOffers, type WaitingPlace } from "../../../src/sale/line.ts";
import { offerCan, type Offer } from "../../../src/sale/offer.ts";
import {
  changeWhenDue,
  firstState,
  isUnsettled,
  orderCan,
  type Order,
  type OrderState,
} from "../../../src/sale/order.ts";
import {
  applyMovement,
  balanceFaults,
  emptyBalance,
  MOVEMENTS,
  type MovementReason,
} from "../../../src/sale/stock.ts";
import { smallSale } from "../../helpers/sale.ts";

/* Orders, offers and stock: every state with every command, and what each of them says exactly. */

const STATES: readonly OrderState[] = [
  "awaiting_confirmation",
  "awaiting_payment",
  "paid",
  "cod_confirmed",
  "cancelled",
];
const order = (state: OrderState): Order => ({ state, paymentMethod: "va", dueAtMs: 0 });
const why = (result: { ok: boolean; why?: string; value?: unknown }) =>
  result.ok ? result.value : result.why;

describe("what may be done with an order", () => {
  const sold: Channel = {
    ...(smallSale().channels[0] as Channel),
    paymentMethods: ["va", "cod"],
  };

  const paying = (channel: Channel, method: "va" | "cod") =>
    ({ channel, method, payments: "sandbox" }) as const;

  it("without a payment service only cash on delivery can be chosen", () => {
    expect(why(orderCan.bePaidBy({ ...paying(sold, "va"), payments: "none" }))).toBe(
      "payment_not_set_up",
    );
    expect(why(orderCan.bePaidBy({ ...paying(sold, "cod"), payments: "none" }))).toBeNull();
  });

  it("cash on delivery waits for a code, the rest for money", () => {
    expect(firstState("cod")).toBe("awaiting_confirmation");
    expect(firstState("va")).toBe("awaiting_payment");
  });

  it("only what is neither paid nor over can still change", () => {
    const unsettled = STATES.filter(isUnsettled);
    expect(unsettled).toEqual(["awaiting_confirmation", "awaiting_payment"]);
    for (const state of STATES) {
      const open = unsettled.includes(state);
      expect(why(orderCan.changeMethod(order(state), paying(sold, "cod")))).toBe(
        open ? null : "order_ended",
      );
      expect(why(orderCan.beCancelledByBuyer(order(state)))).toEqual(
        open
          ? {
              state: "cancelled",
              cancelReason: "by_buyer",
              movement: "order_cancelled_by_buyer",
            }
          : "order_ended",
      );
      expect(why(orderCan.beConfirmed(order(state)))).toEqual(
        state === "awaiting_confirmation"
          ? { state: "cod_confirmed", movement: "order_cod_confirmed" }
          : "order_ended",
      );
    }
  });

  it("is paid in a way that its channel offers, and changed to another one", () => {
    expect(why(orderCan.bePaidBy(paying(sold, "va")))).toBeNull();
    expect(why(orderCan.bePaidBy(paying({ ...sold, paymentMethods: ["cod"] }, "va")))).toBe(
      "payment_method_not_offered",
    );
    expect(why(orderCan.changeMethod(order("awaiting_payment"), paying(sold, "va")))).toBe(
      "same_payment_method",
    );
    const onlyVa: Channel = { ...sold, paymentMethods: ["va"] };
    expect(why(orderCan.changeMethod(order("awaiting_payment"), paying(onlyVa, "cod")))).toBe(
      "payment_method_not_offered",
    );
  });

  it("what is not settled in time goes back, and says why", () => {
    expect(changeWhenDue({ state: "awaiting_confirmation" })).toEqual({
      state: "cancelled",
      cancelReason: "unconfirmed",
      movement: "order_unconfirmed",
    });
    expect(changeWhenDue({ state: "awaiting_payment" })).toEqual({
      state: "cancelled",
      cancelReason: "unpaid",
      movement: "order_unpaid",
    });
  });
});

describe("what may be done with an offer", () => {
  const offer = (change: Partial<Offer> = {}): Offer => ({
    state: "open",
    expiresAtMs: 100,
    extended: false,
    ...change,
  });

  it("one line a case, taken up and extended", () => {
    const table: readonly (readonly [Partial<Offer>, number, boolean, unknown, unknown])[] = [
      [{}, 99, false, null, null],
      [{}, 100, false, "offer_expired", "offer_expired"],
      [{}, 100, true, null, null],
      [{ extended: true }, 99, false, null, "extension_used"],
      [{ extended: true }, 100, false, "offer_expired", "offer_expired"],
      [{ state: "expired" }, 1, true, "offer_expired", "offer_expired"],
      [{ state: "declined" }, 1, false, "offer_ended", "offer_ended"],
      [{ state: "ordered" }, 1, true, "offer_ended", "offer_ended"],
    ];
    for (const [change, nowMs, paused, taken, extended] of table) {
      expect([
        why(offerCan.beTakenUp(offer(change), nowMs, paused)),
        why(offerCan.beExtended(offer(change), nowMs, paused)),
      ]).toEqual([taken, extended]);
    }
  });
});

describe("where units are", () => {
  /** From where to where each movement goes; the ledger in the database says the same. */
  const table: Readonly<Record<MovementReason, string>> = {
    allotted: "outside → free",
    offer_made: "free → offered",
    offer_declined: "offered → free",
    offer_expired: "offered → free",
    order_placed: "offered → ordered",
    order_paid: "ordered → sold",
    order_cod_confirmed: "ordered → sold",
    order_unpaid: "ordered → free",
    order_unconfirmed: "ordered → free",
    order_cancelled_by_buyer: "ordered → free",
    order_refunded: "sold → returned",
    order_paid_and_refunded: "ordered → returned",
    order_disputed: "sold → held",
    dispute_upheld: "held → sold",
    dispute_ended: "held → returned",
  };

  it("each movement takes units from one account and puts them in another", () => {
    expect(Object.keys(MOVEMENTS).toSorted()).toEqual(Object.keys(table).toSorted());
    const full = {
      ...emptyBalance({ channelNo: 1, variantNo: 2 }),
      allotted: 60,
      free: 10,
      offered: 10,
      ordered: 10,
      sold: 10,
      held: 10,
      returned: 10,
    };
    for (const [reason, path] of Object.entries(table)) {
      const moved = applyMovement(full, {
        channelNo: 1,
        variantNo: 2,
        units: 3,
        reason: reason as MovementReason,
      });
      const [from, to] = path.split(" → ") as [keyof typeof full | "outside", keyof typeof full];
      const expected = { ...full, [to]: 13 };
      if (from === "outside") expected.allotted = 63;
      else expected[from] = 7;
      expect({ reason, moved }).toEqual({ reason, moved: expected });
      expect(balanceFaults(moved)).toEqual([]);
    }
  });

  it("an empty balance is one, and each account below nothing is named", () => {
    expect(emptyBalance({ channelNo: 3, variantNo: 4 })).toEqual({
      channelNo: 3,
      variantNo: 4,
      allotted: 0,
      free: 0,
      offered: 0,
      ordered: 0,
      sold: 0,
      held: 0,
      returned: 0,
    });
    for (const account of ["free", "offered", "ordered", "sold", "held", "returned"] as const) {
      const balance = {
        ...emptyBalance({ channelNo: 3, variantNo: 4 }),
        [account]: -1,
        allotted: -1,
      };
      expect(balanceFaults(balance)).toEqual([`channel 3, variant 4: ${account} is -1`]);
      expect(balanceFaults({ ...balance, [account]: 1, allotted: 1 })).toEqual([]);
    }
    expect(
      balanceFaults({ ...emptyBalance({ channelNo: 3, variantNo: 4 }), allotted: 2, held: 1 }),
    ).toEqual(["channel 3, variant 4: 1 units of 2 allotted"]);
  });
});

describe("the line, with limits and shared turns", () => {
  const place = (
    entryId: string,
    preferences: readonly number[],
    change: Partial<WaitingPlace> = {},
  ): WaitingPlace => ({ entryId, preferences, unitsHeldCount: 0, ...change });
  const free = (...units: readonly number[]) => new Map(units.map((count, at) => [at + 1, count]));

  it("a limit of two lets a second unit through, and no third", () => {
    const places = [
      place("a", [1], { unitsHeldCount: 1 }),
      place("b", [1], { unitsHeldCount: 2 }),
      place("c", [1], { unitsHeldCount: 3 }),
    ];
    expect(decideOffers(places, free(9), 2)).toEqual({
      offers: [{ entryId: "a", variantNo: 1 }],
      overLimit: ["b", "c"],
      turnUsed: [],
    });
  });

  it("of a shared turn the first that something is left for has it", () => {
    const places = [
      place("a", [2], { turnId: "t" }),
      place("b", [1], { turnId: "t" }),
      place("c", [1], { turnId: "t" }),
      place("d", [1], { turnId: null }),
      place("e", [1], { turnId: "before" }),
    ];
    expect(decideOffers(places, free(9, 0), 1, new Set(["before"]))).toEqual({
      offers: [
        { entryId: "b", variantNo: 1 },
        { entryId: "d", variantNo: 1 },
      ],
      overLimit: [],
      turnUsed: ["c", "e"],
    });
  });

  it("takes what it gives out of what is left, and leaves what it was told alone", () => {
    const stock = free(1, 1);
    const places = [place("a", [1, 2]), place("b", [1, 2]), place("c", [1, 2]), place("d", [3])];
    expect(decideOffers(places, stock, 1).offers).toEqual([
      { entryId: "a", variantNo: 1 },
      { entryId: "b", variantNo: 2 },
    ]);
    expect([...stock.values()]).toEqual([1, 1]);
  });
});
