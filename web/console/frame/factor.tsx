/* The screens between password and console: a second factor, shown or set up; and the way back from the company's login. */

import { useEffect, useRef, useState, type ReactNode } from "react";
import { Authenticator } from "../factor/authenticator.tsx";
import { post, useAct } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Problem } from "../ui/problem.tsx";
import { speak } from "../ui/say.ts";
import { OtherLanguages, withPasskey } from "./signIn.tsx";
import { FRAME_WORDS } from "./words.ts";

const words = speak(FRAME_WORDS);

const signOut = () => post("/v1/operators/sign-out").finally(() => location.reload());

/** A card in the middle of an otherwise empty page. */
function Alone({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="sign-in" id="main">
      <section className="card">
        <img src="/assets/mark.svg" alt="" width="40" height="40" />
        <h1>{title}</h1>
        {children}
      </section>
      <OtherLanguages />
    </main>
  );
}

/** Asks for a code of the app or a recovery code; a passkey signs in again, with both factors. */
export function GiveFactor() {
  const act = useAct();
  const [code, setCode] = useState("");
  return (
    <Alone title={words.factorTitle}>
      <p>{words.factorLead}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act.run(() => post("/v1/operator/second-factor", { code }));
        }}
      >
        <TextField
          label={words.factorCode}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          required
        />
        <Problem of={act.problem} />
        <div className="row">
          <Button submit act={act}>
            {words.signIn}
          </Button>
          {"credentials" in navigator && (
            <Button kind="quiet" act={act} onClick={() => void act.run(withPasskey)}>
              {words.signInPasskey}
            </Button>
          )}
          <Button kind="quiet" act={act} onClick={() => void act.run(signOut)}>
            {words.signOut}
          </Button>
        </div>
      </form>
    </Alone>
  );
}

/** Sets up the factor that the role demands; nothing else can be done before. */
export function SetUpFactor() {
  const act = useAct();
  return (
    <Alone title={words.setUpTitle}>
      <p>{words.setUpLead}</p>
      <Authenticator />
      <Button kind="quiet" act={act} onClick={() => void act.run(signOut)}>
        {words.signOut}
      </Button>
    </Alone>
  );
}

/** Ends a sign-in at the company's login, whose service sent the browser back here. */
export function EndLogin() {
  const act = useAct();
  const isBegun = useRef(false);
  useEffect(() => {
    // The code is of use once.
    if (isBegun.current) return;
    isBegun.current = true;
    const came = new URLSearchParams(location.search);
    const end = { code: came.get("code"), state: came.get("state"), iss: came.get("iss") };
    history.replaceState(null, "", "/console/login");
    void act.run(async () => {
      await post("/v1/operators/login/end", end);
      location.replace("/console");
    });
  }, [act]);
  return (
    <Alone title={words.loginTitle}>
      {act.problem ? <Problem of={act.problem} /> : <p>{words.loginEnds}</p>}
      {act.problem && <a href="/console">{words.backToSignIn}</a>}
    </Alone>
  );
}
