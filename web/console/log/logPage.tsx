/* The operator log, and its download as CSV. */

import { useState } from "react";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { plainCell } from "../../../src/base/spreadsheet.ts";
import { get, useAct, useRead, type Answer } from "../ui/api.ts";
import { saveFile } from "../ui/saveFile.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Page } from "../ui/page.tsx";
import { Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { moment, words } from "../ui/say.ts";

type Entry = Answer<typeof remedyRoutes.listLog>["entries"][number];

/** One cell of a CSV file; formulas are disarmed. */
const cell = (text: string) => `"${plainCell(text).replaceAll('"', '""')}"`;

/** The whole log as CSV, read in pages of 1,000. */
async function wholeLog(): Promise<string> {
  const lines = ["no,at,who,action,subject"];
  let before = "";
  for (;;) {
    const { entries } = await get<Answer<typeof remedyRoutes.listLog>>(
      `/v1/operator/log?limit=1000${before}`,
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
  const path = `/v1/operator/log?limit=200${before === null ? "" : `&before=${before}`}`;
  const { data, error } = useRead<typeof remedyRoutes.listLog>(path);
  const act = useAct();
  const entries: readonly Entry[] = data?.entries ?? [];
  const save = () =>
    void act.run(async () =>
      saveFile("log.csv", new Blob([await wholeLog()], { type: "text/csv" })),
    );
  return (
    <Page
      title={words.log}
      lead={words.house.logLead}
      actions={
        <Button kind="quiet" act={act} onClick={save}>
          {words.house.saveLog}
        </Button>
      }
    >
      <Waiting of={{ data, error: error ?? act.problem }} />
      {data && entries.length === 0 && <Empty>{words.empty.log}</Empty>}
      {entries.length > 0 && (
        <Table
          label={words.log}
          heads={[words.house.when, words.house.who, words.house.what, words.house.about]}
          rows={entries.map((one) => [moment(one.at), one.operator, one.action, one.subject])}
        />
      )}
      <div className="row">
        {before !== null && (
          <Button kind="quiet" onClick={() => setBefore(null)}>
            {words.house.newest}
          </Button>
        )}
        {entries.length === 200 && (
          <Button kind="quiet" onClick={() => setBefore(must(entries.at(-1), "a full page").logNo)}>
            {words.house.older}
          </Button>
        )}
      </div>
    </Page>
  );
}
