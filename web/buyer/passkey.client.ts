import { CallError } from "../ui/call.client.ts";

type Library = typeof import("@simplewebauthn/browser");
/** A question as the server puts it. */
type Question<Make extends keyof Library> = Library[Make] extends (options: {
  optionsJSON: infer Asked;
}) => unknown
  ? Asked
  : never;

const SCRIPT = "/assets/buyer/passkey.js";

/** Passkeys exist on secure pages of browsers that know them. */
export const hasPasskeys = (): boolean => "PublicKeyCredential" in window;

/** What whoever uses a passkey fetches, and nobody else. */
const library = async (): Promise<Library> => (await import(SCRIPT)) as Library;

/** A person who changes her mind, and a device without the key, are no faults: `notUsed` says what else there is. */
async function orNotUsed<T>(notUsed: string, work: Promise<T>): Promise<T> {
  return await work.catch((error: unknown) => {
    throw error instanceof TypeError ? error : new CallError(0, "passkey_not_used", notUsed);
  });
}

export async function makePasskey(
  question: Question<"startRegistration">,
  notUsed: string,
): Promise<object> {
  const { startRegistration } = await library();
  return await orNotUsed(notUsed, startRegistration({ optionsJSON: question }));
}

export async function answerWithPasskey(
  question: Question<"startAuthentication">,
  notUsed: string,
): Promise<object> {
  const { startAuthentication } = await library();
  return await orNotUsed(notUsed, startAuthentication({ optionsJSON: question }));
}
