/*
 * A simulated brand login: a key pair that signs tokens for customers. The crowd signs in through
 * the same token exchange as a real shop's customers.
 */

import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { JSONWebKeySet } from "jose";
import type { BrandLogin } from "../../src/access/io/brandToken.ts";

const ISSUER = "https://brand.example/simulated";
const AUDIENCE = "giliran";
const KEY_ID = "simulated-1";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The brand's side. */
export class SimulatedBrand {
  readonly login: BrandLogin;
  readonly #privateKey: KeyObject;
  readonly #head = encode({ alg: "EdDSA", typ: "JWT", kid: KEY_ID });

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const jwk = publicKey.export({ format: "jwk" });
    const keys = [{ ...jwk, kid: KEY_ID, alg: "EdDSA", use: "sig" }];
    this.#privateKey = privateKey;
    this.login = { issuer: ISSUER, audience: AUDIENCE, jwks: { keys } as JSONWebKeySet };
  }

  /**
   * A signed token (RFC 7519) for a customer with a verified phone number, with the brand's facts
   * about her as OpenID Connect claims.
   */
  token(
    customer: {
      readonly subject: string;
      readonly phone: string;
      readonly name?: string | undefined;
      readonly address?: string | undefined;
      readonly city?: string | undefined;
      /** Whether the brand verified name and address; else they are what the customer typed. */
      readonly verified?: boolean | undefined;
      /** Without it the token does not say when it was issued. */
      readonly issuedAtMs?: number | undefined;
    },
    expiresAtMs: number,
  ): string {
    const { name, address: street, city, verified = false, issuedAtMs } = customer;
    const address = street && { street_address: street, locality: city };
    const said = { name, address };
    const claims = encode({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: customer.subject,
      iat: issuedAtMs && Math.floor(issuedAtMs / 1000),
      exp: Math.floor(expiresAtMs / 1000),
      phone_number: customer.phone,
      phone_number_verified: true,
      ...(verified
        ? { verified_claims: { verification: { trust_framework: "id_ktp" }, claims: said } }
        : said),
    });
    const text = `${this.#head}.${claims}`;
    return `${text}.${sign(null, Buffer.from(text), this.#privateKey).toString("base64url")}`;
  }
}
