import { expect, it } from "vitest";
import { keyMay, ROUTES_OF_SCOPE } from "../../../src/access/keyScope.ts";
import { KEY_SCOPES } from "../../../src/api/staffRoutes.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import type { RouteContract } from "../../../src/api/contract.ts";

const routes = Object.values(ROUTES) as readonly RouteContract[];
it("scopes stand in the contract, and name routes that a key with the wide scope may call", () => {
  expect([...Object.keys(ROUTES_OF_SCOPE), "sale.read", "sale.manage"]).toEqual([...KEY_SCOPES]);
  for (const id of Object.values(ROUTES_OF_SCOPE).flat()) {
    const route = routes.find((one) => one.id === id)!;
    expect(route.capability, id).toMatch(/^sale\.(read|manage)$/);
  }
});

it("no scope reaches what is decided about people", () => {
  const all = { capabilities: [...KEY_SCOPES], sales: null };
  const open = routes.filter((route) => route.auth === "operator" && keyMay(all, route, undefined));
  const kinds = new Set(open.map(({ capability }) => capability));
  expect([...kinds].sort()).toEqual(["sale.manage", "sale.read"]);
});
