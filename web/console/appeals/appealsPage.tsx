/* Appeals: the queue, and one appeal with our reasons beside the buyer's statement. */

import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import { appealCan } from "../../../src/cases/appeal/appeal.ts";
import { get, post, useAct, useRead, type Answer } from "../ui/api.ts";
import { Objections } from "./objections.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Card, Empty, Page, Pill } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { saveFile } from "../ui/saveFile.ts";
import { said } from "../../ui/said.client.ts";
import { moment, speak, timeLeft } from "../ui/say.ts";
import { APPEALS_WORDS } from "./words.ts";

const words = speak(APPEALS_WORDS);

type Appeal = Answer<typeof remedyRoutes.listAppeals>["appeals"][number];
type AppealDetail = Answer<typeof remedyRoutes.showAppeal>;
interface Recorded {
  readonly reasons: readonly {
    readonly id: string;
    readonly en: string;
    readonly rule_id: string;
  }[];
}

const tone = { pending: "warm", upheld: "plain", rejected: "quiet" } as const;

/** The queue. Overdue appeals and those due soon are marked. */
export function AppealsPage() {
  const { data, error } = useRead<typeof remedyRoutes.listAppeals>("/v1/operator/appeals", 5_000);
  const left = (one: Appeal) =>
    one.state !== "pending" ? (
      moment(one.filedAt)
    ) : one.overdue ? (
      <Pill tone="bad">{words.overdue}</Pill>
    ) : one.dueSoon ? (
      <Pill tone="warm">{timeLeft(one.dueAt)}</Pill>
    ) : (
      timeLeft(one.dueAt)
    );
  const signs = (one: Appeal) => (
    <>
      {one.isFamily && <Pill tone="quiet">{words.saysFamily}</Pill>}{" "}
      {one.wantsHuman && <Pill tone="quiet">{words.wantsHuman}</Pill>}
    </>
  );
  return (
    <Page title={words.appeals} lead={words.appealsLead}>
      <Waiting of={{ data, error }} />
      {data?.appeals.length === 0 && <Empty>{words.noAppeals}</Empty>}
      {data && data.appeals.length > 0 && (
        <Table
          label={words.appeals}
          heads={[
            words.order,
            words.sale,
            words.stateLabel,
            words.due,
            words.sheSays,
            words.decidedLabel,
          ]}
          rows={data.appeals.map((one) => [
            <Link key="open" href={`/appeals/${one.appealId}`}>
              {one.orderId.slice(0, 8)}
            </Link>,
            one.sale,
            <Pill key="state" tone={tone[one.state]}>
              {words.appealState[one.state]}
            </Pill>,
            left(one),
            signs(one),
            one.byDefault ? words.byDefault : (one.decidedBy ?? ""),
          ])}
        />
      )}
      <Objections />
    </Page>
  );
}

/**
 * Files are downloaded and never shown inside the page: a hostile file must not run in the console.
 */
async function takeFile(appealId: string, fileNo: number): Promise<void> {
  const file = await get<Answer<typeof remedyRoutes.showAppealFile>>(
    `/v1/operator/appeals/${appealId}/files/${fileNo}`,
  );
  const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
  saveFile(file.name, new Blob([bytes], { type: "application/octet-stream" }));
}

/** Our side: the reasons of the decision, and who took part in it. */
function WeSaid({ appeal }: { readonly appeal: AppealDetail }) {
  const { reasons } = appeal.record as unknown as Recorded;
  return (
    <Card title={words.weSaid}>
      <ol className="reasons">
        {reasons.map((reason) => (
          <li key={reason.rule_id + reason.en}>
            {said(reason)} <span className="small">{reason.rule_id}</span>
          </li>
        ))}
      </ol>
      <p className="small">
        {words.decidedLabel}: {appeal.deciders.join(", ")}
      </p>
      <details>
        <summary>{words.helpDesk}</summary>
        <p className="small">{said(appeal.helpDesk)}</p>
      </details>
      <p>
        <a
          href={`/v1/operator/decisions/${appeal.decisionId}/dossier`}
          download={`dossier-${appeal.decisionId}.json`}
        >
          {words.dossier}
        </a>
      </p>
    </Card>
  );
}

/** Her side: the statement, its marks, and the files as downloads. */
function SheSays({ appeal }: { readonly appeal: AppealDetail }) {
  const act = useAct();
  return (
    <Card title={words.sheSays}>
      <blockquote>{appeal.statement}</blockquote>
      <p>
        {appeal.isFamily && <Pill>{words.saysFamily}</Pill>}{" "}
        {appeal.wantsHuman && <Pill tone="warm">{words.wantsHuman}</Pill>}
      </p>
      <div className="row">
        {appeal.files.map(({ fileNo, mediaType }) => (
          <Button
            key={fileNo}
            small
            kind="quiet"
            act={act}
            onClick={() => void act.run(() => takeFile(appeal.appealId, fileNo))}
          >
            {`${words.files} ${fileNo} (${mediaType})`}
          </Button>
        ))}
      </div>
      <Problem of={act.problem} />
    </Card>
  );
}

/**
 * The answer, in Indonesian and in English; without an English text the Indonesian one stands for
 * both.
 */
function AnswerForm({ appeal }: { readonly appeal: AppealDetail }) {
  const act = useAct();
  const [, go] = useLocation();
  const [own, setOwn] = useState("");
  const [english, setEnglish] = useState("");
  const decide = async (outcome: "upheld" | "rejected") => {
    const answer = { id: own, en: english.trim() === "" ? own : english };
    const path = `/v1/operator/appeals/${appeal.appealId}/decision`;
    if (await act.run(() => post(path, { outcome, answer }))) go("/appeals");
  };
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <TextField
        label={words.answer}
        value={own}
        onChange={setOwn}
        rows={4}
        minLength={20}
        required
      />
      <TextField label={words.answerEn} value={english} onChange={setEnglish} rows={3} />
      <Problem of={act.problem} />
      <div className="row">
        <Button act={act} onClick={() => void decide("upheld")}>
          {words.uphold}
        </Button>
        <Button act={act} kind="quiet" onClick={() => void decide("rejected")}>
          {words.reject}
        </Button>
      </div>
    </form>
  );
}

/** One appeal, both sides next to each other. */
export function AppealPage({ id }: { readonly id: string }) {
  const { data: appeal, error } = useRead<typeof remedyRoutes.showAppeal>(
    `/v1/operator/appeals/${id}`,
  );
  if (!appeal) return <Waiting of={{ data: appeal, error }} />;
  const open = appealCan.stillBeDecided(appeal);
  return (
    <Page
      title={`${words.appealTitle} ${appeal.orderId.slice(0, 8)}`}
      actions={<Pill tone={tone[appeal.state]}>{words.appealState[appeal.state]}</Pill>}
    >
      <Problem of={error} />
      <div className="grid two">
        <WeSaid appeal={appeal} />
        <SheSays appeal={appeal} />
      </div>
      <Card title={open ? words.yourAnswer : words.ourAnswer}>
        {appeal.answer && <p>{said(appeal.answer)}</p>}
        {open && <AnswerForm appeal={appeal} />}
      </Card>
    </Page>
  );
}
