/* One-time codes of authenticator apps: TOTP (RFC 6238) with SHA-1, six digits and 30 seconds, as apps expect. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { uint64Bytes } from "../../base/bytes.ts";

const STEP_MS = 30_000;
const DIGITS = 6;
/** Steps before and after that count: the phone's clock, and the time to type. */
const SKEW_STEPS = 1;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of a counter (RFC 4226, 5.3). */
export function hotp(secret: Uint8Array, counter: number, digits = DIGITS): string {
  const mac = hmac(sha1, secret, uint64Bytes(counter));
  const offset = (mac.at(-1) ?? 0) & 15;
  const bits = new DataView(mac.buffer, mac.byteOffset + offset, 4).getUint32(0) & 0x7fffffff;
  return String(bits % 10 ** digits).padStart(digits, "0");
}

/** The time step of a moment. */
export const stepOf = (nowMs: number): number => Math.floor(nowMs / STEP_MS);

/**
 * The time step whose code was typed; null if it is wrong, or was used before. `lastStep` is the
 * newest step that was used.
 */
export function stepOfCode(
  secret: Uint8Array,
  code: string,
  { nowMs, lastStep }: { readonly nowMs: number; readonly lastStep: number },
): number | null {
  const now = stepOf(nowMs);
  for (let step = now - SKEW_STEPS; step <= now + SKEW_STEPS; step++) {
    if (step > lastStep && hotp(secret, step) === code) return step;
  }
  return null;
}

/** Bytes as people type them into an app (RFC 4648, without padding). */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE32[(value << (5 - bits)) & 31];
}

/** The address that an authenticator app reads a secret from. */
export function totpAddress(secret: string, name: string, issuer: string): string {
  const label = encodeURIComponent(`${issuer}:${name}`);
  const query = new URLSearchParams({ secret, issuer });
  return `otpauth://totp/${label}?${query.toString().replaceAll("+", "%20")}`;
}
