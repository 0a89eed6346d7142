/*
 * Restarts our own database server when it is gone, for example after the kernel killed it for lack
 * of memory. States: running, restarting (with backoff), stopping.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster/cluster.ts";

/** Interval of checks. With a longer one joins wait longer for a killed database. */
const LOOK_EVERY_MS = process.platform === "linux" ? 500 : 1_000;
/** Backoff between failed starts: a full disk is not empty a moment later. */
const LEAST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 15_000;
/** Wait for a running start when the process is asked to end. */
const STOP_MS = 2_000;

export interface SupervisorDeps {
  readonly cluster: Pick<Cluster, "isRunning" | "restart" | "dataFolder">;
  /** Called after each check that finds a running server: verifies that it is still ours. */
  readonly whileRunning: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** Restarts our database server when it is gone. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#running = this.#loop();
  }

  /**
   * Ends the supervision before the server is stopped on purpose. False if a start is still
   * running, which may yet succeed.
   */
  async stop(): Promise<boolean> {
    this.#stopping.abort();
    const tooLong = sleep(STOP_MS, false, { ref: false });
    return await Promise.race([this.#running.then(() => true), tooLong]);
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #loop(): Promise<void> {
    const { cluster, whileRunning } = this.#deps;
    while (!this.#stopped) {
      await this.#pause(LOOK_EVERY_MS);
      if (this.#stopped) return;
      if (cluster.isRunning()) await whileRunning().catch(() => undefined);
      else await this.#startAgain();
    }
  }

  async #startAgain(): Promise<void> {
    const { cluster, say } = this.#deps;
    say(`The database server of ${cluster.dataFolder} is gone; starting it again …`);
    for (let pauseMs = LEAST_PAUSE_MS; !this.#stopped; pauseMs *= 2) {
      try {
        await cluster.restart(this.#stopping.signal);
        say("The database is back. Everything that was confirmed is there.");
        return;
      } catch (error) {
        if (this.#stopped) return;
        say((error as Error).message);
        await this.#pause(Math.min(pauseMs, MOST_PAUSE_MS));
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.#stopping.signal }).catch(
      () => undefined,
    );
  }
}
