/* Policies and their versions, and the editor for the next one. */

import { useState } from "react";
import type { Text } from "../../../src/base/language.ts";
import type { policyRoutes } from "../../../src/api/caseRoutes.ts";
import type { integrityRoutes } from "../../../src/api/planRoutes.ts";
import { CallError } from "../../ui/call.client.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay } from "../ui/me.ts";
import { Backtest } from "./backtest.tsx";
import { useChecked } from "../ui/checking.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/fields.tsx";
import { Card, Empty, Page, Pill } from "../ui/page.tsx";
import { IssueList, Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { said } from "../../ui/said.client.ts";
import { moment, named, percent, speak } from "../ui/say.ts";
import { POLICIES_WORDS } from "./words.ts";

const words = speak(POLICIES_WORDS);

type Policy = Answer<typeof policyRoutes.listPolicies>["policies"][number];

type Checked = Answer<typeof integrityRoutes.checkPolicy>;

/** The text as JSON; null while it is not valid. */
function documentOf(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** The policy with the next free version number, as text to edit. */
function nextVersion(policy: Policy, policies: readonly Policy[]): string {
  const latest = Math.max(
    ...policies.filter((one) => one.name === policy.name).map((one) => one.version),
  );
  return JSON.stringify({ ...policy.document, version: latest + 1 }, null, 2);
}

/**
 * Edits the next version. It can be published only after the server has checked exactly this text.
 */
function Editor(props: { readonly policy: Policy; readonly policies: readonly Policy[] }) {
  const act = useAct();
  const publish = useMay("policy.manage");
  const [text, setText] = useState(() => nextVersion(props.policy, props.policies));
  const document = documentOf(text);
  const { said: checked, fresh } = useChecked<Checked>("/v1/operator/policies/check", document);
  const issues = checked?.issues ?? [];
  const send = () =>
    confirm(words.policy_.sure) &&
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
  readonly text: Text;
}

/** The rules as a table; those for review only are marked. */
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
        said(rule.text),
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

/** The page. A new version starts from the last one and is checked while it is written. */
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
