/* Headers of API answers. An answer about a person must never be stored by a cache. */

import type { RouteContract } from "../api/contract.ts";

type Headers = Readonly<Record<string, string>>;

/** API answers are data: a browser that opens one as a page must not run or frame it. */
const DATA_HEADERS: Headers = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** For an answer about a person: neither the browser's nor a proxy's cache stores it. */
export const PRIVATE_HEADERS: Headers = { ...DATA_HEADERS, "cache-control": "no-store" };

/** For an answer that is the same for everybody; a cacheable route sets its own max-age. */
export const SHARED_HEADERS: Headers = DATA_HEADERS;

/** The headers of a route's answers. Private unless the contract declares the route shared. */
export const headersOf = (contract: RouteContract): Headers =>
  contract.cache === "shared" ? SHARED_HEADERS : PRIVATE_HEADERS;
