import type { FastifyInstance } from "fastify";
import { checkPage } from "../web/buyer/checkPage.ts";
import { decisionPage, type DecisionShown } from "../web/buyer/decisionPage.ts";
import { methodPage } from "../web/buyer/methodPage.ts";
import { minePage } from "../web/buyer/minePage.ts";
import { policyPage } from "../web/buyer/policyPage.ts";
import { reportPage } from "../web/buyer/reportPage.ts";
import { findDecisionByLink } from "./cases/io/decisionStore.ts";
import { readGuard } from "./cases/io/guardStore.ts";
import { policyOfSale } from "./cases/io/policyStore.ts";
import { presentDecision } from "./cases/io/presentDecision.ts";
import { listEditions } from "./cases/io/reportStore.ts";
import { languageOf } from "./http/call.ts";
import { Refusal } from "./http/problem.ts";
import { sendPage } from "./pages.ts";
import { beaconOf } from "./sale/definition.ts";
import { findSale } from "./sale/io/saleStore.ts";
import { requireSale, type SaleDeps } from "./sale/io/saleRoutes.ts";

/** The pages that answer for decisions: one's own, the policy, the report. */
export function mountRightsPages(app: FastifyInstance, deps: SaleDeps): void {
  app.get("/d/:link", async (request, reply) => {
    const { link } = request.params as { link: string };
    const decision = await findDecisionByLink(deps.sql, deps.keyring, link);
    if (!decision) throw new Refusal("decision_not_found");
    const sale = await findSale(deps.sql, decision.record.sale_id);
    const page = decisionPage({
      language: languageOf(request),
      timeZone: sale!.definition.timeZone,
      decision: (await presentDecision(
        deps.sql,
        decision,
        deps.clock.nowMs(),
      )) as unknown as DecisionShown,
      apiPath: `/v1/decisions/${link}`,
    });
    // The address is the proof: it must not travel on as a referrer.
    reply.header("referrer-policy", "no-referrer");
    return sendPage(request, reply, page);
  });

  app.get("/method", async (request, reply) =>
    sendPage(request, reply, methodPage(languageOf(request))),
  );

  app.get("/me", async (request, reply) => sendPage(request, reply, minePage(languageOf(request))));

  app.get("/s/:slug/check", async (request, reply) => {
    const sale = await requireSale(deps, (request.params as { slug: string }).slug);
    const language = languageOf(request);
    const { slug, title } = sale.definition;
    const rounds = sale.rounds.map(({ round }) => ({
      roundNo: round.roundNo,
      beacon: beaconOf(sale.definition, round.mode) !== null,
    }));
    const page = checkPage({ language, slug, saleTitle: title[language], rounds });
    return sendPage(request, reply, page);
  });

  app.get("/s/:slug/policy", async (request, reply) => {
    const sale = await requireSale(deps, (request.params as { slug: string }).slug);
    const stored = await policyOfSale(deps.sql, sale.saleNo);
    if (!stored) throw new Refusal("policy_not_found");
    const language = languageOf(request);
    const { policy, digest, reviewOnlyRules } = stored;
    const saleTitle = sale.definition.title[language];
    const { broken: promiseBroken } = await readGuard(deps.sql, stored);
    const shown = { policy, digest, reviewOnlyRules, promiseBroken };
    const page = policyPage({ language, saleTitle, ...shown });
    return sendPage(request, reply, page);
  });

  app.get("/s/:slug/report", async (request, reply) => {
    const sale = await requireSale(deps, (request.params as { slug: string }).slug);
    const language = languageOf(request);
    const { slug, timeZone, title } = sale.definition;
    const editions = await listEditions(deps.sql, sale.saleNo);
    const page = reportPage({ language, slug, timeZone, saleTitle: title[language], editions });
    return sendPage(request, reply, page);
  });
}
