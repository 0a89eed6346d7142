import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JSONWebKeySet,
} from "jose";
import { readContact, type Contact } from "../contact.ts";
import type { Profile } from "./accountStore.ts";
import { fetchOutside } from "./outside.ts";

/** Bring your own login: the brand signs a token for a customer, Giliran checks it against the JWKS. */
export interface BrandLogin {
  readonly issuer: string;
  readonly audience: string;
  /** Keys at hand, or the address that serves them. */
  readonly jwks: JSONWebKeySet | URL;
}

export interface BrandCustomer {
  /** Stable for a customer: issuer and subject. */
  readonly subject: string;
  readonly phone: Contact | null;
  readonly email: Contact | null;
  /** What the brand knows of her, as far as it says so. */
  readonly profile: Profile;
  readonly expiresAtMs: number;
}

/** Asymmetric only: with a shared secret whoever checks a token could also make one. */
const ALGORITHMS = ["EdDSA", "ES256", "ES384", "RS256", "RS384", "RS512", "PS256"];

/** What jose says when the address of the keys times out, answers otherwise than 200, or with no key set. */
const KEYS_OUT_OF_REACH = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code,
]);

export type BrandTokenCheck = (token: string, nowMs: number) => Promise<BrandCustomer | null>;

function verified(claims: Record<string, unknown>, claim: string, flag: string): Contact | null {
  const value = claims[claim];
  // A contact counts as the person's only when the brand says that it checked it (OpenID Connect).
  return typeof value === "string" && claims[flag] === true ? readContact(value) : null;
}

const said = (value: unknown) =>
  typeof value === "string" && value.trim() !== "" ? value.slice(0, MOST_SAID) : undefined;
/** Of a name or an address; longer ones are cut. */
const MOST_SAID = 400;

/** `name` and `address`, in the form of OpenID Connect (section 5.1). */
function profileOf(claims: Record<string, unknown>): Profile {
  const parts = (typeof claims.address === "object" ? claims.address : null) ?? {};
  const address = parts as Record<string, unknown>;
  return {
    name: said(claims.name),
    address: said(address.street_address) ?? said(address.formatted),
    city: said(address.locality),
  };
}

/** A check that answers null for every token that must not be believed, whatever the reason. */
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
        algorithms: ALGORITHMS,
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
        profile: profileOf(payload),
        expiresAtMs: (payload.exp as number) * 1000,
      };
    } catch (error) {
      // Keys that cannot be fetched are our trouble, not the customer's: do not call the token bad.
      if (!(error instanceof errors.JOSEError) || KEYS_OUT_OF_REACH.has(error.code)) throw error;
      return null;
    }
  };
}
