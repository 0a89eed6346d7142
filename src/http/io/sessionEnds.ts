/*
 * Buyers' sessions that were ended before their time, in memory: a join must read no table. Another
 * server's ends are known within a second. Must never happen: a session that was ended here goes on
 * here.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { readSessionEnds } from "../../access/io/sessionEndStore.ts";
import { SESSION_MS, type Session } from "../../access/session.ts";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";

/** How soon this server knows what was ended on another. */
const EVERY_MS = 1_000;
/** Read again each time: transactions that committed late, and servers whose clocks differ. */
const OVERLAP_MS = 10 * 60_000;

export class SessionEnds {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #accounts = new Map<string, number>();
  readonly #sessions = new Map<string, number>();
  #readAtMs: number | null = null;
  #stopped: AbortController | null = null;

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  /** Whether a session was ended. */
  has({ accountKey, issuedAtMs, sessionKey }: Session): boolean {
    if (this.#accounts.size > 0) {
      const fromMs = this.#accounts.get(accountKey);
      if (fromMs !== undefined && issuedAtMs <= fromMs) return true;
    }
    return sessionKey !== null && this.#sessions.has(sessionKey);
  }

  /** Whether the session of a key was ended. */
  hasKey(sessionKey: string): boolean {
    return this.#sessions.has(sessionKey);
  }

  /** All sessions of an account up to a time are over. */
  noteAccount(accountKey: string, sessionsFromMs: number): void {
    // Another server's clock may be behind: an end that is known must not move back.
    this.#accounts.set(accountKey, Math.max(sessionsFromMs, this.#accounts.get(accountKey) ?? 0));
  }

  /** One session is over. */
  noteSession(sessionKey: string, expiresAtMs: number): void {
    this.#sessions.set(sessionKey, Math.max(expiresAtMs, this.#sessions.get(sessionKey) ?? 0));
  }

  /** Reads what was ended since the last time. */
  async refresh(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const sinceMs = (this.#readAtMs ?? nowMs - SESSION_MS) - OVERLAP_MS;
    const { accounts, sessions } = await readSessionEnds(this.#sql, sinceMs);
    for (const { accountKey, sessionsFromMs } of accounts) {
      this.noteAccount(accountKey, sessionsFromMs);
    }
    for (const { sessionKey, expiresAtMs } of sessions) this.noteSession(sessionKey, expiresAtMs);
    this.#readAtMs = nowMs;
    this.#forget(nowMs);
  }

  /** Reads now and from then on each second, until stopped. */
  async start(): Promise<void> {
    await this.refresh();
    const stopped = new AbortController();
    this.#stopped = stopped;
    void this.#keepReading(stopped.signal);
  }

  stop(): void {
    this.#stopped?.abort();
  }

  async #keepReading(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => null);
      // While the database is away, what is known stays known; buyers can do nothing then anyway.
      if (!signal.aborted) await this.refresh().catch(() => null);
    }
  }

  /** Drops what no living session can match, once a day's worth of sessions has passed. */
  #forget(nowMs: number): void {
    for (const [key, expiresAtMs] of this.#sessions) {
      if (expiresAtMs < nowMs) this.#sessions.delete(key);
    }
    for (const [key, fromMs] of this.#accounts) {
      if (fromMs < nowMs - SESSION_MS - OVERLAP_MS) this.#accounts.delete(key);
    }
  }
}
