import { CallError } from "../ui/call.client.ts";
import { backoffMs, spread, type CallBudget } from "../ui/pace.ts";

/** What is read, and what then shows it. Both throw where the server was not reached or refused. */
export interface Followed {
  /**
   * Reads the public document; returns the wait until the next look, ms. `shared`: caches are likely to answer, so
   * that it counts only when it fails.
   */
  readonly board: (shared: boolean) => Promise<number>;
  /** Reads what is the reader's own; returns the wait until the next question, ms, or null for none. */
  readonly own: () => Promise<number | null>;
  /** Told when the server has been out of reach for more than a moment, and when it is back. */
  readonly reachable: (yes: boolean) => void;
}

/** For so long after a failure the board is asked for as carefully as what no cache answers. */
const TROUBLE_MS = 60_000;

const seen = () => document.visibilityState === "visible";
const retryAfterMs = (error: unknown) => (error instanceof CallError ? error.retryAfterMs : 0);

/**
 * Looks at the board as long as the page is seen, and asks for the reader's own state only when told to: never more
 * often than the budget allows, later after each failure, not while nobody looks.
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
    // Kept whole while the reader was on another page: its timers stood still.
    addEventListener("pageshow", (event) => event.persisted && comeBack());
    addEventListener("online", comeBack);
    this.#look(0);
    void this.refresh();
  }

  /** Asks for the own state in so many ms, or when it may; the sooner of two wishes counts. */
  ask(inMs: number): void {
    const dueMs = performance.now() + inMs;
    if (dueMs >= this.#ownDueMs) return;
    clearTimeout(this.#ownTimer);
    this.#ownDueMs = dueMs;
    this.#ownTimer = setTimeout(() => void this.#askIfMayBe(), inMs);
  }

  /** Asks for the own state at once: somebody pressed a button. */
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
