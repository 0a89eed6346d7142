/*
 * The only way out to the network: every request to other servers goes through this module, so that
 * no transaction ever waits for one of them.
 */

import { mustBeOutside } from "../../db/transactionGuard.ts";

/**
 * Runs a call to another server. Throws inside a transaction while transactions are watched, as in
 * tests.
 */
export async function outside<T>(what: string, call: () => Promise<T>): Promise<T> {
  mustBeOutside(what);
  return await call();
}

/** `fetch` for other servers. The signal is required: no call may wait without a timeout. */
export async function fetchOutside(
  url: string | URL,
  request: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  return await outside("fetch", () => fetch(url, request));
}

/** Errors of a connection that was never made: no byte of the request was sent. */
const NOT_REACHED = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether `fetch` failed before anything was sent; then the request certainly did not arrive. */
export function neverLeft(error: unknown): boolean {
  const cause = (error as { cause?: unknown } | null)?.cause;
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  const codes = causes.map((one) => (one as { code?: unknown } | null | undefined)?.code);
  return codes.length > 0 && codes.every((code) => NOT_REACHED.has(String(code)));
}
