import { mustBeOutside } from "../../db/transactionGuard.ts";

/* The one door to the network: everything that this program sends to others goes through here. */

/** Runs a call to others. Inside a transaction it throws (while that is watched, as in tests). */
export async function outside<T>(what: string, call: () => Promise<T>): Promise<T> {
  mustBeOutside(what);
  return await call();
}

/** `fetch`, for calls to others. The signal is a must: nobody is waited for without an end. */
export async function fetchOutside(
  url: string | URL,
  request: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  return await outside("fetch", () => fetch(url, request));
}

/** Where a connection was never made, so that nothing of the request left. */
const NOT_REACHED = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether `fetch` failed before anything of the request left: then it surely did not arrive. */
export function neverLeft(error: unknown): boolean {
  const cause = (error as { cause?: unknown } | null)?.cause;
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  const codes = causes.map((one) => (one as { code?: unknown } | null | undefined)?.code);
  return codes.length > 0 && codes.every((code) => NOT_REACHED.has(String(code)));
}
