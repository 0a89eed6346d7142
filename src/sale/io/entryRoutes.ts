/*
 * Routes to join, leave, and get a challenge: the hot path of a sale. Everything up to the batch is
 * synchronous and in memory.
 */

import { randomBytes, randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { checkWork, issueWork } from "../../access/io/work.ts";
import { buyerRoutes } from "../../api/routes.ts";
import type { Call } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";
import { isFailure, Refusal } from "../../http/problem.ts";
import { channelByCode, variantBySku, type Round, type SaleDefinition } from "../definition.ts";
import {
  ARRIVAL_HEADER,
  stampArrival,
  stampedArrivalMs,
  type StampPurpose,
} from "../entry/io/arrivalStamp.ts";
import { withdrawEntry, type NewEntry } from "../entry/io/entryStore.ts";
import { wasTurnHad } from "../entry/io/statusStore.ts";
import { ENTERED_ALREADY } from "../words.ts";
import type { StoredSale } from "./saleStore.ts";
import { type SaleDeps, requireSale, requireRound, requireBoth } from "./requireSale.ts";
import { presentEntry } from "./presentEntry.ts";

/** Sale, round and account of a challenge or an arrival: it is worthless for any other. */
function workBinding(sale: StoredSale, roundNo: number, accountKey: string): string {
  return `${sale.saleNo}.${roundNo}.${accountKey}`;
}

/** SKUs as the variant numbers of the line; each must be sold on the channel and named once. */
function readPreferences(
  definition: SaleDefinition,
  round: Round,
  channelNo: number,
  skus: readonly string[],
): string {
  const numbers = skus.map((sku) => variantBySku(definition, sku)?.variantNo ?? 0);
  const sold = (variantNo: number) =>
    round.allotments.some((a) => a.channelNo === channelNo && a.variantNo === variantNo);
  if (!numbers.every(sold) || new Set(numbers).size < numbers.length) {
    throw new Refusal("variant_unknown");
  }
  return numbers.join(".");
}

async function challenge(deps: SaleDeps, call: Call<typeof buyerRoutes.showChallenge>) {
  const { params, buyer, nowMs } = call;
  const { sale, round } = await requireBoth(deps, params);
  const cost = sale.definition.workCost;
  const body = issueWork(
    deps.keyring.work,
    { binding: workBinding(sale, round.roundNo, buyer.accountKey), nowMs },
    { cost, secretNumber: randomInt(cost + 1), nonce: randomBytes(12).toString("hex") },
  );
  return { status: 200, body };
}

/** A join with valid work that is not answered; her first wish stands for it. */
function failedJoin(sale: StoredSale, { roundNo }: Round, entry: NewEntry) {
  const { accountKey, phoneKey, emailKey, channelNo } = entry;
  const variantNo = Number(entry.preferences.split(".")[0]);
  return { saleNo: sale.saleNo, roundNo, accountKey, phoneKey, emailKey, channelNo, variantNo };
}

/** Her first arrival, where she was told to retry and brings the proof. */
function firstArrival(
  { keyring }: SaleDeps,
  purpose: StampPurpose,
  stamp: string | string[] | undefined,
): { firstArrivedAtMs?: number } {
  if (typeof stamp !== "string") return {};
  const firstArrivedAtMs = stampedArrivalMs(keyring.arrivals, purpose, stamp);
  return firstArrivedAtMs === null ? {} : { firstArrivedAtMs };
}

/** Joins. Synchronous and in memory up to the batch. */
async function enter(deps: SaleDeps, call: Call<typeof buyerRoutes.enter>) {
  const { params, body, buyer, nowMs } = call;
  const sale = deps.sales.peek(params.slug) ?? (await requireSale(deps, params.slug));
  const round = requireRound(sale, params.roundNo);
  const { roundNo } = round;
  const channel = channelByCode(sale.definition, body.channel);
  if (!channel) throw new Refusal("channel_unknown");
  const { channelNo } = channel;
  const preferences = readPreferences(sale.definition, round, channelNo, body.preferences);
  const purpose = { binding: workBinding(sale, round.roundNo, buyer.accountKey), nowMs };
  const work = checkWork(deps.keyring.work, purpose, body.work);
  if (!work.ok) throw new Refusal(work.why);
  const entry = {
    accountKey: buyer.accountKey,
    phoneKey: buyer.phoneKey,
    emailKey: buyer.emailKey,
    entryId: work.value,
    channelNo,
    preferences,
    requestKey: call.requestKey,
    arrivedAtMs: deps.proxies.arrivedMs(call.request, nowMs),
    ...firstArrival(deps, purpose, call.request.headers[ARRIVAL_HEADER]),
  };
  const outcome = await deps.intake
    .enter({ saleNo: sale.saleNo, round }, entry)
    .catch((error: unknown) => {
      if (isFailure(error)) deps.failures.join(failedJoin(sale, round, entry), nowMs);
      throw error;
    });
  if (outcome === null) throw new Refusal("request_in_flight");
  if ("seconds" in outcome) {
    const { seconds: retryAfterSeconds, firstCameMs } = outcome;
    const stamped = firstCameMs !== null && {
      arrival: stampArrival(deps.keyring.arrivals, purpose, firstCameMs),
    };
    throw new Refusal("come_again", { retryAfterSeconds, ...stamped });
  }
  if (!outcome.ok) {
    if (outcome.why !== "already_entered") throw new Refusal(outcome.why);
    const had = await wasTurnHad(deps.sql, { saleNo: sale.saleNo, roundNo }, buyer.accountKey);
    throw new Refusal("already_entered", { detail: ENTERED_ALREADY[had ? "had" : "kept"] });
  }
  return { status: 201, body: presentEntry(deps.keyring, sale, round.roundNo, outcome.entry) };
}

export function mountEntry(app: FastifyInstance, deps: SaleDeps): void {
  const { fastPath } = deps;
  mount(app, deps, buyerRoutes.showChallenge, (call) => challenge(deps, call));
  fastPath.mount(deps, buyerRoutes.showChallenge, (call) => challenge(deps, call));

  mount(app, deps, buyerRoutes.enter, (call) => enter(deps, call));
  fastPath.mount(deps, buyerRoutes.enter, (call) => enter(deps, call));

  mount(app, deps, buyerRoutes.withdraw, async (tx, { params, buyer, nowMs }) => {
    const { sale, round } = await requireBoth(deps, params);
    const { saleNo } = sale;
    const { accountKey } = buyer;
    const outcome = await withdrawEntry(tx, { saleNo, roundNo: round.roundNo, accountKey, nowMs });
    if (outcome !== "withdrawn") throw new Refusal(outcome);
    return { status: 200, body: { ok: true } };
  });
}
