import { COST_OF_PATH } from "../../src/api/cost.ts";
import { ROUTES } from "../../src/api/routes.ts";

/**
 * Every address that a server answers, API and pages. A server does not start with one that is in neither table, so
 * a new one is in here by itself.
 */
export const ADDRESSES: readonly { readonly method: "GET" | "POST"; readonly path: string }[] = [
  ...ROUTES.map(({ method, path }) => ({ method, path })),
  ...Object.keys(COST_OF_PATH).map((path) => ({ method: "GET" as const, path })),
];
