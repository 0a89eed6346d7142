/* Program keys and deliveries. */

import { useState } from "react";
import type { peopleRoutes } from "../../../src/api/staffRoutes.ts";
import { post, useAct, useRead, type Act, type Answer } from "../ui/api.ts";
import { Deliveries } from "../keys/deliveries.tsx";
import { Misfits } from "./misfits.tsx";
import { useMay } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { NumberField, SelectField, TextField } from "../ui/fields.tsx";
import { Card, Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { moment, speak } from "../ui/say.ts";
import { KEYS_WORDS } from "./words.ts";

const words = speak(KEYS_WORDS);

type ApiKey = Answer<typeof peopleRoutes.listKeys>["keys"][number];

/** Keys with their capabilities and expiry; the key itself is never shown again. */
function KeyTable({ keys, act }: { readonly keys: readonly ApiKey[]; readonly act: Act }) {
  if (keys.length === 0) return null;
  return (
    <Table
      label={words.house.apiKeys}
      heads={[words.name, words.house.may, words.until, words.house.lastUsed, words.house.actions]}
      rows={keys.map((key) => [
        key.name,
        key.capabilities.join(", "),
        moment(key.expiresAt),
        key.lastUsedAt ? moment(key.lastUsedAt) : "–",
        key.revokedAt ? (
          words.house.revoked
        ) : (
          <Button
            key="revoke"
            small
            kind="quiet"
            act={act}
            onClick={() => void act.run(() => post(`/v1/operator/keys/${key.keyId}/revocation`))}
          >
            {words.house.revoke}
          </Button>
        ),
      ])}
    />
  );
}

/** Creates keys; a new key is shown once. */
function Keys() {
  const { data } = useRead<typeof peopleRoutes.listKeys>("/v1/operator/keys");
  const act = useAct();
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scope, setScope] = useState<"sale.read" | "sale.manage">("sale.read");
  const [token, setToken] = useState("");
  const create = () =>
    void act.run(async () => {
      const capabilities = scope === "sale.read" ? ["sale.read"] : ["sale.read", "sale.manage"];
      const made = await post<Answer<typeof peopleRoutes.createKey>>("/v1/operator/keys", {
        name,
        days,
        capabilities,
      });
      setToken(made.token);
      setName("");
    });
  return (
    <Card title={words.house.apiKeys}>
      <p className="small">{words.house.apiKeysLead}</p>
      <KeyTable keys={data?.keys ?? []} act={act} />
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <TextField label={words.name} value={name} onChange={setName} required />
        <SelectField
          label={words.house.may}
          value={scope}
          options={[
            ["sale.read", words.house.scopeRead],
            ["sale.manage", words.house.scopeManage],
          ]}
          onChange={setScope}
        />
        <NumberField label={words.house.days} least={1} value={days} onChange={setDays} />
        <Button submit act={act}>
          {words.house.makeKey}
        </Button>
      </form>
      <Problem of={act.problem} />
      {token && (
        <p className="note" role="status">
          {words.house.keyOnce} <code>{token}</code>
        </p>
      )}
    </Card>
  );
}

export function KeysPage() {
  const manage = useMay("people.manage");
  return (
    <Page title={words.keys} lead={words.house.keysLead}>
      <div className="stack">
        {manage && <Keys />}
        <Misfits />
        <Deliveries />
      </div>
    </Page>
  );
}
