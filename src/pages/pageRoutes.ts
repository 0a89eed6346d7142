import type { FastifyInstance } from "fastify";
import { isLanguage, type Language } from "../base/language.ts";
import { pageDocument, sendHtml, sendSharedHtml } from "./assets.ts";
import type { Document } from "../http/document.ts";
import { languageOf } from "../http/call.ts";

/** What a page may depend on. A shared page is given nothing else, so it cannot hold anything personal. */
export interface PageCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly language: Language;
}

type Render<Page = string> = (call: PageCall) => Page | Promise<Page>;

/**
 * A page that is the same for everybody, which caches may keep for so many seconds. Its language is the one in
 * the address, else the browser's: a chosen language kept in a cookie would need a copy for each reader
 * (`vary: cookie`). The page's script leads to the address of the chosen one.
 */
export function sharedPage(
  app: FastifyInstance,
  path: string,
  sharedSeconds: number,
  /** Gives a document where the page never changes, so that it need not be told by its content each time. */
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

/** A page for one reader, which nobody keeps. */
export function privatePage(app: FastifyInstance, path: string, render: Render): void {
  app.get(path, { config: { cache: "private" } }, async (request, reply) => {
    const query = request.query as PageCall["query"];
    const params = request.params as PageCall["params"];
    const page = await render({ params, query, language: languageOf(request) });
    return await sendHtml(request, reply, page);
  });
}
