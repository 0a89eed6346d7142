/* Imports of marketplace exports: upload, preview, and the cases found. */

import { useState } from "react";
import { Link } from "wouter";
import type { importRoutes } from "../../../src/api/importRoutes.ts";
import { CallError } from "../../ui/call.client.ts";
import { upload } from "../../ui/upload.client.ts";
import { get, useAct, useRead, type Answer } from "../ui/api.ts";
import { saveFile } from "../ui/saveFile.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { Card, Empty, Kpis, Page } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { language } from "../../ui/pageLanguage.client.ts";
import { said } from "../../ui/said.client.ts";
import { fill, moment, named, number, speak } from "../ui/say.ts";
import { IMPORTS_WORDS } from "./words.ts";

const words = speak(IMPORTS_WORDS);

type Preview = Answer<typeof importRoutes.previewImport>;
type Imported = Answer<typeof importRoutes.importOrders>;

type Whole = Answer<typeof importRoutes.showImport>;
type Trouble = Preview["troubles"][number];
type FoundCase = Whole["found"][number];

/** Rows that could not be read: the first ten, and all of them as a file. */
function Troubles(props: { readonly list: readonly Trouble[]; readonly count: number }) {
  if (props.count === 0) return null;
  const save = () => {
    const lines = props.list.map((one) =>
      [one.file, one.row, one.column, one.said ? said(one.said) : one.reason].join("\t"),
    );
    saveFile("rows.tsv", new Blob([["file\trow\tcolumn\treason", ...lines].join("\n")]));
  };
  return (
    <div className="note warm">
      <p>{fill(words.import_.troubles, { n: props.count })}</p>
      <Table
        label={words.import_.troublesTitle}
        heads={[words.import_.row, words.import_.column, words.why]}
        rows={props.list
          .slice(0, 10)
          .map((one) => [placeOf(one), one.column, one.said ? said(one.said) : one.reason])}
      />
      <Button small kind="quiet" onClick={save}>
        {words.import_.saveTroubles}
      </Button>
    </div>
  );
}

/** The row, with its sheet where a workbook has several. */
function placeOf({ file, row }: Trouble): string {
  const sheet = / \[(.*)\]$/.exec(file)?.[1];
  return sheet === undefined ? number(row) : `${sheet}: ${number(row)}`;
}

type ReadFile = Preview["files"][number];

/** How a file was read, what is doubtful about it, and which of its orders no longer stand. */
function HowRead({ file }: { readonly file: ReadFile }) {
  const { reading = [], doubts = [], apart } = file;
  const apartCount = apart ? apart.cancelled + apart.unpaid + apart.refunded : 0;
  return (
    <>
      {apart && apartCount > 0 && <p className="small">{fill(words.import_.apart, apart)}</p>}
      {reading.length > 0 && (
        <details>
          <summary>{words.import_.howRead}</summary>
          <ul className="small">
            {reading.map((one) => (
              <li key={one.en}>{said(one)}</li>
            ))}
          </ul>
        </details>
      )}
      {doubts.length > 0 && (
        <div className="note warm">
          <p>{words.import_.doubts}</p>
          <ul>
            {doubts.map((one) => (
              <li key={one.en}>{said(one)}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** Columns of the preview. */
const SHOWN = [
  "order_id",
  "ordered_at",
  "channel",
  "name",
  "phone",
  "address",
  "device",
  "sku",
] as const;

/** The preview before anything is stored: the recognised columns and the first rows of the file. */
function PreviewCard({ preview }: { readonly preview: Preview }) {
  return (
    <>
      {preview.files.map((one) => (
        <div key={one.file}>
          <p>
            {fill(words.import_.recognised, {
              file: one.file,
              format: named(words.formats, one.format),
              n: one.orders,
              repeated: one.repeated,
            })}
            {one.missing.length > 0 && (
              <span className="small">
                {" "}
                {fill(words.import_.missing, { list: one.missing.join(", ") })}
              </span>
            )}
          </p>
          <HowRead file={one} />
        </div>
      ))}
      <Table
        label={words.import_.firstRows}
        heads={SHOWN}
        rows={preview.rows.map((row) => SHOWN.map((name) => row[name]))}
      />
      <Troubles list={preview.troubles} count={preview.troubleCount} />
    </>
  );
}

/**
 * Progress of an upload: the share sent, 0 to 1. At 1 the server analyses the file, and its
 * progress is unknown.
 */
function useUpload() {
  const [share, setShare] = useState(0);
  const [stop, setStop] = useState<AbortController | null>(null);
  const send = async <T,>(path: string, file: File): Promise<T> => {
    const controller = new AbortController();
    const form = new FormData();
    form.append("file", file);
    setShare(0);
    setStop(controller);
    try {
      return await upload<T>(path, form, {
        language,
        failed: words.failed,
        progress: setShare,
        signal: controller.signal,
      });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw new CallError(0, "cancelled", words.import_.cancelled);
    } finally {
      setStop(null);
    }
  };
  return { share, send, cancel: stop ? () => stop.abort() : null };
}

/** Progress of an upload, with a button to cancel it. */
function Progress(props: { readonly share: number; readonly cancel: (() => void) | null }) {
  const { share, cancel } = props;
  const isSent = share >= 1;
  const text = isSent
    ? words.import_.working
    : fill(words.import_.sending, { n: Math.round(share * 100) });
  return (
    <div className="row">
      <p role="status">{isSent ? text : words.import_.sendingStarted}</p>
      <progress aria-label={text} {...(isSent ? {} : { value: share })} />
      {cancel && (
        <Button small kind="quiet" onClick={cancel}>
          {words.import_.cancel}
        </Button>
      )}
    </div>
  );
}

/** The server's limit, checked here so that a larger file need not be sent. */
const MOST_FILE_BYTES = 64_000_000;

/** Chooses a file, shows its preview, and imports it on demand. */
function Drop({ onDone }: { readonly onDone: (imported: Imported) => void }) {
  const act = useAct();
  const { share, send, cancel } = useUpload();
  const [chosen, setChosen] = useState<File | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const choose = (file: File | undefined) => {
    if (!file) return;
    setPreview(null);
    void act.run(async () => {
      setChosen(file);
      if (file.size > MOST_FILE_BYTES) throw new CallError(0, "large", words.import_.tooLarge);
      setPreview(await send<Preview>("/v1/operator/imports/preview", file));
    });
  };
  const start = () =>
    void act.run(async () => {
      if (chosen) onDone(await send<Imported>("/v1/operator/imports", chosen));
    });
  return (
    <Card title={words.import_.drop}>
      {/* The input inside does the same by keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <label
        className="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          choose(event.dataTransfer.files[0]);
        }}
      >
        <b>{words.import_.dropHere}</b>
        <span className="small">{words.import_.kinds}</span>
        <input
          type="file"
          aria-label={words.import_.choose}
          onChange={(event) => choose(event.target.files?.[0])}
        />
      </label>
      {act.busy && <Progress share={share} cancel={cancel} />}
      <Problem of={act.problem} />
      {preview && (
        <>
          <PreviewCard preview={preview} />
          <div className="row">
            <Button act={act} onClick={start}>
              {fill(words.import_.start, { n: preview.orders })}
            </Button>
          </div>
        </>
      )}
    </Card>
  );
}

/** All imports, and the form for a new one. */
export function ImportsPage() {
  const { data, error } = useRead<typeof importRoutes.listImports>("/v1/operator/imports");
  const may = useMay("batch.manage");
  const [done, setDone] = useState<Imported | null>(null);
  return (
    <Page title={words.imports} lead={words.import_.lead}>
      {may && <Drop onDone={setDone} />}
      {done && (
        <p className="note" role="status">
          <Link href={`/imports/${done.importId}`}>
            {fill(words.import_.done, {
              name: done.name,
              n: done.cases,
            })}
          </Link>
        </p>
      )}
      <Waiting of={{ data, error }} />
      {data?.imports.length === 0 && <Empty>{words.noImports}</Empty>}
      {data && data.imports.length > 0 && (
        <Table
          label={words.imports}
          heads={[
            words.import_.file,
            words.ordersLabel,
            words.queue,
            words.import_.handedIn,
            words.until,
          ]}
          rows={data.imports.map((one) => {
            return [
              <Link key="open" href={`/imports/${one.importId}`}>
                {one.name}
              </Link>,
              number(one.orders),
              number(one.cases),
              `${one.handedInBy} · ${moment(one.handedInAt)}`,
              moment(one.expiresAt),
            ];
          })}
        />
      )}
    </Page>
  );
}

/** One case of an import, with its orders and reasons. */
function FoundCaseCard({ one }: { readonly one: FoundCase }) {
  const [first] = one.speaks_for_a_ring;
  return (
    <details className="card">
      <summary>
        <b>{one.case_id}</b> · {number(one.orders.length)} {words.orders} ·{" "}
        {number(one.top_score_bits)} {words.bits} · {first && said(first)}
      </summary>
      <h3>{words.speaksFor}</h3>
      <ul>
        {one.speaks_for_a_ring.map((reason) => (
          <li key={reason.en}>
            {said(reason)}{" "}
            <span className="small">
              {number(reason.bits)} {words.bits}
            </span>
          </li>
        ))}
      </ul>
      {one.speaks_against.length > 0 && <h3>{words.speaksAgainst}</h3>}
      <ul>
        {one.speaks_against.map((reason) => (
          <li key={reason.en}>{said(reason)}</li>
        ))}
      </ul>
      <h3>{words.release}</h3>
      <p>{said(one.would_release)}</p>
      <h3>{words.list}</h3>
      <p className="mono small">
        {one.orders
          .map((order) => order.order_id)
          .slice(0, 200)
          .join(", ")}
      </p>
    </details>
  );
}

/**
 * An import: its figures, its cases, and the download of the decisions for those who may unmask.
 */
export function ImportPage({ id }: { readonly id: string }) {
  const { data, error } = useRead<typeof importRoutes.showImport>(`/v1/operator/imports/${id}`);
  const act = useAct();
  const may = useMay("case.unmask");
  const [shown, setShown] = useState(50);
  if (!data) return <Waiting of={{ data, error }} />;
  const { summary, found: cases } = data;
  const decisions = () =>
    void act.run(async () => {
      const path = `/v1/operator/imports/${id}/decisions`;
      const file = await get<Answer<typeof importRoutes.showImportDecisions>>(path);
      saveFile(file.name, new Blob([file.content], { type: "text/csv" }));
    });
  return (
    <Page
      title={data.name}
      lead={fill(words.import_.found, { n: summary.orders, people: summary.persons })}
      actions={
        may && (
          <Button kind="quiet" act={act} onClick={decisions}>
            {words.import_.decisions}
          </Button>
        )
      }
    >
      <Problem of={act.problem} />
      {summary.fault && <p className="note bad">{summary.fault}</p>}
      <Kpis
        list={[
          [words.queue, number(summary.cases)],
          [words.outcomes.hold, number(summary.outcomes.hold)],
          [words.outcomes.step_up, number(summary.outcomes.step_up)],
          [words.outcomes.accept, number(summary.outcomes.accept)],
        ]}
      />
      <p className="note">{words.import_.noClaim}</p>
      {summary.files.map((one) => (
        <HowRead key={one.file} file={one} />
      ))}
      <Troubles list={summary.troubles} count={summary.troubleCount} />
      <div className="stack">
        {cases.slice(0, shown).map((one) => (
          <FoundCaseCard key={one.case_id} one={one} />
        ))}
      </div>
      {shown < cases.length && (
        <div className="row">
          <Button kind="quiet" onClick={() => setShown(shown + 200)}>
            {words.more}
          </Button>
        </div>
      )}
    </Page>
  );
}
