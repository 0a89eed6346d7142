/* The sessions that buyers' sign-in opens, and what its routes share. */

import type { Logger } from "pino";
import { mailBox } from "../../base/mailBox.ts";
import type { Contact } from "../../access/contact.ts";
import { ownDomainOf } from "../../access/mailProviders.ts";
import type { BrandTokenCheck } from "../../access/io/brandToken.ts";
import type { Session } from "../../access/session.ts";
import type { HttpDeps } from "../../http/call.ts";
import { BUYER_COOKIE, newDevice, SIGNED_IN } from "../../http/cookies.ts";
import type { Answer } from "../../http/idempotency.ts";
import { issueSession } from "../../http/identify.ts";
import type { RequestInput } from "../../http/requestInput.ts";

/** Settings of one-time codes. */
export interface CodeSettings {
  /** Calling codes that texts with sign-in codes are sent to. */
  readonly phoneCountries: readonly string[];
  /** Texts with sign-in codes an hour, for the whole installation. */
  readonly textsPerHour: number;
}

/** As shipped: Indonesia, and what a lobby of some thousand people signs in with. */
export const CODE_DEFAULTS: CodeSettings = { phoneCountries: ["62"], textsPerHour: 5_000 };

export interface SignInDeps extends HttpDeps {
  readonly logger: Logger;
  /** Null if the brand has configured no login of its own. */
  readonly brandTokenCheck: BrandTokenCheck | null;
  /** Whether a browser on this machine is shown the code that it requested. */
  readonly showCodes: boolean;
  readonly codes: CodeSettings;
}

/** The keyed hash of a mailbox's domain; null if it is a provider's, or the contact is a phone. */
export function domainKeyOf(deps: HttpDeps, contact: Contact): string | null {
  const domain = contact.kind === "email" ? ownDomainOf(mailBox(contact.value) ?? "") : null;
  return domain === null || domain === "" ? null : deps.keyring.identityKey("domain", domain);
}

export function sessionAnswer(deps: HttpDeps, request: RequestInput, session: Session): Answer {
  const token = issueSession(deps.keyring, session);
  const expiresAt = new Date(session.expiresAtMs).toISOString();
  return {
    status: 200,
    body: { session: token, expiresAt },
    cookies: [{ name: BUYER_COOKIE, value: token }, SIGNED_IN, ...newDevice(request.cookies)],
  };
}

/** A request as the rules of trial mode look at it. */
export const asBrowser = ({ socket, raw, headers }: RequestInput) => ({
  address: socket.remoteAddress ?? "",
  httpVersion: raw.httpVersion,
  headers,
});
