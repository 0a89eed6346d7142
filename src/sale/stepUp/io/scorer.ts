/*
 * Scores each order before it is placed, in a thread. States: on time, behind (nothing is scored
 * until an answer arrives). A missed score costs little, since all orders are audited at the close;
 * a waiting buyer could lose the unit.
 */

import type { Logger } from "pino";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import type { Transaction } from "../../../db/connect.ts";
import type { Thresholds } from "../../../integrity/audit.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { ThreadEnded } from "../../../threads/protocol.ts";
import { Thread } from "../../../threads/thread.ts";
import { channelByNo, variantByNo } from "../../definition.ts";
import type { Doubt } from "../../doubt.ts";
import { readFacts, type OrderFacts } from "../../io/factsStore.ts";
import type { StoredSale } from "../../io/saleStore.ts";
import { listCancelledSince, listPlacedSince } from "./placedStore.ts";
import type { OrderDoubts } from "../../io/requireSale.ts";
import type { ScorerTask } from "./scoreOrder.ts";
import type { ScorerThread } from "./thread.ts";

const THREAD = new URL("./thread.ts", import.meta.url);
/** Longest wait for a score; after it the order is placed without a question. */
export const TIMEOUT_MS = 500;
/** Interval of fetching other servers' orders; this server's own are already known. */
const FETCH_MS = 1_000;
/** Transactions commit in another order than they began, so the fetch overlaps by this much. */
const OVERLAP_MS = 5_000;

const NO_NEWS = { placed: [], cancelled: [] } as const;

/** The thresholds of a sale's policy, which this room does not know; null without a policy. */
export type ThresholdsOf = (tx: Transaction, saleNo: number) => Promise<Thresholds | null>;

interface Told {
  fetchedAtMs: number;
  /** When the newest of them was placed. */
  untilMs: number;
  readonly offerIds: Set<string>;
  /** From the sale's policy; null without one. Callers during the read await it. */
  thresholds: Promise<Thresholds | null>;
}

/**
 * Scores each order against all placed orders of its sale. The thread keeps the server responsive;
 * if it fails or is slow, nobody is asked.
 */
export class OrderScorer implements OrderDoubts {
  readonly #keyring: Keyring;
  readonly #thresholdsOf: ThresholdsOf;
  readonly #logger: Logger;
  readonly #timeoutMs: number;
  readonly #thread: Thread<ScorerThread>;
  /** The thread's knowledge of each sale. */
  readonly #told = new Map<number, Told>();

  constructor(deps: {
    readonly keyring: Keyring;
    readonly thresholdsOf: ThresholdsOf;
    readonly logger: Logger;
    readonly timeoutMs: number;
    /** Another thread file, for tests of failure. */
    readonly threadFile?: URL;
  }) {
    this.#keyring = deps.keyring;
    this.#thresholdsOf = deps.thresholdsOf;
    this.#logger = deps.logger;
    this.#timeoutMs = deps.timeoutMs;
    this.#thread = new Thread(deps.threadFile ?? THREAD, {
      setup: null,
      afterTimeout: "go_on",
      // A new thread learns everything again.
      onEnd: () => this.#told.clear(),
      log: { name: "scorer", logger: deps.logger },
    });
  }

  async score(
    tx: Transaction,
    sale: StoredSale,
    order: Parameters<OrderDoubts["score"]>[2],
  ): Promise<Doubt | null> {
    // While an answer is late the thread gets no order, or all would wait as long.
    if (this.#thread.isBehind) return null;
    const { offer, wanted, nowMs } = order;
    const told = this.#toldOf(sale);
    const news = await this.#untold(tx, sale, told, nowMs);
    const thresholds = await told.thresholds;
    if (thresholds === null) return null;
    return await this.#ask({
      saleNo: sale.saleNo,
      thresholds,
      ...news,
      candidate: recordOf(sale, wanted.facts, {
        offerId: offer.offerId,
        accountKey: offer.accountKey,
        atMs: nowMs,
        channelNo: offer.channelNo,
        variantNo: offer.variantNo,
      }),
    });
  }

  #toldOf({ saleNo }: StoredSale): Told {
    const known = this.#told.get(saleNo);
    if (known) return known;
    const told: Told = {
      fetchedAtMs: Number.NEGATIVE_INFINITY,
      untilMs: 0,
      offerIds: new Set<string>(),
      thresholds: Promise.resolve(null),
    };
    this.#told.set(saleNo, told);
    return told;
  }

  /** Placed and cancelled orders that the thread does not know yet. */
  async #untold(
    tx: Transaction,
    sale: StoredSale,
    told: Told,
    nowMs: number,
  ): Promise<Pick<ScorerTask, "placed" | "cancelled">> {
    const sinceMs = Math.max(0, told.fetchedAtMs - OVERLAP_MS);
    if (nowMs - told.fetchedAtMs < FETCH_MS) return NO_NEWS;
    told.fetchedAtMs = nowMs;
    const reading = this.#thresholdsOf(tx, sale.saleNo);
    told.thresholds = reading.catch(() => null);
    if ((await reading) === null) return NO_NEWS;
    const orders = await listPlacedSince(tx, sale.saleNo, told.untilMs - OVERLAP_MS);
    const fresh = orders.filter(({ offerId }) => !told.offerIds.has(offerId));
    const cancelled = await listCancelledSince(tx, sale.saleNo, sinceMs);
    const placed = fresh.map(({ placedAt, factsCipher, ...order }) => {
      const atMs = placedAt.getTime();
      told.offerIds.add(order.offerId);
      told.untilMs = Math.max(told.untilMs, atMs);
      const facts = factsCipher === null ? {} : readFacts(this.#keyring, factsCipher);
      return recordOf(sale, facts, { ...order, atMs });
    });
    return { placed, cancelled };
  }

  async #ask(task: ScorerTask): Promise<Doubt | null> {
    try {
      return await this.#thread.ask(task, { timeoutMs: this.#timeoutMs });
    } catch (error) {
      if (error instanceof ThreadEnded && error.why === "timeout") {
        this.#logger.warn({ saleNo: task.saleNo }, "an order was not looked at in time");
      }
      return null;
    }
  }

  async stop(): Promise<void> {
    await this.#thread.stop();
  }
}

function recordOf(
  sale: StoredSale,
  facts: OrderFacts,
  order: {
    readonly offerId: string;
    readonly accountKey: string;
    readonly channelNo: number;
    readonly variantNo: number;
    readonly atMs: number;
  },
): OrderRecord {
  const { definition } = sale;
  return {
    ...facts,
    orderId: order.offerId,
    orderedAtMs: order.atMs,
    channel: must(channelByNo(definition, order.channelNo), "channel of an offer").code,
    account: order.accountKey,
    units: 1,
    sku: must(variantByNo(definition, order.variantNo), "variant of an offer").sku,
  };
}
