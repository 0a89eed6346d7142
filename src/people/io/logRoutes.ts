/* The operator log, as the console reads it. */

import type { FastifyInstance } from "fastify";
import { readOperatorLog } from "../../access/io/operatorStore.ts";
import { remedyRoutes } from "../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";

export function mountLog(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.listLog, async ({ query }) => {
    const { since, until, ...page } = query;
    const [sinceMs, untilMs] = [since, until].map((at) => (at ? Date.parse(at) : undefined));
    const entries = (await readOperatorLog(deps.sql, { ...page, sinceMs, untilMs })).map(
      ({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() }),
    );
    return { status: 200, body: { entries } };
  });
}
