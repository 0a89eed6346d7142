/*
 * Reads decided orders from a table: order_id, genuine (yes or no), and a cluster where one is known. Must never happen:
 * an order that was decided both ways counts as either, or a list that was drawn by
 * strata is taken for a plain sample.
 */

import type { DecidedOrder } from "../decided.ts";
import { drawOfText, type DrawSettings } from "../sample/draw.ts";
import { IdColumn } from "../table/numberDamage.ts";
import { readNamedRows } from "./namedRows.ts";
import { TableFileError } from "./tableFileError.ts";

const YES = new Set(["yes", "ya", "y", "true", "1", "genuine", "asli"]);
const NO = new Set(["no", "tidak", "n", "false", "0", "ring", "not_genuine", "bukan"]);

const DAMAGED = "a spreadsheet has shortened its order_id. Export the table again.";

export interface DecidedList {
  readonly orders: readonly DecidedOrder[];
  /** The draw that the list was made by; null for a list of one's own. */
  readonly draw: DrawSettings | null;
}

/** The decided orders of a file, each once; throws a sentence with the row that cannot be read. */
export async function readDecided(path: string): Promise<DecidedList> {
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
  const orders = [...known.values()].map(({ orderId, genuine, cluster }) => ({
    orderId,
    genuine,
    cluster,
  }));
  return { orders, draw: drawOf(path, rowNos, column("draw")) };
}

/** The one draw that all rows name; throws a sentence where they do not. */
function drawOf(
  path: string,
  rowNos: readonly number[],
  cells: readonly string[] | null,
): DrawSettings | null {
  const [first = "", ...rest] = cells ?? [];
  const at = rest.findIndex((cell) => cell !== first);
  if (at >= 0) {
    const [a, b] = [rowNos[0], rowNos[at + 1]];
    throw new TableFileError(
      `${path}, rows ${a} and ${b}: they are of two draws. Hand in one list whole, as it was drawn.`,
    );
  }
  if (first === "") return null;
  const draw = drawOfText(first);
  if (draw === null)
    throw new TableFileError(`${path}, row ${rowNos[0]}: draw names no draw: ${first}`);
  return draw;
}
