/*
 * Fetches beacon rounds for windows that wait for them. States of a round: awaited, fetched and
 * verified, stored. A window never proceeds without its round: whoever could skip the beacon at
 * will could draw twice.
 */

import { must } from "../../../base/assert.ts";
import type { Logger } from "pino";
import type { Clock } from "../../../base/clock.ts";
import type { BeaconSource } from "../../../connectors/drand.ts";
import type { Sql } from "../../../db/connect.ts";
import { Thread } from "../../../threads/thread.ts";
import { beaconRoundAtMs, type DrandChain } from "../beacon.ts";
import { awaitedRounds, insertBeaconRound } from "./beaconStore.ts";
import type { BeaconThread } from "./beaconThread.ts";

/** The needed part of a sale. */
interface BeaconSale {
  readonly saleNo: number;
  readonly definition: { readonly beacon?: DrandChain | undefined };
}

const THREAD = new URL("./beaconThread.ts", import.meta.url);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export interface BeaconDeps {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly source: BeaconSource;
}

/** Fetches awaited rounds. Rounds stay available for ever, so a network outage costs time only. */
export class BeaconKeeper {
  readonly #deps: BeaconDeps;
  readonly #stopping = new AbortController();
  readonly #thread = new Thread<BeaconThread>(THREAD, { setup: null });
  #running: Promise<void> | null = null;
  #pauseMs = 0;
  #failedAtMs = 0;

  constructor(deps: BeaconDeps) {
    this.#deps = deps;
  }

  /**
   * Starts fetching whatever is due, without blocking the caller; does nothing while a fetch runs.
   */
  look(sales: readonly BeaconSale[]): void {
    const using = sales.filter(({ definition }) => definition.beacon !== undefined);
    if (using.length === 0 || this.#running !== null) return;
    const sinceFailureMs = this.#deps.clock.nowMs() - this.#failedAtMs;
    // Below zero if the clock was set back.
    if (sinceFailureMs >= 0 && sinceFailureMs < this.#pauseMs) return;
    this.#running = this.#fetchDue(using)
      .catch((error: unknown) => this.#failed(error as Error))
      .finally(() => (this.#running = null));
  }

  /** Resolves after the rounds in hand. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#thread.stop();
  }

  async #fetchDue(sales: readonly BeaconSale[]): Promise<void> {
    const { sql, clock } = this.#deps;
    const chains = new Map(
      sales.map((sale) => [sale.saleNo, must(sale.definition.beacon, "filtered before")]),
    );
    const awaited = await awaitedRounds(sql, [...chains.keys()]);
    // An unreachable chain is not asked for its next round, and delays no other chain.
    const away = new Map<string, Error>();
    for (const { saleNo, beaconRoundNo } of awaited) {
      const chain = must(chains.get(saleNo), "a round of these sales");
      if (beaconRoundAtMs(chain, beaconRoundNo) > clock.nowMs() || away.has(chain.chainHash))
        continue;
      await this.#fetch(chain, beaconRoundNo).catch((error: unknown) =>
        away.set(chain.chainHash, error as Error),
      );
    }
    const [error] = away.values();
    if (error) throw error;
    this.#pauseMs = 0;
  }

  async #fetch(chain: DrandChain, beaconRoundNo: number): Promise<void> {
    const { sql, clock, source } = this.#deps;
    const { chainHash } = chain;
    const answer = await source.signature({
      chainHash,
      beaconRoundNo,
      signal: this.#stopping.signal,
      isGenuine: (signature) => this.#thread.ask({ chain, beaconRoundNo, signature }),
    });
    if (!answer.ok) throw new Error(`round ${beaconRoundNo}: ${answer.faults.join("; ")}`);
    const { signature } = answer;
    await insertBeaconRound(sql, { chainHash, beaconRoundNo, signature, nowMs: clock.nowMs() });
  }

  #failed(error: Error): void {
    if (this.#stopping.signal.aborted) return;
    this.#deps.logger.warn({ err: error }, "a round of the beacon has not come");
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#failedAtMs = this.#deps.clock.nowMs();
  }
}
