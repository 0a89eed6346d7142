/* The system's own error: measured shares, the sample to judge, the report. */

import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { integrityRoutes } from "../../../src/api/planRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/fields.tsx";
import { Card, Kpis, Page } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { saleOptions } from "../sales/salesPage.tsx";
import { fill, named, number, percent, speak } from "../ui/say.ts";
import { CertificateCard } from "./certificate.tsx";
import { Sample } from "./sampleCard.tsx";
import { Weighing } from "./weighing.tsx";
import { OWN_ERROR_WORDS } from "./words.ts";

const words = speak(OWN_ERROR_WORDS);

type OwnError = NonNullable<Answer<typeof integrityRoutes.showIntegrity>["error"]>;
type Share = OwnError["wronglyRefused"];

const WIDTH = 200;

/** A share with its interval: a dot, and the range in which the truth may lie. */
function Interval({ of }: { readonly of: Share }) {
  if (of.audited === 0) return <>–</>;
  const scale = (share: number) => share * WIDTH;
  return (
    <span className="interval">
      <svg viewBox={`0 0 ${WIDTH} 12`} aria-hidden="true">
        <rect className="back" y="5" width={WIDTH} height="2" />
        <rect
          className="span"
          x={scale(of.low)}
          y="4"
          width={Math.max(2, scale(of.high - of.low))}
          height="4"
        />
        <circle className="dot" cx={scale(of.share)} cy="6" r="4" />
      </svg>
      <span className="figure">
        {percent(of.share)} ({percent(of.low)}–{percent(of.high)})
      </span>
    </span>
  );
}

/** A table of measured shares, one row per rule or group. */
function Shares(props: {
  readonly title: string;
  readonly shares: Readonly<Record<string, Share>>;
  readonly names?: Readonly<Record<string, string>>;
}) {
  const rows = Object.entries(props.shares);
  if (rows.length === 0) return null;
  return (
    <Card title={props.title}>
      <Table
        label={props.title}
        heads={[props.title, words.error.wrong, words.error.audited, words.error.share]}
        rows={rows.map(([name, share]) => [
          named(props.names ?? {}, name),
          number(share.wrong),
          number(share.audited),
          <Interval key="interval" of={share} />,
        ])}
      />
    </Card>
  );
}

/** The guard: the capital of a bet against our own promise. */
function GuardCard({ guard }: { readonly guard: NonNullable<OwnError["guard"]> }) {
  const { judgedCases, wrongCases, capital, enough, broken } = guard;
  return (
    <Card title={words.error.guard}>
      <Kpis
        list={[
          [words.error.judgedCases, number(judgedCases)],
          [words.error.wrongCases, number(wrongCases)],
          [fill(words.error.capital, { n: Math.round(enough) }), number(capital)],
        ]}
      />
      <p className={broken ? "note bad" : "note"}>
        {broken ? words.error.broken : words.error.kept}
      </p>
    </Card>
  );
}

/** Publishes the report; every edition after the first needs a correction. */
function Publish({ slug }: { readonly slug: string }) {
  const act = useAct();
  const may = useMay("report.publish");
  const [correction, setCorrection] = useState("");
  if (!may) return null;
  const path = `/v1/operator/sales/${slug}/report`;
  const body = correction.trim() === "" ? {} : { correction };
  return (
    <Card title={words.error.report}>
      <p className="small">{words.error.reportLead}</p>
      <TextField
        label={words.error.correction}
        value={correction}
        onChange={setCorrection}
        rows={2}
      />
      <Problem of={act.problem} />
      <div className="row">
        <Button
          act={act}
          onClick={() => confirm(words.error.sure) && void act.run(() => post(path, body))}
        >
          {words.error.publish}
        </Button>
        <a href={`/s/${slug}/report`}>{words.report}</a>
      </div>
    </Card>
  );
}

export function ErrorPage({ slug }: { readonly slug: string }) {
  const { data, error } = useRead<typeof integrityRoutes.showIntegrity>(
    `/v1/operator/sales/${slug}/integrity`,
  );
  const sales = useRead<typeof operatorRoutes.listOperatorSales>("/v1/operator/sales");
  const [, go] = useLocation();
  const own = data?.error;
  return (
    <Page title={words.error.title} lead={words.error.lead}>
      <SelectField
        label={words.sale}
        value={slug}
        options={saleOptions(sales.data?.sales ?? [])}
        onChange={(next) => go(`/sales/${next}/error`)}
      />
      <Waiting of={{ data, error }} />
      {data && (
        <div className="stack">
          <Card title={words.error.bound}>
            <Kpis
              list={[
                [words.error.looked, data.audit ? number(data.audit.orders) : "–"],
                [words.queue, data.audit ? number(data.audit.cases) : "–"],
              ]}
            />
            {data.audit?.fault && <p className="note bad">{data.audit.fault}</p>}
            <p className="note">
              {!own?.certificate &&
                fill(words.error.claim, {
                  n: data.clustersNeeded,
                  have: data.clustersDecided,
                })}{" "}
              <Link href="/cases">{words.queue}</Link>
            </p>
          </Card>
          {own && (
            <>
              {own.certificate && <CertificateCard certificate={own.certificate} />}
              {own.guard && <GuardCard guard={own.guard} />}
              <Shares
                title={words.error.overall}
                shares={{ refused: own.wronglyRefused, accepted: own.wronglyAccepted }}
                names={words.error.strata}
              />
              <Weighing error={own} />
              <Shares title={words.error.byAccepted} shares={own.byAccepted} names={words.doubts} />
              <Shares title={words.byRule} shares={own.byRule} />
              <Shares title={words.byChannel} shares={own.byChannel} />
              <Shares
                title={words.byPaymentMethod}
                shares={own.byPaymentMethod}
                names={words.methods}
              />
              <Shares title={words.byRegion} shares={own.byRegion} />
            </>
          )}
          <Sample slug={slug} />
          <Publish slug={slug} />
        </div>
      )}
    </Page>
  );
}
