/* Signing in to the console: with a password, a passkey, or an invitation that sets them up. */

import { useState, type FormEvent } from "react";
import type { operatorRoutes } from "../../../src/api/operatorRoutes.ts";
import type { ownRoutes } from "../../../src/api/staffRoutes.ts";
import { LANGUAGE_CODES } from "../../../src/base/language.ts";
import { LANGUAGES } from "../../../src/base/languages/list.ts";
import type { loginRoutes } from "../../../src/api/factorRoutes.ts";
import { post, useAct, useRead, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Problem } from "../ui/problem.tsx";
import { language } from "../../ui/pageLanguage.client.ts";
import { fill, speak } from "../ui/say.ts";
import { postWithWork } from "../../ui/work.client.ts";
import { FRAME_WORDS } from "./words.ts";

const words = speak(FRAME_WORDS);

/** The invitation stands after the "#", which is never sent to a server or written to a log. */
function invitationInAddress(): string | null {
  return /^#invitation=([0-9a-f]{64})$/.exec(location.hash)?.[1] ?? null;
}

/** Signs in with a passkey; a closed prompt changes nothing. */
export async function withPasskey(): Promise<void> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const question = await post<Answer<typeof ownRoutes.signInQuestion>>(
    "/v1/operators/passkey/question",
  );
  const credential = await startAuthentication({ optionsJSON: question as never }).catch(
    () => null, // the person closed the browser's question: nothing happened
  );
  if (credential) await post("/v1/operators/passkey", { credential });
}

/** Takes an invitation; returns the account's name: one that is let in again keeps its own. */
async function accept(typed: {
  readonly invitation: string;
  readonly name: string;
  readonly password: string;
}): Promise<string> {
  const path = "/v1/operators/invitation";
  return (await post<Answer<typeof operatorRoutes.acceptInvitation>>(path, typed)).name;
}

/** The form. */
export function SignIn() {
  const act = useAct();
  const [invitation, setInvitation] = useState(invitationInAddress);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = async () => {
    let known = name;
    if (invitation) {
      known = await accept({ invitation, name, password });
      history.replaceState(null, "", location.pathname);
      setInvitation(null);
    }
    await postWithWork(post, "/v1/operators/session", { name: known, password });
  };
  const { data: login } = useRead<typeof loginRoutes.showLogin>("/v1/operators/login");
  const withLogin = async () => {
    const { address } = await post<Answer<typeof loginRoutes.beginLogin>>("/v1/operators/login", {
      invitation,
      name: invitation ? name : null,
    });
    location.assign(address);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act.run(enter);
  };
  return (
    <main className="sign-in" id="main">
      <form className="card" onSubmit={submit}>
        <img src="/assets/mark.svg" alt="" width="40" height="40" />
        <h1>{invitation ? words.welcome : words.signInTitle}</h1>
        {invitation && <p>{words.firstRun}</p>}
        <TextField
          {...{ label: words.name, value: name, onChange: setName, autoComplete: "username" }}
          required
        />
        <TextField
          label={invitation ? words.password : words.passwordShort}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete={invitation ? "new-password" : "current-password"}
          {...(invitation ? { minLength: 10 } : {})}
          required
        />
        <Problem of={act.problem} />
        <div className="row">
          <Button submit act={act}>
            {invitation ? words.create : words.signIn}
          </Button>
          {!invitation && "credentials" in navigator && (
            <Button kind="quiet" act={act} onClick={() => void act.run(withPasskey)}>
              {words.signInPasskey}
            </Button>
          )}
          {login?.host && (
            <Button kind="quiet" act={act} onClick={() => void act.run(withLogin)}>
              {fill(invitation ? words.createByLogin : words.signInByLogin, { host: login.host })}
            </Button>
          )}
        </div>
      </form>
      <OtherLanguages />
    </main>
  );
}

/** Links to the same place in the other languages. */
export const OtherLanguages = () =>
  LANGUAGE_CODES.filter((code) => code !== language).map((code) => (
    <a key={code} className="language" lang={code} href={`?lang=${code}`}>
      {LANGUAGES[code].name}
    </a>
  ));
