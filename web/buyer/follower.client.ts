/*
 * Follows a sale from a page: reads the shared board while the page is visible, and asks for the
 * reader's own state only when told to.
 * Must never happen: many pages ask the server at the same time. Questions are within a budget,
 * spread, and back off after failures.
 */

import { CallError } from "../ui/call.client.ts";
import { backoffMs, spread, type CallBudget } from "../ui/pace.ts";

/** The two reads. Both throw if the server is unreachable or refuses. */
export interface Followed {
  /**
   * Reads the public document; returns the wait until the next read in ms. With `shared`, caches
   * are likely to answer, so the read counts against the budget only if it fails.
   */
  readonly board: (shared: boolean) => Promise<number>;
  /** Reads the own state; returns the wait in ms until the next question, or null for none. */
  readonly own: () => Promise<number | null>;
  /** Called when the server has been unreachable for more than a moment, and when it is back. */
  readonly reachable: (yes: boolean) => void;
}

/** For this long after a failure, reads of the board count like uncached ones. */
const TROUBLE_MS = 60_000;

const seen = () => document.visibilityState === "visible";
const retryAfterMs = (error: unknown) => (error instanceof CallError ? error.retryAfterMs : 0);

/**
 * Reads the board while the page is visible and asks for the own state only when told to: within
 * the budget, later after each failure, never while the page is hidden.
 */
export class Follower {
  readonly #followed: Followed;
  readonly #budget: CallBudget;
  #boardTimer: ReturnType<typeof setTimeout> | undefined;
  #boardFailures = 0;
  #boardFailedMs = Number.NEGATIVE_INFINITY;
  #ownTimer: ReturnType<typeof setTimeout> | undefined;
  #ownDueMs = Number.POSITIVE_INFINITY;
  #ownFailures = 0;

  constructor(followed: Followed, budget: CallBudget) {
    this.#followed = followed;
    this.#budget = budget;
  }

  start(): void {
    const comeBack = () => {
      if (!seen()) return;
      this.#look(0);
      this.ask(0);
    };
    document.addEventListener("visibilitychange", comeBack);
    // Restored from the back/forward cache: its timers stood still.
    addEventListener("pageshow", (event) => event.persisted && comeBack());
    addEventListener("online", comeBack);
    this.#look(0);
    void this.refresh();
  }

  /**
   * Asks for the own state in `inMs` or when the budget allows; of two requests the earlier counts.
   */
  ask(inMs: number): void {
    const dueMs = performance.now() + inMs;
    if (dueMs >= this.#ownDueMs) return;
    clearTimeout(this.#ownTimer);
    this.#ownDueMs = dueMs;
    this.#ownTimer = setTimeout(() => void this.#askIfMayBe(), inMs);
  }

  /** Asks for the own state at once, because a button was pressed. */
  async refresh(): Promise<void> {
    try {
      const waitMs = await this.#followed.own();
      this.#ownFailures = 0;
      this.#tellReach();
      if (waitMs !== null) this.ask(waitMs);
    } catch (error) {
      this.#ownFailures++;
      this.#tellReach();
      this.ask(backoffMs(this.#ownFailures, Math.random(), retryAfterMs(error)));
    }
  }

  async #askIfMayBe(): Promise<void> {
    this.#ownDueMs = Number.POSITIVE_INFINITY;
    if (!seen()) return; // asked when the page is seen again
    const waitMs = this.#budget.waitMs(performance.now());
    if (waitMs > 0) this.ask(waitMs * (1 + Math.random() / 2));
    else await this.refresh();
  }

  #look(inMs: number): void {
    clearTimeout(this.#boardTimer);
    this.#boardTimer = setTimeout(() => void this.#lookNow(), inMs);
  }

  async #lookNow(): Promise<void> {
    if (!seen()) return;
    const nowMs = performance.now();
    const sound = nowMs - this.#boardFailedMs > TROUBLE_MS;
    const heldMs = sound ? 0 : this.#budget.waitMs(nowMs);
    if (heldMs > 0) {
      this.#look(heldMs * (1 + Math.random() / 2));
      return;
    }
    try {
      const waitMs = await this.#followed.board(sound);
      this.#boardFailures = 0;
      this.#look(spread(waitMs, Math.random()));
    } catch (error) {
      this.#boardFailures++;
      this.#boardFailedMs = performance.now();
      this.#look(backoffMs(this.#boardFailures, Math.random(), retryAfterMs(error)));
    }
    this.#tellReach();
  }

  #tellReach(): void {
    this.#followed.reachable(this.#boardFailures < 2 && this.#ownFailures < 2);
  }
}
