import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { consolePage } from "../web/console/consolePage.ts";
import { boardPage } from "../web/buyer/boardPage.ts";
import { salePage, salesPage } from "../web/buyer/salePage.ts";
import { docsPage } from "../web/docs/docsPage.ts";
import { sendHtml } from "./assets.ts";
import { openApiDocument } from "./api/openapi.ts";
import { ROUTES } from "./api/routes.ts";
import { languageOf } from "./http/call.ts";
import type { Round } from "./sale/definition.ts";
import { DEVICE_COOKIE } from "./sale/io/factsStore.ts";
import { listSales, type StoredSale } from "./sale/io/saleStore.ts";
import { requireSale, type SaleDeps } from "./sale/io/saleRoutes.ts";

/** One thing worth looking at, and where it is. */
export interface TourStop {
  readonly path: string;
  readonly id: string;
  readonly en: string;
}

export interface PageDeps extends SaleDeps {
  /** What the front page of a demonstration points at. */
  readonly tour: readonly TourStop[];
  readonly version: string;
  /** One-time codes show up on the operator page instead of in a mailbox. */
  readonly development: boolean;
}

/** The round that people come for: the one under way, else the next, else the last. */
export function presentRound(sale: StoredSale, nowMs: number): Round {
  const rounds = sale.rounds.map((stored) => stored.round);
  return rounds.find((round) => nowMs < round.closesAtMs) ?? (rounds.at(-1) as Round);
}

export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: string,
): Promise<FastifyReply> {
  const asked = (request.query as { lang?: string }).lang;
  if (asked === "id" || asked === "en") {
    reply.setCookie("lang", asked, { path: "/", maxAge: 31_536_000, sameSite: "lax" });
  }
  return await sendHtml(request, reply, page);
}

const YEAR_SECONDS = 31_536_000;

/** A random number that stays in this browser: tells one phone from another, and nothing else. */
function giveDevice(request: FastifyRequest, reply: FastifyReply, secure: boolean): void {
  if (request.cookies[DEVICE_COOKIE] !== undefined) return;
  const options = { path: "/", httpOnly: true, sameSite: "lax", secure } as const;
  reply.setCookie(DEVICE_COOKIE, randomUUID(), { ...options, maxAge: YEAR_SECONDS });
}

/** The pages: front, sale, board, console, API documentation. */
export function mountPages(app: FastifyInstance, deps: PageDeps): void {
  app.get("/", async (request, reply) => {
    const nowMs = deps.clock.nowMs();
    const published = (await listSales(deps.sql)).filter(({ state }) => state !== "draft");
    const sales = published.map(({ sale }) => ({
      definition: sale.definition,
      round: presentRound(sale, nowMs),
    }));
    return sendPage(request, reply, salesPage(languageOf(request), sales, deps.tour));
  });

  app.get("/s/:slug", async (request, reply) => {
    const sale = await requireSale(deps, (request.params as { slug: string }).slug);
    const nowMs = deps.clock.nowMs();
    const round = presentRound(sale, nowMs);
    const page = salePage({
      language: languageOf(request),
      definition: sale.definition,
      definitionDigest: sale.definitionDigest,
      round,
      chainAnchor: sale.rounds.find((stored) => stored.round === round)!.chainAnchor,
      board: (await deps.boards.document(sale, round)).board,
      nowMs,
      development: deps.development,
    });
    giveDevice(request, reply, deps.secureCookies);
    return sendPage(request, reply, page);
  });

  app.get("/s/:slug/board", async (request, reply) => {
    const sale = await requireSale(deps, (request.params as { slug: string }).slug);
    const nowMs = deps.clock.nowMs();
    const asked = Number((request.query as { round?: string }).round);
    const { definition } = sale;
    const round =
      definition.rounds.find(({ roundNo }) => roundNo === asked) ?? presentRound(sale, nowMs);
    const { board } = await deps.boards.document(sale, round);
    const page = boardPage({ language: languageOf(request), definition, board, nowMs });
    return sendPage(request, reply, page);
  });

  for (const path of ["/console", "/console/*"]) {
    app.get(path, async (request, reply) =>
      sendPage(request, reply, consolePage(languageOf(request))),
    );
  }

  const openApi = openApiDocument(ROUTES, deps.version);
  app.get("/v1/openapi.json", async () => openApi);
  app.get("/docs", async (request, reply) =>
    sendPage(request, reply, docsPage(languageOf(request), ROUTES)),
  );
}
