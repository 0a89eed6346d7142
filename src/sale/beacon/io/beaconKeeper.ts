import type { Logger } from "pino";
import type { Clock } from "../../../base/clock.ts";
import type { BeaconSource } from "../../../connectors/drand.ts";
import type { Sql } from "../../../db/connect.ts";
import { Thread } from "../../../threads/thread.ts";
import { beaconRoundAtMs, type DrandChain } from "../beacon.ts";
import { awaitedRounds, insertBeaconRound } from "./beaconStore.ts";
import type { BeaconThread } from "./beaconThread.ts";

/** What is needed of a sale. */
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

/**
 * Fetches the rounds that windows wait for. A window never goes on without its round: whoever may leave the
 * beacon out when it suits could draw twice. Rounds stay available, so a network that is away costs time only.
 */
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

  /** Looks what is due, without keeping the caller waiting; does nothing while it still looks. */
  look(sales: readonly BeaconSale[]): void {
    const using = sales.filter(({ definition }) => definition.beacon !== undefined);
    if (using.length === 0 || this.#running !== null) return;
    const sinceFailureMs = this.#deps.clock.nowMs() - this.#failedAtMs;
    // Below zero where the clock was set back.
    if (sinceFailureMs >= 0 && sinceFailureMs < this.#pauseMs) return;
    this.#running = this.#fetchDue(using)
      .catch((error: unknown) => this.#failed(error as Error))
      .finally(() => (this.#running = null));
  }

  /** After the rounds in hand. */
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
    const chains = new Map(sales.map((sale) => [sale.saleNo, sale.definition.beacon!]));
    const awaited = await awaitedRounds(sql, [...chains.keys()]);
    // A chain that cannot be reached is not asked for its next round, too; and it keeps no other chain waiting.
    const away = new Map<string, Error>();
    for (const { saleNo, beaconRoundNo } of awaited) {
      const chain = chains.get(saleNo)!;
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
