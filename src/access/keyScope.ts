/*
 * Scopes of programs' keys: their routes. A scope names its routes one by one: a new route is closed
 * to keys until it stands here. No scope decides about a person.
 */

/**
 * Narrow scopes and their routes. The wide scopes of old keys, `sale.read` and `sale.manage`, are
 * capabilities with all their routes.
 */
export const ROUTES_OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  "sales.read": ["listOperatorSales", "showLive", "showSaleFile", "listPolicies"],
  "sales.plan": ["checkSale", "rehearse", "checkPolicy", "backtestPolicies", "createSale"],
  "sales.run": ["openSale", "pauseSale", "resumeSale", "closeSale", "saySomething"],
  "cases.read": [
    "listCases",
    "showCase",
    "listBatches",
    "showBatch",
    "showDecision",
    "exportDecision",
    "listEntitlements",
    "listAppeals",
    "showIntegrity",
    "listErrorSample",
    "listImports",
    "showImport",
  ],
  "deliveries.read": ["listWebhooks", "showWays", "listMisfits"],
  "people.read": ["listPeople"],
  "log.read": ["listLog"],
};

/** Routes that tell each key about itself. */
const OF_EACH_KEY: readonly string[] = ["showMe"];

/** Routes without a sale in their path that answer for the key's sales only. */
const FILTERED: readonly string[] = ["listOperatorSales", ...OF_EACH_KEY];

/** A key, as far as permissions need to know. */
export interface KeyGrant {
  readonly capabilities: readonly string[];
  /** The sales that it is for; null: all. */
  readonly sales: readonly string[] | null;
}

/** Whether a key may call a route. `slug` is the sale in its path, if there is one. */
export function keyMay(
  { capabilities, sales }: KeyGrant,
  route: { readonly id: string; readonly capability?: string | undefined },
  slug: string | undefined,
): boolean {
  const { id, capability } = route;
  const inScope =
    OF_EACH_KEY.includes(id) ||
    (capability !== undefined && capabilities.includes(capability)) ||
    capabilities.some((scope) => ROUTES_OF_SCOPE[scope]?.includes(id));
  if (!inScope) return false;
  if (sales === null) return true;
  return slug === undefined ? FILTERED.includes(id) : sales.includes(slug);
}
