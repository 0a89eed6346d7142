import { afterFault, breakerState, CLOSED, type Breaker, type BreakerState } from "../breaker.ts";
import { isFault, roomFor, type Attempt, type Urgency } from "../sending.ts";

/** One thing that was claimed, and is about to be sent. */
export interface Job {
  readonly urgency: Urgency;
  /**
   * Touches the network, outside any transaction. The signal says that nobody waits any longer. An error that it
   * throws counts as no clear answer.
   */
  send(signal: AbortSignal): Promise<Attempt>;
  /** Writes down what came of it. */
  record(attempt: Attempt): Promise<void>;
}

/** A way out: a mail server, a gateway, a channel. */
export interface Way {
  readonly name: string;
  /** Attempts at once, at most. */
  readonly connections: number;
  /** Between two looks while nothing waits. */
  readonly pauseMs: number;
  /** What is due, the most urgent first. */
  due(nowMs: number): Promise<readonly Urgency[]>;
  /** Takes at most `count` in hand: attempts are counted and committed before any is sent. */
  claim(urgency: Urgency, count: number, nowMs: number): Promise<readonly Job[]>;
  close?(): void;
}

/** What a way carries, as its server measured it. */
export interface LaneFigures {
  readonly way: string;
  readonly connections: number;
  readonly inFlight: number;
  readonly state: BreakerState;
  /** Sent in the last minute. */
  readonly sentInMinute: number;
  /** How long one took at last; null until one was sent. */
  readonly answerMs: number | null;
  /** Why the last attempt failed, while the way is in doubt. */
  readonly lastFault: string | null;
}

/** The share of a new measurement in the average: about the last twenty count. */
const SMOOTHING = 0.1;
const SECONDS = 60;

/** What goes on on one way: what is in flight, whether it works, how fast it is. */
export class Lane {
  readonly way: Way;
  readonly inFlight: Record<Urgency, number> = { 0: 0, 1: 0, 2: 0 };
  breaker: Breaker = CLOSED;
  /** In the time of `performance.now`. */
  nextLookAtMs = 0;
  /** Whether more was waiting than there was room for. */
  hasMore = false;
  sentCount = 0;
  readonly #begun = new Set<Promise<void>>();
  /** Sent in each second of the last minute. */
  readonly #sentIn = new Map<number, number>();
  #answerMs: number | null = null;
  #lastFault: string | null = null;

  constructor(way: Way) {
    this.way = way;
  }

  /** Whether anything may be sent: with an open breaker nothing, and while it is tried out one at a time. */
  mayClaim(nowMs: number): boolean {
    const state = breakerState(this.breaker, nowMs);
    return state === "closed" || (state === "half_open" && this.#total() === 0);
  }

  /** How many more of an urgency may be in flight. */
  room(urgency: Urgency, nowMs: number): number {
    if (!this.mayClaim(nowMs)) return 0;
    if (this.breaker.openUntilMs !== null) return 1;
    return roomFor(urgency, this.way.connections, this.inFlight);
  }

  begin(attempt: Promise<void>): void {
    this.#begun.add(attempt);
    void attempt.finally(() => this.#begun.delete(attempt));
  }

  /** When nothing is in flight any more. */
  async idle(): Promise<void> {
    while (this.#begun.size > 0) await Promise.all(this.#begun);
  }

  /** Learns from an attempt. */
  note(
    attempt: Attempt,
    measured: { readonly tookMs: number; readonly nowMs: number; readonly chance: number },
  ): void {
    if (attempt.result === "not_sent") return;
    const { tookMs, nowMs, chance } = measured;
    if (isFault(attempt)) {
      this.breaker = afterFault(this.breaker, nowMs, chance);
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
