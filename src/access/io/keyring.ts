/*
 * All keys of an installation, derived from one master secret.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MacKey } from "./mac.ts";

const MASTER_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First part of every derivation; a new pepper gets the next number. */
const PEPPER_VERSION = "v1";

/** The keys of an installation, derived by HKDF-SHA-256 (RFC 5869). */
export interface Keyring {
  readonly sessions: MacKey;
  readonly tickets: MacKey;
  readonly work: MacKey;
  readonly arrivals: MacKey;
  /** Identifies an installation without revealing the secret. */
  readonly fingerprint: string;
  /** A person's identifier as a keyed hash: 128 bits of HMAC-SHA-256, written as a UUID. */
  identityKey(kind: string, value: string): string;
  /** AES-256-GCM; the result is nonce, ciphertext, tag. */
  encrypt(plaintext: string): Buffer;
  /** Throws if the bytes were encrypted with another key, or were changed. */
  decrypt(cipher: Uint8Array): string;
}

/** 32 hexadecimal characters in the form in which PostgreSQL prints a UUID. */
export function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

export function createKeyring(master: Uint8Array): Keyring {
  if (master.length !== MASTER_BYTES) throw new RangeError("a master secret has 32 bytes");
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", master, Buffer.alloc(0), `giliran ${purpose}`, 32));
  const pepper: KeyObject = createSecretKey(derive(`identity ${PEPPER_VERSION}`));
  const cipherKey: KeyObject = createSecretKey(derive("storage"));
  return {
    sessions: new MacKey(derive("sessions")),
    tickets: new MacKey(derive("tickets")),
    work: new MacKey(derive("work")),
    arrivals: new MacKey(derive("arrivals")),
    fingerprint: createHash("sha256").update(derive("fingerprint")).digest("hex").slice(0, 32),
    identityKey(kind, value) {
      const text = `${kind}\u0000${value}`;
      return asUuid(createHmac("sha256", pepper).update(text).digest("hex"));
    },
    encrypt(plaintext) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", cipherKey, nonce);
      const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, body, cipher.getAuthTag()]);
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", cipherKey, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const body = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString("utf8");
    },
  };
}

/** Shown to the operator without a stack trace. */
export class SecretError extends Error {
  override name = "SecretError";
}

/**
 * The master secret: GILIRAN_SECRET (64 hexadecimal characters, the same on every server), else a
 * file in the data folder, created on first use and readable by its owner only.
 */
export function loadMasterSecret(homeFolder: string, fromEnvironment: string | undefined): Buffer {
  if (fromEnvironment !== undefined) {
    if (!/^[0-9a-f]{64}$/i.test(fromEnvironment)) {
      throw new SecretError(
        "GILIRAN_SECRET must be 64 hexadecimal characters. Make one with: openssl rand -hex 32",
      );
    }
    return Buffer.from(fromEnvironment, "hex");
  }
  const path = join(homeFolder, "secret.key");
  if (!existsSync(path)) {
    mkdirSync(homeFolder, { recursive: true });
    writeFileSync(path, `${randomBytes(MASTER_BYTES).toString("hex")}\n`, {
      mode: 0o600,
      flag: "wx",
    });
  }
  chmodSync(path, 0o600);
  const text = readFileSync(path, "utf8").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new SecretError(
      `${path} is damaged: it must hold 64 hexadecimal characters. Restore it from a backup; with ` +
        "another secret every ticket and session handed out so far is void.",
    );
  }
  return Buffer.from(text, "hex");
}
