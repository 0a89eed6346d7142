/* The columns of the case list, each with its head and cell. */

import type { ReactNode } from "react";
import type { CaseSummary } from "./caseList.ts";
import { Pill } from "../ui/page.tsx";
import { number, timeLeft, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";

const words = speak(CASES_WORDS);

export interface Column {
  readonly name: string;
  readonly label: string;
  readonly cell: (one: CaseSummary) => ReactNode;
}

/** The holder of a claim that has not expired. */
const claimed = (one: CaseSummary) =>
  one.claimedBy !== null && Date.parse(one.claimedUntil ?? "") > Date.now() ? one.claimedBy : "";

/** All columns that can be shown; the list of cases starts with all of them. */
export const COLUMNS: readonly Column[] = [
  { name: "sale", label: words.sale, cell: (one) => one.sale },
  {
    name: "state",
    label: words.stateLabel,
    cell: (one) => (
      <Pill tone={one.state === "open" ? "warm" : "quiet"}>{words.state[one.state]}</Pill>
    ),
  },
  { name: "orders", label: words.ordersLabel, cell: (one) => number(one.orderCount) },
  { name: "accounts", label: words.accountsLabel, cell: (one) => number(one.accountCount) },
  { name: "bits", label: words.bitsLabel, cell: (one) => number(one.topBits) },
  {
    name: "due",
    label: words.due,
    cell: (one) => (one.state === "open" ? timeLeft(one.dueAt) : ""),
  },
  { name: "claimed", label: words.claimedLabel, cell: claimed },
  { name: "decided", label: words.decidedLabel, cell: (one) => one.decidedBy ?? "" },
];
export const ALL_COLUMNS = COLUMNS.map((column) => column.name);

/** The address of a case that was opened at a position of the list. */
export function placeOf(one: CaseSummary, index: number): string {
  return `/cases/${one.sale}/${one.caseNo}?at=${index}`;
}
