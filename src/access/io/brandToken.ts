/*
 * Bring your own login: the brand signs a token for its customer, and Giliran verifies it against
 * the brand's JWKS. A token that fails any check is worth nothing; the caller learns no reason.
 */

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JSONWebKeySet,
} from "jose";
import { readContact, type Contact } from "../contact.ts";
import type { VerifiedProfile } from "./accountStore.ts";
import { fetchOutside } from "./outside.ts";

/** Settings of a brand's login. */
export interface BrandLogin {
  readonly issuer: string;
  readonly audience: string;
  /** The keys themselves, or the URL that serves them. */
  readonly jwks: JSONWebKeySet | URL;
}

export interface BrandCustomer {
  /** Stable for one customer: issuer and subject. */
  readonly subject: string;
  readonly phone: Contact | null;
  readonly email: Contact | null;
  /** Name and address as the brand verified them; null unless it says so. */
  readonly profile: VerifiedProfile | null;
  readonly expiresAtMs: number;
  /** `iat` of the token; null if it has none. */
  readonly issuedAtMs: number | null;
}

/**
 * Asymmetric algorithms only: neither "none" nor a shared secret is believed, with which everybody
 * who can verify a token could forge one.
 */
export const TOKEN_ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256", "RS384", "RS512", "PS256"];

/**
 * Errors of jose when the address of the keys times out, answers with another status than 200, or
 * sends no key set.
 */
const KEYS_OUT_OF_REACH = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code,
]);

/** Whether an error says that the token is bad; else its keys are out of reach, or it is a bug. */
export function isBadToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !KEYS_OUT_OF_REACH.has(error.code);
}

export type BrandTokenCheck = (token: string, nowMs: number) => Promise<BrandCustomer | null>;

function verified(claims: Record<string, unknown>, claim: string, flag: string): Contact | null {
  const value = claims[claim];
  // A contact counts as verified only if the brand says so (`email_verified`, OpenID Connect).
  return typeof value === "string" && claims[flag] === true ? readContact(value) : null;
}

const said = (value: unknown) =>
  typeof value === "string" && value.trim() !== "" ? value.slice(0, MOST_SAID) : undefined;
/** Characters of a name or an address; longer ones are cut. */
const MOST_SAID = 400;

const asObject = (value: unknown): Record<string, unknown> =>
  ((typeof value === "object" ? value : null) ?? {}) as Record<string, unknown>;

/**
 * Name and address that the brand verified: `verified_claims` of OpenID Connect for Identity
 * Assurance 1.0 (section 5), with the trust framework that they were verified under. The plain
 * `name` and `address` are not read: in most shops anybody types there what she likes, and a
 * stranger who copied them would share the turn of the person they belong to.
 */
function verifiedProfile(token: Record<string, unknown>): VerifiedProfile | null {
  for (const one of [token.verified_claims].flat().map(asObject)) {
    if (said(asObject(one.verification).trust_framework) === undefined) continue;
    const claims = asObject(one.claims);
    const place = asObject(claims.address);
    const names = [said(claims.given_name), said(claims.family_name)].filter(Boolean);
    const name = said(claims.name) ?? said(names.join(" "));
    const address = said(place.street_address) ?? said(place.formatted);
    // Half a profile proves nothing.
    if (name && address) return { name, address, city: said(place.locality) };
  }
  return null;
}

/**
 * Returns a check that answers null for every token that must not be believed, whatever the reason.
 */
export function createBrandTokenCheck(login: BrandLogin): BrandTokenCheck {
  const keys =
    login.jwks instanceof URL
      ? createRemoteJWKSet(login.jwks, { [customFetch]: fetchOutside })
      : createLocalJWKSet(login.jwks);
  return async (token, nowMs) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: login.issuer,
        audience: login.audience,
        algorithms: TOKEN_ALGORITHMS,
        requiredClaims: ["sub", "exp"],
        currentDate: new Date(nowMs),
        clockTolerance: 5,
      });
      const phone = verified(payload, "phone_number", "phone_number_verified");
      const email = verified(payload, "email", "email_verified");
      return {
        subject: `${login.issuer} ${payload.sub}`,
        phone: phone?.kind === "phone" ? phone : null,
        email: email?.kind === "email" ? email : null,
        profile: verifiedProfile(payload),
        expiresAtMs: (payload.exp as number) * 1000,
        issuedAtMs: payload.iat === undefined ? null : payload.iat * 1000,
      };
    } catch (error) {
      // Unreachable keys are our fault, not the customer's: do not call the token bad.
      if (!isBadToken(error)) throw error;
      return null;
    }
  };
}
