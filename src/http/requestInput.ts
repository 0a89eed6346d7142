/* The raw request as both entrances (Fastify and the fast path) pass it on. */

import type { IncomingHttpHeaders } from "node:http";
import type { Upload } from "./upload.ts";

/** A request before any check. */
export interface RequestInput {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** The unparsed body, which a webhook's signature covers. */
  readonly rawBody: string;
  /** The uploaded files, if the route takes some and the request is a form. */
  readonly upload?: Upload | null;
  /** When its head was read, in ms. */
  readonly headMs?: number | null;
  /** The caller's address, as far as trusted proxies tell. */
  readonly ip: string;
  /** The peer of the connection: a proxy, or the caller. */
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly raw: { readonly httpVersion: string };
}
