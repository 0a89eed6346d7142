/*
 * Finds the sale and round of a request, or refuses; and the dependencies that a sale's routes
 * share. A draft is never visible to buyers.
 */

import type { PaymentProvider } from "../../connectors/payments/port.ts";
import type { HttpDeps } from "../../http/call.ts";
import type { FastPath } from "../../http/fastPath.ts";
import { Refusal } from "../../http/problem.ts";
import { roundOf, type Round } from "../definition.ts";
import type { Doubt, Wanted } from "../doubt.ts";
import type { DeliveryPlaces } from "../recipient/recipientOrders.ts";
import type { DeliveryPlace } from "../../integrity/delivery.ts";
import type { BoardCache } from "./boardStore.ts";
import type { FailureRecorder } from "../failure/io/failureRecorder.ts";
import type { OrderFacts } from "./factsStore.ts";
import type { EntryIntake } from "../entry/io/intake.ts";
import type { StoredOffer } from "./offerStore.ts";
import { findSale, type StoredSale } from "./saleStore.ts";
import type { WaitLists } from "../entry/io/waitListStore.ts";
import type { Query } from "../../db/connect.ts";
import type { SaleCache } from "./saleCache.ts";

/** Dependencies of a sale's routes. */
export interface SaleDeps extends HttpDeps {
  readonly sales: SaleCache;
  readonly boards: BoardCache;
  readonly lists: WaitLists;
  readonly intake: EntryIntake;
  readonly provider: PaymentProvider;
  readonly fastPath: FastPath;
  /** Told of joins that were not answered. */
  readonly failures: FailureRecorder;
  /** Scores orders before they are placed; null: no order is asked a question. */
  readonly doubts: OrderDoubts | null;
  /** Tells whether two deliveries go to one recipient at one place. */
  readonly places: DeliveryPlaces<DeliveryPlace>;
}

/** An order that is about to be placed. */
export interface OrderInDoubt {
  readonly offer: StoredOffer;
  readonly wanted: Wanted<OrderFacts>;
  readonly nowMs: number;
}

/**
 * Scores orders before they are placed, beside all those numbered before them. Uses connections of
 * its own; never throws for lack of one.
 */
export interface OrderDoubts {
  /** By the index of each order; null: no doubt. */
  score(sale: StoredSale, orders: readonly OrderInDoubt[]): Promise<readonly (Doubt | null)[]>;
  /** The question before an order is being answered: it counts from now on. */
  answered(sale: StoredSale, order: OrderInDoubt): Promise<void>;
}

/** A published sale. */
export async function requireSale(deps: SaleDeps, slug: string): Promise<StoredSale> {
  const sale = deps.sales.peek(slug) ?? (await deps.sales.find(slug));
  if (!sale) throw new Refusal("sale_not_found");
  return sale;
}

/**
 * A sale, drafts included: for operators. Inside a transaction it is read on that connection: with
 * a second connection per request, as many requests as the pool has connections would deadlock.
 */
export async function requireAnySale(sql: Query, slug: string): Promise<StoredSale> {
  const sale = await findSale(sql, slug);
  if (!sale) throw new Refusal("sale_not_found");
  return sale;
}

export function requireRound(sale: StoredSale, roundNo: number): Round {
  const round = roundOf(sale.definition, roundNo);
  if (!round) throw new Refusal("round_not_found");
  return round;
}

export async function requireBoth(
  deps: SaleDeps,
  params: { slug: string; roundNo: number },
): Promise<{ sale: StoredSale; round: Round }> {
  const sale = await requireSale(deps, params.slug);
  return { sale, round: requireRound(sale, params.roundNo) };
}
