/* Access to sales for the public: a draft is answered like a sale that does not exist. */

import type { HttpDeps } from "../../../http/call.ts";
import { Refusal } from "../../../http/problem.ts";
import { readSaleStatus, type StoredSale } from "../../../sale/io/saleStore.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";

/** The sale; throws `sale_not_found` for drafts, too. */
export async function requirePublished(deps: HttpDeps, slug: string): Promise<StoredSale> {
  const sale = await requireAnySale(deps.sql, slug);
  const { state } = await readSaleStatus(deps.sql, sale.saleNo);
  if (state === "draft") throw new Refusal("sale_not_found");
  return sale;
}
