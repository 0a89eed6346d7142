/*
 * This server's heartbeats, and what it knows of the others: from memory, so that no request reads a
 * table for it. While the database is away, what was known last stays known.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";
import {
  beat,
  leave,
  type AnswerCounts,
  type LiveServer,
  type ServerAbout,
} from "./serverStore.ts";

/** Interval of heartbeats, in ms: what others show of this server is as old. */
const EVERY_MS = 1_000;
/** Ending waits no longer for the database. */
const LEAVE_MS = 1_000;

export interface RegistryDeps {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly about: ServerAbout;
  readonly figures: () => AnswerCounts;
}

/** Says that this server lives, and learns which others do. */
export class ServerRegistry {
  readonly #deps: RegistryDeps;
  readonly #stopped = new AbortController();
  #others: readonly LiveServer[] = [];

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** Servers on this database, this one included. */
  get count(): number {
    return this.#others.length + 1;
  }

  /** This server. */
  get about(): ServerAbout {
    return this.#deps.about;
  }

  /** Answers of each server lately, this one first. */
  figures(): AnswerCounts[] {
    return [this.#deps.figures(), ...this.#others.map(({ figures }) => figures)];
  }

  /** Whether all servers run the same code. */
  get sameCode(): boolean {
    const { codeDigest } = this.#deps.about;
    return this.#others.every((other) => other.codeDigest === codeDigest);
  }

  /** One heartbeat. Public because tests have no timers. */
  async beat(): Promise<void> {
    const { sql, clock, about, figures } = this.#deps;
    this.#others = await beat(sql, about, figures(), clock.nowMs());
  }

  /** Beats now and each second from then on, until stopped. */
  async start(): Promise<void> {
    await this.beat();
    void this.#keepBeating(this.#stopped.signal);
  }

  /** Takes this server off the list. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    const { sql, about } = this.#deps;
    await Promise.race([
      leave(sql, about.serverId).catch(() => undefined),
      sleep(LEAVE_MS, undefined, { ref: false }),
    ]);
  }

  async #keepBeating(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => null);
      if (!signal.aborted) await this.beat().catch(() => null);
    }
  }
}
