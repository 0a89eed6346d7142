import { iso, isoOrNull } from "../base/instant.ts";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { FastifyInstance } from "fastify";
import {
  deletePasskey,
  findPasskey,
  insertChallenge,
  insertPasskey,
  listPasskeys,
  notePasskeyUse,
  takeChallenge,
  type Passkey,
} from "../access/io/keyStore.ts";
import { logOperatorAction } from "../access/io/operatorStore.ts";
import { ownRoutes } from "../api/houseRoutes.ts";
import type { Transaction } from "../db/connect.ts";
import type { Asked, HttpDeps } from "./call.ts";
import { requirePerson } from "./houseRoutes.ts";
import { mount } from "./mount.ts";
import { openSession } from "./operatorRoutes.ts";
import { Refusal } from "./problem.ts";

/* Passkeys (WebAuthn): bound to the address that the browser shows, so nothing can be phished from them. */

const QUESTION_MS = 5 * 60_000;

export interface PasskeyDeps extends HttpDeps {
  /** How others reach this server, as it was set; empty: as the request says. */
  readonly publicUrl: string;
}

interface Site {
  readonly origin: string;
  readonly host: string;
}

/** The address that the browser must have shown. */
function siteOf(deps: PasskeyDeps, request: Asked): Site {
  const said = deps.publicUrl || request.headers.origin || `http://${request.headers.host ?? ""}`;
  if (!URL.canParse(said)) throw new Refusal("passkey_refused");
  const { origin, hostname } = new URL(said);
  return { origin, host: hostname };
}

const shown = ({ credentialId, name, createdAtMs, lastUsedAtMs }: Passkey) => ({
  ...{ credentialId, name, createdAt: iso(createdAtMs) },
  lastUsedAt: isoOrNull(lastUsedAtMs),
});

/** The library throws at nonsense; to the caller that is the same as a signature that does not hold. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  return await work.catch(() => {
    throw new Refusal("passkey_refused");
  });
}

/** Whether a question is ours, unanswered and meant for this person. */
function asked(deps: PasskeyDeps, tx: Transaction, operatorId: string | null, nowMs: number) {
  return async (challenge: string): Promise<boolean> => {
    const challengeKey = deps.keyring.identityKey("passkey", challenge);
    return await takeChallenge(tx, { challengeKey, operatorId }, nowMs);
  };
}

export function mountPasskeys(app: FastifyInstance, deps: PasskeyDeps): void {
  const keep = async (
    tx: Transaction,
    question: { challenge: string },
    who: string | null,
    nowMs: number,
  ) => {
    const challengeKey = deps.keyring.identityKey("passkey", question.challenge);
    const expiresAtMs = nowMs + QUESTION_MS;
    await insertChallenge(tx, { challengeKey, operatorId: who, expiresAtMs, nowMs });
  };

  mount(app, deps, ownRoutes.listPasskeys, async ({ operator }) => {
    const passkeys = await listPasskeys(deps.sql, requirePerson(operator).operatorId);
    return { status: 200, body: { passkeys: passkeys.map(shown) } };
  });

  mount(app, deps, ownRoutes.passkeyQuestion, async (tx, { operator, request, nowMs }) => {
    const { operatorId, name } = requirePerson(operator);
    const known = await listPasskeys(tx, operatorId);
    const question = await generateRegistrationOptions({
      ...{ rpName: "Giliran", rpID: siteOf(deps, request).host, userName: name },
      ...{ userID: new TextEncoder().encode(operatorId), attestationType: "none" },
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
    });
    await keep(tx, question, operatorId, nowMs);
    return { status: 200, body: question as unknown as Record<string, unknown> };
  });

  mount(app, deps, ownRoutes.signInQuestion, async (tx, { request, nowMs }) => {
    const question = await generateAuthenticationOptions({
      ...{ rpID: siteOf(deps, request).host, userVerification: "preferred" },
    });
    await keep(tx, question, null, nowMs);
    return { status: 200, body: question as unknown as Record<string, unknown> };
  });
  mountAnswers(app, deps);
}

function mountAnswers(app: FastifyInstance, deps: PasskeyDeps): void {
  mount(app, deps, ownRoutes.addPasskey, async (tx, { body, operator, request, nowMs }) => {
    const { operatorId, name } = requirePerson(operator);
    const { origin, host } = siteOf(deps, request);
    const { verified, registrationInfo } = await orRefused(
      verifyRegistrationResponse({
        response: body.credential as unknown as RegistrationResponseJSON,
        expectedChallenge: asked(deps, tx, operatorId, nowMs),
        ...{ expectedOrigin: origin, expectedRPID: host, requireUserVerification: false },
      }),
    );
    if (!verified || !registrationInfo) throw new Refusal("passkey_refused");
    const { id, publicKey, counter } = registrationInfo.credential;
    const passkey = {
      ...{ credentialId: id, operatorId, name: body.name, publicKey, signCount: counter },
      createdAtMs: nowMs,
    };
    if (!(await insertPasskey(tx, passkey))) throw new Refusal("passkey_refused");
    const entry = { operatorName: name, action: "added passkey", subject: body.name, nowMs };
    await logOperatorAction(tx, entry);
    return { status: 201, body: shown({ ...passkey, lastUsedAtMs: null }) };
  });

  mount(app, deps, ownRoutes.removePasskey, async (tx, { body, operator, nowMs }) => {
    const { operatorId, name } = requirePerson(operator);
    if (!(await deletePasskey(tx, operatorId, body.credentialId)))
      throw new Refusal("passkey_refused");
    const subject = body.credentialId.slice(0, 12);
    const entry = { operatorName: name, action: "removed passkey", subject, nowMs };
    await logOperatorAction(tx, entry);
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, ownRoutes.signInWithPasskey, async (tx, { body, request, nowMs }) => {
    const found = await findPasskey(tx, body.credential.id);
    if (!found) throw new Refusal("passkey_refused");
    const { credentialId, publicKey, signCount, operatorId } = found.passkey;
    const { origin, host } = siteOf(deps, request);
    const { verified, authenticationInfo } = await orRefused(
      verifyAuthenticationResponse({
        response: body.credential as unknown as AuthenticationResponseJSON,
        expectedChallenge: asked(deps, tx, null, nowMs),
        ...{ expectedOrigin: origin, expectedRPID: host, requireUserVerification: false },
        credential: { id: credentialId, publicKey: Uint8Array.from(publicKey), counter: signCount },
      }),
    );
    if (!verified) throw new Refusal("passkey_refused");
    await notePasskeyUse(tx, credentialId, authenticationInfo.newCounter, nowMs);
    const who = { operatorId, name: found.operatorName, role: found.role, request, nowMs };
    return await openSession(tx, deps.keyring, who);
  });
}
