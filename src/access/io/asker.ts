/*
 * Askers of codes: a signed token, made with the work that a code cost. Wrong guesses count against
 * it, so guessing at a stranger's contact uses up tokens of one's own, and never the code.
 */

import { sameText } from "./mac.ts";
import type { Keyring } from "./keyring.ts";

const PREFIX = "gca1";

/** The one who guesses at a contact, until a time. */
interface Asker {
  readonly askerKey: string;
  readonly contactKey: string;
  readonly expiresAtMs: number;
}

/** The contact is in the signature alone: a token tells nobody the keyed hash of a contact. */
const macOf = (keyring: Pick<Keyring, "work">, payload: string, contactKey: string) =>
  keyring.work.hex(`asker ${payload} ${contactKey}`);

/** The token that the answer to a request for a code holds. */
export function askerToken(keyring: Pick<Keyring, "work">, asker: Asker): string {
  const payload = `${PREFIX}.${asker.askerKey}.${asker.expiresAtMs}`;
  return `${payload}.${macOf(keyring, payload, asker.contactKey)}`;
}

/** The asker of a token; null if it is not ours, of another contact, or over. */
export function readAsker(
  keyring: Pick<Keyring, "work">,
  token: string,
  about: { readonly contactKey: string; readonly nowMs: number },
): string | null {
  const at = token.lastIndexOf(".");
  const payload = token.slice(0, at);
  if (!sameText(macOf(keyring, payload, about.contactKey), token.slice(at + 1))) return null;
  const [prefix, askerKey = "", expiresAt] = payload.split(".");
  return prefix === PREFIX && Number(expiresAt) > about.nowMs ? askerKey : null;
}
