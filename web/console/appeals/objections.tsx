/* Objections of buyers whose entries share a turn ("we are two people"), to be decided. */

import { useState } from "react";
import type { turnRoutes } from "../../../src/api/turnRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Card, Pill } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, moment, number, speak } from "../ui/say.ts";
import { APPEALS_WORDS } from "./words.ts";

const words = speak(APPEALS_WORDS);

type Objection = Answer<typeof turnRoutes.listObjections>["objections"][number];

const tone = { apart: "plain", same: "quiet" } as const;

/** Decides an objection: two people, or the same one. The answer goes to the buyer. */
function Decide({ of }: { readonly of: Objection }) {
  const act = useAct();
  const [answer, setAnswer] = useState("");
  const path = `/v1/operator/sales/${of.sale}/rounds/${of.roundNo}/objections/${of.entryId}`;
  const decide = (verdict: "apart" | "same") =>
    void act.run(() => post(path, { about: of.about, verdict, answer }));
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <TextField
        label={words.answer}
        value={answer}
        onChange={setAnswer}
        rows={3}
        minLength={10}
        required
      />
      <Problem of={act.problem} />
      <div className="row">
        <Button act={act} onClick={() => decide("apart")}>
          {words.turns.apart}
        </Button>
        <Button act={act} kind="quiet" onClick={() => decide("same")}>
          {words.turns.same}
        </Button>
      </div>
    </form>
  );
}

/** One objection: her statement, the reason for sharing or waiting, and the entries or orders. */
function One({ of }: { readonly of: Objection }) {
  const mayDecide = useMay("appeal.decide");
  return (
    <Card title={fill(words.turns.title, { sale: of.sale, round: number(of.roundNo) })}>
      <blockquote>{of.statement}</blockquote>
      <p className="small">
        {of.bits === null
          ? fill(words.turns.whyOrder, { reason: said(of.reason) })
          : fill(words.turns.why, { reason: said(of.reason), bits: number(of.bits) })}
      </p>
      <Table
        label={of.about === "order" ? words.turns.orders : words.turns.entries}
        heads={[
          words.account,
          words.turns.entered,
          words.stateLabel,
          words.turns.name,
          words.turns.address,
        ]}
        rows={of.entries.map((entry) => [
          <>
            {entry.account}{" "}
            {entry.entryId === of.entryId && <Pill tone="warm">{words.turns.objects}</Pill>}
          </>,
          moment(entry.enteredAt),
          words.turns.state[entry.state as keyof typeof words.turns.state] ?? entry.state,
          entry.name ?? "–",
          entry.address ?? "–",
        ])}
      />
      {of.verdict === null && mayDecide && <Decide of={of} />}
      {of.verdict !== null && (
        <p>
          <Pill tone={tone[of.verdict]}>{words.turns.verdict[of.verdict]}</Pill> {of.answer}{" "}
          <span className="small">{of.decidedBy}</span>
        </p>
      )}
    </Card>
  );
}

/** Nothing at all as long as nobody objected. */
export function Objections() {
  return useMay("appeal.decide") ? <List /> : null;
}

function List() {
  const { data } = useRead<typeof turnRoutes.listObjections>("/v1/operator/objections", 5_000);
  if (!data || data.objections.length === 0) return null;
  return (
    <section aria-label={words.turns.heading}>
      <h2>{words.turns.heading}</h2>
      <p>{words.turns.lead}</p>
      {data.objections.map((one) => (
        <One key={`${one.about} ${one.sale} ${one.roundNo} ${one.entryId}`} of={one} />
      ))}
    </section>
  );
}
