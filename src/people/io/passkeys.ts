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

/*
 * Passkeys (WebAuthn): bound to the address that the browser shows, so nothing can be phished from them.
 * A question is put, kept, and answered once.
 */

const QUESTION_MS = 5 * 60_000;

/** Loaded at the first passkey: every command would wait a sixth of a second for it, and hardly one needs it. */
const webAuthn = () => import("@simplewebauthn/server");

/** Who is asked, and in which request. */
export interface Asking {
  readonly tx: Transaction;
  readonly request: RequestInput;
  readonly nowMs: number;
  /** An operator's id or a buyer's account key; null for whoever signs in. */
  readonly askedId: string | null;
  /** Whether the device must have made sure who holds it (finger, face, PIN), not only that somebody does. */
  readonly holderVerified: boolean;
}

/** A buyer is asked; her passkey counts only from a device that made sure who holds it. */
export const askingBuyer = (
  tx: Transaction,
  { request, nowMs, buyer }: Pick<Asking, "request" | "nowMs"> & { readonly buyer: Buyer },
): Asking => ({ tx, request, nowMs, askedId: buyer.accountKey, holderVerified: true });

/** What a browser needs to make a passkey, or to answer with one. */
export type PasskeyQuestion = Record<string, unknown>;
type Credential = { readonly id: string };

/** The address that the browser must have shown. */
function siteOf(deps: HttpDeps, request: RequestInput): { origin: string; host: string } {
  const origin = deps.proxies.ownOrigin(request);
  if (origin === null) throw new Refusal("passkey_refused");
  return { origin, host: new URL(origin).hostname };
}

/** The library throws at nonsense; to the caller that is the same as a signature that does not hold. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  return await work.catch(() => {
    throw new Refusal("passkey_refused");
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

/** What an answer is held against; the question is ours, unanswered, and was put to this person. */
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

/** Asks for a new passkey; `known` are those that the person has already. */
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

/** The passkey that was made for a question; throws the refusal. */
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
  if (!verified || !registrationInfo) throw new Refusal("passkey_refused");
  const { id, publicKey, counter } = registrationInfo.credential;
  return { credentialId: id, publicKey, signCount: counter };
}

/** Asks for a passkey that was made before: one of `known`, or any where nobody has said who asks. */
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

/** Takes the answer of a passkey and notes its use; throws the refusal. */
export async function takeUse(
  deps: HttpDeps,
  asking: Asking,
  credential: Credential,
  { credentialId, publicKey, signCount }: Passkey,
): Promise<void> {
  const { verifyAuthenticationResponse } = await webAuthn();
  const { verified, authenticationInfo } = await orRefused(
    verifyAuthenticationResponse({
      response: credential as unknown as AuthenticationResponseJSON,
      ...expected(deps, asking),
      credential: { id: credentialId, publicKey: Uint8Array.from(publicKey), counter: signCount },
    }),
  );
  if (!verified) throw new Refusal("passkey_refused");
  await notePasskeyUse(asking.tx, credentialId, authenticationInfo.newCounter, asking.nowMs);
}
