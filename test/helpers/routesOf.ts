import type { FastifyInstance } from "fastify";

/** Every route that a server really answers, API and pages, as it was mounted: a new one is in here by itself. */
export function routesOf(app: FastifyInstance): { method: string; path: string }[] {
  const routes: { method: string; path: string }[] = [];
  const parents: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split("\n")) {
    const match = /^(.*?)[├└]── (\S*)(?: \((.+)\))?$/.exec(line);
    if (!match) continue;
    const [, indent = "", part = "", methods] = match;
    const depth = indent.length / 4;
    parents.length = depth;
    parents[depth] = part;
    for (const method of methods?.split(", ") ?? []) {
      if (method !== "HEAD") routes.push({ method, path: parents.join("") });
    }
  }
  return routes;
}
