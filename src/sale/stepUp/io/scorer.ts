/*
 * Scores each order before it is placed, in a thread, beside all orders of its sale that were
 * numbered before it on whatever server. States: on time, behind (nothing is scored until an answer
 * arrives). A missed score costs little, since all orders are audited at the close; a waiting buyer
 * could lose the unit.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, type Query, type Sql } from "../../../db/connect.ts";
import type { Thresholds } from "../../../integrity/audit.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { ThreadEnded } from "../../../threads/protocol.ts";
import { Thread } from "../../../threads/thread.ts";
import { channelByNo, variantByNo } from "../../definition.ts";
import type { Doubt } from "../../doubt.ts";
import { factsCipher, readFacts } from "../../io/factsStore.ts";
import type { OrderDoubts, OrderInDoubt } from "../../io/requireSale.ts";
import { findSale, type StoredSale } from "../../io/saleStore.ts";
import type { ScoringStep } from "./scoreOrder.ts";
import {
  listSequence,
  listSequences,
  numberOrders,
  numberUnscored,
  type NumberedOrders,
  type SequenceRow,
} from "./sequenceStore.ts";
import type { ScorerThread } from "./thread.ts";

const THREAD = new URL("./thread.ts", import.meta.url);
/** Longest wait for a score; after it the order is placed without a question. */
export const TIMEOUT_MS = 500;
/** Interval of reading other servers' numbers while this server has no order of its own. */
const FOLLOW_MS = 1_000;
/** Numbers read and decrypted at once; each portion keeps this server from answering for that time. */
const AT_ONCE = 500;

/** The thresholds of a sale's policy, which this room does not know; null without a policy. */
export type ThresholdsOf = (sql: Query, saleNo: number) => Promise<Thresholds | null>;

/** The numbers of a sale that the thread was told. */
interface Told {
  readonly sale: StoredSale;
  /** From the sale's policy; null without one. */
  thresholds: { readonly readAtMs: number; readonly value: Promise<Thresholds | null> } | null;
  /** Orders that were placed while nothing was scored get their numbers first. */
  opening: Promise<void> | null;
  untilNo: number;
  /** More is unknown than can be read while a buyer waits. */
  isFar: boolean;
  /** Numbers are told in their order, so readers of one sale wait for each other. */
  reading: Promise<unknown>;
}

/** Orders that are scored while their buyers wait. */
interface Waiting {
  readonly scoreNos: readonly number[];
  /** The end of their waiting, by the process's own clock. */
  readonly untilMs: number;
}

const NOBODY: Waiting = { scoreNos: [], untilMs: 0 };

type Doubts = readonly (Doubt | null)[];

/**
 * Scores each order beside all numbered orders of its sale. The thread keeps the server responsive;
 * if it fails or is slow, nobody is asked.
 */
export class OrderScorer implements OrderDoubts {
  readonly #sql: Sql;
  readonly #keyring: Keyring;
  readonly #thresholdsOf: ThresholdsOf;
  readonly #logger: Logger;
  readonly #timeoutMs: number;
  readonly #thread: Thread<ScorerThread>;
  readonly #told = new Map<number, Told>();
  #following: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(deps: {
    readonly sql: Sql;
    readonly keyring: Keyring;
    readonly thresholdsOf: ThresholdsOf;
    readonly logger: Logger;
    readonly timeoutMs: number;
    /** Another thread file, for tests of failure. */
    readonly threadFile?: URL;
  }) {
    this.#sql = deps.sql;
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

  /** Reads along from now on, so that a server knows all orders when its first one comes. */
  start(): void {
    const follow = async () => {
      await this.follow().catch((error: unknown) => this.#failed(error, "numbers were not read"));
      if (!this.#stopped) this.#following = setTimeout(follow, FOLLOW_MS).unref();
    };
    void follow();
  }

  /** Reads what was numbered in the sales that sell. */
  async follow(): Promise<void> {
    for (const { slug, lastNo } of await listSequences(this.#sql)) {
      if (this.#stopped) return;
      const known = [...this.#told.values()].find((told) => told.sale.definition.slug === slug);
      const sale = known?.sale ?? must(await findSale(this.#sql, slug), "a sale that sells");
      const told = this.#toldOf(sale);
      if (told.untilNo < lastNo && !this.#thread.isBehind) void (await this.#tell(told, NOBODY));
    }
  }

  async score(sale: StoredSale, orders: readonly OrderInDoubt[]): Promise<Doubts> {
    const nothing = orders.map(() => null);
    if (orders.length === 0) return nothing;
    const numbers = await this.#number(sale, orders, false);
    const told = this.#toldOf(sale);
    // While an answer is late the thread gets no order, or all would wait as long.
    if (numbers === null || this.#thread.isBehind || told.isFar) return nothing;
    const untilMs = performance.now() + this.#timeoutMs;
    const looks = this.#tell(told, { scoreNos: numbers.scoreNos, untilMs });
    const late = sleep(this.#timeoutMs, null, { ref: false });
    const inTime = await Promise.race([looks, late]);
    if (inTime !== null) return await Promise.all(inTime);
    this.#late(sale);
    return nothing;
  }

  /** An order that was in doubt is about to be placed after all. */
  async answered(sale: StoredSale, order: OrderInDoubt): Promise<void> {
    await this.#number(sale, [order], true);
  }

  #toldOf(sale: StoredSale): Told {
    const known = this.#told.get(sale.saleNo);
    if (known) return known;
    const reading = Promise.resolve();
    const told = { sale, thresholds: null, opening: null, untilNo: 0, isFar: false, reading };
    this.#told.set(sale.saleNo, told);
    return told;
  }

  async #open(told: Told): Promise<void> {
    try {
      told.opening ??= numberUnscored(this.#sql.within("work"), told.sale.saleNo);
      await told.opening;
    } catch (error) {
      told.opening = null;
      throw error;
    }
  }

  /** A policy may change while a sale goes on, so it is read again now and then. */
  async #thresholds(told: Told): Promise<Thresholds | null> {
    const nowMs = performance.now();
    if (told.thresholds === null || nowMs - told.thresholds.readAtMs > FOLLOW_MS) {
      const value = this.#thresholdsOf(this.#sql, told.sale.saleNo);
      told.thresholds = { readAtMs: nowMs, value };
    }
    return await told.thresholds.value;
  }

  /** Gives orders their numbers; null without a policy, or when the database cannot now. */
  async #number(
    sale: StoredSale,
    orders: readonly OrderInDoubt[],
    isAnswer: boolean,
  ): Promise<NumberedOrders | null> {
    const coming = orders.map(({ offer, wanted: { facts }, nowMs }) => ({
      offerId: offer.offerId,
      accountKey: offer.accountKey,
      channelNo: offer.channelNo,
      variantNo: offer.variantNo,
      factsKey: this.#keyring.identityKey("facts", JSON.stringify(facts)),
      factsCipher: factsCipher(this.#keyring, facts),
      isAnswer,
      nowMs,
    }));
    const nowMs = Math.max(...coming.map((order) => order.nowMs));
    try {
      const told = this.#toldOf(sale);
      if ((await this.#thresholds(told)) === null) return null;
      await this.#open(told);
      return await inTransaction(this.#sql, (tx) => numberOrders(tx, sale.saleNo, coming, nowMs));
    } catch (error) {
      this.#failed(error, "orders got no number, so they were not looked at");
      return null;
    }
  }

  /** Tells the thread what was numbered so far; the looks at some of the orders, as they come. */
  #tell(told: Told, waiting: Waiting): Promise<readonly Promise<Doubt | null>[]> {
    const reading = told.reading.then(() => this.#read(told, waiting));
    told.reading = reading.catch(() => undefined);
    return reading.catch((error: unknown) => {
      this.#failed(error, "numbers were not read");
      return waiting.scoreNos.map(() => Promise.resolve(null));
    });
  }

  async #read(told: Told, waiting: Waiting): Promise<readonly Promise<Doubt | null>[]> {
    const { scoreNos, untilMs } = waiting;
    const { sale } = told;
    const thresholds = await this.#thresholds(told);
    const looks = new Map<number, Promise<Doubt | null>>();
    if (thresholds === null) return scoreNos.map(() => Promise.resolve(null));
    await this.#open(told);
    let taken: Promise<unknown> = Promise.resolve();
    for (;;) {
      const window = { afterNo: told.untilNo, size: AT_ONCE };
      const rows = await listSequence(this.#sql, sale.saleNo, window);
      // The thread has ended meanwhile: whoever comes next begins again.
      if (this.#told.get(sale.saleNo) !== told) break;
      told.isFar = rows.length === AT_ONCE;
      const steps = rows.map((row) => this.#stepOf(sale, row));
      // The thread is one portion behind at most, or all of a sale would lie in memory.
      await taken;
      for (const part of parts(steps, new Set(scoreNos))) {
        const look = this.#ask(told, thresholds, { ...part, untilMs });
        if (part.judgeNo === null) taken = look;
        else looks.set(part.judgeNo, look);
      }
      if (!told.isFar) break;
    }
    return scoreNos.map(
      (judgeNo) =>
        looks.get(judgeNo) ??
        (judgeNo <= told.untilNo
          ? this.#ask(told, thresholds, { steps: [], judgeNo, untilMs })
          : Promise.resolve(null)),
    );
  }

  #stepOf(sale: StoredSale, row: SequenceRow): ScoringStep {
    const { scoreNo } = row;
    if (row.orderNo !== null) return { scoreNo, orderNo: row.orderNo, units: row.units };
    return { scoreNo, order: recordOf(this.#keyring, sale, row) };
  }

  async #ask(
    told: Told,
    thresholds: Thresholds,
    { steps, judgeNo, untilMs }: Part & Pick<Waiting, "untilMs">,
  ): Promise<Doubt | null> {
    const { saleNo } = told.sale;
    const afterNo = told.untilNo;
    told.untilNo = steps.at(-1)?.scoreNo ?? afterNo;
    const task = { saleNo, thresholds, afterNo, steps, judgeNo };
    try {
      const options =
        judgeNo === null ? {} : { timeoutMs: Math.max(1, untilMs - performance.now()) };
      return await this.#thread.ask(task, options);
    } catch (error) {
      if (error instanceof ThreadEnded && error.why === "timeout") this.#late(told.sale);
      return null;
    }
  }

  #late({ saleNo }: StoredSale): void {
    this.#logger.warn({ saleNo }, "an order was not looked at in time");
  }

  #failed(error: unknown, text: string): void {
    if (!this.#stopped) this.#logger.warn({ err: error }, text);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#following);
    this.#told.clear();
    await this.#thread.stop();
  }
}

/** Numbers that are told together: those up to an order that is scored, or the rest. */
interface Part {
  readonly steps: readonly ScoringStep[];
  readonly judgeNo: number | null;
}

/** Each order is scored before the thread hears of the next one. */
function parts(steps: readonly ScoringStep[], scored: ReadonlySet<number>): Part[] {
  const found: Part[] = [];
  let from = 0;
  for (const [index, { scoreNo }] of steps.entries()) {
    if (!scored.has(scoreNo)) continue;
    found.push({ steps: steps.slice(from, index + 1), judgeNo: scoreNo });
    from = index + 1;
  }
  if (from < steps.length) found.push({ steps: steps.slice(from), judgeNo: null });
  return found;
}

function recordOf(
  keyring: Keyring,
  { definition }: StoredSale,
  row: Extract<SequenceRow, { readonly orderNo: null }>,
): OrderRecord {
  const facts = row.factsCipher === null ? {} : readFacts(keyring, row.factsCipher);
  return {
    ...facts,
    orderId: row.offerId,
    orderedAtMs: row.scoredAt.getTime(),
    channel: must(channelByNo(definition, row.channelNo), "channel of an offer").code,
    account: row.accountKey,
    units: 1,
    sku: must(variantByNo(definition, row.variantNo), "variant of an offer").sku,
  };
}
