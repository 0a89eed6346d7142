/*
 * Buyer sessions: a signed token that holds keyed hashes and a masked contact. A join verifies it by
 * one MAC and reads no table. Must never happen: an upgrade signs buyers out in the middle of a
 * sale. So tokens of the version before (`gse2.`) are read as well, except those that last longer than
 * any session may, and fields that a later version adds at the end are skipped.
 */

import { fromHex, toHex } from "../base/bytes.ts";
import { utf8 } from "../base/hash.ts";

/** A buyer as keyed hashes only, carried by the session. */
export interface Buyer {
  readonly accountKey: string;
  /** Keyed hash of a verified phone number or e-mail address; null if none was verified. */
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
}

export interface Session extends Buyer {
  readonly expiresAtMs: number;
  /** When it, or the brand's token behind it, was issued; 0 if unknown (version 2). */
  readonly issuedAtMs: number;
  /** Names this one session; null in version 2. */
  readonly sessionKey: string | null;
  /** The verified contact, masked, for the buyer to see who is signed in; null if there is none. */
  readonly contact: string | null;
}

/** No session lasts longer, whatever a brand's token says. */
export const SESSION_MS = 24 * 3_600_000;
/** How far the clocks of two servers may be apart. */
const SKEW_MS = 5 * 60_000;
/** Any session that was issued by now is over after this time, on any server. */
export const SESSION_OVER_MS = SESSION_MS + SKEW_MS;

const UUID_LENGTH = 36;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const PREFIX = "gse3.";
const PREFIX_BEFORE = "gse2.";
const TIME_LENGTH = 11;
const MAC_LENGTH = 64;
const KEYS_END = PREFIX.length + 3 * UUID_LENGTH;
const LENGTH_BEFORE = KEYS_END + 1 + TIME_LENGTH;
/** The longest masked contact in hexadecimal, with room for fields of later versions. */
const MOST_LENGTH = 1_000;

const timeText = (ms: number) => ms.toString(16).padStart(TIME_LENGTH, "0");

/**
 * The text that the MAC covers. Keys are written as they are used everywhere else, so a join
 * rewrites nothing.
 */
export function sessionPayload(session: Session): string {
  const { accountKey, phoneKey, emailKey, expiresAtMs, issuedAtMs, sessionKey, contact } = session;
  const keys = accountKey + (phoneKey ?? NOBODY) + (emailKey ?? NOBODY);
  const times = `${timeText(expiresAtMs)}.${timeText(issuedAtMs)}`;
  const shown = toHex(utf8(contact ?? ""));
  return `${PREFIX}${keys}.${times}.${sessionKey ?? NOBODY}.${shown}`;
}

export interface ReadSession {
  readonly payload: string;
  readonly mac: string;
}

/**
 * Splits a token into payload and MAC; null if it has not the form of a session. After the MAC check
 * the payload's form needs no further check: only this server can produce a payload with a valid
 * MAC.
 */
export function splitSession(token: string): ReadSession | null {
  const at = token.length - MAC_LENGTH - 1;
  if (token.length > MOST_LENGTH || token[at] !== ".") return null;
  const isNow = token.startsWith(PREFIX) && at > LENGTH_BEFORE;
  const isBefore = token.startsWith(PREFIX_BEFORE) && at === LENGTH_BEFORE;
  return isNow || isBefore ? { payload: token.slice(0, at), mac: token.slice(at + 1) } : null;
}

/** Parses a payload whose MAC has been verified. */
export function readSession(payload: string): Session {
  const keyAt = (index: number) => {
    const from = PREFIX.length + index * UUID_LENGTH;
    const key = payload.slice(from, from + UUID_LENGTH);
    return key === NOBODY ? null : key;
  };
  const [expires = "", issued = "0", sessionKey = NOBODY, shown = ""] = payload
    .slice(KEYS_END + 1)
    .split(".");
  return {
    accountKey: keyAt(0) ?? NOBODY,
    phoneKey: keyAt(1),
    emailKey: keyAt(2),
    expiresAtMs: Number.parseInt(expires, 16),
    issuedAtMs: Number.parseInt(issued, 16),
    sessionKey: sessionKey === NOBODY ? null : sessionKey,
    contact: new TextDecoder().decode(fromHex(shown) ?? new Uint8Array()) || null,
  };
}

/** Whether a session's time is over, or was longer than any session's may be. */
export function isSessionOver({ expiresAtMs }: Session, nowMs: number): boolean {
  return expiresAtMs <= nowMs || expiresAtMs > nowMs + SESSION_OVER_MS;
}
