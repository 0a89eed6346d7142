/*
 * Operators' routes about sales: create, change state, live figures, sale file, message to buyers.
 */

import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { planRoutes } from "../../api/planRoutes.ts";
import { operatorRoutes } from "../../api/operatorRoutes.ts";
import { isRepeated, type Transaction } from "../../db/connect.ts";
import { summaryOf } from "../../http/answerTimes.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { readSaleFile, writeSaleFile } from "../saleFile.ts";
import { roundPhase, saleAfter, type SaleAction, type SaleState } from "../saleState.ts";
import { stockLine } from "./boardStore.ts";
import {
  findSale,
  insertSale,
  listSales,
  readSaleStatus,
  writeSaleMessage,
  writeSaleState,
  type StoredSale,
} from "./saleStore.ts";
import { readCounts } from "../entry/io/statusStore.ts";
import { readStock } from "./stockStore.ts";
import { requireAnySale, type SaleDeps } from "./requireSale.ts";
import { presentSale } from "./presentSale.ts";

/** Executes an operator's action, for the CLI and the console alike. */
export async function changeSaleState(
  tx: Transaction,
  sale: StoredSale,
  change: { readonly action: SaleAction; readonly nowMs: number },
): Promise<SaleState> {
  const { action, nowMs } = change;
  const from = await readSaleStatus(tx, sale.saleNo, "update");
  const next = saleAfter(from.state, action, from.policyDigest !== null);
  if (!next.ok) throw new Refusal(next.why);
  await writeSaleState(tx, sale.saleNo, { from, to: next.value, nowMs });
  return next.value;
}

export function mountOperatorSales(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, operatorRoutes.listOperatorSales, async ({ operator }) => {
    const isFor = (slug: string) => operator.sales?.includes(slug) ?? true;
    const all = (await listSales(deps.sql)).filter(({ sale }) => isFor(sale.definition.slug));
    return { status: 200, body: { sales: all.map(({ sale, state }) => presentSale(sale, state)) } };
  });

  mount(app, deps, operatorRoutes.createSale, async (tx, { body, nowMs }) => {
    const read = readSaleFile(body);
    if (!read.ok) throw new Refusal("sale_file_invalid", { errors: read.issues });
    const { definition } = read;
    if (await findSale(tx, definition.slug)) throw new Refusal("sale_exists");
    const chainEnds = definition.rounds.map(() => randomBytes(32));
    try {
      await insertSale(tx, deps.keyring, { definition, nowMs, chainEnds });
    } catch (error) {
      // Another request took the slug at the same instant. This transaction is lost; the retry
      // finds the answer.
      if (isRepeated(error)) throw new Refusal("request_in_flight");
      throw error;
    }
    const sale = await findSale(tx, definition.slug);
    return { status: 201, body: presentSale(sale as StoredSale, "draft") };
  });

  const actions = [
    [operatorRoutes.openSale, "open"],
    [operatorRoutes.pauseSale, "pause"],
    [operatorRoutes.resumeSale, "resume"],
    [operatorRoutes.closeSale, "close"],
  ] as const;
  for (const [contract, action] of actions) {
    mount(app, deps, contract, async (tx, { params, nowMs }) => {
      const sale = await requireAnySale(tx, params.slug);
      const state = await changeSaleState(tx, sale, { action, nowMs });
      return { status: 200, body: { slug: params.slug, state } };
    });
  }

  mount(app, deps, operatorRoutes.showLive, async ({ params, nowMs }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    return { status: 200, body: await readLive(deps, sale, nowMs) };
  });

  mount(app, deps, planRoutes.showSaleFile, async ({ params }) => {
    const { definition } = await requireAnySale(deps.sql, params.slug);
    return { status: 200, body: writeSaleFile(definition) as unknown as Record<string, unknown> };
  });

  mount(app, deps, planRoutes.saySomething, async (tx, { params, body, nowMs }) => {
    const { saleNo } = await requireAnySale(tx, params.slug);
    await writeSaleMessage(tx, saleNo, body.message, nowMs);
    return { status: 200, body: { message: body.message } };
  });
}

async function readLive(deps: SaleDeps, sale: StoredSale, nowMs: number) {
  const { state, message } = await readSaleStatus(deps.sql, sale.saleNo);
  const { sinceMs, ...answers } = summaryOf(deps.servers.figures());
  const rounds = await Promise.all(
    sale.rounds.map(async ({ round }) => {
      const [counts, stock] = await Promise.all([
        readCounts(deps.sql, sale.saleNo, round.roundNo),
        readStock(deps.sql, sale.saleNo, round.roundNo),
      ]);
      return {
        roundNo: round.roundNo,
        phase: roundPhase(round, nowMs),
        ...counts,
        stock: stock.map((balance) => stockLine(sale.definition, balance)),
      };
    }),
  );
  return {
    slug: sale.definition.slug,
    state,
    message,
    rounds,
    answers: { ...answers, since: new Date(sinceMs).toISOString() },
  };
}
