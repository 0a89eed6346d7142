/*
 * Operators' sign-in by password, invitations, and the view of sent messages. A password is hashed
 * outside any transaction: it takes tens of milliseconds and 19 MB.
 */

import { randomBytes, randomUUID } from "node:crypto";
import { hash as hashPassword, verify as verifyPassword } from "@node-rs/argon2";
import type { FastifyInstance } from "fastify";
import { operatorRoutes } from "../../api/operatorRoutes.ts";
import type { Sql } from "../../db/connect.ts";
import { OPERATOR_COOKIE } from "../../http/cookies.ts";
import { mount, mountPrepared } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import type { Role } from "../../access/role.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import {
  acceptInvitation,
  countOperators,
  deleteOperatorSession,
  findInvitation,
  findOperatorByName,
  insertInvitation,
} from "../../access/io/operatorStore.ts";
import { readOutbox } from "../../messages/io/outboxView.ts";
import { openSession } from "./openSession.ts";
import { hashNewPassword, mountPasswordChange, type PasswordDeps } from "./passwordChange.ts";
import { PasswordGuard } from "../price/io/passwordGuard.ts";
import { requireManager, requireName } from "./requirePerson.ts";

/** How long an invitation works. */
export const INVITATION_MS = 48 * 3_600_000;
/** Checked for an unknown name, so that the response time reveals no names. */
const NOBODYS_HASH = hashPassword(randomBytes(16));

/** Invites a person with a role. */
export async function invite(
  tx: Parameters<typeof insertInvitation>[0],
  keyring: Keyring,
  { role, invitedBy, nowMs }: { role: Role; invitedBy: string | null; nowMs: number },
): Promise<{ invitation: string; expiresAtMs: number }> {
  const invitation = randomBytes(32).toString("hex");
  const tokenKey = keyring.identityKey("invitation", invitation);
  const expiresAtMs = nowMs + INVITATION_MS;
  const operatorId = randomUUID();
  await insertInvitation(tx, { tokenKey, operatorId, role, invitedBy, nowMs, expiresAtMs });
  return { invitation, expiresAtMs };
}

/** An owner's invitation while nobody has a password; null afterwards. */
export async function inviteFirstOwner(
  sql: Sql,
  keyring: Keyring,
  nowMs: number,
): Promise<string | null> {
  if ((await countOperators(sql)) > 0) return null;
  const { invitation } = await sql.begin((tx) =>
    invite(tx, keyring, { role: "owner", invitedBy: null, nowMs }),
  );
  return invitation;
}

/**
 * The two routes that make strangers hash a password: tens of milliseconds of a core and 19 MB each
 * time. Hashing runs before the transaction, a few at once (`api/cost.ts`), and for invitations
 * only if the invitation is open.
 */
function mountPasswords(app: FastifyInstance, deps: PasswordDeps): void {
  const { sql, keyring } = deps;
  const guard = new PasswordGuard(deps);
  mountPrepared(app, deps, operatorRoutes.acceptInvitation, {
    check: ({ request, nowMs }) => deps.limits.refuseAddress("database", request.ip, nowMs),
    prepare: async ({ body, nowMs }) => {
      const tokenKey = keyring.identityKey("invitation", body.invitation);
      const invited = await findInvitation(sql, tokenKey, nowMs);
      if (!invited) return { tokenKey, passwordHash: null };
      const name = invited.keptName ?? requireName(body.name);
      return { tokenKey, passwordHash: await hashNewPassword(deps, body.password, [name]) };
    },
    work: async (tx, { body, nowMs }, { tokenKey, passwordHash }) => {
      if (passwordHash === null) throw new Refusal("invitation_invalid");
      const typed = { tokenKey, name: requireName(body.name), passwordHash, nowMs };
      const accepted = await acceptInvitation(tx, typed);
      if (!accepted.ok) throw new Refusal(accepted.why);
      const { name, role } = accepted;
      return { status: 201, body: { name, role } };
    },
  });

  mountPrepared(app, deps, operatorRoutes.signInOperator, {
    check: ({ body: { name, work }, request, requestKey, requestFingerprint, nowMs }) =>
      guard.admit({ name, work, ip: request.ip, requestKey, requestFingerprint, nowMs }),
    prepare: async ({ body }) => {
      const operator = await findOperatorByName(sql, body.name);
      const known = operator?.passwordHash ?? null;
      const right = await verifyPassword(known ?? (await NOBODYS_HASH), body.password);
      return right ? known : null;
    },
    work: async (tx, { body, nowMs, request }, checkedHash) => {
      const operator = checkedHash === null ? null : await findOperatorByName(tx, body.name, true);
      // The hash has changed: the password was changed, or the operator left, during the check.
      if (!operator || operator.passwordHash !== checkedHash) throw new Refusal("password_wrong");
      const { operatorId, role } = operator;
      return await openSession(tx, keyring, {
        operatorId,
        name: body.name,
        role,
        factor: null,
        request,
        nowMs,
      });
    },
  });
}

export function mountOperators(app: FastifyInstance, deps: PasswordDeps): void {
  const { keyring } = deps;
  mountPasswords(app, deps);
  mountPasswordChange(app, deps);

  mount(app, deps, operatorRoutes.signOutOperator, async (tx, { operator }) => {
    await deleteOperatorSession(tx, keyring.identityKey("operator", operator.token));
    const cookies = [{ name: OPERATOR_COOKIE, value: null }];
    return { status: 200, body: { ok: true }, cookies };
  });

  mount(app, deps, operatorRoutes.invite, async (tx, { body, operator, nowMs }) => {
    const { operatorId: invitedBy } = await requireManager(tx, operator);
    const { invitation, expiresAtMs } = await invite(tx, keyring, { ...body, invitedBy, nowMs });
    const expiresAt = new Date(expiresAtMs).toISOString();
    return { status: 201, body: { invitation, role: body.role, expiresAt } };
  });

  mount(app, deps, operatorRoutes.listOutbox, async ({ query }) => ({
    status: 200,
    body: { messages: await readOutbox(deps.sql, keyring, query.limit) },
  }));
}
