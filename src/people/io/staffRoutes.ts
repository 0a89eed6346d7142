/* Operators, API keys and saved views. */

import { must } from "../../base/assert.ts";
import { iso, isoOrNull } from "../../base/instant.ts";
import { randomBytes, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { mayChange } from "../../access/people.ts";
import type { Role } from "../../access/role.ts";
import { isNameFree } from "../../access/staffName.ts";
import {
  insertApiKey,
  listApiKeys,
  revokeApiKey,
  workingKeyNames,
  type ApiKey,
} from "../../access/io/keyStore.ts";
import {
  endOwnSession,
  listOwnSessions,
  listPeople,
  listViews,
  lockPeople,
  removeView,
  saveView,
  writeLeave,
  writeRole,
} from "../../access/io/peopleStore.ts";
import { ownRoutes, peopleRoutes } from "../../api/staffRoutes.ts";
import type { Transaction } from "../../db/connect.ts";
import type { HttpDeps } from "../../http/call.ts";
import { API_KEY_PREFIX } from "../../http/identify.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { requireManager, requireName, requirePerson } from "./requirePerson.ts";

const DAY_MS = 86_400_000;

/** Mounts the routes about operators, their keys and their views. */
export function mountStaff(app: FastifyInstance, deps: HttpDeps): void {
  mountOwn(app, deps);
  mountViews(app, deps);
  mountPeople(app, deps);
  mountKeys(app, deps);
}

function mountOwn(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, ownRoutes.showMe, async ({ operator }) => {
    const { name, kind, role, capabilities, needs } = operator;
    return { status: 200, body: { name, kind, role, capabilities: [...capabilities], needs } };
  });

  mount(app, deps, ownRoutes.listSessions, async ({ operator, nowMs }) => {
    const { operatorId, token } = requirePerson(operator);
    const tokenKey = deps.keyring.identityKey("operator", token);
    const sessions = await listOwnSessions(deps.sql, { operatorId, tokenKey, nowMs });
    const shown = sessions.map(({ createdAtMs, expiresAtMs, ...session }) => ({
      ...session,
      createdAt: iso(createdAtMs),
      expiresAt: iso(expiresAtMs),
    }));
    return { status: 200, body: { sessions: shown } };
  });

  mount(app, deps, ownRoutes.endSession, async (tx, { params, operator }) => {
    const { operatorId } = requirePerson(operator);
    if (!(await endOwnSession(tx, operatorId, params.sessionId)))
      throw new Refusal("session_not_found");
    return { status: 200, body: { ok: true } };
  });
}

function mountViews(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, ownRoutes.listViews, async ({ operator }) => {
    const views = await listViews(deps.sql, requirePerson(operator).operatorId);
    return { status: 200, body: { views } };
  });

  mount(app, deps, ownRoutes.saveView, async (tx, { body, operator, nowMs }) => {
    const { operatorId } = requirePerson(operator);
    if (!(await saveView(tx, { operatorId, ...body }, nowMs))) throw new Refusal("too_many_views");
    return { status: 200, body };
  });

  mount(app, deps, ownRoutes.removeView, async (tx, { body, operator }) => {
    await removeView(tx, requirePerson(operator).operatorId, body.name);
    return { status: 200, body: { ok: true } };
  });
}

/**
 * Changes or removes a role under a lock, so that two owners cannot remove each other at once.
 * Returns the person's name.
 */
async function changePerson(
  tx: Transaction,
  change: {
    readonly operatorId: string;
    readonly next: Role | null;
    readonly nowMs: number;
  },
): Promise<string> {
  const { operatorId, next, nowMs } = change;
  const people = await lockPeople(tx);
  const may = mayChange(people, operatorId, next);
  if (!may.ok) throw new Refusal(may.why);
  if (next === null) await writeLeave(tx, operatorId, nowMs);
  else await writeRole(tx, operatorId, { role: next, nowMs });
  return must(
    people.find((person) => person.operatorId === operatorId),
    "a changed person",
  ).name;
}

function mountPeople(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, peopleRoutes.listPeople, async () => {
    const people = (await listPeople(deps.sql)).map(
      ({ createdAtMs, lastSignInAtMs, ...person }) => ({
        ...person,
        createdAt: iso(createdAtMs),
        lastSignInAt: isoOrNull(lastSignInAtMs),
      }),
    );
    return { status: 200, body: { people } };
  });

  mount(app, deps, peopleRoutes.changeRole, async (tx, { params, body, nowMs }) => {
    const { operatorId } = params;
    const about = await changePerson(tx, { operatorId, next: body.role, nowMs });
    return { status: 200, body: { ok: true }, about };
  });

  mount(app, deps, peopleRoutes.letGo, async (tx, { params: { operatorId }, nowMs }) => {
    const about = await changePerson(tx, { operatorId, next: null, nowMs });
    return { status: 200, body: { ok: true }, about };
  });
}

function presentKey({ createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs, ...key }: ApiKey) {
  return {
    ...key,
    createdAt: iso(createdAtMs),
    expiresAt: iso(expiresAtMs),
    lastUsedAt: isoOrNull(lastUsedAtMs),
    revokedAt: isoOrNull(revokedAtMs),
  };
}

function mountKeys(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, peopleRoutes.listKeys, async () => {
    const keys = await listApiKeys(deps.sql);
    return { status: 200, body: { keys: keys.map(presentKey) } };
  });

  mount(app, deps, peopleRoutes.createKey, async (tx, { body, operator, nowMs }) => {
    const maker = await requireManager(tx, operator);
    const token = API_KEY_PREFIX + randomBytes(32).toString("hex");
    const name = requireName(body.name);
    if (!isNameFree(name, await workingKeyNames(tx, nowMs))) throw new Refusal("name_taken");
    const key = {
      keyId: randomUUID(),
      name,
      capabilities: [...new Set(body.capabilities)],
      sales: body.sales && [...new Set(body.sales)],
      madeBy: maker.operatorId,
      createdBy: operator.name,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + body.days * DAY_MS,
    };
    await insertApiKey(tx, { ...key, tokenKey: deps.keyring.identityKey("api key", token) });
    const { madeBy: _madeBy, ...made } = key;
    const shown = presentKey({ ...made, lastUsedAtMs: null, revokedAtMs: null });
    return { status: 201, body: { ...shown, token } };
  });

  mount(app, deps, peopleRoutes.revokeKey, async (tx, { params, nowMs }) => {
    if (!(await revokeApiKey(tx, params.keyId, nowMs))) throw new Refusal("key_not_found");
    return { status: 200, body: { ok: true } };
  });
}
