/*
 * Reads the last run: ids of entities or persons, and how orders were answered. Must never happen: a file that cannot be what it is said to
 * be gives everybody a new id without a word.
 */

import { must } from "../../base/assert.ts";
import type { Outcome } from "../audit.ts";
import { nameAt } from "../canonical.ts";
import type { Answer, GivenAnswer, GivenAnswers } from "../fit/answers.ts";
import { memberName, type PreviousPersons } from "../memberIds.ts";
import type { OrderTable } from "../table/orders.ts";
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

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  accept: "accept",
  "step-up": "step_up",
  hold: "hold",
};

/** An answer as a file says it: a case without a hold is a word of its own. */
export const wordOf = ({ outcome, isInCase }: Answer): string =>
  isInCase && outcome !== "hold" ? "case" : outcome.replace("_", "-");

function answerOfWord(word: string): Answer | null {
  if (word === "case") return { outcome: "step_up", isInCase: true };
  const outcome = OUTCOMES[word];
  return outcome === undefined ? null : { outcome, isInCase: outcome === "hold" };
}

/** Answers of the last run by their orders' names, and the fit that gave them. */
export interface PreviousAnswers {
  readonly byOrder: ReadonlyMap<string, GivenAnswer>;
  /** Null where the file is of before fits were named. */
  readonly fitDigest: string | null;
}

/** Answers of a decisions.csv; orders that stood apart had none. */
export async function readPreviousAnswers(path: string): Promise<PreviousAnswers> {
  const names = ["order_id", "channel", "outcome", "case_id", "score"] as const;
  const { rowNos, column } = await readNamedRows(path, names);
  const [ids = [], channels = [], outcomes = [], cases = [], scores = []] = names.map((name) =>
    must(column(name), "a column that was asked for"),
  );
  const without = column("without_answer");
  const byOrder = new Map<string, GivenAnswer>();
  for (const [at, rowNo] of rowNos.entries()) {
    const said = outcomes[at] ?? "";
    if (said === "not-counted") continue;
    const outcome = OUTCOMES[said];
    const bits = Number(scores[at] || Number.NaN);
    if (outcome === undefined || Number.isNaN(bits)) {
      const [header, value] = outcome === undefined ? ["outcome", said] : ["score", scores[at]];
      throw new TableFileError(`${path}, row ${rowNo}, column ${header}: "${value}" is none.`);
    }
    const answer = { outcome, isInCase: (cases[at] ?? "") !== "" };
    const withoutAnswer = answerOfWord(without?.[at] ?? "") ?? answer;
    const name = memberName({ orderId: ids[at] ?? "", channel: channels[at] ?? "" });
    byOrder.set(name, { ...answer, bits, withoutAnswer });
  }
  const digests = new Set(column("fit_digest")?.filter((digest) => digest !== ""));
  const [fitDigest = null] = digests.size === 1 ? digests : [];
  return { byOrder, fitDigest };
}

/** Answers of the last run to the orders of a table. */
export function answersIn(table: OrderTable, { byOrder }: PreviousAnswers): GivenAnswers {
  const answers = new Map<number, GivenAnswer>();
  for (let row = 0; row < table.count; row++) {
    const answer = byOrder.get(memberName(nameAt(table, row)));
    if (answer) answers.set(row, answer);
  }
  return answers;
}
