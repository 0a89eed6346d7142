import { setSalePolicy } from "../../src/cases/policy/io/policyRoutes.ts";
import type { Sql } from "../../src/db/connect.ts";
import { changeSaleState } from "../../src/sale/io/operatorSaleRoutes.ts";
import type { StoredSale } from "../../src/sale/io/saleStore.ts";

/** Puts a sale under the shipped policy and opens it. */
export async function openSale(sql: Sql, sale: StoredSale, nowMs: number): Promise<void> {
  await sql.begin(async (tx) => {
    await setSalePolicy(tx, sale, { nowMs });
    await changeSaleState(tx, sale, { action: "open", nowMs });
  });
}
