import { randomBytes } from "node:crypto";
import type { Keyring } from "../../src/access/io/keyring.ts";
import { setSalePolicy } from "../../src/cases/policy/io/policyRoutes.ts";
import type { Sql } from "../../src/db/connect.ts";
import type { Round } from "../../src/sale/definition.ts";
import { changeSaleState } from "../../src/sale/io/operatorSaleRoutes.ts";
import { createSale, type StoredSale } from "../../src/sale/io/saleStore.ts";
import { smallSale } from "./sale.ts";

/** Puts a sale under the shipped policy and opens it. */
export async function openSale(sql: Sql, sale: StoredSale, nowMs: number): Promise<void> {
  await sql.begin(async (tx) => {
    await setSalePolicy(tx, sale, { nowMs });
    await changeSaleState(tx, sale, { action: "open", nowMs });
  });
}

/** A first-come sale that real time has opened, for an hour unless `change` says otherwise. */
export async function createOpenSale(
  sql: Sql,
  keyring: Keyring,
  slug: string,
  change: Partial<Round> = {},
): Promise<StoredSale> {
  const nowMs = Date.now();
  const base = smallSale({ slug, mode: "first_come" });
  const round = {
    ...base.rounds[0]!,
    lobbyOpensAtMs: nowMs - 1_000,
    opensAtMs: nowMs - 1_000,
    closesAtMs: nowMs + 3_600_000,
    ...change,
  };
  const definition = { ...base, rounds: [round] };
  const chainEnds = [randomBytes(32)];
  const sale = await createSale(sql, keyring, { definition, nowMs, chainEnds });
  await openSale(sql, sale!, nowMs);
  return sale!;
}
