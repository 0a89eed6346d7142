/* One's own account: passkeys and sessions. */

import { useState } from "react";
import type { ownRoutes } from "../../../src/api/staffRoutes.ts";
import type { factorRoutes, loginRoutes } from "../../../src/api/factorRoutes.ts";
import { Authenticator, RecoveryCodes } from "../factor/authenticator.tsx";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { useMe } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Card, Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { fill, moment, named, speak } from "../ui/say.ts";
import { ACCOUNT_WORDS } from "./words.ts";

const words = speak(ACCOUNT_WORDS);

/** Passkeys of one's own: add, name, remove. */
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
    <Card title={words.passkeys}>
      <p className="small">{words.passkeysLead}</p>
      {data && data.passkeys.length > 0 && (
        <Table
          label={words.passkeys}
          heads={[words.name, words.made, words.lastUsed, words.actions]}
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
              {words.remove}
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
          {words.addPasskey}
        </Button>
      </form>
      <Problem of={act.problem} />
    </Card>
  );
}

/** A new password: the old one is asked for, and the other sessions end. */
function Password() {
  const act = useAct();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const change = () =>
    void act.run(async () => {
      setDone(false);
      await post("/v1/operator/password", { old, new: next });
      setOld("");
      setNext("");
      setDone(true);
    });
  return (
    <Card title={words.password}>
      <p className="small">{words.passwordLead}</p>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          change();
        }}
      >
        <TextField
          label={words.passwordOld}
          type="password"
          autoComplete="current-password"
          value={old}
          onChange={setOld}
          required
        />
        <TextField
          label={words.passwordNew}
          type="password"
          autoComplete="new-password"
          minLength={10}
          value={next}
          onChange={setNext}
          required
        />
        <Button submit kind="quiet" act={act}>
          {words.passwordChange}
        </Button>
      </form>
      <Problem of={act.problem} />
      {done && (
        <p className="note" role="status">
          {words.passwordChanged}
        </p>
      )}
    </Card>
  );
}

/** The authenticator app, recovery codes, and the company's login. */
function SecondFactor() {
  const { data } = useRead<typeof factorRoutes.showFactors>("/v1/operator/second-factor");
  const login = useRead<typeof loginRoutes.showLogin>("/v1/operators/login").data;
  const act = useAct();
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (!data) return null;
  const path = "/v1/operator/second-factor";
  const makeCodes = () =>
    void act.run(async () => {
      const made = await post<Answer<typeof factorRoutes.makeRecoveryCodes>>(
        `${path}/recovery-codes`,
        { code: code || null },
      );
      setCodes(made.recoveryCodes);
      setCode("");
    });
  const link = () =>
    void act.run(async () => {
      const { address } = await post<Answer<typeof loginRoutes.linkLogin>>("/v1/operator/login");
      location.assign(address);
    });
  return (
    <Card title={words.factor}>
      <p className="small">{data.demanded ? words.factorDemanded : words.factorLead}</p>
      {!data.hasTotp && <Authenticator />}
      {data.hasTotp && (
        <>
          <p>{words.appSetUp}</p>
          <TextField label={words.factorCode} value={code} onChange={setCode} />
          <div className="row">
            <Button kind="quiet" act={act} onClick={makeCodes}>
              {words.newCodes}
            </Button>
            <Button
              kind="quiet"
              act={act}
              onClick={() => void act.run(() => post(`${path}/app/removal`, { code }))}
            >
              {words.removeApp}
            </Button>
          </div>
        </>
      )}
      {!data.hasTotp && data.passkeyCount > 0 && (
        <Button kind="quiet" act={act} onClick={makeCodes}>
          {words.newCodes}
        </Button>
      )}
      {(data.hasTotp || data.passkeyCount > 0) && (
        <p className="small">{fill(words.codesLeft, { n: data.recoveryCodesLeft })}</p>
      )}
      {codes && <RecoveryCodes codes={codes} />}
      {login?.host && data.hasLogin && <p>{fill(words.loginTied, { host: login.host })}</p>}
      {login?.host && !data.hasLogin && (
        <Button kind="quiet" act={act} onClick={link}>
          {fill(words.tieLogin, { host: login.host })}
        </Button>
      )}
      <Problem of={act.problem} />
    </Card>
  );
}

/** Sessions of one's own can be ended here, on every device. */
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
        <Password />
        <SecondFactor />
        <Passkeys />
        <Card title={words.sessions}>
          {data && (
            <Table
              label={words.sessions}
              heads={[words.device, words.since, words.until, words.actions]}
              rows={data.sessions.map((one) => [
                one.device || "–",
                moment(one.createdAt),
                moment(one.expiresAt),
                one.current ? (
                  words.thisOne
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
                    {words.endSession}
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
