/*
 * The operator log, its filter, and its download as CSV. The filter stands in the address, so that
 * it can be handed to a colleague.
 */

import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { plainCell } from "../../../src/base/spreadsheet.ts";
import { get, useAct, useRead, type Answer } from "../ui/api.ts";
import { saveFile } from "../ui/saveFile.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Empty, Page } from "../ui/page.tsx";
import { Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { moment, speak } from "../ui/say.ts";
import { LOG_WORDS } from "./words.ts";

const words = speak(LOG_WORDS);

type Entry = Answer<typeof remedyRoutes.listLog>["entries"][number];

/** One cell of a CSV file; formulas are disarmed. */
const cell = (text: string) => `"${plainCell(text).replaceAll('"', '""')}"`;

/** Parts of names and texts, and days in the reader's time zone; empty ones filter nothing. */
const FILTERS = ["who", "what", "since", "until"] as const;
type Filter = Readonly<Record<(typeof FILTERS)[number], string>>;

const DAY_MS = 86_400_000;

/** The filter as the address has it, and a way to change it. */
function useFilter(): readonly [Filter, (next: Partial<Filter>) => void] {
  const asked = new URLSearchParams(useSearch());
  const [path, go] = useLocation();
  const [who = "", what = "", since = "", until = ""] = FILTERS.map(
    (name) => asked.get(name) ?? "",
  );
  const filter = { who, what, since, until };
  return [
    filter,
    (next) => {
      const query = new URLSearchParams(asked);
      for (const [name, value] of Object.entries(next)) {
        if (value === "") query.delete(name);
        else query.set(name, value);
      }
      go(query.size === 0 ? path : `${path}?${query}`, { replace: true });
    },
  ];
}

/** The filter as a query of the API; the last day counts as a whole. */
function queryOf({ who, what, since, until }: Filter): string {
  const dayStart = (day: string) => new Date(`${day}T00:00:00`);
  const end = until === "" ? "" : new Date(dayStart(until).getTime() + DAY_MS).toISOString();
  const asked = { who, what, since: since && dayStart(since).toISOString(), until: end };
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== ""));
  return query.size === 0 ? "" : `&${query}`;
}

/** The fields of the filter. */
function Filters({ of, change }: { of: Filter; change: (next: Partial<Filter>) => void }) {
  const field = (name: keyof Filter, label: string, type = "search") => (
    <TextField
      {...{ label, type }}
      value={of[name]}
      onChange={(text) => change({ [name]: text })}
    />
  );
  const empty = FILTERS.every((name) => of[name] === "");
  return (
    <div className="filters">
      {field("who", words.whoFilter)}
      {field("what", words.whatFilter)}
      {field("since", words.sinceFilter, "date")}
      {field("until", words.untilFilter, "date")}
      <Button
        kind="quiet"
        disabled={empty}
        onClick={() => change({ who: "", what: "", since: "", until: "" })}
      >
        {words.clearFilter}
      </Button>
    </div>
  );
}

/** The filtered log as CSV, read in pages of 1,000. */
async function logFile(filter: Filter): Promise<string> {
  const lines = ["no,at,who,action,subject"];
  let before = "";
  for (;;) {
    const { entries } = await get<Answer<typeof remedyRoutes.listLog>>(
      `/v1/operator/log?limit=1000${before}${queryOf(filter)}`,
    );
    for (const one of entries) {
      lines.push(
        [String(one.logNo), one.at, one.operator, one.action, one.subject].map(cell).join(","),
      );
    }
    const last = entries.at(-1);
    if (!last || entries.length < 1_000) return lines.join("\r\n");
    before = `&before=${last.logNo}`;
  }
}

/** The log, newest first, 200 lines a page. */
export function LogPage() {
  const [before, setBefore] = useState<number | null>(null);
  const [filter, setFilter] = useFilter();
  const filtered = queryOf(filter);
  const path = `/v1/operator/log?limit=200${before === null ? "" : `&before=${before}`}${filtered}`;
  const { data, error } = useRead<typeof remedyRoutes.listLog>(path);
  const act = useAct();
  const entries: readonly Entry[] = data?.entries ?? [];
  const save = () =>
    void act.run(async () =>
      saveFile("log.csv", new Blob([await logFile(filter)], { type: "text/csv" })),
    );
  return (
    <Page
      title={words.log}
      lead={words.logLead}
      actions={
        <Button kind="quiet" act={act} onClick={save}>
          {filtered === "" ? words.saveLog : words.saveShown}
        </Button>
      }
    >
      <Waiting of={{ data, error: error ?? act.problem }} />
      <Filters
        of={filter}
        change={(next) => {
          setBefore(null);
          setFilter(next);
        }}
      />
      {data && entries.length === 0 && (
        <Empty>{filtered === "" ? words.nothingLogged : words.noneMatches}</Empty>
      )}
      {entries.length > 0 && (
        <Table
          label={words.log}
          heads={[words.when, words.who, words.what, words.about]}
          rows={entries.map((one) => [moment(one.at), one.operator, one.action, one.subject])}
        />
      )}
      <div className="row">
        {before !== null && (
          <Button kind="quiet" onClick={() => setBefore(null)}>
            {words.newest}
          </Button>
        )}
        {entries.length === 200 && (
          <Button kind="quiet" onClick={() => setBefore(must(entries.at(-1), "a full page").logNo)}>
            {words.older}
          </Button>
        )}
      </div>
    </Page>
  );
}
