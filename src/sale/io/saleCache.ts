import type { Sql } from "../../db/connect.ts";
import { type StoredSale, findSale, readSaleStatus } from "./saleStore.ts";

/**
 * The unchanging part of published sales by slug, kept once read: every join asks for it. Drafts are
 * nobody's business and are not here; a sale that was published once never becomes one again.
 */
export class SaleCache {
  readonly #sql: Sql;
  readonly #bySlug = new Map<string, StoredSale>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What is known already, without asking the database: for the hot path. */
  peek(slug: string): StoredSale | undefined {
    return this.#bySlug.get(slug);
  }

  async find(slug: string): Promise<StoredSale | null> {
    const known = this.#bySlug.get(slug);
    if (known) return known;
    const found = await findSale(this.#sql, slug);
    if (!found || (await readSaleStatus(this.#sql, found.saleNo)).state === "draft") return null;
    this.#bySlug.set(slug, found);
    return found;
  }
}
