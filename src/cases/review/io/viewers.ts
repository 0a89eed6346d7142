/** A page that is open asks again every few seconds; who has not asked for this long has left. */
const GONE_MS = 15_000;

/**
 * Who has a case open just now, so that two colleagues do not work on one unawares. It lives in this process
 * alone and is no lock: with several servers somebody may be missing, and the claim is what decides.
 */
export class Viewers {
  readonly #seen = new Map<string, Map<string, number>>();

  /** Notes that somebody looks at a case; answers with the others who do. */
  look(caseKey: string, who: string, nowMs: number): string[] {
    const here = this.#seen.get(caseKey) ?? new Map<string, number>();
    for (const [name, atMs] of here) if (nowMs - atMs > GONE_MS) here.delete(name);
    here.set(who, nowMs);
    this.#seen.set(caseKey, here);
    this.#forget(nowMs);
    return [...here.keys()].filter((name) => name !== who).sort();
  }

  /** Cases that nobody looks at any more are dropped, now and then. */
  #forget(nowMs: number): void {
    if (this.#seen.size < 1_000) return;
    for (const [key, here] of this.#seen) {
      if ([...here.values()].every((atMs) => nowMs - atMs > GONE_MS)) this.#seen.delete(key);
    }
  }
}
