import type { HttpDeps } from "../../../http/call.ts";
import { Refusal } from "../../../http/problem.ts";
import { readSaleStatus, type StoredSale } from "../../../sale/io/saleStore.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";

/** A sale that the public may know of. */
export async function requirePublished(deps: HttpDeps, slug: string): Promise<StoredSale> {
  const sale = await requireAnySale(deps.sql, slug);
  const { state } = await readSaleStatus(deps.sql, sale.saleNo);
  if (state === "draft") throw new Refusal("sale_not_found");
  return sale;
}
