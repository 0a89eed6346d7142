/* Creates a sale: form, checks by the server, preview. */

import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { asText, sideOf, SIDES, type Text } from "../../../src/base/language.ts";
import { LANGUAGES } from "../../../src/base/languages/list.ts";
import type { planRoutes } from "../../../src/api/planRoutes.ts";
import type { SaleFile } from "../../../src/sale/saleFile.ts";
import { CallError } from "../../ui/call.client.ts";
import { get, post, useAct, type Act, type Answer } from "../ui/api.ts";
import { saveFile } from "../ui/saveFile.ts";
import { useChecked } from "../ui/checking.ts";
import { Button } from "../ui/button.tsx";
import { Card, Page } from "../ui/page.tsx";
import { IssueList, Loading, Problem } from "../ui/problem.tsx";
import { Rounds } from "./roundForm.tsx";
import { Basics, Channels, Variants } from "./saleForm.tsx";
import { language } from "../../ui/pageLanguage.client.ts";
import { fill, speak } from "../ui/say.ts";
import { FIRST_ROUND, SALES_WORDS } from "./words.ts";

const words = speak(SALES_WORDS);

type Checked = Answer<typeof planRoutes.checkSale>;

const HOUR_MS = 3_600_000;

/** A sale that would work as it is, tomorrow at ten. */
function emptyFile(): SaleFile {
  const day = new Date(Date.now() + 24 * HOUR_MS).toISOString().slice(0, 10);
  return {
    format: "giliran.sale/1",
    slug: "",
    timeZone: "Asia/Jakarta",
    currency: "IDR",
    title: { id: "", en: "" },
    description: { id: "", en: "" },
    unitsPerPerson: 1,
    workCost: 50_000,
    beacon: "off",
    synthetic: [],
    variants: [{ sku: "SKU-1", name: asText(() => "SKU-1"), price: "1000000" }],
    channels: [{ code: "web", name: "Web", paymentMethods: ["va", "qris"], codQuota: 0 }],
    rounds: [
      {
        name: FIRST_ROUND,
        mode: "shuffled_queue",
        windowMs: 1_000,
        lobbyOpensAt: `${day}T09:30:00`,
        opensAt: `${day}T10:00:00`,
        closesAt: `${day}T10:05:00`,
        offerSeconds: 600,
        offerExtensionSeconds: 300,
        paymentSeconds: 1_800,
        stock: { web: { "SKU-1": 100 } },
      },
    ],
  };
}

/** The server's findings about the file as it stands. */
function Checks({ checked }: { readonly checked: Checked | null }) {
  if (!checked) return <p className="small">{words.wizard.checking}</p>;
  const { issues, slugTaken, unitCount } = checked;
  return (
    <div role="status">
      {issues.length === 0 && !slugTaken && (
        <p className="note">{fill(words.wizard.fine, { n: unitCount })}</p>
      )}
      {slugTaken && <p className="note bad">{words.wizard.slugTaken}</p>}
      <IssueList issues={issues} />
    </div>
  );
}

/** The buyer's page as the server renders it, in a frame without scripts. */
function Preview({ checked }: { readonly checked: Checked | null }) {
  const [shown, setShown] = useState<keyof Text>(sideOf(language));
  return (
    <Card
      title={words.wizard.preview}
      aside={
        <div className="row">
          {SIDES.map((one) => (
            <Button
              key={one}
              small
              kind="quiet"
              disabled={one === shown}
              onClick={() => setShown(one)}
            >
              {LANGUAGES[one].name}
            </Button>
          ))}
        </div>
      }
    >
      {checked?.preview ? (
        <iframe
          className="preview"
          sandbox=""
          title={words.wizard.preview}
          srcDoc={checked.preview[shown]}
        />
      ) : (
        <p className="small">{words.wizard.noPreview}</p>
      )}
    </Card>
  );
}

/** Loads a sale file into the form, and saves the form as a file. */
function FileButtons(props: {
  readonly file: SaleFile;
  readonly act: Act;
  readonly onRead: (file: SaleFile) => void;
}) {
  const { file, act, onRead } = props;
  const read = (chosen: File | undefined) => {
    if (!chosen) return;
    void act.run(async () => {
      try {
        onRead(JSON.parse(await chosen.text()) as SaleFile);
      } catch {
        throw new CallError(0, "file", words.wizard.notJson);
      }
    });
  };
  const save = () =>
    saveFile(`${file.slug || "sale"}.sale.json`, new Blob([JSON.stringify(file, null, 2)]));
  return (
    <>
      <label className="button quiet small">
        {words.wizard.openFile}
        <input
          type="file"
          className="hidden-file"
          accept=".json"
          onChange={(event) => read(event.target.files?.[0])}
        />
      </label>
      <Button small kind="quiet" onClick={save}>
        {words.wizard.saveFile}
      </Button>
    </>
  );
}

/** The page; it starts empty, from another sale, or from a file. */
export function SaleWizard({ from }: { readonly from: string | null }) {
  const act = useAct();
  const [, go] = useLocation();
  const [file, setFile] = useState<SaleFile | null>(from === null ? emptyFile : null);
  const { said: checked, fresh } = useChecked<Checked>("/v1/operator/sales/check", file);
  useEffect(() => {
    if (from === null) return;
    void act.run(async () => {
      const known = await get<SaleFile>(`/v1/operator/sales/${from}/file`);
      // The same products: what is owed of them can be served from the new sale.
      const variants = known.variants.map((one) => ({ ...one, family: one.family ?? known.slug }));
      setFile({ ...known, variants, slug: `${known.slug}-2` });
    });
  }, [from]);
  if (!file) return act.problem ? <Problem of={act.problem} /> : <Loading />;
  const create = async () => {
    if (await act.run(() => post("/v1/operator/sales", file))) go(`/sales/${file.slug}`);
  };
  const ready = fresh && checked !== null && checked.issues.length === 0 && !checked.slugTaken;
  return (
    <Page
      title={from === null ? words.newSale : fill(words.wizard.cloneOf, { name: from })}
      lead={words.wizard.lead}
      actions={<FileButtons file={file} act={act} onRead={setFile} />}
    >
      <div className="wizard">
        <form className="stack" onSubmit={(event) => event.preventDefault()}>
          <Basics file={file} change={setFile} />
          <Variants file={file} change={setFile} />
          <Channels file={file} change={setFile} />
          <Rounds file={file} change={setFile} />
        </form>
        <div className="stack sticky">
          <Card title={words.wizard.check}>
            <Checks checked={checked} />
            <Problem of={act.problem} />
            <div className="row">
              <Button act={act} disabled={!ready} onClick={() => void create()}>
                {words.wizard.create}
              </Button>
            </div>
            <p className="small">{words.wizard.afterwards}</p>
          </Card>
          <Preview checked={checked} />
        </div>
      </div>
    </Page>
  );
}
