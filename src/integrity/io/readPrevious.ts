/*
 * Reads the ids of the last run: of entities, or of persons. Must never happen: a file that cannot be what it is said to
 * be gives everybody a new id without a word.
 */

import { must } from "../../base/assert.ts";
import { memberName, type PreviousPersons } from "../memberIds.ts";
import { isShortened } from "../table/numberDamage.ts";
import { readNamedRows } from "./namedRows.ts";
import { TableFileError } from "./tableFileError.ts";

const SHORTENED = "a spreadsheet has shortened it. Take the file as it was written.";

/** Which columns of the last run say what. */
interface PreviousColumns {
  /** Together the name of a member, the first one that of its row or order. */
  readonly member: readonly [string, ...string[]];
  /** The id of its entity or person. */
  readonly id: string;
  /** Rows without an id have none to keep. */
  readonly mayLackId?: boolean;
}

/** The id of each member of the last run; `nameOf` makes one name of the member's cells. */
export async function readPrevious(
  path: string,
  { member, id, mayLackId = false }: PreviousColumns,
  nameOf: (cells: readonly string[]) => string,
): Promise<ReadonlyMap<string, string>> {
  const { rowNos, column } = await readNamedRows(path, [...member, id]);
  const cells = (header: string) => must(column(header), "a column that was asked for");
  const [members, ids] = [member.map(cells), cells(id)];
  const refused = (at: number, header: string, why: string) =>
    new TableFileError(`${path}, row ${rowNos[at]}, column ${header}: ${why}`);
  const known = new Map<string, { readonly id: string; readonly rowNo: number }>();
  for (const [at, rowNo] of rowNos.entries()) {
    const given = ids[at] ?? "";
    if (given === "" && mayLackId) continue;
    if (given === "") throw refused(at, id, "there is no id.");
    const [first = "", ...others] = members.map((of) => of[at] ?? "");
    if (first === "") throw refused(at, member[0], "there is no id.");
    if (isShortened(first)) throw refused(at, member[0], SHORTENED);
    const name = nameOf([first, ...others]);
    const before = known.get(name);
    if (before !== undefined && before.id !== given)
      throw refused(at, id, `row ${before.rowNo} says another id for ${first}.`);
    known.set(name, before ?? { id: given, rowNo });
  }
  return new Map(Array.from(known, ([name, one]) => [name, one.id]));
}

/** The person of each order by a decisions.csv; orders that stood apart had none. */
export const readPreviousPersons = async (path: string): Promise<PreviousPersons> =>
  await readPrevious(
    path,
    { member: ["order_id", "channel"], id: "person_id", mayLackId: true },
    ([orderId = "", channel = ""]) => memberName({ orderId, channel }),
  );
