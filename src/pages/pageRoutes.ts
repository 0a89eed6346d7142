/*
 * Registers HTML pages: shared ones, which caches may keep, and private ones, which nobody keeps.
 * Must never happen: a shared page contains something personal. Its renderer therefore sees only
 * the address, its parameters and the language.
 */

import type { FastifyInstance } from "fastify";
import { isLanguage, type Language } from "../base/language.ts";
import { pageDocument, sendHtml, sendSharedHtml } from "./assets.ts";
import type { Document } from "../http/document.ts";
import { languageOf } from "../http/call.ts";

/** All that a page's content may depend on. */
export interface PageCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly language: Language;
}

type Render<Page = string> = (call: PageCall) => Page | Promise<Page>;

/**
 * A page that is the same for everybody; caches may keep it for `sharedSeconds`. Its language comes
 * from the address, else from the browser. A language kept in a cookie would need a copy for each
 * reader (`vary: cookie`); the page's script goes to the address of the chosen language instead.
 */
export function sharedPage(
  app: FastifyInstance,
  path: string,
  sharedSeconds: number,
  /**
   * Returns a document for pages that never change, so that they are not hashed on each request.
   */
  render: Render<string | Document>,
): void {
  app.get(path, { config: { cache: { sharedSeconds } } }, async (request, reply) => {
    const query = request.query as PageCall["query"];
    const language = languageOf({ query, headers: request.headers, cookies: {} });
    const params = request.params as PageCall["params"];
    const page = await render({ params, query, language });
    const varies = isLanguage(query["lang"])
      ? "accept-encoding"
      : "accept-encoding, accept-language";
    const document = typeof page === "string" ? pageDocument(page) : page;
    return await sendSharedHtml(request, reply.header("vary", varies), document);
  });
}

/** A page for one reader; no cache keeps it. */
export function privatePage(app: FastifyInstance, path: string, render: Render): void {
  app.get(path, { config: { cache: "private" } }, async (request, reply) => {
    const query = request.query as PageCall["query"];
    const params = request.params as PageCall["params"];
    const page = await render({ params, query, language: languageOf(request) });
    return await sendHtml(request, reply, page);
  });
}
