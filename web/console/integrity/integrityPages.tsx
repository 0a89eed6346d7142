import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { policyRoutes, remedyRoutes } from "../../../src/api/caseRoutes.ts";
import type { integrityRoutes } from "../../../src/api/planRoutes.ts";
import type { operatorRoutes } from "../../../src/api/routes.ts";
import { CallError } from "../../ui/call.client.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Backtest } from "./backtest.tsx";
import { useChecked } from "./checking.ts";
import {
  Button,
  Card,
  Empty,
  IssueList,
  Kpis,
  NumberField,
  Page,
  Pill,
  Problem,
  SelectField,
  Table,
  TextField,
  Waiting,
} from "../ui/pieces.tsx";
import { saleOptions } from "../sales/salesPage.tsx";
import { fill, language, moment, named, number, percent, words } from "../ui/words.ts";

export { ImportPage, ImportsPage } from "../imports/importPages.tsx";

type Policy = Answer<typeof policyRoutes.listPolicies>["policies"][number];
type Checked = Answer<typeof integrityRoutes.checkPolicy>;

/** The text as a document; null while it is none. */
function documentOf(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function nextVersion(policy: Policy, policies: readonly Policy[]): string {
  const latest = Math.max(
    ...policies.filter((one) => one.name === policy.name).map((one) => one.version),
  );
  return JSON.stringify({ ...policy.document, version: latest + 1 }, null, 2);
}

function Editor(props: { readonly policy: Policy; readonly policies: readonly Policy[] }) {
  const act = useAct();
  const publish = useMay("policy.manage");
  const [text, setText] = useState(() => nextVersion(props.policy, props.policies));
  const document = documentOf(text);
  const { said: checked, fresh } = useChecked<Checked>("/v1/operator/policies/check", document);
  const issues = checked?.issues ?? [];
  const send = () =>
    void act.run(async () => {
      if (!document) throw new CallError(0, "json", words.policy_.notJson);
      await post("/v1/operator/policies", document);
    });
  return (
    <Card title={words.policy_.editor}>
      <p className="small">{words.policy_.editorLead}</p>
      <TextField label={words.policy_.document} value={text} onChange={setText} rows={22} mono />
      <div role="status">
        {document === null && <p className="note bad">{words.policy_.notJson}</p>}
        {fresh && issues.length === 0 && <p className="note">{words.policy_.fine}</p>}
        <IssueList issues={issues} />
      </div>
      <Problem of={act.problem} />
      {publish && (
        <div className="row">
          <Button act={act} disabled={!fresh || issues.length > 0} onClick={send}>
            {words.policy_.publish}
          </Button>
        </div>
      )}
      {document && <Backtest a={props.policy.document} b={document} />}
    </Card>
  );
}

interface Rule {
  readonly ruleId: string;
  readonly grade: string;
  readonly effect: string;
  readonly errorCeiling: number;
  readonly text: { readonly id: string; readonly en: string };
}

function Rules({ policy }: { readonly policy: Policy }) {
  const rules = (policy.document.rules ?? []) as readonly Rule[];
  return (
    <Table
      label={words.policy_.rules}
      heads={[
        words.policy_.rule,
        words.policy_.says,
        words.policy_.grade,
        words.policy_.effect,
        words.policy_.ceiling,
      ]}
      rows={rules.map((rule) => [
        <span className="mono" key="id">
          {rule.ruleId}
        </span>,
        rule.text[language],
        named(words.grades, rule.grade),
        policy.reviewOnlyRules.includes(rule.ruleId) ? (
          <Pill key="effect" tone="bad">
            {words.policy_.reviewOnly}
          </Pill>
        ) : (
          named(words.effects, rule.effect)
        ),
        percent(rule.errorCeiling),
      ])}
    />
  );
}

/** All policies and their versions; a new one is written from the last, checked while it is written. */
export function PoliciesPage() {
  const { data, error } = useRead<typeof policyRoutes.listPolicies>("/v1/operator/policies");
  const [digest, setDigest] = useState("");
  const policies = data?.policies ?? [];
  const policy = policies.find((one) => one.digest === digest) ?? policies[0];
  return (
    <Page title={words.policies} lead={words.policy_.lead}>
      <Waiting of={{ data, error }} />
      {data && !policy && <Empty>{words.policy_.none}</Empty>}
      {policy && (
        <div className="stack">
          <SelectField
            label={words.policy_.version}
            value={policy.digest}
            options={policies.map((one) => [
              one.digest,
              `${one.name} v${one.version} · ${moment(one.publishedAt)}`,
            ])}
            onChange={setDigest}
          />
          <Card
            title={`${policy.name} v${policy.version}`}
            aside={<span className="small mono">{policy.digest.slice(0, 16)}</span>}
          >
            <Rules policy={policy} />
          </Card>
          <Editor key={policy.digest} policy={policy} policies={policies} />
        </div>
      )}
    </Page>
  );
}

type OwnError = NonNullable<Answer<typeof integrityRoutes.showIntegrity>["error"]>;
type Share = OwnError["wronglyRefused"];

const WIDTH = 200;

/** A share with its interval: a dot, and how far from it the truth may lie. */
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

/** What betting against one's own promise has come to. */
function GuardCard({ guard }: { readonly guard: NonNullable<OwnError["guard"]> }) {
  const { judgedCases, wrongCases, capital, enough, broken } = guard;
  return (
    <Card title={words.error.guard}>
      <Kpis
        list={[
          [words.error.judgedCases, number(judgedCases)],
          [words.error.wrongCases, number(wrongCases)],
          [fill(words.error.capital, { n: enough.toFixed(0) }), capital.toFixed(2)],
        ]}
      />
      <p className={broken ? "note bad" : "note"}>
        {broken ? words.error.broken : words.error.kept}
      </p>
    </Card>
  );
}

/** The drawn orders, to be judged again without the first verdict in sight. */
function Sample({ slug }: { readonly slug: string }) {
  const path = `/v1/operator/sales/${slug}/error-sample`;
  const { data } = useRead<typeof remedyRoutes.listErrorSample>(path);
  const act = useAct();
  const draw = useMay("report.publish");
  const judge = useMay("case.decide");
  const [refused, setRefused] = useState(20);
  const [accepted, setAccepted] = useState(20);
  const orders = data?.orders ?? [];
  return (
    <Card title={words.error.sample}>
      <p className="small">{words.error.sampleLead}</p>
      {draw && (
        <div className="filters">
          <NumberField label={words.error.refused} value={refused} onChange={setRefused} />
          <NumberField label={words.error.accepted} value={accepted} onChange={setAccepted} />
          <Button
            act={act}
            kind="quiet"
            onClick={() => void act.run(() => post(path, { refused, accepted }))}
          >
            {words.error.draw}
          </Button>
        </div>
      )}
      <Problem of={act.problem} />
      {orders.length > 0 && (
        <Table
          label={words.error.sample}
          heads={[words.order, words.error.found]}
          rows={orders.slice(0, 200).map((one) => [
            <span className="mono" key="order">
              {one.orderId.slice(0, 8)}
            </span>,
            one.found !== null || !judge ? (
              named(words.error.verdicts, one.found ?? "–")
            ) : (
              <span className="row" key="judge">
                {(["genuine", "not_genuine"] as const).map((found) => (
                  <Button
                    key={found}
                    small
                    kind="quiet"
                    act={act}
                    onClick={() => void act.run(() => post(`${path}/${one.orderId}`, { found }))}
                  >
                    {words.error.verdicts[found]}
                  </Button>
                ))}
              </span>
            ),
          ])}
        />
      )}
    </Card>
  );
}

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
        <Button act={act} onClick={() => void act.run(() => post(path, body))}>
          {words.error.publish}
        </Button>
        <a href={`/s/${slug}/report`}>{words.report}</a>
      </div>
    </Card>
  );
}

/** How often we were wrong, by rule and group, and what may be claimed. */
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
                [
                  words.error.clusters,
                  `${number(data.clustersDecided)} / ${number(data.clustersNeeded)}`,
                ],
              ]}
            />
            {data.audit?.fault && <p className="note bad">{data.audit.fault}</p>}
            <p className="note">
              {fill(words.error.claim, { n: data.clustersNeeded, have: data.clustersDecided })}{" "}
              <Link href="/cases">{words.queue}</Link>
            </p>
          </Card>
          {own && (
            <>
              {own.guard && <GuardCard guard={own.guard} />}
              <Shares
                title={words.error.overall}
                shares={{ refused: own.wronglyRefused, accepted: own.wronglyAccepted }}
                names={words.error.strata}
              />
              <Shares
                title={words.error.byAccepted}
                shares={own.byAccepted}
                names={words.error.doubts}
              />
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
