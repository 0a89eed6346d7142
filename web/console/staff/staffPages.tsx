import { useState } from "react";
import type { ownRoutes, peopleRoutes } from "../../../src/api/houseRoutes.ts";
import type { remedyRoutes } from "../../../src/api/caseRoutes.ts";
import type { operatorRoutes } from "../../../src/api/routes.ts";
import { plainCell } from "../../../src/base/spreadsheet.ts";
import { get, post, useAct, useRead, type Act, type Answer } from "../ui/api.ts";
import { Deliveries } from "../keys/deliveries.tsx";
import { saveFile } from "../ui/saveFile.ts";
import { useMay, useMe } from "../ui/me.ts";
import {
  Button,
  Card,
  Empty,
  NumberField,
  Page,
  Pill,
  Problem,
  SelectField,
  Table,
  TextField,
  Waiting,
} from "../ui/pieces.tsx";
import { fill, moment, named, number, words } from "../ui/words.ts";

/* Who works here, with which keys, what was sent out, and who did what. */

const ROLES = ["owner", "operator", "reviewer", "approver", "auditor"] as const;
type Role = (typeof ROLES)[number];
const roleOptions = ROLES.map((role) => [role, words.roles[role]] as const);
type Person = Answer<typeof peopleRoutes.listPeople>["people"][number];

function Invite() {
  const act = useAct();
  const [role, setRole] = useState<Role>("reviewer");
  const [link, setLink] = useState("");
  const invite = () =>
    void act.run(async () => {
      const { invitation } = await post<Answer<typeof operatorRoutes.invite>>(
        "/v1/operator/invitations",
        { role },
      );
      setLink(`${location.origin}/console#invitation=${invitation}`);
    });
  return (
    <Card title={words.house.invite}>
      <p className="small">{words.house.inviteLead}</p>
      <div className="filters">
        <SelectField
          label={words.house.role}
          value={role}
          options={roleOptions}
          onChange={setRole}
        />
        <Button act={act} onClick={invite}>
          {words.house.makeLink}
        </Button>
      </div>
      <Problem of={act.problem} />
      {link && (
        <p className="note" role="status">
          {words.house.linkOnce} <code>{link}</code>
        </p>
      )}
    </Card>
  );
}

function PersonRole({ person }: { readonly person: Person }) {
  const act = useAct();
  const manage = useMay("people.manage");
  if (!manage || person.state === "left") return <>{words.roles[person.role]}</>;
  const path = `/v1/operator/people/${person.operatorId}`;
  return (
    <>
      <select
        aria-label={`${words.house.role} ${person.name}`}
        value={person.role}
        disabled={act.busy}
        onChange={(event) => void act.run(() => post(`${path}/role`, { role: event.target.value }))}
      >
        {roleOptions.map(([role, label]) => (
          <option key={role} value={role}>
            {label}
          </option>
        ))}
      </select>
      <Button
        small
        kind="quiet"
        act={act}
        onClick={() => {
          if (confirm(fill(words.house.confirmLeave, { name: person.name }))) {
            void act.run(() => post(`${path}/leave`));
          }
        }}
      >
        {words.house.leave}
      </Button>
      <Problem of={act.problem} />
    </>
  );
}

export function PeoplePage() {
  const { data, error } = useRead<typeof peopleRoutes.listPeople>("/v1/operator/people");
  const manage = useMay("people.manage");
  return (
    <Page title={words.people} lead={words.house.peopleLead}>
      <Waiting of={{ data, error }} />
      {data && (
        <Table
          label={words.people}
          heads={[
            words.name,
            words.stateLabel,
            words.house.lastSeen,
            words.house.passkeys,
            words.house.role,
          ]}
          rows={data.people.map((one) => [
            one.state === "invited" ? words.house.invited : one.name,
            <Pill key="state" tone={one.state === "active" ? "plain" : "quiet"}>
              {words.house.states[one.state]}
            </Pill>,
            one.lastSignInAt ? moment(one.lastSignInAt) : "–",
            number(one.passkeyCount),
            <PersonRole key="role" person={one} />,
          ])}
        />
      )}
      {manage && <Invite />}
      <Card title={words.house.whatRoles}>
        <dl className="facts">
          {ROLES.map((role) => (
            <div key={role}>
              <dt>{words.roles[role]}</dt>
              <dd>{words.roleTexts[role]}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </Page>
  );
}

type ApiKey = Answer<typeof peopleRoutes.listKeys>["keys"][number];

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
        ...{ name, days, capabilities },
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
        <Deliveries />
      </div>
    </Page>
  );
}

type Entry = Answer<typeof remedyRoutes.listLog>["entries"][number];

/** One cell of a CSV file. */
const cell = (text: string) => `"${plainCell(text).replaceAll('"', '""')}"`;

async function wholeLog(): Promise<string> {
  const lines = ["no,at,who,action,subject"];
  let before = "";
  for (;;) {
    const { entries } = await get<Answer<typeof remedyRoutes.listLog>>(
      `/v1/operator/log?limit=1000${before}`,
    );
    for (const one of entries) {
      lines.push(
        [String(one.logNo), one.at, one.operator, one.action, one.subject].map(cell).join(","),
      );
    }
    const last = entries.at(-1);
    if (!last || entries.length < 1_000) return lines.join("\r\n");
    before = `&before=${last.logNo}`;
  }
}

export function LogPage() {
  const [before, setBefore] = useState<number | null>(null);
  const path = `/v1/operator/log?limit=200${before === null ? "" : `&before=${before}`}`;
  const { data, error } = useRead<typeof remedyRoutes.listLog>(path);
  const act = useAct();
  const entries: readonly Entry[] = data?.entries ?? [];
  const save = () =>
    void act.run(async () =>
      saveFile("log.csv", new Blob([await wholeLog()], { type: "text/csv" })),
    );
  return (
    <Page
      title={words.log}
      lead={words.house.logLead}
      actions={
        <Button kind="quiet" act={act} onClick={save}>
          {words.house.saveLog}
        </Button>
      }
    >
      <Waiting of={{ data, error: error ?? act.problem }} />
      {data && entries.length === 0 && <Empty>{words.empty.log}</Empty>}
      {entries.length > 0 && (
        <Table
          label={words.log}
          heads={[words.house.when, words.house.who, words.house.what, words.house.about]}
          rows={entries.map((one) => [moment(one.at), one.operator, one.action, one.subject])}
        />
      )}
      <div className="row">
        {before !== null && (
          <Button kind="quiet" onClick={() => setBefore(null)}>
            {words.house.newest}
          </Button>
        )}
        {entries.length === 200 && (
          <Button kind="quiet" onClick={() => setBefore(entries.at(-1)!.logNo)}>
            {words.house.older}
          </Button>
        )}
      </div>
    </Page>
  );
}

function Passkeys() {
  const { data } = useRead<typeof ownRoutes.listPasskeys>("/v1/operator/passkeys");
  const act = useAct();
  const [name, setName] = useState("");
  const add = () =>
    void act.run(async () => {
      const { startRegistration } = await import("@simplewebauthn/browser");
      const question = await post<Answer<typeof ownRoutes.passkeyQuestion>>(
        "/v1/operator/passkeys/question",
      );
      const credential = await startRegistration({ optionsJSON: question as never }).catch(
        () => null, // the person closed the browser's question: nothing happened
      );
      if (!credential) return;
      await post("/v1/operator/passkeys", { name, credential });
      setName("");
    });
  return (
    <Card title={words.house.passkeys}>
      <p className="small">{words.house.passkeysLead}</p>
      {data && data.passkeys.length > 0 && (
        <Table
          label={words.house.passkeys}
          heads={[words.name, words.house.made, words.house.lastUsed, words.house.actions]}
          rows={data.passkeys.map((one) => [
            one.name,
            moment(one.createdAt),
            one.lastUsedAt ? moment(one.lastUsedAt) : "–",
            <Button
              key="remove"
              small
              kind="quiet"
              act={act}
              onClick={() =>
                void act.run(() =>
                  post("/v1/operator/passkeys/removal", { credentialId: one.credentialId }),
                )
              }
            >
              {words.house.remove}
            </Button>,
          ])}
        />
      )}
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <TextField label={words.name} value={name} onChange={setName} required />
        <Button submit kind="quiet" act={act}>
          {words.house.addPasskey}
        </Button>
      </form>
      <Problem of={act.problem} />
    </Card>
  );
}

export function AccountPage() {
  const me = useMe();
  const { data } = useRead<typeof ownRoutes.listSessions>("/v1/operator/sessions");
  const act = useAct();
  return (
    <Page
      title={words.account_}
      lead={fill(words.signedInAs, { name: me.name, role: named(words.roles, me.role ?? "") })}
    >
      <div className="stack">
        <Passkeys />
        <Card title={words.house.sessions}>
          {data && (
            <Table
              label={words.house.sessions}
              heads={[words.house.device, words.house.since, words.until, words.house.actions]}
              rows={data.sessions.map((one) => [
                one.device || "–",
                moment(one.createdAt),
                moment(one.expiresAt),
                one.current ? (
                  words.house.thisOne
                ) : (
                  <Button
                    key="end"
                    small
                    kind="quiet"
                    act={act}
                    onClick={() =>
                      void act.run(() => post(`/v1/operator/sessions/${one.sessionId}/end`))
                    }
                  >
                    {words.house.endSession}
                  </Button>
                ),
              ])}
            />
          )}
          <Problem of={act.problem} />
        </Card>
      </div>
    </Page>
  );
}
