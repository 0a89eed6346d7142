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
  /** A number in [0, 1), for how long a way that fails is left alone. */
  readonly chance: () => number;
  /** How long an attempt may take; absent: `SEND_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /** Told every few seconds what the ways carry; null: nobody wants to know. */
  readonly report: ((figures: readonly LaneFigures[]) => Promise<void>) | null;
}

/** An attempt ends after this long, whatever the other side does. Claims last longer (`CLAIM_MS`). */
export const SEND_TIMEOUT_MS = 10_000;
/** A way ends its attempts itself, as it knows best what had left; this is for one that does not. */
const BACKSTOP_MS = 500;
/** Claims of a way under load: sooner, and each takes one message. */
const GATHER_MS = 10;
const REPORT_EVERY_MS = 2_000;
/** What is in hand when the server ends has this long to be answered. */
const STOP_MS = 3_000;
const RECORD_TRIES = 5;
const RECORD_PAUSE_MS = 250;

/**
 * Sends whatever waits to go out, in a loop of its own: messages, calls to channels, refunds. Each way has its own
 * bounded number of attempts at once, and its own breaker, so that one that hangs keeps nothing else waiting.
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

  /** Claims nothing more, gives what is in hand a few seconds, then ends it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
    const patience = setTimeout(() => this.#inHand.forEach((one) => one.abort()), STOP_MS);
    await Promise.all(this.#lanes.map((lane) => lane.idle()));
    clearTimeout(patience);
    await this.#reporting;
    for (const { way } of this.#lanes) way.close?.();
  }

  /** Sends everything that is due and ends when it is answered; how many were sent. For tests, which have no timers. */
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

  /** Until a lane is to be looked at: one with more waiting as soon as an attempt of it ends. */
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

  /** Claims for a lane what it has room for, and begins to send; how many that were. */
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
      const jobs = await lane.way.claim(urgency, room, clock.nowMs());
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
      // Its claim ends by itself; then it counts as cut off.
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

/** A database that is away for a moment must not make a message that was sent one in doubt. */
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
