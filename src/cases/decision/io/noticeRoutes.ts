/*
 * The route by which a message gateway reports deliveries. A report with a wrong signature changes
 * nothing.
 */

import type { HttpDeps } from "../../../http/call.ts";
import type { FastifyInstance } from "fastify";
import { isGenuineHook } from "../../../access/io/hook.ts";
import { rightsRoutes } from "../../../api/rightsRoutes.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { endNotice } from "./decisionStore.ts";

/** HTTP dependencies and the secret that the gateway signs its reports with. */
export interface NoticeDeps extends HttpDeps {
  readonly gatewaySecret: string;
}

export function mountNotices(app: FastifyInstance, deps: NoticeDeps): void {
  mount(app, deps, rightsRoutes.noticeEvent, async ({ body, request, nowMs }) => {
    if (!isGenuineHook(deps.gatewaySecret, request.headers, request.rawBody, nowMs)) {
      throw new Refusal("signature_invalid");
    }
    const applied = await endNotice(deps.sql, body.messageId, body.outcome, nowMs);
    return { status: 200, body: { outcome: applied ? "applied" : "ignored" } };
  });
}
