/* Labelled tables in the folder GILIRAN_LABELLED_DATA: not part of the project. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import Papa from "papaparse";
import { must } from "../src/base/assert.ts";
import { importOrders } from "../src/integrity/io/importOrders.ts";
import type { OrderTable } from "../src/integrity/table/orders.ts";

type Row = Record<string, string>;

export const rowsOf = (path: string): Row[] =>
  Papa.parse<Row>(gunzipSync(readFileSync(path)).toString("utf8"), {
    header: true,
    skipEmptyLines: true,
  }).data;

export const cell = (row: Row, column: string): string => must(row[column], `column ${column}`);

/** Accounts that claimed one hand-out, with what they share, and which a review team took out as a ring's. */
export async function labelledAccounts(
  folder: string,
): Promise<{ readonly table: OrderTable; readonly isRing: (row: number) => boolean }> {
  const path = join(folder, "accounts-rings.csv.gz");
  const links = { file: join(folder, "account-links.csv.gz"), separator: undefined };
  const { table } = await importOrders([path], {
    mapFolder: folder,
    map: {
      columns: { order_id: "account", account_id: "account", ordered_at: "first_seen" },
      channel: "–",
      zoneMinutes: 0,
      dateOrder: "dmy",
      links: [
        { name: "direct", grade: "strong", mayNameOrders: true, prefix: "acc_", ...links },
        { name: "shared", grade: "weak", mayNameOrders: false, prefix: "n_", ...links },
      ],
    },
  });
  const removed = new Map(rowsOf(path).map((row) => [cell(row, "account"), row.removed === "1"]));
  const isRing = (row: number) =>
    must(removed.get(must(table.orderIds[row], "an id for each row")), "a known id");
  return { table, isRing };
}
