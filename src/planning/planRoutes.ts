/*
 * Routes for planning a sale: check a sale file, preview its page, rehearse its policy on a
 * synthetic crowd. Nothing is stored.
 */

import type { FastifyInstance } from "fastify";
import { asText, type Language } from "../base/language.ts";
import type { RehearsalTask } from "../crowd/rehearsal.ts";
import { must } from "../base/assert.ts";
import { salePage } from "../../web/buyer/sale/salePage.ts";
import { planRoutes } from "../api/planRoutes.ts";
import { policyOfSale } from "../cases/policy/io/policyStore.ts";
import { mount } from "../http/mount.ts";
import { Refusal } from "../http/problem.ts";
import { SHIPPED_THRESHOLDS } from "../integrity/audit.ts";
import { askThread } from "../threads/thread.ts";
import type { Board } from "../sale/board.ts";
import { channelByNo, variantByNo, type Round, type SaleDefinition } from "../sale/definition.ts";
import { definitionDigest, findSale } from "../sale/io/saleStore.ts";
import { readSaleFile } from "../sale/saleFile.ts";
import { roundPhase } from "../sale/saleState.ts";
import { thresholdsOf } from "../cases/policy/io/thresholds.ts";
import { requireAnySale, type SaleDeps } from "../sale/io/requireSale.ts";
import type { RehearsalThread } from "./rehearsalThread.ts";

const THREAD = new URL("./rehearsalThread.ts", import.meta.url);
/** A preview has no hash chain yet. */
const NO_ANCHOR = "0".repeat(64);

const unitsOf = (definition: SaleDefinition) =>
  definition.rounds.flatMap((round) => round.allotments).reduce((sum, one) => sum + one.units, 0);

/** The board of a round in which nothing has happened. */
function emptyBoard(definition: SaleDefinition, round: Round, nowMs: number): Board {
  return {
    sale: definition.slug,
    roundNo: round.roundNo,
    message: null,
    saleState: "live",
    pausedAt: null,
    phase: roundPhase(round, nowMs),
    mode: round.mode,
    windows: [],
    awaiting: [],
    pollAfterMs: 60_000,
    sealedEntryCount: 0,
    sealedThroughWindowNo: -1,
    rush: null,
    stock: round.allotments.map(({ channelNo, variantNo, units }) => ({
      channel: must(channelByNo(definition, channelNo), "channel of an allotment").code,
      sku: must(variantByNo(definition, variantNo), "variant of an allotment").sku,
      allotted: units,
      free: units,
      offered: 0,
      ordered: 0,
      sold: 0,
      held: 0,
      returned: 0,
      makeGood: 0,
      offeredThroughPlaceNo: 0,
    })),
  };
}

/** The sale's page as buyers would see it a minute before the first lobby opens. */
function preview(definition: SaleDefinition, language: Language): string {
  const round = definition.rounds[0] as Round;
  const nowMs = round.lobbyOpensAtMs - 60_000;
  return salePage({
    language,
    definition,
    round,
    chainAnchor: NO_ANCHOR,
    payments: "sandbox",
    showCodes: false,
    definitionDigest: definitionDigest(definition),
    lookOnly: true,
    board: emptyBoard(definition, round, nowMs),
  });
}

export function mountPlans(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, planRoutes.checkSale, async ({ body }) => {
    const read = readSaleFile(body);
    const nothing = { slugTaken: false, unitCount: 0, preview: null };
    if (!read.ok) return { status: 200, body: { issues: [...read.issues], ...nothing } };
    const { definition } = read;
    return {
      status: 200,
      body: {
        issues: [],
        slugTaken: (await findSale(deps.sql, definition.slug)) !== null,
        unitCount: unitsOf(definition),
        preview: asText((language) => preview(definition, language)),
      },
    };
  });

  mount(app, deps, planRoutes.rehearse, async ({ body, nowMs }) => {
    // A rehearsal takes a processor for seconds, and a running sale must not suffer: 4 at once,
    // then one per 5 s.
    const retryAfterSeconds = deps.limiter.take("rehearsal", { burst: 4, perSecond: 0.2 }, nowMs);
    if (retryAfterSeconds > 0) throw new Refusal("rate_limited", { retryAfterSeconds });
    const sale = await requireAnySale(deps.sql, body.slug);
    const { definition } = sale;
    const stored = await policyOfSale(deps.sql, sale.saleNo);
    const unitsPerPersonCount = definition.unitsPerPersonCount;
    const own = { ...(stored?.policy.thresholds ?? SHIPPED_THRESHOLDS), unitsPerPersonCount };
    const task: RehearsalTask = {
      channels: definition.channels.map((channel) => channel.code),
      units: unitsOf(definition),
      thresholds: body.policy ? thresholdsOf(body.policy) : own,
      entrants: body.entrants,
      ringShare: body.ringShare,
      seed: body.seed,
    };
    return { status: 200, body: await askThread<RehearsalThread>(THREAD, task) };
  });
}
