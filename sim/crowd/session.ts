/* Sessions of made-up people who signed in before. */

import { issueSession } from "../../src/http/identify.ts";
import type { Keyring } from "../../src/access/io/keyring.ts";

/** The session token of somebody who signed in by phone at `nowMs`; it lasts until `expiresAtMs`. */
export function simulatedSession(
  keyring: Keyring,
  person: { readonly accountKey: string; readonly phoneKey: string },
  { nowMs: issuedAtMs, expiresAtMs }: { readonly nowMs: number; readonly expiresAtMs: number },
): string {
  const { accountKey, phoneKey } = person;
  return issueSession(keyring, {
    accountKey,
    phoneKey,
    emailKey: null,
    expiresAtMs,
    issuedAtMs,
    sessionKey: null,
    contact: null,
  });
}
