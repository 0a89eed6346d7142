/*
 * Cache classes of pages. A shared page must never set a cookie: a cache would hand it to all
 * readers.
 */

import type { FastifyInstance } from "fastify";

/**
 * The cache class of a page. `private`: never cached. Shared: cached anywhere for so many seconds;
 * such a page is the same for all readers and sets no cookie.
 */
export type PageCache = "private" | { readonly sharedSeconds: number };

/** A page's address and cache class. */
export interface PageRoute {
  readonly method: string;
  readonly path: string;
  readonly cache: PageCache;
}

declare module "fastify" {
  interface FastifyContextConfig {
    cache?: PageCache;
  }
}

/**
 * Every route mounted after this must declare its cache class, which its answers then carry. A
 * cookie on a shared page throws: a cache would make all readers one browser.
 */
export function requireCacheClass(pages: FastifyInstance): readonly PageRoute[] {
  const routes: PageRoute[] = [];
  pages.addHook("onRoute", ({ method, url, config }) => {
    const cache = config?.cache;
    if (cache === undefined) throw new Error(`The page ${url} does not say who may keep it.`);
    for (const one of [method].flat()) routes.push({ method: one, path: url, cache });
  });
  pages.addHook("onSend", async (request, reply) => {
    const { cache = "private" } = request.routeOptions.config;
    if (cache !== "private" && (reply.statusCode === 200 || reply.statusCode === 304)) {
      if (reply.hasHeader("set-cookie")) {
        throw new Error(`The shared page ${request.routeOptions.url} must set no cookie.`);
      }
      reply.header("cache-control", `public, max-age=${cache.sharedSeconds}`);
    } else if (!reply.hasHeader("cache-control")) {
      reply.header("cache-control", "private, no-store");
    }
  });
  return routes;
}
