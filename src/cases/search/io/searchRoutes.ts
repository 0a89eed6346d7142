/*
 * The console's search. It matches what screens show: identifiers by their beginning, names and
 * titles by a part. No personal data of buyers are searched.
 */

import type { FastifyInstance } from "fastify";
import { ownRoutes } from "../../../api/staffRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { find } from "./searchStore.ts";

export function mountSearch(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, ownRoutes.search, async ({ query }) => ({
    status: 200,
    body: { found: await find(deps.sql, query.q) },
  }));
}
