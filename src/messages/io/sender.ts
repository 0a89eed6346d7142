/*
 * Sends everything that waits to go out: messages, channel calls, refunds. It runs in its own loop,
 * so that no request and no transaction ever waits for the network.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Clock } from "../../base/clock.ts";
import { isPassing } from "../../db/connect.ts";
import { URGENCIES, type Attempt } from "../sending.ts";
import { Lane, type Job, type LaneFigures, type Way } from "./lane.ts";

export interface SenderDeps {
  readonly ways: readonly Way[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number in [0, 1) that randomizes the breaker's rest. */
  readonly chance: () => number;
  /** Timeout of an attempt; `SEND_TIMEOUT_MS` by default. */
  readonly timeoutMs?: number;
  /** Called every few seconds with the figures of the ways; null: not reported. */
  readonly report: ((figures: readonly LaneFigures[]) => Promise<void>) | null;
}

/** Timeout of an attempt, whatever the other side does. Claims last longer (`CLAIM_MS`). */
export const SEND_TIMEOUT_MS = 10_000;
/**
 * A way ends its attempts itself, since it knows best what has left; this is for one that fails to.
 */
const BACKSTOP_MS = 500;
/** Delay between claims under load: with a shorter one each claim takes a single message. */
const GATHER_MS = 10;
const REPORT_EVERY_MS = 2_000;
/** Time for attempts in flight when the server stops. */
const STOP_MS = 3_000;
const RECORD_TRIES = 5;
const RECORD_PAUSE_MS = 250;

/**
 * Sends whatever waits. Each way has its own bounded concurrency and its own breaker, so a hanging
 * way blocks no other.
 */
export class MessageSender {
  readonly #deps: SenderDeps;
  readonly #lanes: readonly Lane[];
  readonly #inHand = new Set<AbortController>();
  #running: Promise<void> | null = null;
  #reporting: Promise<void> | null = null;
  #stopping = false;
  #wake: () => void = () => undefined;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
    this.#lanes = deps.ways.map((way) => new Lane(way));
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** Claims nothing more, waits a few seconds for attempts in flight, then aborts them. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
    const timer = setTimeout(() => this.#inHand.forEach((one) => one.abort()), STOP_MS);
    await Promise.all(this.#lanes.map((lane) => lane.idle()));
    clearTimeout(timer);
    await this.#reporting;
    for (const { way } of this.#lanes) way.close?.();
  }

  /**
   * Sends everything due and resolves when it is answered; returns how many were sent. For tests,
   * which have no timers.
   */
  async run(): Promise<number> {
    const before = this.#sentCount();
    for (;;) {
      let claimed = 0;
      for (const lane of this.#lanes) claimed += await this.#fill(lane);
      if (claimed === 0) return this.#sentCount() - before;
      await Promise.all(this.#lanes.map((lane) => lane.idle()));
    }
  }

  #sentCount(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.sentCount, 0);
  }

  async #loop(): Promise<void> {
    let reportedAtMs = Number.NEGATIVE_INFINITY;
    while (!this.#stopping) {
      for (const lane of this.#lanes) {
        if (performance.now() < lane.nextLookAtMs) continue;
        lane.nextLookAtMs = performance.now() + lane.way.pauseMs;
        // The database is away: the next round finds the rest.
        await this.#fill(lane).catch((error: unknown) =>
          this.#deps.logger.warn({ err: error, way: lane.way.name }, "sender"),
        );
      }
      if (performance.now() - reportedAtMs >= REPORT_EVERY_MS) {
        reportedAtMs = performance.now();
        this.#report();
      }
      await this.#pause();
    }
  }

  /** Waits until a lane is due: immediately after an attempt if more jobs wait. */
  async #pause(): Promise<void> {
    if (this.#stopping) return;
    const nextAtMs = Math.min(...this.#lanes.map((lane) => lane.nextLookAtMs));
    const waitMs = Math.min(REPORT_EVERY_MS, Math.max(GATHER_MS, nextAtMs - performance.now()));
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resume();
      };
    });
  }

  /** Claims as many jobs as a lane has room for and starts them; returns how many. */
  async #fill(lane: Lane): Promise<number> {
    const { clock } = this.#deps;
    if (!lane.mayClaim(clock.nowMs())) return 0;
    const due = await lane.way.due(clock.nowMs());
    let claimed = 0;
    lane.hasMore = false;
    for (const urgency of URGENCIES.filter((one) => due.includes(one))) {
      const room = lane.room(urgency, clock.nowMs());
      if (room === 0) {
        lane.hasMore = true;
        continue;
      }
      const jobs = await lane.way.claim(urgency, { count: room, nowMs: clock.nowMs() });
      if (jobs.length >= room) lane.hasMore = true;
      claimed += jobs.length;
      for (const job of jobs) lane.begin(this.#attempt(lane, job));
    }
    return claimed;
  }

  async #attempt(lane: Lane, job: Job): Promise<void> {
    lane.inFlight[job.urgency]++;
    const beganAtMs = performance.now();
    const controller = new AbortController();
    this.#inHand.add(controller);
    const deadline = setTimeout(() => controller.abort(), this.#deps.timeoutMs ?? SEND_TIMEOUT_MS);
    try {
      const attempt = await sendInTime(job, controller.signal);
      const { clock, chance } = this.#deps;
      lane.note(attempt, {
        tookMs: performance.now() - beganAtMs,
        nowMs: clock.nowMs(),
        chance: chance(),
      });
      clearTimeout(deadline);
      await recordSurely(job, attempt);
    } catch (error) {
      // Its claim expires by itself; then the attempt counts as cut off.
      this.#deps.logger.warn({ err: error, way: lane.way.name }, "an outcome was not recorded");
    } finally {
      clearTimeout(deadline);
      this.#inHand.delete(controller);
      lane.inFlight[job.urgency]--;
      if (lane.hasMore && lane.mayClaim(this.#deps.clock.nowMs())) {
        lane.nextLookAtMs = Math.min(lane.nextLookAtMs, performance.now() + GATHER_MS);
        this.#wake();
      }
    }
  }

  #report(): void {
    const { report, clock, logger } = this.#deps;
    if (report === null || this.#reporting !== null) return;
    const figures = this.#lanes.map((lane) => lane.figures(clock.nowMs()));
    this.#reporting = report(figures)
      .catch((error: unknown) => logger.warn({ err: error }, "sender"))
      .finally(() => (this.#reporting = null));
  }
}

async function sendInTime(job: Job, signal: AbortSignal): Promise<Attempt> {
  const given = new Promise<Attempt>((resolve) => {
    const give = () => resolve({ result: "unclear", why: "no answer in time" });
    signal.addEventListener("abort", () => setTimeout(give, BACKSTOP_MS).unref(), { once: true });
  });
  const sent = job.send(signal).catch((error: unknown): Attempt => {
    return { result: "unclear", why: (error as Error).message.slice(0, 200) };
  });
  return await Promise.race([sent, given]);
}

/**
 * Retries storing an outcome: a short database outage must not turn a sent message into a doubtful
 * one.
 */
async function recordSurely(job: Job, attempt: Attempt): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await job.record(attempt);
      return;
    } catch (error) {
      if (tries >= RECORD_TRIES || !isPassing(error)) throw error;
      await sleep(RECORD_PAUSE_MS * 2 ** tries);
    }
  }
}
