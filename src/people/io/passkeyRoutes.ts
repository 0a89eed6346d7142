/* Passkeys of operators and buyers: register, list, remove, sign in. */

import type { FastifyInstance } from "fastify";
import { maskContact, type Contact } from "../../access/contact.ts";
import { deviceName } from "../../access/device.ts";
import { findContactCipher } from "../../access/io/accountStore.ts";
import { readFactors, writeSessionFactor } from "./factorStore.ts";
import {
  deletePasskey,
  findOperatorPasskey,
  insertPasskey,
  listPasskeys,
  type Passkey,
} from "../../access/io/passkeyStore.ts";
import { lockPerson } from "../../access/io/peopleStore.ts";
import { ownRoutes } from "../../api/staffRoutes.ts";
import { buyerPasskeyRoutes } from "../../api/passkeyRoutes.ts";
import { iso, isoOrNull } from "../../base/instant.ts";
import type { Transaction } from "../../db/connect.ts";
import type { HttpDeps } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";
import { askForNew, askForUse, askingBuyer, readNew, takeUse, type Asking } from "./passkeys.ts";
import { Refusal } from "../../http/problem.ts";
import { requirePerson } from "./requirePerson.ts";
import { openSession } from "./openSession.ts";

/** More than anybody has devices; a bound for scripts. */
const BUYER_PASSKEYS = 5;

const shown = ({ credentialId, name, createdAtMs, lastUsedAtMs }: Passkey) => ({
  credentialId,
  name,
  createdAt: iso(createdAtMs),
  lastUsedAt: isoOrNull(lastUsedAtMs),
});

export function mountPasskeys(app: FastifyInstance, deps: HttpDeps): void {
  mountOperatorPasskeys(app, deps);
  mountBuyerPasskeys(app, deps);
}

type Came = Pick<Asking, "request" | "nowMs">;

/** A sign-in. Keys of earlier versions may not check their holder; they count as one factor. */
const signingIn = (tx: Transaction, { request, nowMs }: Came): Asking => ({
  tx,
  request,
  nowMs,
  askedId: null,
  holderVerified: false,
});

/**
 * A new passkey. A device that does not check its holder is no second factor: as the only one it
 * would lock out a person whose role demands one.
 */
const adding = (tx: Transaction, { request, nowMs }: Came, operatorId: string): Asking => ({
  tx,
  request,
  nowMs,
  askedId: operatorId,
  holderVerified: true,
});

function mountOperatorPasskeys(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, ownRoutes.listPasskeys, async ({ operator }) => {
    const { operatorId } = requirePerson(operator);
    const passkeys = await listPasskeys(deps.sql, { operatorId });
    return { status: 200, body: { passkeys: passkeys.map(shown) } };
  });

  mount(app, deps, ownRoutes.passkeyQuestion, async (tx, call) => {
    const { operatorId, name } = requirePerson(call.operator);
    const known = await listPasskeys(tx, { operatorId });
    const person = { id: operatorId, name, known };
    return { status: 200, body: await askForNew(deps, adding(tx, call, operatorId), person) };
  });

  mount(app, deps, ownRoutes.signInQuestion, async (tx, call) => ({
    status: 200,
    body: await askForUse(deps, signingIn(tx, call), null),
  }));

  mount(app, deps, ownRoutes.addPasskey, async (tx, call) => {
    const { operatorId } = requirePerson(call.operator);
    const { body, nowMs } = call;
    const made = await readNew(deps, adding(tx, call, operatorId), body.credential);
    const passkey = { ...made, name: body.name, createdAtMs: nowMs };
    if (!(await insertPasskey(tx, { operatorId }, passkey))) throw new Refusal("passkey_refused");
    if (call.operator.needs === "set_up") {
      const tokenKey = deps.keyring.identityKey("operator", call.operator.token);
      await writeSessionFactor(tx, tokenKey, "passkey");
    }
    return { status: 201, body: shown({ ...passkey, lastUsedAtMs: null }) };
  });

  mount(app, deps, ownRoutes.removePasskey, async (tx, { body, operator }) => {
    const { operatorId } = requirePerson(operator);
    const { credentialId } = body;
    // Otherwise two removals at once would each see the other's factor left.
    await lockPerson(tx, operatorId);
    const own = await listPasskeys(tx, { operatorId });
    if (!own.some((one) => one.credentialId === credentialId)) throw new Refusal("passkey_refused");
    const { demanded, hasTotp } = await readFactors(tx, operatorId);
    if (demanded && !hasTotp && own.length === 1) throw new Refusal("factor_demanded");
    await deletePasskey(tx, { operatorId }, credentialId);
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, ownRoutes.signInWithPasskey, async (tx, call) => {
    const { credential } = call.body;
    const found = await findOperatorPasskey(tx, credential.id);
    if (!found) throw new Refusal("passkey_refused");
    const verified = await takeUse(deps, signingIn(tx, call), credential, found.passkey);
    // A device that did not check its holder is one factor only.
    const factor = verified ? "passkey" : null;
    const { operatorId, operatorName: name, role } = found;
    const { request, nowMs } = call;
    return await openSession(tx, deps.keyring, { operatorId, name, role, factor, request, nowMs });
  });
}

/**
 * The name that the device shows beside the passkey: enough to tell two accounts apart, and no
 * more.
 */
async function shownName(tx: Transaction, deps: HttpDeps, accountKey: string): Promise<string> {
  const cipher = await findContactCipher(tx, accountKey);
  if (cipher === null) return "Giliran";
  return maskContact(JSON.parse(deps.keyring.decrypt(cipher)) as Contact);
}

/** The buyer's passkeys; refuses if there are already as many as allowed. */
async function listForOneMore(tx: Transaction, accountKey: string): Promise<Passkey[]> {
  const known = await listPasskeys(tx, { accountKey });
  if (known.length >= BUYER_PASSKEYS) throw new Refusal("too_many_passkeys");
  return known;
}

function mountBuyerPasskeys(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, buyerPasskeyRoutes.listOwnPasskeys, async ({ buyer }) => {
    const { accountKey } = buyer;
    const passkeys = await listPasskeys(deps.sql, { accountKey });
    return { status: 200, body: { passkeys: passkeys.map(shown) } };
  });

  mount(app, deps, buyerPasskeyRoutes.ownPasskeyQuestion, async (tx, call) => {
    const { accountKey } = call.buyer;
    const known = await listForOneMore(tx, accountKey);
    const person = { id: accountKey, name: await shownName(tx, deps, accountKey), known };
    return { status: 200, body: await askForNew(deps, askingBuyer(tx, call), person) };
  });

  mount(app, deps, buyerPasskeyRoutes.addOwnPasskey, async (tx, call) => {
    const { accountKey } = call.buyer;
    await listForOneMore(tx, accountKey);
    const made = await readNew(deps, askingBuyer(tx, call), call.body.credential);
    const name = deviceName(call.request.headers["user-agent"] ?? "");
    const passkey = { ...made, name, createdAtMs: call.nowMs };
    if (!(await insertPasskey(tx, { accountKey }, passkey))) throw new Refusal("passkey_refused");
    return { status: 201, body: shown({ ...passkey, lastUsedAtMs: null }) };
  });

  mount(app, deps, buyerPasskeyRoutes.removeOwnPasskey, async (tx, { body, buyer }) => {
    const { accountKey } = buyer;
    if (!(await deletePasskey(tx, { accountKey }, body.credentialId)))
      throw new Refusal("passkey_refused");
    return { status: 200, body: { ok: true } };
  });
}
