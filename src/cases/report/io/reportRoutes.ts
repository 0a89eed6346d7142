/*
 * Routes of the public report: publish an edition, read all editions. A report is published only
 * after the sale has ended.
 */

import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { saleHasEnded } from "../../review/io/auditStore.ts";
import { publishReport, type ReportEdition, listEditions } from "./reportStore.ts";
import { rightsRoutes } from "../../../api/rightsRoutes.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { requirePublished } from "../../policy/io/requirePublished.ts";

export function mountReportDesk(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.publishReport, async (tx, { params, body, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    // Counting reads all entries and orders of the sale.
    await tx.allow("work");
    if (!(await saleHasEnded(tx, sale, nowMs))) throw new Refusal("sale_still_open");
    const edition = { correction: body.correction ?? null, nowMs };
    const published = await publishReport(tx, sale, edition);
    if (published === "correction_needed") throw new Refusal("correction_needed");
    return { status: 201, body: presentEdition(published) };
  });
}

/** An edition in the form of the wire contract. */
function presentEdition(edition: ReportEdition) {
  return {
    edition: edition.edition,
    publishedAt: new Date(edition.publishedAtMs).toISOString(),
    digest: edition.digest,
    correction: edition.correction,
    document: edition.document as unknown as Record<string, unknown>,
  };
}

export function mountReports(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, rightsRoutes.showReport, async ({ params }) => {
    const sale = await requirePublished(deps, params.slug);
    const editions = await listEditions(deps.sql, sale.saleNo);
    if (editions.length === 0) throw new Refusal("report_not_published");
    return { status: 200, body: { editions: editions.map(presentEdition) } };
  });
}
