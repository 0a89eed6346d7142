/*
 * Sign-in of people who work here by the company's own login. An account there opens nothing by
 * itself: an owner invites, and the invited person ties it to the account made here. Must never
 * happen: a login that one browser began ends in another.
 */

import { randomBytes } from "node:crypto";
import { hash as hashPassword } from "@node-rs/argon2";
import type { FastifyInstance } from "fastify";
import {
  acceptInvitation,
  findInvitation,
  findOperatorSession,
  logOperatorAction,
} from "../../access/io/operatorStore.ts";
import {
  findAttempt,
  insertAttempt,
  insertLogin,
  lockOperatorByLogin,
  takeAttempt,
} from "./loginStore.ts";
import type { LoginCheck, LoginEnd, StaffLogin } from "../../access/io/staffLogin.ts";
import { loginRoutes } from "../../api/factorRoutes.ts";
import type { Transaction } from "../../db/connect.ts";
import { cookieOf, LOGIN_COOKIE } from "../../http/cookies.ts";
import type { HttpDeps } from "../../http/call.ts";
import type { Answer } from "../../http/idempotency.ts";
import { mount, mountPrepared } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import type { RequestInput } from "../../http/requestInput.ts";
import { openSession } from "./openSession.ts";
import { requireName, requirePerson } from "./requirePerson.ts";

const ATTEMPT_MS = 10 * 60_000;

type Purpose =
  | { readonly kind: "sign_in" }
  | { readonly kind: "accept"; readonly tokenKey: string; readonly name: string }
  /** With the session that began it: it must not outlive that. */
  | { readonly kind: "link"; readonly operatorId: string; readonly tokenKey: string };
type Attempt = LoginCheck & { readonly purpose: Purpose };

export interface LoginDeps extends HttpDeps {
  /** Null if none is set up. */
  readonly staffLogin: StaffLogin | null;
}

type Begun = { readonly address: string; readonly check: LoginCheck };

async function begin(deps: LoginDeps, request: RequestInput, nowMs: number): Promise<Begun> {
  if (deps.staffLogin === null) throw new Refusal("login_missing");
  const origin = deps.proxies.ownOrigin(request);
  const begun = origin && (await deps.staffLogin.begin(`${origin}/console/login`, nowMs));
  if (!begun) throw new Refusal("login_unavailable");
  return begun;
}

/** Keeps the attempt under a secret that only this browser gets. */
async function keep(
  tx: Transaction,
  { keyring }: HttpDeps,
  { address, check }: Begun,
  { purpose, nowMs }: { readonly purpose: Purpose; readonly nowMs: number },
): Promise<Answer> {
  const secret = randomBytes(32).toString("hex");
  const attempt: Attempt = { ...check, purpose };
  await insertAttempt(tx, {
    attemptKey: keyring.identityKey("login attempt", secret),
    attemptCipher: keyring.encrypt(JSON.stringify(attempt)),
    expiresAtMs: nowMs + ATTEMPT_MS,
    nowMs,
  });
  const cookies = [{ name: LOGIN_COOKIE, value: secret, maxAgeSeconds: ATTEMPT_MS / 1000 }];
  return { status: 200, body: { address }, cookies };
}

/** The operator whom a checked login lets in; throws the refusal. */
async function operatorOf(
  tx: Transaction,
  login: { readonly issuer: string; readonly subject: string; readonly nowMs: number },
  purpose: Purpose,
) {
  const { issuer, subject, nowMs } = login;
  if (purpose.kind === "accept") {
    const passwordHash = await unknownPassword;
    const { tokenKey, name: typed } = purpose;
    const accepted = await acceptInvitation(tx, { tokenKey, name: typed, passwordHash, nowMs });
    if (!accepted.ok) throw new Refusal(accepted.why);
    const { operatorId, name, role } = accepted;
    if (!(await insertLogin(tx, { issuer, subject, operatorId, nowMs }))) {
      throw new Refusal("login_refused");
    }
    const line = { operatorName: name, action: "accepted invitation", subject: role, nowMs };
    await logOperatorAction(tx, line);
  }
  if (purpose.kind === "link") {
    await link(tx, login, purpose);
  }
  const operator = await lockOperatorByLogin(tx, { issuer, subject });
  if (!operator) throw new Refusal("login_unknown");
  return operator;
}

/** Ties an operator's account to a login, if her session goes on; throws the refusal. */
async function link(
  tx: Transaction,
  { issuer, subject, nowMs }: { issuer: string; subject: string; nowMs: number },
  { operatorId, tokenKey }: { operatorId: string; tokenKey: string },
): Promise<void> {
  const session = await findOperatorSession(tx, tokenKey);
  if (session === null || session.expiresAtMs <= nowMs || session.needs !== null) {
    throw new Refusal("login_refused");
  }
  if (!(await insertLogin(tx, { issuer, subject, operatorId, nowMs }))) {
    throw new Refusal("login_refused");
  }
  const { name: operatorName } = session;
  await logOperatorAction(tx, { operatorName, action: "tied a login", subject: "own", nowMs });
}

/** The hash of a password that nobody knows, for people who come by the company's login alone. */
const unknownPassword = hashPassword(randomBytes(32));

interface Ended {
  readonly attemptKey: string;
  readonly purpose: Purpose;
  readonly end: LoginEnd;
}

/** Mounts the routes. The login service is asked outside any transaction. */
export function mountLogins(app: FastifyInstance, deps: LoginDeps): void {
  const { sql, keyring, staffLogin } = deps;

  mount(app, deps, loginRoutes.showLogin, async () => ({
    status: 200,
    body: { host: staffLogin && new URL(staffLogin.issuer).host },
  }));

  mountPrepared(app, deps, loginRoutes.beginLogin, {
    prepare: async ({ body, request, nowMs }) => {
      const { invitation } = body;
      if (invitation === null)
        return { begun: await begin(deps, request, nowMs), purpose: SIGN_IN };
      const tokenKey = keyring.identityKey("invitation", invitation);
      if (!(await findInvitation(sql, tokenKey, nowMs))) throw new Refusal("invitation_invalid");
      const purpose = { kind: "accept", tokenKey, name: requireName(body.name ?? "") } as const;
      return { begun: await begin(deps, request, nowMs), purpose };
    },
    work: (tx, { nowMs }, { begun, purpose }) => keep(tx, deps, begun, { purpose, nowMs }),
  });

  mountPrepared(app, deps, loginRoutes.linkLogin, {
    prepare: ({ request, nowMs }) => begin(deps, request, nowMs),
    work: (tx, { operator, nowMs }, begun) => {
      const { operatorId, token } = requirePerson(operator);
      const tokenKey = keyring.identityKey("operator", token);
      const purpose = { kind: "link", operatorId, tokenKey } as const;
      return keep(tx, deps, begun, { purpose, nowMs });
    },
  });

  mountEnd(app, deps);
}

function mountEnd(app: FastifyInstance, deps: LoginDeps): void {
  const { sql, keyring, staffLogin } = deps;
  mountPrepared(app, deps, loginRoutes.endLogin, {
    prepare: async ({ body, request, nowMs }): Promise<Ended | null> => {
      if (staffLogin === null) throw new Refusal("login_missing");
      const secret = cookieOf(request.cookies ?? {}, LOGIN_COOKIE);
      if (secret === undefined) return null;
      const attemptKey = keyring.identityKey("login attempt", secret);
      const cipher = await findAttempt(sql, attemptKey, nowMs);
      if (cipher === null) return null;
      const { purpose, ...check } = JSON.parse(keyring.decrypt(cipher)) as Attempt;
      if (check.state !== body.state) return null;
      const { code, iss } = body;
      return { attemptKey, purpose, end: await staffLogin.end({ code, iss }, check, nowMs) };
    },
    work: async (tx, { request, nowMs }, ended) => {
      // A repeated end has no attempt any more; it gets its first answer before this.
      if (ended === null) throw new Refusal("login_refused");
      const { attemptKey, purpose, end } = ended;
      if (!end.ok) throw new Refusal(end.why);
      if (!(await takeAttempt(tx, attemptKey))) throw new Refusal("login_refused");
      const issuer = staffLogin?.issuer ?? "";
      const { operatorId, name, role } = await operatorOf(
        tx,
        { issuer, subject: end.subject, nowMs },
        purpose,
      );
      const factor = end.secured ? "login" : null;
      return await openSession(tx, keyring, { operatorId, name, role, factor, request, nowMs });
    },
  });
}

const SIGN_IN: Purpose = { kind: "sign_in" };
