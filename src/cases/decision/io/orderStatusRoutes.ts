/*
 * The route by which a channel, a courier or the desk sets an order's status. A status that
 * contradicts our own records is refused (`statusCan`).
 */

import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { readTruth, writeOrderStatus } from "./orderStatusStore.ts";
import { statusCan } from "../status.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";

export function mountOrderStatus(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.setOrderStatus, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const truth = await readTruth(tx, sale.saleNo, params.orderId);
    if (!truth) throw new Refusal("order_not_found");
    const handoverReference = body.handoverReference ?? truth.handoverReference;
    const may = statusCan({ ...truth, handoverReference }, body.status);
    if (!may.ok) throw new Refusal(may.why);
    await writeOrderStatus(tx, {
      saleNo: sale.saleNo,
      orderId: params.orderId,
      status: body.status,
      nowMs,
      handoverReference: body.handoverReference ?? null,
      who: operator.name,
    });
    return { status: 200, body: { ok: true } };
  });
}
