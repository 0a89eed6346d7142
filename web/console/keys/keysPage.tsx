/* Program keys and deliveries. */

import { useState } from "react";
import type { peopleRoutes } from "../../../src/api/staffRoutes.ts";
import { post, useAct, useRead, type Act, type Answer } from "../ui/api.ts";
import { Deliveries } from "../keys/deliveries.tsx";
import { Misfits } from "./misfits.tsx";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { NumberField, TextField } from "../ui/fields.tsx";
import { Card, Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { fill, moment, speak } from "../ui/say.ts";
import { KEYS_WORDS } from "./words.ts";

const words = speak(KEYS_WORDS);
const SCOPE_NAMES = { ...words.scopes, ...words.oldScopes };

type ApiKey = Answer<typeof peopleRoutes.listKeys>["keys"][number];

/** Keys with their capabilities and expiry; the key itself is never shown again. */
function KeyTable({ keys, act }: { readonly keys: readonly ApiKey[]; readonly act: Act }) {
  if (keys.length === 0) return null;
  return (
    <Table
      label={words.apiKeys}
      heads={[words.name, words.may, words.madeBy, words.until, words.lastUsed, words.actions]}
      rows={keys.map((key) => [
        key.name,
        [
          ...key.capabilities.map((scope) => SCOPE_NAMES[scope]),
          ...(key.sales === null ? [] : [fill(words.forSales, { sales: key.sales.join(", ") })]),
        ].join("; "),
        key.createdBy,
        moment(key.expiresAt),
        key.lastUsedAt ? moment(key.lastUsedAt) : "–",
        key.revokedAt ? (
          words.revoked
        ) : (
          <Button
            key="revoke"
            small
            kind="quiet"
            act={act}
            onClick={() => {
              if (confirm(fill(words.confirmRevoke, { name: key.name }))) {
                void act.run(() => post(`/v1/operator/keys/${key.keyId}/revocation`));
              }
            }}
          >
            {words.revoke}
          </Button>
        ),
      ])}
    />
  );
}

const SCOPES = Object.keys(words.scopes) as (keyof typeof words.scopes)[];
type Scope = (typeof SCOPES)[number];

/** The scopes that a new key may get. */
function ScopeFields(props: {
  readonly chosen: readonly Scope[];
  readonly onChange: (scopes: readonly Scope[]) => void;
}) {
  const { chosen, onChange } = props;
  return (
    <fieldset>
      <legend>{words.may}</legend>
      {SCOPES.map((scope) => (
        <label key={scope} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={({ target }) =>
              onChange(
                target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope),
              )
            }
          />
          {words.scopes[scope]}
        </label>
      ))}
    </fieldset>
  );
}

/** The form for a new key; the key is handed to `onMade`, once. */
function NewKey({ onMade }: { readonly onMade: (token: string) => void }) {
  const act = useAct();
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<readonly Scope[]>(["sales.read"]);
  const [sales, setSales] = useState("");
  const create = () =>
    void act.run(async () => {
      const slugs = sales.split(/[\s,]+/).filter((slug) => slug !== "");
      const asked = {
        name,
        days,
        capabilities: scopes,
        sales: slugs.length === 0 ? null : slugs,
      };
      const made = await post<Answer<typeof peopleRoutes.createKey>>("/v1/operator/keys", asked);
      onMade(made.token);
      setName("");
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <ScopeFields chosen={scopes} onChange={setScopes} />
      <div className="filters">
        <TextField label={words.name} value={name} onChange={setName} required />
        <TextField label={words.onlySales} value={sales} onChange={setSales} />
        <NumberField label={words.days} least={1} value={days} onChange={setDays} />
        <Button submit act={act} disabled={scopes.length === 0}>
          {words.makeKey}
        </Button>
      </div>
      <Problem of={act.problem} />
    </form>
  );
}

/** Creates keys; a new key is shown once. */
function Keys() {
  const { data } = useRead<typeof peopleRoutes.listKeys>("/v1/operator/keys");
  const act = useAct();
  const [token, setToken] = useState("");
  return (
    <Card title={words.apiKeys}>
      <p className="small">{words.apiKeysLead}</p>
      <p className="small">{words.keysEnd}</p>
      <KeyTable keys={data?.keys ?? []} act={act} />
      <Problem of={act.problem} />
      <NewKey onMade={setToken} />
      {token && (
        <p className="note" role="status">
          {words.keyOnce} <code>{token}</code>
        </p>
      )}
    </Card>
  );
}

export function KeysPage() {
  const manage = useMay("people.manage");
  return (
    <Page title={words.keys} lead={words.keysLead}>
      <div className="stack">
        {manage && <Keys />}
        <Misfits />
        <Deliveries />
      </div>
    </Page>
  );
}
