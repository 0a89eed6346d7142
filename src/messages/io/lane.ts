/* The state of one way out in this process: attempts in flight, breaker, measured speed. */

import { afterFault, breakerState, CLOSED, type Breaker, type BreakerState } from "../breaker.ts";
import { isFault, roomFor, type Attempt, type Urgency } from "../sending.ts";

/** One claimed message or call, about to be sent. */
export interface Job {
  readonly urgency: Urgency;
  /**
   * Uses the network, outside any transaction. The signal aborts on timeout. A thrown error counts
   * as no clear answer.
   */
  send(signal: AbortSignal): Promise<Attempt>;
  /** Stores the outcome. */
  record(attempt: Attempt): Promise<void>;
}

/** A way out: a mail server, a gateway, a channel. */
export interface Way {
  readonly name: string;
  /** Concurrent attempts at most. */
  readonly connections: number;
  /** Poll interval while nothing waits. */
  readonly pauseMs: number;
  /** Urgencies of the due jobs, the most urgent first. */
  due(nowMs: number): Promise<readonly Urgency[]>;
  /** Claims at most `count` jobs. Attempts are counted and committed before anything is sent. */
  claim(
    urgency: Urgency,
    most: { readonly count: number; readonly nowMs: number },
  ): Promise<readonly Job[]>;
  close?(): void;
}

/** Figures of a way as its server measured them. */
export interface LaneFigures {
  readonly way: string;
  readonly connections: number;
  readonly inFlight: number;
  readonly state: BreakerState;
  /** Sent in the last minute. */
  readonly sentInMinute: number;
  /** Recent time per message; null until one was sent. */
  readonly answerMs: number | null;
  /** The reason of the last failure, while the way is in doubt. */
  readonly lastFault: string | null;
}

/** Weight of a new measurement: the average covers about the last twenty. */
const SMOOTHING = 0.1;
const SECONDS = 60;

/** Attempts in flight, breaker and speed of one way. */
export class Lane {
  readonly way: Way;
  readonly inFlight: Record<Urgency, number> = { 0: 0, 1: 0, 2: 0 };
  breaker: Breaker = CLOSED;
  /** In the time of `performance.now`. */
  nextLookAtMs = 0;
  /** Whether more jobs waited than there was room for. */
  hasMore = false;
  sentCount = 0;
  readonly #begun = new Set<Promise<void>>();
  /** Messages sent per second, over the last minute. */
  readonly #sentIn = new Map<number, number>();
  #answerMs: number | null = null;
  #lastFault: string | null = null;

  constructor(way: Way) {
    this.way = way;
  }

  /**
   * Whether anything may be sent: nothing while the breaker is open, one at a time while it is half
   * open.
   */
  mayClaim(nowMs: number): boolean {
    const state = breakerState(this.breaker, nowMs);
    return state === "closed" || (state === "half_open" && this.#total() === 0);
  }

  /** How many more jobs of an urgency may be in flight. */
  room(urgency: Urgency, nowMs: number): number {
    if (!this.mayClaim(nowMs)) return 0;
    if (this.breaker.openUntilMs !== null) return 1;
    return roomFor(urgency, this.way.connections, this.inFlight);
  }

  begin(attempt: Promise<void>): void {
    this.#begun.add(attempt);
    void attempt.finally(() => this.#begun.delete(attempt));
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    while (this.#begun.size > 0) await Promise.all(this.#begun);
  }

  /** Updates breaker and figures after an attempt. */
  note(
    attempt: Attempt,
    measured: { readonly tookMs: number; readonly nowMs: number; readonly chance: number },
  ): void {
    if (attempt.result === "not_sent") return;
    const { tookMs, nowMs, chance } = measured;
    if (isFault(attempt)) {
      this.breaker = afterFault(this.breaker, { nowMs, chance });
      this.#lastFault = "why" in attempt ? attempt.why : null;
      return;
    }
    this.breaker = CLOSED;
    this.#lastFault = null;
    if (attempt.result !== "sent") return;
    this.sentCount++;
    this.#answerMs = Math.round(
      this.#answerMs === null ? tookMs : this.#answerMs + SMOOTHING * (tookMs - this.#answerMs),
    );
    const second = Math.floor(nowMs / 1000);
    this.#sentIn.set(second, (this.#sentIn.get(second) ?? 0) + 1);
  }

  figures(nowMs: number): LaneFigures {
    const second = Math.floor(nowMs / 1000);
    let sentInMinute = 0;
    for (const [at, count] of this.#sentIn) {
      if (at > second - SECONDS && at <= second) sentInMinute += count;
      else this.#sentIn.delete(at);
    }
    return {
      way: this.way.name,
      connections: this.way.connections,
      inFlight: this.#total(),
      state: breakerState(this.breaker, nowMs),
      sentInMinute,
      answerMs: this.#answerMs,
      lastFault: this.#lastFault,
    };
  }

  #total(): number {
    return this.inFlight[0] + this.inFlight[1] + this.inFlight[2];
  }
}
