/*
 * The company's own login for people who work here: OpenID Connect, authorization code flow with
 * PKCE (OpenID Connect Core 3.1, RFC 7636, RFC 9207). Must never happen: a token that is forged,
 * old, for somebody else's program or for another attempt lets anybody in.
 */

import { createHash, randomBytes } from "node:crypto";
import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload } from "jose";
import { z } from "zod";
import { fetchOutside } from "./outside.ts";
import { isBadToken, TOKEN_ALGORITHMS } from "./brandToken.ts";

/** Settings of the company's login. */
export interface StaffLoginSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Values that the end of a login is checked against. */
export interface LoginCheck {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export type LoginEnd =
  | {
      readonly ok: true;
      readonly subject: string;
      /** Whether the service says that several factors were checked (`amr`, RFC 8176). */
      readonly secured: boolean;
    }
  | { readonly ok: false; readonly why: "login_refused" | "login_unavailable" };

const TIMEOUT_MS = 5_000;
/** How long the service's description is kept. */
const KEPT_MS = 10 * 60_000;
const CLOCK_SKEW_SECONDS = 30;
const MOST_TOKEN_AGE = "10m";

const description = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
});
type Description = z.infer<typeof description>;
const tokens = z.object({ id_token: z.string().max(20_000) });

const random = () => randomBytes(32).toString("base64url");
const signal = () => AbortSignal.timeout(TIMEOUT_MS);
const UNAVAILABLE: LoginEnd = { ok: false, why: "login_unavailable" };
const REFUSED: LoginEnd = { ok: false, why: "login_refused" };

/** The login service as this program talks to it. */
export class StaffLogin {
  readonly #settings: StaffLoginSettings;
  #known: { readonly until: number; readonly is: Description } | null = null;
  /** The service's keys, and the address that they are of: it may move them. */
  #keys: { readonly uri: string; readonly set: ReturnType<typeof createRemoteJWKSet> } | null =
    null;

  constructor(settings: StaffLoginSettings) {
    this.#settings = settings;
  }

  get issuer(): string {
    return this.#settings.issuer;
  }

  /** Where to send the browser, and what to keep; null if the service does not answer. */
  async begin(
    redirectUri: string,
    nowMs: number,
  ): Promise<{ readonly address: string; readonly check: LoginCheck } | null> {
    const described = await this.#describe(nowMs).catch(() => null);
    if (described === null) return null;
    const check = { state: random(), nonce: random(), verifier: random(), redirectUri };
    const address = new URL(described.authorization_endpoint);
    const asked = {
      response_type: "code",
      client_id: this.#settings.clientId,
      redirect_uri: redirectUri,
      scope: "openid profile",
      state: check.state,
      nonce: check.nonce,
      code_challenge: createHash("sha256").update(check.verifier).digest("base64url"),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
    return { address: address.href, check };
  }

  /** Exchanges the code and checks the token. */
  async end(
    came: { readonly code: string; readonly iss: string | null },
    check: LoginCheck,
    nowMs: number,
  ): Promise<LoginEnd> {
    if (came.iss !== null && came.iss !== this.#settings.issuer) return REFUSED;
    const described = await this.#describe(nowMs).catch(() => null);
    if (described === null) return UNAVAILABLE;
    const token = await this.#exchange(described, came.code, check).catch(() => UNAVAILABLE);
    if (typeof token !== "string") return token;
    try {
      return this.#accept(await this.#verify(described, token, nowMs), check);
    } catch (error) {
      // Keys that cannot be read are the service's fault, not the person's.
      return isBadToken(error) ? REFUSED : UNAVAILABLE;
    }
  }

  #accept(claims: JWTPayload, { nonce }: LoginCheck): LoginEnd {
    const { clientId } = this.#settings;
    const several = Array.isArray(claims.aud) && claims.aud.length > 1;
    const isOurs = claims.azp === undefined ? !several : claims.azp === clientId;
    if (claims.nonce !== nonce || !isOurs || !claims.sub) return REFUSED;
    const secured = Array.isArray(claims.amr) && claims.amr.includes("mfa");
    return { ok: true, subject: claims.sub, secured };
  }

  async #verify(described: Description, token: string, nowMs: number): Promise<JWTPayload> {
    const { jwks_uri: uri } = described;
    if (this.#keys?.uri !== uri) {
      const options = { [customFetch]: fetchOutside, timeoutDuration: TIMEOUT_MS };
      this.#keys = { uri, set: createRemoteJWKSet(new URL(uri), options) };
    }
    const { payload } = await jwtVerify(token, this.#keys.set, {
      issuer: this.#settings.issuer,
      audience: this.#settings.clientId,
      algorithms: TOKEN_ALGORITHMS,
      requiredClaims: ["sub", "exp", "iat", "nonce"],
      currentDate: new Date(nowMs),
      clockTolerance: CLOCK_SKEW_SECONDS,
      maxTokenAge: MOST_TOKEN_AGE,
    });
    return payload;
  }

  async #exchange(
    described: Description,
    code: string,
    { redirectUri, verifier }: LoginCheck,
  ): Promise<string | LoginEnd> {
    const { clientId, clientSecret } = this.#settings;
    const secret = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const response = await fetchOutside(described.token_endpoint, {
      method: "POST",
      redirect: "error",
      signal: signal(),
      headers: {
        accept: "application/json",
        authorization: `Basic ${Buffer.from(secret).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }).toString(),
    });
    if (response.status >= 500) return UNAVAILABLE;
    if (!response.ok) return REFUSED;
    const read = tokens.safeParse(await response.json());
    return read.success ? read.data.id_token : REFUSED;
  }

  async #describe(nowMs: number): Promise<Description> {
    if (this.#known !== null && this.#known.until > nowMs) return this.#known.is;
    const address = `${this.#settings.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetchOutside(address, { redirect: "error", signal: signal() });
    if (!response.ok) throw new Error(`the login service answers ${response.status}`);
    const is = description.parse(await response.json());
    if (is.issuer !== this.#settings.issuer) throw new Error("the login service has another name");
    this.#known = { until: nowMs + KEPT_MS, is };
    return is;
  }
}
