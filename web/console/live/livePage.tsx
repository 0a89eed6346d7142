/* A running sale: its figures of this second, their history, and the controls. */

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Text } from "../../../src/base/language.ts";
import type { policyRoutes } from "../../../src/api/caseRoutes.ts";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { must } from "../../../src/base/assert.ts";
import { saleAfter } from "../../../src/sale/saleState.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Card, Kpis, Page, Pill } from "../ui/page.tsx";
import { Loading, Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { SaleState, type Sale } from "../sales/salesPage.tsx";
import { Timeline } from "./saleTimeline.tsx";
import { said } from "../../ui/said.client.ts";
import { fill, momentIn, number, speak } from "../ui/say.ts";
import { LIVE_WORDS } from "./words.ts";
import type { Live } from "./live.ts";

const words = speak(LIVE_WORDS);

const LiveChart = lazy(async () => ({ default: (await import("./liveChart.tsx")).LiveChart }));

type LiveRound = Live["rounds"][number];

/** Interval of the live figures, in ms. */
const EVERY_MS = 1_000;
/** Points that the charts keep: ten minutes. */
const KEPT = 600;
const COLUMNS = ["allotted", "free", "offered", "ordered", "sold", "held", "returned"] as const;
const ACTIONS = ["open", "pause", "resume", "close"] as const;

/** Actions that a state allows. A draft is not closed here: it is opened, or left alone. */
const actionsIn = (state: Sale["state"]) =>
  ACTIONS.filter((action) => saleAfter(state, action, true).ok).filter(
    (action) => action !== "close" || state !== "draft",
  );

const of = (counts: Readonly<Record<string, number>>, ...states: string[]) =>
  states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

/** The history of the figures since the page was opened. */
function useHistory(live: Live | undefined): readonly { atMs: number; live: Live }[] {
  const [history, setHistory] = useState<readonly { atMs: number; live: Live }[]>([]);
  const last = useRef<Live | undefined>(undefined);
  useEffect(() => {
    if (!live || live === last.current) return;
    last.current = live;
    setHistory((before) => [...before.slice(1 - KEPT), { atMs: Date.now(), live }]);
  }, [live]);
  return history;
}

/** Stock as bars: sold and under way. */
function StockBars({ round }: { readonly round: LiveRound }) {
  return (
    <ul className="bars">
      {round.stock.map((line) => (
        <li className="bar" key={`${line.channel} ${line.sku}`}>
          <span>
            {line.channel} · {line.sku}
          </span>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect className="sold" width={(100 * line.sold) / line.allotted} height="1" />
            <rect
              className="moving"
              x={(100 * line.sold) / line.allotted}
              width={(100 * (line.offered + line.ordered)) / line.allotted}
              height="1"
            />
          </svg>
          <span className="figure">
            {number(line.sold)} / {number(line.allotted)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Stock in figures, line by line. */
function StockTable({ round }: { readonly round: LiveRound }) {
  const sum = (column: (typeof COLUMNS)[number]) =>
    round.stock.reduce((total, line) => total + line[column], 0);
  return (
    <details>
      <summary>{words.stock}</summary>
      <Table
        label={words.stock}
        heads={["SKU", ...COLUMNS.map((column) => words.columns[column])]}
        rows={round.stock.map((line) => [
          `${line.channel} · ${line.sku}`,
          ...COLUMNS.map((column) => number(line[column])),
        ])}
        foot={[words.total, ...COLUMNS.map((column) => number(sum(column)))]}
      />
    </details>
  );
}

/** One round: its figures, its stock, and setting units aside before its lobby. */
function Round({ sale, round }: { readonly sale: Sale; readonly round: LiveRound }) {
  const act = useAct();
  const remedy = useMay("remedy.manage");
  const [carved, setCarved] = useState<Answer<typeof remedyRoutes.carveOutRound> | null>(null);
  const info = must(
    sale.rounds.find((one) => one.roundNo === round.roundNo),
    "a round of the sale",
  );
  const upcoming = round.phase === "upcoming";
  const carve = async () => {
    const path = `/v1/operator/sales/${sale.slug}/rounds/${round.roundNo}/carve-out`;
    setCarved(await post<Answer<typeof remedyRoutes.carveOutRound>>(path));
  };
  return (
    <Card title={said(info.name)} aside={<Pill tone="quiet">{words.phases[round.phase]}</Pill>}>
      <Kpis
        list={[
          [words.entries, number(round.entryCount)],
          [words.waiting, number(round.waitingCount)],
          [words.sharedTurns, number(round.sharedTurnCount)],
          [words.offersOpen, number(of(round.offers, "open"))],
          [words.ordersOpen, number(of(round.orders, "awaiting_payment", "awaiting_confirmation"))],
          [words.sold, number(of(round.orders, "paid", "cod_confirmed"))],
          [words.expired, number(of(round.offers, "expired"))],
          [words.backfilled, number(round.backfilledUnits)],
          [words.refundsDue, number(round.refundsDueCount)],
        ]}
      />
      {round.turnFaultCount > 0 && (
        <p className="note warm">{fill(words.turnFaults, { n: round.turnFaultCount })}</p>
      )}
      {round.beaconWait && (
        <p className="note warm" role="status">
          {fill(words.beaconWait, {
            n: round.beaconWait.windowCount,
            round: String(round.beaconWait.beaconRoundNo),
            since: momentIn(round.beaconWait.since, sale.timeZone),
          })}
        </p>
      )}
      <StockBars round={round} />
      <StockTable round={round} />
      {upcoming && remedy && (
        <div className="row">
          <Button
            kind="quiet"
            act={act}
            onClick={() => confirm(words.confirmCarve) && void act.run(carve)}
          >
            {words.carveOut}
          </Button>
        </div>
      )}
      {carved && (
        <p className="note" role="status">
          {fill(words.carved, { n: carved.carved, left: carved.leftStanding })}
          {carved.otherProduct > 0 && ` ${fill(words.carvedOther, { n: carved.otherProduct })}`}
        </p>
      )}
      <Problem of={act.problem} />
    </Card>
  );
}

/** A message to everybody who waits, in both languages. */
function Message({ live }: { readonly live: Live }) {
  const act = useAct();
  const [id, setId] = useState("");
  const [en, setEn] = useState("");
  const say = (message: Text | null) =>
    void act.run(() => post(`/v1/operator/sales/${live.slug}/message`, { message }));
  return (
    <Card title={words.message.title}>
      <p className="small">{words.message.lead}</p>
      {live.message ? (
        <>
          <blockquote className="note">{said(live.message)}</blockquote>
          <Button kind="quiet" act={act} onClick={() => say(null)}>
            {words.message.takeBack}
          </Button>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            say({ id, en });
          }}
        >
          <TextField label={words.message.inIndonesian} value={id} onChange={setId} required />
          <TextField label={words.message.inEnglish} value={en} onChange={setEn} required />
          <div className="row">
            <Button submit kind="quiet" act={act}>
              {words.message.send}
            </Button>
          </div>
        </form>
      )}
      <Problem of={act.problem} />
    </Card>
  );
}

/** Answer times and errors of this server. */
function Answers({ live }: { readonly live: Live }) {
  const { perSecond, medianMs, p99Ms, errorCount } = live.answers;
  return (
    <Card title={words.answers.title}>
      <Kpis
        list={[
          [words.answers.perSecond, number(Math.round(perSecond))],
          [words.answers.median, `${number(medianMs)} ms`],
          [words.answers.p99, `${number(p99Ms)} ms`],
          [words.answers.errors, number(errorCount)],
        ]}
      />
      <p className="small">{words.answers.lead}</p>
    </Card>
  );
}

/** Open, pause, resume, close, and the choice of a policy while the sale is a draft. */
function Controls({ sale }: { readonly sale: Sale }) {
  const act = useAct();
  const manage = useMay("sale.manage");
  const policy = useMay("policy.manage");
  const path = `/v1/operator/sales/${sale.slug}`;
  const stored = useRead<typeof policyRoutes.listPolicies>(
    sale.state === "draft" ? "/v1/operator/policies" : null,
  );
  const change = (action: string) => {
    const question = action === "open" || action === "close" ? words.sure[action] : null;
    if (question !== null && !confirm(question)) return;
    void act.run(() => post(`${path}/${action}`));
  };
  return (
    <>
      <div className="row">
        {manage &&
          actionsIn(sale.state).map((action) => (
            <Button
              key={action}
              act={act}
              kind={action === "close" ? "danger" : "plain"}
              onClick={() => change(action)}
            >
              {words.actions[action]}
            </Button>
          ))}
        {sale.state === "draft" && policy && (
          <Button
            kind="quiet"
            act={act}
            onClick={() => void act.run(() => post(`${path}/policy`, {}))}
          >
            {words.shippedPolicy}
          </Button>
        )}
        {sale.state === "draft" &&
          policy &&
          stored.data?.policies.slice(0, 4).map((one) => (
            <Button
              key={one.digest}
              kind="quiet"
              act={act}
              onClick={() => void act.run(() => post(`${path}/policy`, { digest: one.digest }))}
            >
              {fill(words.ownPolicy, { name: one.name, version: String(one.version) })}
            </Button>
          ))}
      </div>
      <Problem of={act.problem} />
    </>
  );
}

export function LivePage({ slug }: { readonly slug: string }) {
  const sales = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales", 5_000);
  const live = useRead<typeof operatorRoutes.showLive>(`/v1/operator/sales/${slug}/live`, EVERY_MS);
  const history = useHistory(live.data);
  const sale = sales.data?.sales.find((one) => one.slug === slug);
  const manage = useMay("sale.manage");
  if (!sale || !live.data) return <Waiting of={{ data: null, error: live.error ?? sales.error }} />;
  return (
    <Page title={said(sale.title)} lead={words.liveLead} actions={<SaleState sale={sale} />}>
      <p className="links">
        <a href={`/s/${slug}`}>{words.public}</a>
        <a href={`/s/${slug}/policy`}>{words.policy}</a>
        <a href={`/s/${slug}/report`}>{words.report}</a>
        <a href={`/s/${slug}/check`}>{words.check}</a>
        <Link href={`/sales/${slug}/rehearsal`}>{words.rehearsal}</Link>
        <Link href={`/sales/${slug}/error`}>{words.ownError}</Link>
      </p>
      <Problem of={live.error} />
      <Controls sale={sale} />
      <Timeline sale={sale} />
      <div className="stack">
        {live.data.rounds.map((round) => (
          <Round key={round.roundNo} sale={sale} round={round} />
        ))}
        <Card title={words.chart.title}>
          <Suspense fallback={<Loading />}>
            <LiveChart history={history} />
          </Suspense>
        </Card>
        <Answers live={live.data} />
        {manage && sale.state !== "draft" && <Message live={live.data} />}
      </div>
    </Page>
  );
}
