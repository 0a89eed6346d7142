/* Batches: the harm is shown before any button that would do it. */

import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import type { batchRoutes } from "../../../src/api/caseRoutes.ts";
import { batchCan } from "../../../src/cases/batch/batch.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { get, post, useAct, useRead, type Act, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/fields.tsx";
import { Card, Empty, Kpis, Page, Pill } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { saleOptions, type Sale } from "../sales/salesPage.tsx";
import { fill, moment, money, named, number, percent, speak } from "../ui/say.ts";
import { BATCHES_WORDS } from "./words.ts";

const words = speak(BATCHES_WORDS);

type Batch = Answer<typeof batchRoutes.showBatch>;

/** Counts as bars with figures: who would be hit, by every property that can be asked. */
function Counts(props: {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly names?: Readonly<Record<string, string>>;
}) {
  const rows = Object.entries(props.counts).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return (
    <details open={rows.length <= 6}>
      <summary>{props.title}</summary>
      <ul className="bars">
        {rows.slice(0, 20).map(([name, count]) => (
          <li className="bar" key={name}>
            <span>{named(props.names ?? {}, name)}</span>
            <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect className="sold" width={(100 * count) / most} height="1" />
            </svg>
            <span className="figure">{number(count)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/**
 * The harm of a batch, with the people who would be hit first: accounts with one order, and
 * accounts within the limit.
 */
function Harm({ batch, currency }: { readonly batch: Batch; readonly currency: string }) {
  const { preview } = batch;
  return (
    <>
      <h3>{words.harm}</h3>
      <Kpis
        list={[
          [words.ordersLabel, number(preview.orders)],
          [words.accountsLabel, number(preview.accounts)],
          [words.oneOrder, number(preview.accountsWithOneOrder)],
          [words.withinLimit, number(preview.accountsWithinLimit)],
          [words.money, money(preview.moneyMinorUnits, currency)],
        ]}
      />
      <div className="grid two">
        <Counts title={words.byRule} counts={preview.byRule} />
        <Counts title={words.byChannel} counts={preview.byChannel} />
        <Counts
          title={words.byPaymentMethod}
          counts={preview.byPaymentMethod}
          names={words.methods}
        />
        <Counts title={words.byRegion} counts={preview.byRegion} />
      </div>
      {preview.accountsWithinLimit > 0 && (
        <p className="note bad">
          {fill(words.withinLimitNote, {
            n: preview.accountsWithinLimit,
            all: preview.accounts,
          })}
        </p>
      )}
      <Rates of={preview.sellerCancelRate} />
      <Deadlines preview={preview} />
      <People batch={batch} />
    </>
  );
}

/** Above this share of cancelled orders marketplaces begin to punish sellers. */
const PUNISHED_SHARE = 0.1;

/** The share of orders that the seller cancelled, as the channels would see it. */
function Rates({ of }: { readonly of: Batch["preview"]["sellerCancelRate"] }) {
  const rows = Object.entries(of);
  const tooHigh = rows.filter(([, rate]) => rate.after > PUNISHED_SHARE);
  return (
    <>
      <Table
        label={words.sellerRate}
        heads={[words.sellerRate, words.now, words.after]}
        rows={rows.map(([channel, rate]) => [
          channel,
          percent(rate.now),
          rate.after > PUNISHED_SHARE ? (
            <Pill tone="bad" key="after">
              {percent(rate.after)}
            </Pill>
          ) : (
            percent(rate.after)
          ),
        ])}
      />
      {tooHigh.length > 0 && (
        <p className="note bad">
          {fill(words.rateTooHigh, {
            channels: tooHigh.map(([channel]) => channel).join(", "),
            share: percent(PUNISHED_SHARE),
          })}
        </p>
      )}
    </>
  );
}

/** Channels that cancel late orders by themselves: how many orders reach which branch. */
function Deadlines({ preview }: { readonly preview: Batch["preview"] }) {
  const channels = Object.entries(preview.byDeadline ?? {});
  if (channels.length === 0) return null;
  return (
    <Table
      label={words.deadlines}
      heads={[
        words.deadlines,
        words.shipBy,
        words.letStand,
        words.atDeadline,
        words.wholeTime,
        words.stillOpen,
      ]}
      rows={channels.map(([channel, one]) => [
        channel,
        fill(words.hours, { n: number(one.shipByHours) }),
        number(one.letStand),
        number(one.atDeadline),
        number(one.wholeTime),
        words.appealStillOpen[one.appealStillOpen],
      ])}
    />
  );
}

/** Whose orders they are; read when somebody wants to see them. */
function People({ batch }: { readonly batch: Batch }) {
  const [open, setOpen] = useState(false);
  const path = open ? `/v1/operator/batches/${batch.batchId}/people` : null;
  const { data, error } = useRead<typeof batchRoutes.listBatchPeople>(path);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.whoIsHit}</summary>
      {open && <Waiting of={{ data, error }} />}
      {data && (
        <Table
          label={words.whoIsHit}
          heads={[words.account, words.caseLabel, words.ordersLabel]}
          rows={data.people.map((one) => [
            <span className="mono" key="account">
              {one.account}
            </span>,
            <Link key="case" href={`/cases/${batch.sale}/${one.caseNo}`}>
              #{one.caseNo}
            </Link>,
            number(one.orders),
          ])}
        />
      )}
      {data?.isMore && <p className="small">{words.morePeople}</p>}
    </details>
  );
}

/** The drawn sample with its findings, and the bound that follows. */
function Brake({ batch }: { readonly batch: Batch }) {
  const { bound, sample, sale } = batch;
  return (
    <>
      <h3>{words.sample}</h3>
      <p className="links">
        {sample.length === 0 && "–"}
        {sample.map((one) => (
          <Link key={one.caseNo} href={`/cases/${sale}/${one.caseNo}`}>
            #{one.caseNo} {one.found === null ? "" : one.found === "wrong" ? "✗" : "✓"}
          </Link>
        ))}
      </p>
      {bound.sampledUndecided > 0 && (
        <p className="note warm">{fill(words.sampleLeft, { n: bound.sampledUndecided })}</p>
      )}
      <p className={bound.within ? "note" : "note bad"}>
        {fill(words.bound, {
          n: bound.remainingWrongAtMost,
          allowed: bound.allowedWrong,
        })}
      </p>
    </>
  );
}

/** The grace window as a countdown in seconds. */
function Grace({ runsAt }: { readonly runsAt: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.round((Date.parse(runsAt) - now) / 1_000));
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <p className="note warm">
      <b className="figure">{clock}</b> {fill(words.runsAt, { time: moment(runsAt) })}
    </p>
  );
}

/** Progress in orders, and the notices that are still under way. */
function Progress({ batch }: { readonly batch: Batch }) {
  const { orders, cancelled, leftAlone, noticesPending } = batch.progress;
  const done = cancelled + leftAlone;
  return (
    <>
      <progress max={Math.max(1, orders)} value={done} aria-label={words.progressLabel} />
      <p>{fill(words.progress, { done, all: orders, notices: noticesPending })}</p>
    </>
  );
}

/** How much of the digest an approver types: enough to have looked at this one and no other. */
const TYPED_SIGNS = 8;

/** The harm once more, and the digest typed by hand. */
function Approval(props: {
  readonly batch: Batch;
  readonly currency: string;
  readonly act: Act;
  readonly onClose: () => void;
}) {
  const { batch, currency, act, onClose } = props;
  const [typed, setTyped] = useState("");
  const { selectionDigest, preview } = batch;
  const same = typed.trim().toLowerCase() === selectionDigest.slice(0, TYPED_SIGNS);
  const approve = async () => {
    const path = `/v1/operator/batches/${batch.batchId}/approval`;
    if (await act.run(() => post(path, { selectionDigest }))) onClose();
  };
  return (
    <Dialog title={words.approve} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (same) void approve();
        }}
      >
        <p>
          {fill(words.approveWhat, {
            orders: preview.orders,
            accounts: preview.accounts,
            within: preview.accountsWithinLimit,
            money: money(preview.moneyMinorUnits, currency),
          })}
        </p>
        <p className="small mono">{selectionDigest}</p>
        <TextField
          label={fill(words.approveType, { n: TYPED_SIGNS })}
          value={typed}
          onChange={setTyped}
          mono
          required
        />
        <Problem of={act.problem} />
        <div className="row">
          <Button submit act={act} disabled={!same}>
            {words.approve}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Approve and stop; each only in the states that allow it. The public statement publishes itself. */
function Commands(props: { readonly batch: Batch; readonly currency: string; readonly act: Act }) {
  const { batch, currency, act } = props;
  const [approving, setApproving] = useState(false);
  const approve = useMay("batch.approve");
  const path = `/v1/operator/batches/${batch.batchId}`;
  return (
    <div className="row">
      {approve && batchCan.stillBeApproved(batch) && (
        <Button act={act} onClick={() => setApproving(true)}>
          {words.approve}
        </Button>
      )}
      {approving && (
        <Approval batch={batch} currency={currency} act={act} onClose={() => setApproving(false)} />
      )}
      {approve && batchCan.beStopped(batch).ok && (
        <Button act={act} kind="danger" onClick={() => void act.run(() => post(`${path}/stop`))}>
          {words.stop}
        </Button>
      )}
    </div>
  );
}

/** One batch: its digest, harm, brake and progress. */
function BatchCard({ batch, currency }: { readonly batch: Batch; readonly currency: string }) {
  const act = useAct();
  const started = batch.state === "running" || batch.state === "done" || batch.state === "stopped";
  return (
    <Card
      title={fill(words.batchTitle, { who: batch.createdBy, at: moment(batch.createdAt) })}
      aside={
        <Pill tone={batch.state === "done" ? "quiet" : "warm"}>
          {words.batchState[batch.state]}
        </Pill>
      }
    >
      <p className="small mono digest">{batch.selectionDigest}</p>
      {batch.state === "grace" && batch.runsAt !== null && <Grace runsAt={batch.runsAt} />}
      {started && <Progress batch={batch} />}
      <Harm batch={batch} currency={currency} />
      <Brake batch={batch} />
      {batch.approvals.length > 0 && (
        <>
          <p>{words.approvedBy}:</p>
          <ul>
            {batch.approvals.map(({ name, invitedBy }) => (
              <li key={name}>
                {name}{" "}
                <span className="small">
                  {invitedBy.length === 0
                    ? words.invitedByNobody
                    : `${words.invitedBy} ${invitedBy.join(" ← ")}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {batch.state === "done" && batch.announcedAt === null && (
        <p className="small">{words.announces}</p>
      )}
      {batch.announcedAt !== null && (
        <p className="small">
          <a href={`/s/${batch.sale}#statements`}>
            {words.announced} {moment(batch.announcedAt)}
          </a>
        </p>
      )}
      <Problem of={act.problem} />
      <Commands batch={batch} currency={currency} act={act} />
    </Card>
  );
}

/** The batches of a sale, and the buttons that freeze a selection. */
function SaleBatches({ sale }: { readonly sale: Sale }) {
  const path = `/v1/operator/sales/${sale.slug}/batches`;
  const { data, error } = useRead<typeof batchRoutes.listBatches>(path, 2_000);
  const act = useAct();
  const manage = useMay("batch.manage");
  const freeze = (select: "decided" | "all") => void act.run(() => post(path, { select }));
  return (
    <>
      {manage && (
        <div className="row">
          <Button act={act} onClick={() => freeze("decided")}>
            {words.freeze}
          </Button>
          <Button act={act} kind="quiet" onClick={() => freeze("all")}>
            {words.freezeAll}
          </Button>
        </div>
      )}
      <Problem of={act.problem ?? error} />
      {data?.batches.length === 0 && <Empty>{words.noBatches}</Empty>}
      <div className="stack">
        {data?.batches.map((batch) => (
          <BatchCard key={batch.batchId} batch={batch} currency={sale.currency} />
        ))}
      </div>
    </>
  );
}

/** The newest sale with a batch, which is what people come here for. */
function useFirstWithBatch(sales: readonly Sale[]): string | undefined {
  const some = sales.slice(0, 12);
  const lists = useQueries({
    queries: some.map(({ slug }) => {
      const path = `/v1/operator/sales/${slug}/batches`;
      return {
        queryKey: ["read", path],
        queryFn: () => get<Answer<typeof batchRoutes.listBatches>>(path),
      };
    }),
  });
  const at = lists.findIndex((list) => (list.data?.batches.length ?? 0) > 0);
  return some[at]?.slug;
}

export function BatchesPage() {
  const { data, error } = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales");
  const [chosen, setChosen] = useState("");
  const sales = data?.sales ?? [];
  const withBatch = useFirstWithBatch(sales);
  const sale = sales.find(({ slug }) => slug === (chosen || withBatch)) ?? sales[0];
  return (
    <Page title={words.batches} lead={words.batchesLead}>
      <Waiting of={{ data, error }} />
      {data && !sale && <Empty>{words.none}</Empty>}
      {sale && (
        <>
          <SelectField
            label={words.sale}
            value={sale.slug}
            options={saleOptions(sales)}
            onChange={setChosen}
          />
          <SaleBatches key={sale.slug} sale={sale} />
        </>
      )}
    </Page>
  );
}
