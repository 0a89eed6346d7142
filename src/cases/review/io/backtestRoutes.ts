/*
 * The route that compares two policies on the orders of a past sale. It reads and changes nothing.
 */

import type { FastifyInstance } from "fastify";
import { integrityRoutes } from "../../../api/planRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { askThread } from "../../../threads/thread.ts";
import { loadOrders } from "./auditSale.ts";
import type { BacktestThread } from "./backtestThread.ts";
import { thresholdsOf } from "../../policy/io/thresholds.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";

const THREAD = new URL("./backtestThread.ts", import.meta.url);

export function mountBacktests(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, integrityRoutes.backtestPolicies, async ({ params, body }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    // Cancelled orders count, or a policy that hit many of them would look harmless.
    const loaded = await loadOrders(deps.sql.within("work"), deps.keyring, sale, true);
    const task: BacktestThread["task"] = {
      a: thresholdsOf(body.a, "a"),
      b: thresholdsOf(body.b, "b"),
      records: loaded.records,
    };
    const result = await askThread<BacktestThread>(THREAD, task);
    return { status: 200, body: { orders: task.records.length, ...result } };
  });
}
