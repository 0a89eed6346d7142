import type { IncomingHttpHeaders } from "node:http";
import type { Upload } from "./upload.ts";

/** A request as it came, whoever took it in: Fastify, or the front door. */
export interface RequestInput {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** The body before it was parsed: what a webhook's signature is over. */
  readonly rawBody: string;
  /** The files that came, where the route takes some and the request is a form. */
  readonly upload?: Upload | null;
  /** The caller's network address, as far as trusted proxies tell. */
  readonly ip: string;
  /** Who is at the other end of the connection: a proxy, or the caller. */
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly raw: { readonly httpVersion: string };
}
