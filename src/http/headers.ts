import type { RouteContract } from "../api/contract.ts";

type Headers = Readonly<Record<string, string>>;

/** Answers of the API are data: a browser that is led to open one as a page must not run it or frame it. */
const DATA_HEADERS: Headers = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** What an answer about a person carries: no cache keeps it, neither the browser's nor a proxy's. */
export const PRIVATE_HEADERS: Headers = { ...DATA_HEADERS, "cache-control": "no-store" };

/** An answer that is the same for everybody; a route that can be cached says for how long by itself. */
export const SHARED_HEADERS: Headers = DATA_HEADERS;

/** The headers of a route's answers. Private unless the contract names the route as an exception. */
export const headersOf = (contract: RouteContract): Headers =>
  contract.cache === "shared" ? SHARED_HEADERS : PRIVATE_HEADERS;
