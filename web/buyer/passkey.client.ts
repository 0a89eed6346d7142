/* Creating and using passkeys in the browser. The library is loaded on first use. */

import { CallError } from "../ui/call.client.ts";

type Library = typeof import("@simplewebauthn/browser");
/** A question in the server's form. */
type Question<Make extends keyof Library> = Library[Make] extends (options: {
  optionsJSON: infer Asked;
}) => unknown
  ? Asked
  : never;

const SCRIPT = "/assets/buyer/passkey.js";

/** Passkeys need a secure page and a browser that knows them. */
export const hasPasskeys = (): boolean => "PublicKeyCredential" in window;

/** The library, loaded on first use. */
const library = async (): Promise<Library> => (await import(SCRIPT)) as Library;

/** A cancelled prompt or a missing key is no error; `notUsed` says what else can be done. */
async function orNotUsed<T>(notUsed: string, work: Promise<T>): Promise<T> {
  return await work.catch((error: unknown) => {
    throw error instanceof TypeError ? error : new CallError(0, "passkey_not_used", notUsed);
  });
}

/** Creates a passkey for the signed-in person. */
export async function makePasskey(
  question: Question<"startRegistration">,
  notUsed: string,
): Promise<object> {
  const { startRegistration } = await library();
  return await orNotUsed(notUsed, startRegistration({ optionsJSON: question }));
}

/** Answers a question with a passkey. */
export async function answerWithPasskey(
  question: Question<"startAuthentication">,
  notUsed: string,
): Promise<object> {
  const { startAuthentication } = await library();
  return await orNotUsed(notUsed, startAuthentication({ optionsJSON: question }));
}
