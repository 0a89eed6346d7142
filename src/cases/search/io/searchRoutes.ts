/*
 * The console's search, and the state of the ways out (mail, channels, refunds). Search matches
 * what screens show: identifiers by their beginning, names and titles by a part. No personal data
 * of buyers are searched.
 */

import type { FastifyInstance } from "fastify";
import { resendMessage } from "../../../messages/io/outboxStore.ts";
import { readWaiting, readWays } from "../../../messages/io/wayStore.ts";
import { aboutPerSecond } from "../../../messages/sending.ts";
import { ownRoutes, peopleRoutes } from "../../../api/staffRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { find } from "./searchStore.ts";

export function mountSearch(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, ownRoutes.search, async ({ query }) => ({
    status: 200,
    body: { found: await find(deps.sql, query.q) },
  }));

  mount(app, deps, peopleRoutes.showWays, async ({ nowMs }) => {
    const [ways, waiting] = await Promise.all([readWays(deps.sql, nowMs), readWaiting(deps.sql)]);
    return {
      status: 200,
      body: {
        ways: ways.map((way) => ({ ...way, aboutPerSecond: aboutPerSecond(way) })),
        waiting: waiting.map((one) => ({ ...one, oldestAt: one.oldestAt.toISOString() })),
      },
    };
  });

  mount(app, deps, peopleRoutes.resendMessage, async (tx, { body, nowMs }) => {
    if (!(await resendMessage(tx, body.messageId, nowMs))) throw new Refusal("message_not_failed");
    return { status: 200, body: { ok: true } };
  });
}
