/*
 * Passkeys (WebAuthn). They are bound to the address that the browser shows, so they cannot be
 * phished. States of a challenge: asked, answered (once), expired.
 */

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import {
  insertChallenge,
  notePasskeyUse,
  takeChallenge,
  type Passkey,
} from "../../access/io/passkeyStore.ts";
import type { Buyer } from "../../access/session.ts";
import type { Transaction } from "../../db/connect.ts";
import type { HttpDeps } from "../../http/call.ts";
import { Refusal } from "../../http/problem.ts";
import type { RequestInput } from "../../http/requestInput.ts";

const QUESTION_MS = 5 * 60_000;

/**
 * Loaded at the first passkey: it would delay every command by a sixth of a second, and few need
 * it.
 */
const webAuthn = () => import("@simplewebauthn/server");

/** The person who is asked, and the request. */
export interface Asking {
  readonly tx: Transaction;
  readonly request: RequestInput;
  readonly nowMs: number;
  /** An operator's id or a buyer's account key; null for a sign-in. */
  readonly askedId: string | null;
  /** Whether the device must verify its holder (finger, face, PIN), not merely presence. */
  readonly holderVerified: boolean;
}

/** For buyers a passkey counts only from a device that verified its holder. */
export const askingBuyer = (
  tx: Transaction,
  { request, nowMs, buyer }: Pick<Asking, "request" | "nowMs"> & { readonly buyer: Buyer },
): Asking => ({ tx, request, nowMs, askedId: buyer.accountKey, holderVerified: true });

/** WebAuthn options for the browser, to create a passkey or to answer with one. */
export type PasskeyQuestion = Record<string, unknown>;
type Credential = { readonly id: string };

/** The origin that the browser must have shown. */
function siteOf(deps: HttpDeps, request: RequestInput): { origin: string; host: string } {
  const origin = deps.proxies.ownOrigin(request);
  if (origin === null) throw new Refusal("passkey_refused");
  return { origin, host: new URL(origin).hostname };
}

/** An answer that is wrong; its challenge stays used up. */
const wrongAnswer = () => new Refusal("passkey_refused", { keepsWrites: true });

/** The library throws on malformed input; for the caller that equals an invalid signature. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  return await work.catch(() => {
    throw wrongAnswer();
  });
}

async function keep(
  deps: HttpDeps,
  { tx, askedId, nowMs }: Asking,
  question: { readonly challenge: string },
): Promise<PasskeyQuestion> {
  const challengeKey = deps.keyring.identityKey("passkey", question.challenge);
  const expiresAtMs = nowMs + QUESTION_MS;
  await insertChallenge(tx, { challengeKey, askedId, expiresAtMs, nowMs });
  return question as unknown as PasskeyQuestion;
}

/**
 * Expectations about an answer: the challenge is ours, unanswered, and was issued to this person.
 */
function expected(deps: HttpDeps, { tx, request, nowMs, askedId, holderVerified }: Asking) {
  const { origin, host } = siteOf(deps, request);
  return {
    expectedChallenge: async (challenge: string) => {
      const challengeKey = deps.keyring.identityKey("passkey", challenge);
      return await takeChallenge(tx, { challengeKey, askedId }, nowMs);
    },
    expectedOrigin: origin,
    expectedRPID: host,
    requireUserVerification: holderVerified,
  };
}

const verification = ({ holderVerified }: Asking) => (holderVerified ? "required" : "preferred");

/** Starts the registration of a passkey; `known` are the person's existing ones. */
export async function askForNew(
  deps: HttpDeps,
  asking: Asking,
  person: { readonly id: string; readonly name: string; readonly known: readonly Passkey[] },
): Promise<PasskeyQuestion> {
  const { generateRegistrationOptions } = await webAuthn();
  const question = await generateRegistrationOptions({
    rpName: "Giliran",
    rpID: siteOf(deps, asking.request).host,
    userName: person.name,
    userID: new TextEncoder().encode(person.id),
    attestationType: "none",
    excludeCredentials: person.known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: {
      residentKey: "required",
      userVerification: verification(asking),
    },
  });
  return await keep(deps, asking, question);
}

/** The passkey registered for a challenge. */
export async function readNew(
  deps: HttpDeps,
  asking: Asking,
  credential: Credential,
): Promise<Pick<Passkey, "credentialId" | "publicKey" | "signCount">> {
  const response = credential as unknown as RegistrationResponseJSON;
  const { verifyRegistrationResponse } = await webAuthn();
  const { verified, registrationInfo } = await orRefused(
    verifyRegistrationResponse({ response, ...expected(deps, asking) }),
  );
  if (!verified || !registrationInfo) throw wrongAnswer();
  const { id, publicKey, counter } = registrationInfo.credential;
  return { credentialId: id, publicKey, signCount: counter };
}

/** Asks for an existing passkey: one of `known`, or any if the person is not known yet. */
export async function askForUse(
  deps: HttpDeps,
  asking: Asking,
  known: readonly Passkey[] | null,
): Promise<PasskeyQuestion> {
  const { generateAuthenticationOptions } = await webAuthn();
  const question = await generateAuthenticationOptions({
    rpID: siteOf(deps, asking.request).host,
    userVerification: verification(asking),
    ...(known && { allowCredentials: known.map(({ credentialId }) => ({ id: credentialId })) }),
  });
  return await keep(deps, asking, question);
}

/**
 * Verifies the answer of a passkey and notes its use; throws the refusal. True if the device checked
 * its holder.
 */
export async function takeUse(
  deps: HttpDeps,
  asking: Asking,
  credential: Credential,
  { credentialId, publicKey, signCount }: Passkey,
): Promise<boolean> {
  const { verifyAuthenticationResponse } = await webAuthn();
  const { verified, authenticationInfo } = await orRefused(
    verifyAuthenticationResponse({
      response: credential as unknown as AuthenticationResponseJSON,
      ...expected(deps, asking),
      credential: { id: credentialId, publicKey: Uint8Array.from(publicKey), counter: signCount },
    }),
  );
  if (!verified) throw wrongAnswer();
  await notePasskeyUse(asking.tx, credentialId, authenticationInfo.newCounter, asking.nowMs);
  return authenticationInfo.userVerified;
}
