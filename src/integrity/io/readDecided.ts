/* Reads decided orders from a CSV file: order_id, genuine (yes or no), and a cluster where one is known. */

import { readFileSync } from "node:fs";
import Papa from "papaparse";
import type { DecidedOrder } from "../decided.ts";
import { TableFileError } from "./tableFileError.ts";

const YES = new Set(["yes", "ya", "y", "true", "1", "genuine", "asli"]);
const NO = new Set(["no", "tidak", "n", "false", "0", "ring", "not_genuine", "bukan"]);

/** The decided orders of a file; throws a sentence with the row that cannot be read. */
export function readDecided(path: string): DecidedOrder[] {
  const { data, meta } = Papa.parse<Record<string, string>>(readFileSync(path, "utf8"), {
    header: true,
    skipEmptyLines: true,
    transformHeader: (header) => header.trim().toLowerCase(),
  });
  for (const column of ["order_id", "genuine"])
    if (!meta.fields?.includes(column))
      throw new TableFileError(`${path}: no column ${column}. It needs order_id and genuine.`);
  return data.map((row, at) => {
    const said = (row.genuine ?? "").trim().toLowerCase();
    const orderId = (row.order_id ?? "").trim();
    if (orderId === "" || !(YES.has(said) || NO.has(said)))
      throw new TableFileError(
        `${path}, row ${at + 2}: wants an order_id, and yes or no in genuine.`,
      );
    const cluster = (row.cluster ?? "").trim();
    return { orderId, genuine: YES.has(said), cluster: cluster === "" ? null : cluster };
  });
}
