import { expect, it } from "vitest";
import { RecipientOrders, type Received } from "../../../src/sale/recipient/recipientOrders.ts";

const order = (accountKey: string, change: Partial<Received<string>> = {}): Received<string> => ({
  accountKey,
  groupId: "g",
  placeOf: () => "home",
  standing: true,
  ...change,
});
const ordersOf = (orders: readonly Received<string>[], apart: readonly string[] = []) =>
  new RecipientOrders(orders, {
    isSame: (a, b) => a === b,
    areApart: (a, b) => apart.includes(`${a} ${b}`) || apart.includes(`${b} ${a}`),
  });
const look = (orders: RecipientOrders<string>, accountKey = "new", place = "home") =>
  orders.look({ accountKey, place }, "own");

it("counts the standing orders before one, to the same place, by people who may be the same", () => {
  expect(look(ordersOf([]))).toEqual({ groupId: "own", aheadCount: 0 });
  const some = [order("a"), order("b", { standing: false }), order("c"), order("d")];
  expect(look(ordersOf(some))).toEqual({ groupId: "g", aheadCount: 3 });
  expect(look(ordersOf(some, ["new a", "d new"]))).toEqual({ groupId: "g", aheadCount: 1 });
  expect(look(ordersOf(some), "new", "elsewhere")).toEqual({ groupId: "own", aheadCount: 0 });
});

it("joins the group of a cancelled order, and counts those placed together", () => {
  const orders = ordersOf([order("a", { standing: false })]);
  expect(look(orders)).toEqual({ groupId: "g", aheadCount: 0 });
  orders.keep({ accountKey: "b", groupId: "g", placeOf: () => "home" });
  expect(look(orders)).toEqual({ groupId: "g", aheadCount: 1 });
});

it("looks at the places of as few orders as it needs", () => {
  let asked = 0;
  const placeOf = () => {
    asked++;
    return "home";
  };
  const orders = ordersOf(["a", "b", "c", "d"].map((who) => order(who, { placeOf })));
  expect(look(orders)).toEqual({ groupId: "g", aheadCount: 4 });
  expect(asked).toBe(1);
});

it("does not take an order for one to the same place whose place nobody knows any more", () => {
  const unknown = order("a", { placeOf: () => null });
  expect(look(ordersOf([unknown]))).toEqual({ groupId: "own", aheadCount: 0 });
});
