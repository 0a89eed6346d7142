/*
 * A fake login service of a company (OpenID Connect), for tests: it speaks the documented wire, and
 * delays, fails or forges on demand.
 */

import { createHash, createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type LoginMode =
  | "true"
  | "wrong issuer"
  | "wrong audience"
  | "wrong nonce"
  | "no nonce"
  | "alg none"
  | "shared secret"
  | "another key"
  | "expired"
  | "old"
  | "another party"
  | "no subject"
  | "no token"
  | "error"
  | "refuses"
  | "silent"
  | "another name";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

interface Granted {
  readonly nonce: string | null;
  readonly challenge: string | null;
  readonly redirectUri: string | null;
  readonly subject: string;
}

/** The service. `grant` is what its sign-in page does once a person has signed in there. */
export class FakeLogin {
  mode: LoginMode = "true";
  /** Waits so long before each answer, in ms. */
  delayMs = 0;
  /** `amr` of the tokens. */
  methods: readonly string[] = ["pwd"];
  readonly clientId = "giliran";
  readonly clientSecret = "a secret: with 100 % odd + signs";
  readonly #server: Server;
  readonly #nowMs: () => number;
  #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  #others = generateKeyPairSync("rsa", { modulusLength: 2048 });
  /** Where its keys are, and what the present one is called. */
  #keysAt = { path: "/keys", keyId: "one" };
  readonly #granted = new Map<string, Granted>();

  private constructor(server: Server, nowMs: () => number) {
    this.#server = server;
    this.#nowMs = nowMs;
  }

  static async start(nowMs: () => number): Promise<FakeLogin> {
    const server = createServer();
    const login = new FakeLogin(server, nowMs);
    server.on("request", (request, response) => void login.#answer(request, response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return login;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A person signs in at the service: the code and state that the browser is sent back with. */
  grant(address: string, subject: string): { code: string; state: string; iss: string } {
    const asked = new URL(address).searchParams;
    const code = randomUUID();
    this.#granted.set(code, {
      nonce: asked.get("nonce"),
      challenge: asked.get("code_challenge"),
      redirectUri: asked.get("redirect_uri"),
      subject,
    });
    return { code, state: asked.get("state") ?? "", iss: this.issuer };
  }

  /** Signs with another key from now on, which stands at another address. */
  moveKeys(): void {
    [this.#keys, this.#others] = [this.#others, this.#keys];
    this.#keysAt = { path: "/moved-keys", keyId: "moved" };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.mode === "silent") return;
    if (this.delayMs > 0) await sleep(this.delayMs);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const send = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/.well-known/openid-configuration") send(200, this.#description());
    else if (request.url === this.#keysAt.path) {
      const jwk = this.#keys.publicKey.export({ format: "jwk" });
      send(200, { keys: [{ ...jwk, kid: this.#keysAt.keyId, alg: "RS256", use: "sig" }] });
    } else if (request.url === "/token") {
      const { status, body } = this.#exchange(request, new URLSearchParams(text));
      send(status, body);
    } else send(404, {});
  }

  #description() {
    const { issuer } = this;
    return {
      issuer: this.mode === "another name" ? "https://elsewhere.example" : issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}${this.#keysAt.path}`,
    };
  }

  /** The token endpoint (RFC 6749, 4.1.3): client, code (once), redirect address, PKCE. */
  #exchange(request: IncomingMessage, form: URLSearchParams): { status: number; body: unknown } {
    if (this.mode === "error") return { status: 500, body: {} };
    const [id, secret] = Buffer.from((request.headers.authorization ?? "").slice(6), "base64")
      .toString()
      .split(":")
      .map(decodeURIComponent);
    const code = form.get("code") ?? "";
    const granted = this.#granted.get(code);
    this.#granted.delete(code);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isGood =
      id === this.clientId &&
      secret === this.clientSecret &&
      form.get("grant_type") === "authorization_code" &&
      granted?.redirectUri === form.get("redirect_uri") &&
      granted.challenge === challenge;
    if (!isGood || this.mode === "refuses")
      return { status: 400, body: { error: "invalid_grant" } };
    if (this.mode === "no token") return { status: 200, body: { access_token: "x" } };
    return { status: 200, body: { token_type: "Bearer", id_token: this.#token(granted) } };
  }

  #token({ nonce, subject }: Granted): string {
    const { mode } = this;
    const now = Math.floor(this.#nowMs() / 1000);
    const issued = mode === "expired" ? now - 7_200 : mode === "old" ? now - 3_600 : now;
    const claims = encode({
      iss: mode === "wrong issuer" ? "https://elsewhere.example" : this.issuer,
      aud:
        mode === "wrong audience"
          ? "another program"
          : mode === "another party"
            ? [this.clientId, "another program"]
            : this.clientId,
      ...(mode === "another party" ? { azp: "another program" } : {}),
      ...(mode === "no subject" ? {} : { sub: subject }),
      ...(mode === "no nonce" ? {} : { nonce: mode === "wrong nonce" ? "of another" : nonce }),
      iat: issued,
      exp: mode === "expired" ? now - 3_600 : now + 3_600,
      amr: this.methods,
    });
    if (mode === "alg none") return `${encode({ alg: "none" })}.${claims}.`;
    if (mode === "shared secret") {
      const signed = `${encode({ alg: "HS256", kid: this.#keysAt.keyId })}.${claims}`;
      const key = this.#keys.publicKey.export({ format: "pem", type: "spki" });
      return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
    }
    const { privateKey } = mode === "another key" ? this.#others : this.#keys;
    const signed = `${encode({ alg: "RS256", kid: this.#keysAt.keyId })}.${claims}`;
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }
}
