/*
 * Buyer sessions: a signed token that holds keyed hashes only. A join verifies it by one MAC and
 * reads no table.
 */

/** A buyer as keyed hashes only, carried by the session. */
export interface Buyer {
  readonly accountKey: string;
  /** Keyed hash of a verified phone number or e-mail address; null if none was verified. */
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
}

export interface Session extends Buyer {
  readonly expiresAtMs: number;
}

const UUID_LENGTH = 36;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const PREFIX = "gse2.";
const EXPIRES_LENGTH = 11;
const MAC_LENGTH = 64;
const PAYLOAD_LENGTH = PREFIX.length + 3 * UUID_LENGTH + 1 + EXPIRES_LENGTH;
const TOKEN_LENGTH = PAYLOAD_LENGTH + 1 + MAC_LENGTH;

/**
 * The text that the MAC covers. Keys are written as they are used everywhere else, so a join
 * rewrites nothing.
 */
export function sessionPayload(session: Session): string {
  const { accountKey, phoneKey, emailKey } = session;
  const keys = accountKey + (phoneKey ?? NOBODY) + (emailKey ?? NOBODY);
  return `${PREFIX}${keys}.${session.expiresAtMs.toString(16).padStart(EXPIRES_LENGTH, "0")}`;
}

export interface ReadSession {
  readonly payload: string;
  readonly mac: string;
}

/**
 * Splits a token into payload and MAC; null if its length is wrong. After the MAC check the
 * payload's form needs no further check: only this server can produce a payload with a valid MAC.
 */
export function splitSession(token: string): ReadSession | null {
  if (token.length !== TOKEN_LENGTH || !token.startsWith(PREFIX)) return null;
  return { payload: token.slice(0, PAYLOAD_LENGTH), mac: token.slice(PAYLOAD_LENGTH + 1) };
}

/** Parses a payload whose MAC has been verified. */
export function readSession(payload: string): Session {
  const keyAt = (index: number) => {
    const from = PREFIX.length + index * UUID_LENGTH;
    const key = payload.slice(from, from + UUID_LENGTH);
    return key === NOBODY ? null : key;
  };
  return {
    accountKey: keyAt(0) ?? NOBODY,
    phoneKey: keyAt(1),
    emailKey: keyAt(2),
    expiresAtMs: Number.parseInt(payload.slice(-EXPIRES_LENGTH), 16),
  };
}
