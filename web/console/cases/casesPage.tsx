/* The queue of cases. */

import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { post, useAct } from "../ui/api.ts";
import { ALL_COLUMNS, COLUMNS, placeOf } from "./caseColumns.tsx";
import { decideCase, DecidedToast, undoCase, useLastDecided } from "./decided.tsx";
import { useCaseFilter, useCaseRows, type CaseFilter, type CaseSummary } from "./caseList.ts";
import { Views } from "./caseViews.tsx";
import { useKeys } from "../ui/keys.ts";
import { useMay } from "../ui/me.ts";
import { Empty, Page } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { VirtualGrid } from "./virtualGrid.tsx";
import { fill, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";

const words = speak(CASES_WORDS);

const ROW_PX = 46;

/** Keys that act on the marked row. */
function useTableKeys(at: {
  readonly marked: number;
  readonly total: number;
  readonly row: CaseSummary | undefined;
  readonly mark: (index: number) => void;
}) {
  const [, go] = useLocation();
  const act = useAct();
  const { marked, total, row, mark } = at;
  const path = row && `/v1/operator/sales/${row.sale}/cases/${row.caseNo}`;
  const last = useLastDecided();
  const decide = (verdict: "cancel" | "release") => {
    if (row) void act.run(() => decideCase(row, { version: row.version, verdict }));
  };
  /** The last decision of this tab; without one, the marked row's. */
  const undo = () => {
    const of = last ?? row;
    if (of) void act.run(() => undoCase(of));
  };
  useKeys({
    j: () => mark(Math.min(total - 1, marked + 1)),
    k: () => mark(Math.max(0, marked - 1)),
    Enter: () => row && go(placeOf(row, marked)),
    o: () => row && go(placeOf(row, marked)),
    c: () => row && void act.run(() => post(`${path}/claim`)),
    x: () => decide("cancel"),
    r: () => decide("release"),
    u: undo,
  });
  return act;
}

/** The rows, loaded in pages as they become visible. */
function Rows(props: { readonly filter: CaseFilter; readonly columns: readonly string[] }) {
  const [marked, setMarked] = useState(0);
  const [count, setCount] = useState<number | null>(null);
  const [sight, setSight] = useState({ first: 0, last: 0 });
  const { rowAt, total, error } = useCaseRows(props.filter, sight.first, sight.last);
  useEffect(() => {
    if (total !== undefined) setCount(total);
  }, [total]);
  const act = useTableKeys({
    marked,
    total: count ?? 0,
    row: rowAt(marked),
    mark: setMarked,
  });
  const shown = COLUMNS.filter((column) => props.columns.includes(column.name));
  const cells = (index: number) => {
    const one = rowAt(index);
    const number = one && <Link href={placeOf(one, index)}>{one.caseNo}</Link>;
    const rest = shown.map(({ name, cell }) => ({ name, content: one && cell(one) }));
    return [{ name: "number", content: number ?? "…" }, ...rest];
  };
  if (count === null) return <Waiting of={{ data: null, error }} />;
  return (
    <>
      <Problem of={act.problem ?? error} />
      <DecidedToast act={act} />
      {count === 0 && <Empty>{words.noCases}</Empty>}
      {count > 0 && (
        <>
          <p className="small" aria-live="polite">
            {fill(words.casesCount, { n: count })} · {words.help.caseLine}
          </p>
          <VirtualGrid
            {...{ label: words.queue, kind: "cases", rowPx: ROW_PX, count, marked, cells }}
            heads={["#", ...shown.map((column) => column.label)]}
            onSight={(first, last) => setSight({ first, last })}
          />
        </>
      )}
    </>
  );
}

/** The page: filters, views, columns, and keys for all of it. */
export function CasesPage() {
  const [filter, setFilter] = useCaseFilter();
  const [columns, setColumns] = useState<readonly string[]>(ALL_COLUMNS);
  const decide = useMay("case.decide");
  return (
    <Page title={words.queue} lead={decide ? words.queueLead : words.queueLeadReader}>
      <Views {...{ filter, setFilter, columns, setColumns }} />
      <Rows key={JSON.stringify(filter)} filter={filter} columns={columns} />
    </Page>
  );
}
