/*
 * Memory cache of shared pages: each is rendered at most once a second, however many readers ask.
 * Rendering a sale's page takes milliseconds of the one thread that all buyers share.
 * Must never happen: strangers fill the cache. Keys name only sales and rounds that exist, never text from an
 * address.
 */

import { pageDocument } from "./assets.ts";
import type { Clock } from "../base/clock.ts";
import type { Document } from "../http/document.ts";

/** Maximum age of a page in ms; as old as the board it shows. */
const PAGE_AGE_MS = 1_000;
/** Enough for the sales, rounds and languages that are asked for at the same time. */
const KEPT_COUNT = 200;

/** The cache. */
export class PageMemo {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly atMs: number; readonly page: Promise<Document> }>();
  readonly #lasting = new Map<string, Document>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A page that only a new version of the server changes; rendered on first use. */
  forever(key: string, render: () => string): Document {
    const page = this.#lasting.get(key) ?? pageDocument(render());
    this.#lasting.set(key, page);
    return page;
  }

  /** The page of a key; concurrent requests wait for the same rendering. */
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
