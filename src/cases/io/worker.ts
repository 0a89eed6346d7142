/*
 * The background worker of cases: analyses sales that ended, runs batches, ends notices and
 * deadlines, settles entitlements, deletes expired data. Any number of processes may run one: the
 * rows decide who does what, and each step commits together with its record. It never waits for the
 * network; the sender does that.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Clock } from "../../base/clock.ts";
import { inTransaction } from "../../db/connect.ts";
import { eachAlone } from "../../db/eachAlone.ts";
import { findSale, type StoredSale } from "../../sale/io/saleStore.ts";
import { runAppealClock } from "../appeal/io/appealCommands.ts";
import { analyseSale, writeAnalysis } from "../review/io/auditSale.ts";
import { letHeldStandInTime, letStandInTime } from "../review/io/letStand.ts";
import {
  CLAIM_MS,
  claimAudit,
  dropAuditClaim,
  saleHasEnded,
  salesToAudit,
} from "../review/io/auditStore.ts";
import { runBatches, type BatchRunDeps } from "../batch/io/batchRun.ts";
import { publishStatements } from "../batch/io/statements.ts";
import { refuseUnknownChannels } from "../decision/io/callStore.ts";
import { settleNotices } from "../decision/io/decisionStore.ts";
import { settleEntitlements } from "../remedy/io/remedyStore.ts";
import { forgetOld, runRetention } from "../account/io/retentionStore.ts";

export interface CaseWorkerDeps extends BatchRunDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Pause between passes, in ms. Nothing here is urgent, and an idle server should query little. */
const PAUSE_MS = 1_000;
const RETENTION_EVERY_MS = 3_600_000;
const HELD_EVERY_MS = 60_000;

/** The loop. `run` is one pass. */
export class CaseWorker {
  readonly #deps: CaseWorkerDeps;
  readonly #holder = randomUUID();
  #running: Promise<void> | null = null;
  #stopping = false;
  #retainedAtMs = 0;
  #moreToForget = false;
  #letStandAtMs = 0;

  constructor(deps: CaseWorkerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      await this.run().catch((error: unknown) =>
        // The database is away, or a lock was taken: the next pass does the rest.
        this.#deps.logger.warn({ err: error }, "case worker"),
      );
      await sleep(PAUSE_MS);
    }
  }

  /** One pass. Public because tests have no timers. */
  async run(): Promise<void> {
    const { sql, keyring, clock, ports, baseUrl } = this.#deps;
    const steps: readonly ((nowMs: number) => Promise<unknown>)[] = [
      (nowMs) => this.#auditEnded(nowMs),
      (nowMs) => letStandInTime(sql, ports, nowMs),
      (nowMs) => this.#letHeldStand(nowMs),
      (nowMs) => runBatches({ sql, keyring, baseUrl, ports }, nowMs),
      (nowMs) => refuseUnknownChannels(sql, [...ports.keys()], nowMs),
      (nowMs) => settleNotices(sql, nowMs),
      (nowMs) => runAppealClock(sql, keyring, nowMs),
      (nowMs) => publishStatements(sql, nowMs),
      (nowMs) => inTransaction(sql, (tx) => settleEntitlements(tx, nowMs)),
      (nowMs) => this.#forget(nowMs),
    ];
    // A look at a large sale takes minutes, so each step has its own instant.
    await eachAlone(steps, (step) => step(clock.nowMs()));
  }

  /** Retention: once an hour, then in portions, so that deadlines are served in between. */
  async #forget(nowMs: number): Promise<void> {
    const { sql, keyring } = this.#deps;
    if (nowMs - this.#retainedAtMs >= RETENTION_EVERY_MS) {
      this.#retainedAtMs = nowMs;
      this.#moreToForget = true;
      await runRetention(sql, keyring, nowMs);
    }
    if (this.#moreToForget) this.#moreToForget = await forgetOld(sql, nowMs);
  }

  async #letHeldStand(nowMs: number): Promise<void> {
    if (nowMs - this.#letStandAtMs < HELD_EVERY_MS) return;
    this.#letStandAtMs = nowMs;
    await letHeldStandInTime(this.#deps.sql, this.#deps.ports, nowMs);
  }

  async #auditEnded(nowMs: number): Promise<void> {
    const { sql } = this.#deps;
    await eachAlone(await salesToAudit(sql, nowMs), async (slug) => {
      const sale = await findSale(sql, slug);
      if (!sale || !(await saleHasEnded(sql, sale, nowMs))) return;
      await this.#whileClaimed(sale.saleNo, () => this.#audit(sale, nowMs));
    });
  }

  async #audit(sale: StoredSale, nowMs: number): Promise<void> {
    const { sql, keyring, logger } = this.#deps;
    const analysis = await analyseSale({ sql, keyring }, sale);
    const outcome = await inTransaction(sql, (tx) => writeAnalysis(tx, sale, analysis, nowMs));
    if (outcome?.fault) {
      logger.error(
        { sale: sale.definition.slug, fault: outcome.fault },
        "a rule failed: all orders wait",
      );
    }
  }

  /** One worker of all servers analyses a sale: it takes minutes of a core and a gigabyte. */
  async #whileClaimed(saleNo: number, work: () => Promise<void>): Promise<void> {
    const { sql } = this.#deps;
    if (!(await claimAudit(sql, saleNo, this.#holder))) return;
    const renew = () => void claimAudit(sql, saleNo, this.#holder).catch(() => null);
    const renewing = setInterval(renew, CLAIM_MS / 3);
    try {
      await work();
    } finally {
      clearInterval(renewing);
      await dropAuditClaim(sql, saleNo, this.#holder).catch(() => null);
    }
  }
}
