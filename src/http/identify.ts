/*
 * Identifies the caller: buyers by a signed session, operators by a session in the database,
 * programs by an API key. A POST with a cookie counts only from our own pages.
 */

import { capabilitiesOf, type Capability, type Role } from "../access/role.ts";
import { keyMay } from "../access/keyScope.ts";
import { findApiKey } from "../access/io/keyStore.ts";
import {
  isSessionOver,
  readSession,
  sessionPayload,
  splitSession,
  type Session,
} from "../access/session.ts";
import type { FactorNeed } from "../access/factor/secondFactor.ts";
import { sameText } from "../access/io/mac.ts";
import type { Keyring } from "../access/io/keyring.ts";
import { findOperatorSession } from "../access/io/operatorStore.ts";
import type { Sql } from "../db/connect.ts";
import { BUYER_COOKIE, cookieOf, OPERATOR_COOKIE } from "./cookies.ts";
import { Refusal } from "./problem.ts";
import type { Came, Proxies } from "./proxies.ts";
import type { SessionEnds } from "./io/sessionEnds.ts";

/** A fixed prefix, so that secret scanners find leaked keys. */
export const API_KEY_PREFIX = "giliran_key_";

export interface OperatorIdentity {
  readonly operatorId: string;
  /** As shown in the log. */
  readonly name: string;
  /** An API key has no role; its capabilities were chosen when it was made. */
  readonly kind: "person" | "key";
  readonly role: Role | null;
  /** Of a key: its scopes. */
  readonly capabilities: readonly string[];
  /** The sales that a key is for; null: all. */
  readonly sales: readonly string[] | null;
  /** The second factor that a session still has to show or set up. */
  readonly needs: FactorNeed | null;
  readonly token: string;
}

/** Whether the operator may call a route; a key only for its sales. */
export function mayCall(
  operator: OperatorIdentity,
  route: { readonly id: string; readonly capability?: Capability },
  params: unknown,
): boolean {
  const { kind, capabilities } = operator;
  if (kind === "key") return keyMay(operator, route, (params as { slug?: string } | null)?.slug);
  return route.capability === undefined || capabilities.includes(route.capability);
}

/** The part of a request that identifies its sender. */
interface Sender extends Came {
  readonly method: string;
  readonly cookies: Readonly<Record<string, string | undefined>>;
}

function tokenOf(request: Sender, cookie: string): string | undefined {
  const header = request.headers.authorization;
  if (header?.startsWith("Bearer ")) return header.slice("Bearer ".length);
  return cookieOf(request.cookies, cookie);
}

/**
 * Other sites can start requests that carry a cookie, but not a bearer token. So a POST with a
 * cookie must come from our own pages, as the browser states in `Origin`.
 */
function refuseForeignOrigin(request: Sender, proxies: Proxies): void {
  if (request.method === "GET" || request.headers.authorization !== undefined) return;
  const { origin } = request.headers;
  if (origin === undefined) return; // not a browser, or an old one: the Idempotency-Key header decides
  proxies.refuseForeign(request, origin);
}

/** The session token of a buyer: payload and MAC. */
export function issueSession(keyring: Keyring, session: Session): string {
  const payload = sessionPayload(session);
  return `${payload}.${keyring.sessions.hex(payload)}`;
}

/** The buyer of a request, verified by one MAC without reading a table; throws the refusal. */
export function requireBuyer(
  request: Sender,
  deps: {
    readonly keyring: Keyring;
    readonly proxies: Proxies;
    readonly sessionEnds: SessionEnds;
  },
  nowMs: number,
): Session {
  const token = tokenOf(request, BUYER_COOKIE);
  if (token === undefined) throw new Refusal("sign_in_required");
  const split = splitSession(token);
  if (!split || !sameText(deps.keyring.sessions.hex(split.payload), split.mac)) {
    throw new Refusal("sign_in_required");
  }
  const session = readSession(split.payload);
  if (isSessionOver(session, nowMs)) throw new Refusal("session_expired");
  if (deps.sessionEnds.has(session)) throw new Refusal("sign_in_required");
  refuseForeignOrigin(request, deps.proxies);
  return session;
}

/** An API key, which never travels in a cookie; throws the refusal. */
async function requireKey(
  token: string,
  deps: { readonly sql: Sql; readonly keyring: Keyring; readonly nowMs: number },
): Promise<OperatorIdentity> {
  const key = await findApiKey(deps.sql, deps.keyring.identityKey("api key", token), deps.nowMs);
  if (!key) throw new Refusal("sign_in_required");
  if (key.expiresAtMs <= deps.nowMs) throw new Refusal("session_expired");
  const { keyId, capabilities, sales } = key;
  const name = `key ${key.name}`;
  return {
    operatorId: keyId,
    name,
    kind: "key",
    role: null,
    capabilities,
    sales,
    needs: null,
    token,
  };
}

/** The operator of a request. Sessions are in the database, so that they can be ended. */
export async function requireOperator(
  request: Sender,
  deps: {
    readonly sql: Sql;
    readonly keyring: Keyring;
    readonly proxies: Proxies;
    readonly nowMs: number;
  },
): Promise<OperatorIdentity> {
  const token = tokenOf(request, OPERATOR_COOKIE);
  if (token?.startsWith(API_KEY_PREFIX)) return await requireKey(token, deps);
  if (token === undefined || !/^[0-9a-f]{64}$/.test(token)) throw new Refusal("sign_in_required");
  const found = await findOperatorSession(deps.sql, deps.keyring.identityKey("operator", token));
  if (!found) throw new Refusal("sign_in_required");
  if (found.expiresAtMs <= deps.nowMs) throw new Refusal("session_expired");
  refuseForeignOrigin(request, deps.proxies);
  const { operatorId, name, role, needs } = found;
  const capabilities = capabilitiesOf(role);
  return { operatorId, name, kind: "person", role, capabilities, sales: null, needs, token };
}
