/* Public routes: the list of sales, a sale's announcement, its board. */

import type { FastifyInstance } from "fastify";
import { buyerRoutes } from "../../api/routes.ts";
import { sendDocument } from "../../http/document.ts";
import { mount, SENT } from "../../http/mount.ts";
import { listSales, readSaleStatus } from "./saleStore.ts";
import { type SaleDeps, requireSale, requireBoth } from "./requireSale.ts";
import { presentSale } from "./presentSale.ts";
import { REVISION_HEADER, TIME_HEADER } from "../board.ts";

export function mountSales(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.listSales, async () => {
    const published = (await listSales(deps.sql)).filter(({ state }) => state !== "draft");
    return {
      status: 200,
      body: { sales: published.map(({ sale, state }) => presentSale(sale, state)) },
    };
  });

  mount(app, deps, buyerRoutes.showSale, async ({ params }) => {
    const sale = await requireSale(deps, params.slug);
    const { state } = await readSaleStatus(deps.sql, sale.saleNo);
    return { status: 200, body: presentSale(sale, state) };
  });

  mount(app, deps, buyerRoutes.showBoard, async ({ params, request }, reply) => {
    const { sale, round } = await requireBoth(deps, params);
    const { document, revisionNo } = await deps.boards.document(sale, round);
    reply.header("cache-control", "public, max-age=1");
    reply.header(TIME_HEADER, String(deps.clock.nowMs()));
    reply.header(REVISION_HEADER, String(revisionNo));
    void sendDocument(request, reply, { document, type: "application/json; charset=utf-8" });
    return SENT;
  });
}
