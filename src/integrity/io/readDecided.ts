/*
 * Reads decided orders from a table: order_id, genuine (yes or no), and a cluster where one is known. Must never happen:
 * an order that was decided both ways counts as either.
 */

import type { DecidedOrder } from "../decided.ts";
import { IdColumn } from "../table/numberDamage.ts";
import { readNamedRows } from "./namedRows.ts";
import { TableFileError } from "./tableFileError.ts";

const YES = new Set(["yes", "ya", "y", "true", "1", "genuine", "asli"]);
const NO = new Set(["no", "tidak", "n", "false", "0", "ring", "not_genuine", "bukan"]);

const DAMAGED = "a spreadsheet has shortened its order_id. Export the table again.";

/** The decided orders of a file, each once; throws a sentence with the row that cannot be read. */
export async function readDecided(path: string): Promise<DecidedOrder[]> {
  const { rowNos, column } = await readNamedRows(path, ["order_id", "genuine"]);
  const refused = (at: number, why: string) =>
    new TableFileError(`${path}, row ${rowNos[at]}: ${why}`);
  const [ids, said, clusters] = [column("order_id"), column("genuine"), column("cluster")];
  const idColumn = new IdColumn(false);
  const known = new Map<string, DecidedOrder & { readonly rowNo: number }>();
  for (const [at, rowNo] of rowNos.entries()) {
    const answer = (said?.[at] ?? "").toLowerCase();
    const orderId = idColumn.read(ids?.[at] ?? "", rowNo);
    if (orderId === null) throw refused(at, DAMAGED);
    if (orderId === "" || !(YES.has(answer) || NO.has(answer)))
      throw refused(at, "wants an order_id, and yes or no in genuine.");
    const cluster = clusters?.[at] ?? "";
    const one = { orderId, genuine: YES.has(answer), cluster: cluster === "" ? null : cluster };
    const before = known.get(orderId);
    if (before !== undefined && (before.genuine !== one.genuine || before.cluster !== one.cluster))
      throw refused(at, `decides the order of row ${before.rowNo} once more, in another way.`);
    known.set(orderId, before ?? { ...one, rowNo });
  }
  return [...known.values()].map(({ orderId, genuine, cluster }) => ({
    orderId,
    genuine,
    cluster,
  }));
}
