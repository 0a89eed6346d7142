/* The public pages: front page, sale, board, console, API documentation. */

import type { FastifyInstance } from "fastify";
import type { Language } from "../base/language.ts";
import { consolePage } from "../../web/console/frame/consolePage.ts";
import { boardPage } from "../../web/buyer/board/boardPage.ts";
import { salePage, salesPage } from "../../web/buyer/sale/salePage.ts";
import { docsPage } from "../../web/docs/docsPage.ts";
import { openApiDocument } from "../api/openapi.ts";
import { ROUTES } from "../api/routes.ts";
import { must } from "../base/assert.ts";
import { listStatements } from "../cases/batch/io/statementStore.ts";
import { documentOf, sendDocument, type Document } from "../http/document.ts";
import { PageMemo } from "./pageMemo.ts";
import { privatePage, sharedPage } from "./pageRoutes.ts";
import type { Round } from "../sale/definition.ts";
import { listSales, type StoredSale } from "../sale/io/saleStore.ts";
import { requireSale, type SaleDeps } from "../sale/io/requireSale.ts";

/** A stop of the demonstration's tour: something to look at, and its address. */
export interface TourStop {
  readonly path: string;
  readonly id: string;
  readonly en: string;
}

export interface PageDeps extends SaleDeps {
  /** The stops on the front page of a demonstration. */
  readonly tour: readonly TourStop[];
  readonly version: string;
  /**
   * One-time codes are shown to the browser that asked for them, because no message can be sent.
   */
  readonly showCodes: boolean;
}

/** The round to show: the running one, else the next, else the last. */
export function presentRound(sale: StoredSale, nowMs: number): Round {
  const rounds = sale.rounds.map((stored) => stored.round);
  return rounds.find((round) => nowMs < round.closesAtMs) ?? (rounds.at(-1) as Round);
}

/**
 * How long caches keep a page with a sale's state; its script asks for the newest state at once.
 */
export const SALE_PAGE_SECONDS = 5;
/** The board's page may be as old as the board. */
const BOARD_PAGE_SECONDS = 1;
/** Pages that change only with a new version of the server. */
export const TEXT_PAGE_SECONDS = 60;

export function mountPages(app: FastifyInstance, deps: PageDeps): void {
  const pages = new PageMemo(deps.clock);
  sharedPage(app, "/", SALE_PAGE_SECONDS, ({ language }) =>
    pages.once(language, () => frontPage(deps, language)),
  );

  sharedPage(app, "/s/:slug", SALE_PAGE_SECONDS, async ({ params, language }) => {
    const sale = await requireSale(deps, params["slug"] as string);
    const round = presentRound(sale, deps.clock.nowMs());
    return await pages.once(`sale ${sale.saleNo} ${round.roundNo} ${language}`, async () =>
      salePage({
        language,
        definition: sale.definition,
        definitionDigest: sale.definitionDigest,
        round,
        chainAnchor: must(
          sale.rounds.find((stored) => stored.round === round),
          "the round is the sale's",
        ).chainAnchor,
        board: (await deps.boards.document(sale, round)).board,
        statements: await listStatements(deps.sql, sale.saleNo),
        payments: deps.provider.name,
        showCodes: deps.showCodes,
      }),
    );
  });

  sharedPage(app, "/s/:slug/board", BOARD_PAGE_SECONDS, async ({ params, query, language }) => {
    const sale = await requireSale(deps, params["slug"] as string);
    const nowMs = deps.clock.nowMs();
    const asked = Number(query["round"]);
    const { definition } = sale;
    const round =
      definition.rounds.find(({ roundNo }) => roundNo === asked) ?? presentRound(sale, nowMs);
    return await pages.once(`board ${sale.saleNo} ${round.roundNo} ${language}`, async () => {
      const { board, revisionNo } = await deps.boards.document(sale, round);
      const payments = deps.provider.name;
      return boardPage({ language, definition, board, revisionNo, nowMs, payments });
    });
  });

  for (const path of ["/console", "/console/*"]) {
    privatePage(app, path, ({ language }) => consolePage(language));
  }

  mountDocs(app, pages, deps.version);
}

/** Published sales only; drafts are not public. */
async function frontPage(deps: PageDeps, language: Language): Promise<string> {
  const nowMs = deps.clock.nowMs();
  const published = (await listSales(deps.sql)).filter(({ state }) => state !== "draft");
  const sales = published.map(({ sale }) => ({
    definition: sale.definition,
    round: presentRound(sale, nowMs),
  }));
  return salesPage(language, sales, { payments: deps.provider.name, tour: deps.tour });
}

/** The API documentation: the longest texts, rendered once on first use. */
function mountDocs(app: FastifyInstance, pages: PageMemo, version: string): void {
  let openApi: Document | null = null;
  const config = { cache: { sharedSeconds: TEXT_PAGE_SECONDS } };
  app.get("/v1/openapi.json", { config }, async (request, reply) => {
    openApi ??= documentOf(JSON.stringify(openApiDocument(ROUTES, version)));
    const type = "application/json; charset=utf-8";
    return await sendDocument(request, reply, { document: openApi, type });
  });
  sharedPage(app, "/docs", TEXT_PAGE_SECONDS, ({ language }) =>
    pages.forever(language, () => docsPage(language, ROUTES)),
  );
}
