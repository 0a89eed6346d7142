/* Setting up an authenticator app: its secret, a code that confirms it, and recovery codes, shown once. */

import { useState } from "react";
import type { factorRoutes } from "../../../src/api/factorRoutes.ts";
import { CallError } from "../../ui/call.client.ts";
import { post, useAct, type Answer } from "../ui/api.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Problem } from "../ui/problem.tsx";
import { speak } from "../ui/say.ts";
import { FACTOR_WORDS } from "./words.ts";

const words = speak(FACTOR_WORDS);

/** Recovery codes, to be kept on paper. */
export function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  return (
    <div className="note" role="status">
      <p>{words.recoveryOnce}</p>
      <ul className="plain">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The steps, one after the other. */
export function Authenticator() {
  const act = useAct();
  const [asked, setAsked] = useState<Answer<typeof factorRoutes.askTotp> | null>(null);
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<CallError | null>(null);
  const [recovery, setRecovery] = useState<readonly string[] | null>(null);
  const ask = () =>
    void act.run(async () => {
      setAsked(await post("/v1/operator/second-factor/app/question"));
    });
  const confirm = async () => {
    const made = await post<Answer<typeof factorRoutes.addTotp>>("/v1/operator/second-factor/app", {
      code,
    });
    setRecovery(made.recoveryCodes);
  };
  if (recovery) {
    return (
      <>
        <RecoveryCodes codes={recovery} />
        <Button act={act} onClick={() => location.replace("/console")}>
          {words.kept}
        </Button>
      </>
    );
  }
  if (!asked) {
    return (
      <>
        <Button act={act} onClick={ask}>
          {words.setUpApp}
        </Button>
        <Problem of={act.problem} />
      </>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // Not through `act.run`, which renews the page: the codes must be read first.
        setProblem(null);
        confirm().catch((error: unknown) => {
          if (!(error instanceof CallError)) throw error;
          setProblem(error);
        });
      }}
    >
      <p>{words.typeSecret}</p>
      <p>
        <code className="mono">{asked.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
      </p>
      <p>
        <a href={asked.address}>{words.openApp}</a>
      </p>
      <TextField
        label={words.appCode}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        required
      />
      <Problem of={problem} />
      <Button submit act={act}>
        {words.confirm}
      </Button>
    </form>
  );
}
