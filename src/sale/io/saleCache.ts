/* Published sales in memory. */

import type { Sql } from "../../db/connect.ts";
import { type StoredSale, findSale, readSaleStatus } from "./saleStore.ts";

/**
 * The immutable part of published sales by slug, cached for ever: every join needs it. Drafts are
 * not public and not in here; a published sale never becomes a draft again.
 */
export class SaleCache {
  readonly #sql: Sql;
  readonly #bySlug = new Map<string, StoredSale>();
  /**
   * Reads in flight: a crowd that meets a new process shares one. With a read each, everybody got an
   * object of her own, and with it a queue of her own.
   */
  readonly #reading = new Map<string, Promise<StoredSale | null>>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** From memory only, for the hot path. */
  peek(slug: string): StoredSale | undefined {
    return this.#bySlug.get(slug);
  }

  async find(slug: string): Promise<StoredSale | null> {
    const known = this.#bySlug.get(slug);
    if (known) return known;
    const reading = this.#reading.get(slug) ?? this.#read(slug);
    this.#reading.set(slug, reading);
    return await reading.finally(() => this.#reading.delete(slug));
  }

  async #read(slug: string): Promise<StoredSale | null> {
    const found = await findSale(this.#sql, slug);
    if (!found || (await readSaleStatus(this.#sql, found.saleNo)).state === "draft") return null;
    this.#bySlug.set(slug, found);
    return found;
  }
}
