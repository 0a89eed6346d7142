/* Operators: their roles, invitations, and removal. */

import { useState } from "react";
import type { peopleRoutes } from "../../../src/api/staffRoutes.ts";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMay, useMe } from "../ui/me.ts";
import type { factorRoutes } from "../../../src/api/factorRoutes.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/fields.tsx";
import { Card, Page, Pill } from "../ui/page.tsx";
import { Problem, Waiting } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { fill, moment, number, speak } from "../ui/say.ts";
import { PEOPLE_WORDS } from "./words.ts";

const words = speak(PEOPLE_WORDS);

const ROLES = ["owner", "operator", "reviewer", "approver", "auditor"] as const;

type Role = (typeof ROLES)[number];

const roleOptions = ROLES.map((role) => [role, words.roles[role]] as const);

type Person = Answer<typeof peopleRoutes.listPeople>["people"][number];

/**
 * Creates an invitation. Its link is shown once and stands after the "#", so that no server sees
 * it.
 */
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
    <Card title={words.invite}>
      <p className="small">{words.inviteLead}</p>
      <div className="filters">
        <SelectField label={words.role} value={role} options={roleOptions} onChange={setRole} />
        <Button act={act} onClick={invite}>
          {words.makeLink}
        </Button>
      </div>
      <Problem of={act.problem} />
      {link && (
        <p className="note" role="status">
          {words.linkOnce} <code>{link}</code>
        </p>
      )}
    </Card>
  );
}

/** A person's role, and the button that removes her; plain text for those who may not change it. */
function PersonRole({ person }: { readonly person: Person }) {
  const act = useAct();
  const manage = useMay("people.manage");
  const isMe = useMe().name === person.name;
  if (!manage || person.state === "left") return <>{words.roles[person.role]}</>;
  const path = `/v1/operator/people/${person.operatorId}`;
  return (
    <>
      <select
        aria-label={`${words.role} ${person.name}`}
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
          if (confirm(fill(words.confirmLeave, { name: person.name }))) {
            void act.run(() => post(`${path}/leave`));
          }
        }}
      >
        {words.leave}
      </Button>
      {person.state === "active" && (person.hasTotp || person.passkeyCount > 0) && !isMe && (
        <Button
          small
          kind="quiet"
          act={act}
          onClick={() => {
            if (confirm(fill(words.confirmReset, { name: person.name }))) {
              void act.run(() => post(`${path}/second-factor/reset`));
            }
          }}
        >
          {words.reset}
        </Button>
      )}
      <Problem of={act.problem} />
    </>
  );
}

/** Roles that must have a second factor; owners decide. */
function Demands() {
  const { data } = useRead<typeof factorRoutes.listDemands>("/v1/operator/second-factor/roles");
  const act = useAct();
  if (!data) return null;
  return (
    <Card title={words.demands}>
      <p className="small">{words.demandsLead}</p>
      <fieldset disabled={act.busy}>
        <legend>{words.demandsRoles}</legend>
        {ROLES.map((role) => (
          <label key={role} className="choice">
            <input
              type="checkbox"
              checked={data.roles.includes(role)}
              onChange={({ target }) => {
                const asked = { role, demanded: target.checked };
                void act.run(() => post("/v1/operator/second-factor/roles", asked));
              }}
            />
            {words.roles[role]}
          </label>
        ))}
      </fieldset>
      <Problem of={act.problem} />
    </Card>
  );
}

/** A person's second factors in a word. */
function factorsOf({ hasTotp, passkeyCount }: Person): string {
  const has = [
    hasTotp && words.app,
    passkeyCount > 0 && `${words.passkeys}: ${number(passkeyCount)}`,
  ].filter(Boolean);
  return has.length === 0 ? "–" : has.join(", ");
}

/** Everybody with an account, and the form for an invitation. */
export function PeoplePage() {
  const { data, error } = useRead<typeof peopleRoutes.listPeople>("/v1/operator/people");
  const manage = useMay("people.manage");
  return (
    <Page title={words.people} lead={words.peopleLead}>
      <Waiting of={{ data, error }} />
      {data && (
        <Table
          label={words.people}
          heads={[words.name, words.stateLabel, words.lastSeen, words.factors, words.role]}
          rows={data.people.map((one) => [
            one.state === "invited" ? words.invited : one.name,
            <Pill key="state" tone={one.state === "active" ? "plain" : "quiet"}>
              {words.states[one.state]}
            </Pill>,
            one.lastSignInAt ? moment(one.lastSignInAt) : "–",
            factorsOf(one),
            <PersonRole key="role" person={one} />,
          ])}
        />
      )}
      <div className="stack">
        {manage && <Invite />}
        {manage && <Demands />}
        <Card title={words.whatRoles}>
          <dl className="facts">
            {ROLES.map((role) => (
              <div key={role}>
                <dt>{words.roles[role]}</dt>
                <dd>{words.roleTexts[role]}</dd>
              </div>
            ))}
          </dl>
        </Card>
      </div>
    </Page>
  );
}
