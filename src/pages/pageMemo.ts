import { pageDocument } from "./assets.ts";
import type { Clock } from "../base/clock.ts";
import type { Document } from "../http/document.ts";

/** How old a page may be: as old as the board that it shows. */
const PAGE_AGE_MS = 1_000;
/** Sales, rounds and languages that are asked for in the same minutes. */
const KEPT_COUNT = 200;

/**
 * Shared pages, each rendered at most once a second however many ask: a sale's page takes milliseconds of the one
 * thread that all buyers share. Keys name what exists, never what a stranger wrote into an address.
 */
export class PageMemo {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly atMs: number; readonly page: Promise<Document> }>();
  readonly #lasting = new Map<string, Document>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The page of a key that only a new version of the server changes, made when somebody first asks. */
  forever(key: string, render: () => string): Document {
    const page = this.#lasting.get(key) ?? pageDocument(render());
    this.#lasting.set(key, page);
    return page;
  }

  /** The page of a key; whoever asks while it is rendered waits for that one. */
  async once(key: string, render: () => Promise<string> | string): Promise<Document> {
    const nowMs = this.#clock.nowMs();
    const known = this.#kept.get(key);
    if (known && nowMs >= known.atMs && nowMs - known.atMs < PAGE_AGE_MS) return await known.page;
    const page = (async () => pageDocument(await render()))();
    this.#kept.delete(key);
    this.#kept.set(key, { atMs: nowMs, page });
    page.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_COUNT && oldest !== undefined) this.#kept.delete(oldest);
    return await page;
  }
}
