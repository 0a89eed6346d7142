import type { FastifyInstance } from "fastify";

/**
 * Who may keep a page. `private`: nobody but the reader's screen. Shared: everybody's caches, for so many
 * seconds; such a page is the same for all its readers and sets no cookie.
 */
export type PageCache = "private" | { readonly sharedSeconds: number };

/** A page's address and who may keep it. */
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
 * Every route that is mounted after this must declare its cache class, and its answers carry it. A cookie on
 * a shared page throws: kept once by a cache on the way, it would make all readers one browser.
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
