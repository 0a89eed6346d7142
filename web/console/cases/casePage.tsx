/* One case: evidence, orders, notes, and the reviewer's decision, all reachable by keys. */

import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { reviewRoutes } from "../../../src/api/caseRoutes.ts";
import { caseCan } from "../../../src/cases/review/review.ts";
import { post, useAct, useRead, type Act } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { decideCase, DecidedToast, isOf, undoCase, useLastDecided } from "./decided.tsx";
import { Evidence } from "./caseEvidence.tsx";
import { useCaseAt, useCaseFilter } from "./caseList.ts";
import { placeOf } from "./caseColumns.tsx";
import { CaseOrders, type Choice } from "./caseOrders.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Card, Page, Pill } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { useKeys } from "../ui/keys.ts";
import { fill, moment, named, number, timeLeft, speak } from "../ui/say.ts";
import { CASES_WORDS } from "./words.ts";
import type { CaseDetail } from "./caseDetail.ts";

const words = speak(CASES_WORDS);

/** Moves to the neighbours in the list that the case was opened from. */
function useNeighbours() {
  const [, go] = useLocation();
  const at = Number(new URLSearchParams(useSearch()).get("at") ?? "-1");
  const [filter] = useCaseFilter();
  const caseAt = useCaseAt();
  return {
    step: async (by: 1 | -1) => {
      const next = at < 0 ? undefined : await caseAt(filter, at + by);
      if (next) go(placeOf(next, at + by));
    },
    /** After a decision the list may have lost this case; then the next one has its position. */
    advance: async (decided: { sale: string; caseNo: number }) => {
      if (at < 0) return;
      for (const index of [at, at + 1]) {
        const next = await caseAt(filter, index);
        if (
          next &&
          caseCan.stillBeDecided(next) &&
          !(next.sale === decided.sale && next.caseNo === decided.caseNo)
        ) {
          go(placeOf(next, index));
          return;
        }
      }
    },
  };
}

/** State, size, weight and claim in one line. */
function Summary({ detail }: { readonly detail: CaseDetail }) {
  const claimed = detail.claimedBy !== null && Date.parse(detail.claimedUntil ?? "") > Date.now();
  return (
    <p className="facts-line">
      <Pill tone={detail.state === "open" ? "warm" : "quiet"}>{words.state[detail.state]}</Pill>
      <span>
        {number(detail.orderCount)} {words.orders}
      </span>
      <span>
        {number(detail.accountCount)} {words.accounts}
      </span>
      <span>
        {number(detail.topBits)} {words.bits}
      </span>
      {detail.state === "open" && (
        <span>
          {words.due}: {timeLeft(detail.dueAt)}
        </span>
      )}
      {claimed && <span>{fill(words.claimedBy, { who: detail.claimedBy ?? "" })}</span>}
      {detail.viewers.length > 0 && (
        <Pill tone="warm">{fill(words.alsoViewing, { who: detail.viewers.join(", ") })}</Pill>
      )}
      {detail.decidedBy && <span>{fill(words.decidedBy, { who: detail.decidedBy })}</span>}
    </p>
  );
}

/** The buttons of a case; each shows its key. */
function Commands(props: {
  readonly detail: CaseDetail;
  readonly act: Act;
  readonly decide: (verdict: "cancel" | "release") => void;
  readonly claim: () => void;
  readonly undo: () => void;
  readonly step: (by: 1 | -1) => void;
}) {
  const { detail, act, decide, claim, undo, step } = props;
  const may = useMay("case.decide");
  // The key takes back the last decision, which may be another case's.
  const last = useLastDecided();
  // A case that was closed by somebody, long ago or by a batch, has no button to take that back.
  const mayUndo =
    caseCan.stillBeUndone(detail) && (detail.state !== "closed" || isOf(detail)(last));
  return (
    <div className="row commands">
      {may && caseCan.stillBeDecided(detail) && (
        <>
          <Button act={act} keys="x" kind="danger" onClick={() => decide("cancel")}>
            {words.cancelAll}
          </Button>
          <Button act={act} keys="r" onClick={() => decide("release")}>
            {words.releaseAll}
          </Button>
          <Button act={act} keys="c" kind="quiet" onClick={claim}>
            {words.claim}
          </Button>
        </>
      )}
      {may && mayUndo && (
        <Button act={act} {...(last ? {} : { keys: "u" })} kind="quiet" onClick={undo}>
          {words.undo}
        </Button>
      )}
      <span className="grow" />
      <Button kind="quiet" small keys="k" onClick={() => step(-1)}>
        {words.previous}
      </Button>
      <Button kind="quiet" small keys="j" onClick={() => step(1)}>
        {words.next}
      </Button>
    </div>
  );
}

/** The log of a case, and the field for a note to colleagues. */
function Timeline({ detail }: { readonly detail: CaseDetail }) {
  const act = useAct();
  const may = useMay("case.decide");
  const [note, setNote] = useState("");
  const path = `/v1/operator/sales/${detail.sale}/cases/${detail.caseNo}/notes`;
  const save = async () => {
    if (await act.run(() => post(path, { note }))) setNote("");
  };
  return (
    <Card title={words.timeline}>
      <ol className="timeline">
        {detail.events.map((event, index) => (
          <li key={index}>
            <span className="small">{moment(event.at)}</span> {named(words.events, event.kind)} ·{" "}
            {event.actor}
            {typeof event.detail.note === "string" && event.detail.note !== "" && (
              <q>{event.detail.note}</q>
            )}
          </li>
        ))}
      </ol>
      {may && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextField label={words.note} value={note} onChange={setNote} rows={2} required />
          <div className="row">
            <Button submit kind="quiet" act={act}>
              {words.addNote}
            </Button>
          </div>
          <Problem of={act.problem} />
        </form>
      )}
    </Card>
  );
}

/** Deciding, undoing and moving on. A decision names the version on the screen. */
function useDeciding(detail: CaseDetail | undefined, choice: Choice) {
  const act = useAct();
  const last = useLastDecided();
  const { step, advance } = useNeighbours();
  const path = detail && `/v1/operator/sales/${detail.sale}/cases/${detail.caseNo}`;
  const decide = async (verdict: "cancel" | "release") => {
    if (!detail || !caseCan.stillBeDecided(detail)) return;
    const except = verdict === "cancel" ? [...choice.stand] : [];
    const { version } = detail;
    const done = await act.run(() => decideCase(detail, { version, verdict, except }));
    if (done) await advance(detail);
  };
  const claim = () => void act.run(() => post(`${path}/claim`));
  const undo = () => {
    if (detail && caseCan.stillBeUndone(detail)) void act.run(() => undoCase(detail));
  };
  /** Takes back the last decision of this tab; without one, this page's. */
  const undoLast = () => (last ? void act.run(() => undoCase(last)) : undo());
  return { act, step, decide, claim, undo, undoLast };
}

export function CasePage({ slug, caseNo }: { readonly slug: string; readonly caseNo: number }) {
  const { data: detail, error } = useRead<typeof reviewRoutes.showCase>(
    `/v1/operator/sales/${slug}/cases/${caseNo}`,
    5_000,
  );
  const [choice, setChoice] = useState<Choice>({ stand: new Set(), accounts: new Set() });
  const [, go] = useLocation();
  const { act, step, decide, claim, undo, undoLast } = useDeciding(detail, choice);
  useKeys({
    j: () => void step(1),
    k: () => void step(-1),
    x: () => void decide("cancel"),
    r: () => void decide("release"),
    c: claim,
    u: undoLast,
    Escape: () => go("/cases"),
  });
  if (!detail) return <Waiting of={{ data: detail, error }} />;
  return (
    <Page title={fill(words.caseTitle, { n: String(caseNo), sale: slug })}>
      <Summary detail={detail} />
      <Commands
        {...{ detail, act, claim, undo }}
        decide={(verdict) => void decide(verdict)}
        step={(by) => void step(by)}
      />
      <Problem of={act.problem ?? error} />
      <DecidedToast act={act} />
      {detail.state !== "open" && <p className="note">{words.stateNote[detail.state]}</p>}
      <div className="stack">
        <Evidence detail={detail} />
        <CaseOrders {...{ detail, choice, setChoice }} />
        {detail.similar.length > 0 && (
          <Card title={words.similar}>
            <p className="links">
              {detail.similar.map((other) => (
                <a key={other} href={`/console/cases/${slug}/${other}`}>
                  #{other}
                </a>
              ))}
            </p>
          </Card>
        )}
        <Timeline detail={detail} />
      </div>
    </Page>
  );
}
