/*
 * The pages about decisions: a buyer's decision by its secret link, her own page, recomputing a
 * draw, the sale's policy and report, the method.
 */

import type { FastifyInstance } from "fastify";
import { textIn } from "../base/inLanguage.ts";
import { checkPage } from "../../web/buyer/check/checkPage.ts";
import { decisionPage } from "../../web/buyer/decision/decisionPage.ts";
import { methodPage } from "../../web/buyer/method/methodPage.ts";
import { minePage } from "../../web/buyer/mine/minePage.ts";
import { policyPage } from "../../web/buyer/policy/policyPage.ts";
import { reportPage } from "../../web/buyer/report/reportPage.ts";
import { must } from "../base/assert.ts";
import { findDecisionByLink } from "../cases/decision/io/decisionStore.ts";
import { readGuard } from "../cases/ownError/io/guardStore.ts";
import { policyOfSale } from "../cases/policy/io/policyStore.ts";
import { listEditions } from "../cases/report/io/reportStore.ts";
import { Refusal } from "../http/problem.ts";
import { privatePage, sharedPage } from "./pageRoutes.ts";
import { PageMemo } from "./pageMemo.ts";
import { SALE_PAGE_SECONDS, TEXT_PAGE_SECONDS } from "./pages.ts";
import { beaconKind } from "../sale/beacon/beacon.ts";
import { beaconOf } from "../sale/definition.ts";
import { findSale } from "../sale/io/saleStore.ts";
import { presentDecision } from "../cases/dossier/io/presentDecision.ts";
import { requireSale, type SaleDeps } from "../sale/io/requireSale.ts";

/** Mounts the pages. Only the decision and her own page are private. */
export function mountRightsPages(app: FastifyInstance, deps: SaleDeps): void {
  const pages = new PageMemo(deps.clock);
  privatePage(app, "/d/:link", async ({ params, language }) => {
    const link = params["link"] as string;
    const decision = await findDecisionByLink(deps.sql, deps.keyring, link);
    if (!decision) throw new Refusal("decision_not_found");
    const sale = must(await findSale(deps.sql, decision.record.sale_id), "sale of a decision");
    return decisionPage({
      language,
      timeZone: sale.definition.timeZone,
      decision: await presentDecision(deps.sql, decision, deps.clock.nowMs()),
      apiPath: `/v1/decisions/${link}`,
    });
  });

  sharedPage(app, "/method", TEXT_PAGE_SECONDS, ({ language }) => methodPage(language));

  privatePage(app, "/me", ({ language }) => minePage(language, deps.provider.name));

  sharedPage(app, "/s/:slug/check", SALE_PAGE_SECONDS, async ({ params, language }) => {
    const sale = await requireSale(deps, params["slug"] as string);
    const { slug, title } = sale.definition;
    const rounds = sale.rounds.map(({ round }) => {
      const chain = beaconOf(sale.definition, round.mode);
      return { roundNo: round.roundNo, beacon: chain ? beaconKind(chain) : ("off" as const) };
    });
    return checkPage({ language, slug, saleTitle: textIn(title, language), rounds });
  });

  sharedPage(app, "/s/:slug/policy", SALE_PAGE_SECONDS, async ({ params, language }) => {
    const sale = await requireSale(deps, params["slug"] as string);
    return await pages.once(`policy ${sale.saleNo} ${language}`, async () => {
      const stored = await policyOfSale(deps.sql, sale.saleNo);
      if (!stored) throw new Refusal("policy_not_found");
      const { policy, digest, reviewOnlyRules } = stored;
      const saleTitle = textIn(sale.definition.title, language);
      const { broken: promiseBroken } = await readGuard(deps.sql, stored);
      const shown = { policy, digest, reviewOnlyRules, promiseBroken };
      return policyPage({ language, saleTitle, ...shown });
    });
  });

  sharedPage(app, "/s/:slug/report", SALE_PAGE_SECONDS, async ({ params, language }) => {
    const sale = await requireSale(deps, params["slug"] as string);
    return await pages.once(`report ${sale.saleNo} ${language}`, async () => {
      const { slug, timeZone, title, channels, variants } = sale.definition;
      const editions = await listEditions(deps.sql, sale.saleNo);
      const stored = await policyOfSale(deps.sql, sale.saleNo);
      const names = Object.fromEntries([
        ...channels.map(({ code, name }) => [code, name] as const),
        ...variants.map(({ sku, name }) => [sku, textIn(name, language)] as const),
      ]);
      const rules = Object.fromEntries(
        (stored?.policy.rules ?? []).map((rule) => [rule.ruleId, rule.text] as const),
      );
      const saleTitle = textIn(title, language);
      return reportPage({ language, slug, timeZone, saleTitle, names, rules, editions });
    });
  });
}
