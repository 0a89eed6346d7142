/*
 * The operators who have a case open just now, so that two colleagues notice each other. It is a
 * hint in one process's memory, not a lock: with several servers somebody may be missing; the claim
 * decides.
 */

/**
 * An open page polls every few seconds; after this time in ms without a poll it counts as closed.
 */
const GONE_MS = 15_000;

/** Viewers by case. */
export class Viewers {
  readonly #seen = new Map<string, Map<string, number>>();

  /** Records that somebody looks at a case; returns the others. */
  look(caseKey: string, who: string, nowMs: number): string[] {
    const here = this.#seen.get(caseKey) ?? new Map<string, number>();
    for (const [name, atMs] of here) if (nowMs - atMs > GONE_MS) here.delete(name);
    here.set(who, nowMs);
    this.#seen.set(caseKey, here);
    this.#forget(nowMs);
    return [...here.keys()].filter((name) => name !== who).sort();
  }

  /** Drops abandoned cases once there are many. */
  #forget(nowMs: number): void {
    if (this.#seen.size < 1_000) return;
    for (const [key, here] of this.#seen) {
      if ([...here.values()].every((atMs) => nowMs - atMs > GONE_MS)) this.#seen.delete(key);
    }
  }
}
