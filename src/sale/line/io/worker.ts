/*
 * The worker moves live sales on: seals windows, ends deadlines, makes offers. Any number of
 * processes may run one; a lease per sale lets one at a time work on it, and its fence stops a late
 * one.
 */

import { randomUUID } from "node:crypto";
import { KEPT_MS } from "../../../access/retention.ts";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Keyring } from "../../../access/io/keyring.ts";
import type { Clock } from "../../../base/clock.ts";
import { connect, ConnectionError, type Sql } from "../../../db/connect.ts";
import { beaconOf } from "../../definition.ts";
import { advanceRound, LineMemory } from "./advance.ts";
import type { BeaconKeeper } from "../../beacon/io/beaconKeeper.ts";
import {
  BEAT_MS,
  dropLease,
  LEASE_MS,
  LeaseLostError,
  takeLease,
  whileHeld,
  type Lease,
} from "../../lease/io/leaseStore.ts";
import { endDue } from "../../io/offerStore.ts";
import { findSale, listMovingSales, type StoredSale } from "../../io/saleStore.ts";
import { RoundMemory, sealRound, type HeldArrivals } from "./seal.ts";
import type { TurnSharing } from "../../io/turnStore.ts";
import { WindowRoots } from "./windowRoots.ts";

export interface WorkerDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether a message is written for each offer. */
  readonly notices: boolean;
  /** Searches for people with several entries; null: no search. */
  readonly turns: TurnSharing | null;
  /** Fetches beacon rounds; null: tests pass them in. */
  readonly beacons: BeaconKeeper | null;
  /** People who still wait at this server; absent: nobody. */
  readonly arrivals?: HeldArrivals;
  /** Whether nothing may move; absent: never. */
  readonly isPaused?: () => boolean;
  /** Computes roots; tests slow it down. */
  readonly roots?: WindowRoots;
  /** Lifetime and beat interval of a lease. */
  readonly lease?: { readonly lengthMs: number; readonly beatMs: number };
}

/**
 * Pause between rounds of work. With a longer one a sealed window waits longer for its offers; with
 * a shorter one an idle server queries the database in vain more often.
 */
const TICK_MS = 100;
/**
 * Pause after a failed round: an unreachable database would be asked, and reported, ten times a
 * second.
 */
const TROUBLE_MS = 500;
const DROP_LEASE_AFTER_MS = 2_000;

/** Runs until stopped; see the top of the file. */
export class Worker {
  readonly #deps: WorkerDeps;
  readonly #holder = randomUUID();
  readonly #rounds = new RoundMemory();
  readonly #lines = new LineMemory();
  readonly #sales = new Map<string, StoredSale>();
  readonly #roots: WindowRoots;
  /** For beats only: they must not wait for a connection of the pool. */
  readonly #beatSql: Sql;
  #leases: Lease[] = [];
  #running: Promise<void> | null = null;
  #stopping = false;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
    this.#roots = deps.roots ?? new WindowRoots({ sql: deps.sql });
    this.#beatSql = connect(deps.sql.target, {
      poolSize: 1,
      name: "giliran lease",
      deadline: "entries",
    });
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** Ends after the work in hand and releases the leases. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await Promise.all([this.#deps.turns?.stop(), this.#deps.beacons?.stop(), this.#roots.stop()]);
    await Promise.race([
      Promise.allSettled(this.#leases.map((lease) => dropLease(this.#deps.sql, lease))),
      // Unreferenced: it must not keep the process alive.
      sleep(DROP_LEASE_AFTER_MS, undefined, { ref: false }),
    ]);
    await this.#beatSql.end();
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (!this.#deps.isPaused?.()) await this.tick();
      } catch (error) {
        // The database is away or another worker took over: keep trying, nothing is lost.
        if (!(error instanceof LeaseLostError)) this.#deps.logger.warn({ err: error }, "worker");
        await sleep(TROUBLE_MS);
      }
      await sleep(TICK_MS);
    }
  }

  /** One round of work on every unfinished sale. Public for tests, which have no timers. */
  async tick(): Promise<void> {
    const { sql } = this.#deps;
    const rows = await listMovingSales(sql, this.#deps.clock.nowMs() - KEPT_MS.saleAfterClose);
    this.#leases = [];
    const moved: StoredSale[] = [];
    const failures: unknown[] = [];
    const { lengthMs, beatMs } = this.#deps.lease ?? { lengthMs: LEASE_MS, beatMs: BEAT_MS };
    for (const row of rows) {
      const sale = this.#sales.get(row.slug) ?? (await findSale(sql, row.slug));
      if (!sale) continue;
      this.#sales.set(row.slug, sale);
      const lease = await takeLease(sql, row.saleNo, this.#holder, lengthMs);
      if (!lease) continue;
      this.#leases.push(lease);
      try {
        await whileHeld(this.#beatSql, lease, beatMs, (lost) => this.#moveOn(sale, lease, lost));
        moved.push(sale);
      } catch (error) {
        // An unreachable database concerns all sales; any other error stops this sale alone.
        if (error instanceof ConnectionError) throw error;
        failures.push(error);
      }
    }
    this.#deps.beacons?.look(moved);
    if (failures.length > 0) throw failures[0];
  }

  async #moveOn(sale: StoredSale, lease: Lease, lost: AbortSignal): Promise<void> {
    const { sql, keyring, clock, notices, turns, arrivals } = this.#deps;
    const { definition } = sale;
    const roots = this.#roots;
    for (;;) {
      if ((await endDue(sql, lease, clock.nowMs())) === 0) break;
    }
    for (const { round } of sale.rounds) {
      if (clock.nowMs() < round.lobbyOpensAtMs) continue;
      const beacon = beaconOf(definition, round.mode);
      const sealing = {
        sql,
        keyring,
        lease,
        lost,
        roots,
        turns,
        beacon,
        ...(arrivals ? { arrivals } : {}),
      };
      await sealRound(sealing, this.#rounds, round, clock);
      const deps = { sql, keyring, lease, definition, notices };
      await advanceRound(deps, this.#lines, round, clock);
    }
  }
}
