/** Who a buyer is to us: keyed hashes only. A session carries them, so a join reads no table. */
export interface Buyer {
  readonly accountKey: string;
  /** Keyed hash of a verified phone number or e-mail address; null when none was verified. */
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
}

export interface Session extends Buyer {
  readonly expiresAtMs: number;
}

const UUID_HEX_LENGTH = 32;
const NOBODY = "0".repeat(UUID_HEX_LENGTH);
const FORM = /^gse1\.([0-9a-f]{96})\.([0-9a-f]{11})\.([0-9a-f]{64})$/;

function bare(uuid: string | null): string {
  return uuid === null ? NOBODY : uuid.replaceAll("-", "");
}

/** The text that the MAC is over. */
export function sessionPayload(session: Session): string {
  const keys = bare(session.accountKey) + bare(session.phoneKey) + bare(session.emailKey);
  return `gse1.${keys}.${session.expiresAtMs.toString(16).padStart(11, "0")}`;
}

export interface ReadSession {
  readonly session: Session;
  readonly payload: string;
  readonly mac: string;
}

/** Takes a token apart; null when it has not the form of one. The MAC is checked by the caller. */
export function readSession(token: string): ReadSession | null {
  const match = FORM.exec(token);
  if (!match) return null;
  const [, keys, expires, mac] = match as unknown as [string, string, string, string];
  const keyAt = (index: number) => {
    const hex = keys.slice(index * UUID_HEX_LENGTH, (index + 1) * UUID_HEX_LENGTH);
    return hex === NOBODY ? null : hex;
  };
  return {
    session: {
      accountKey: keyAt(0) ?? NOBODY,
      phoneKey: keyAt(1),
      emailKey: keyAt(2),
      expiresAtMs: Number.parseInt(expires, 16),
    },
    payload: token.slice(0, token.length - mac.length - 1),
    mac,
  };
}
