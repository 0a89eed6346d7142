/* Operators' routes about objections to shared turns and to waiting orders: list, decide. */

import { noteObjectionLook } from "../../../people/io/lookStore.ts";
import type { FastifyInstance } from "fastify";
import { readProfile } from "../../../access/io/accountStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { turnRoutes } from "../../../api/turnRoutes.ts";
import { iso } from "../../../base/instant.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { maskValue } from "../../../integrity/reasons.ts";
import { LIKENESS, RECIPIENT_USED } from "../../words.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { readFacts } from "../../io/factsStore.ts";
import {
  listGroupOrders,
  listOrderObjections,
  lockOrderObjection,
  writeOrderVerdict,
  type ObjectorKey,
  type OrderObjection,
} from "../../recipient/io/orderObjectionStore.ts";
import { lockStock } from "../../io/stockStore.ts";
import { separateTurn } from "../../io/turnStore.ts";
import { requireAnySale, requireRound } from "../../io/requireSale.ts";
import { declareApart } from "../../recipient/io/apartStore.ts";
import {
  listMembers,
  listObjections,
  lockObjection,
  writeVerdict,
  type StoredObjection,
  type TurnMember,
} from "./objectionStore.ts";
import { accountLabel } from "../../../access/accountLabel.ts";

/** Objections listed at most. Decided ones come last, newest first. */
const SHOWN = 200;

function presentMember(keyring: Keyring, one: TurnMember) {
  const profile = one.profileCipher === null ? null : readProfile(keyring, one.profileCipher);
  return {
    entryId: one.entryId,
    account: accountLabel(one.accountKey),
    enteredAt: iso(one.enteredAt.getTime()),
    state: one.state,
    name: profile && maskValue(profile.name),
    address: profile && maskValue(profile.address),
  };
}

/** An objection to a shared turn in wire form. */
async function presentObjection(sql: Query, keyring: Keyring, one: StoredObjection) {
  const members = await listMembers(sql, one);
  return {
    ...presentCommon(keyring, one),
    about: "entry" as const,
    bits: one.bits,
    reason: LIKENESS[one.likeness],
    entries: members.map((member) => presentMember(keyring, member)),
  };
}

/** An objection to an order's waiting in wire form. */
async function presentOrderObjection(sql: Query, keyring: Keyring, one: OrderObjection) {
  const orders = await listGroupOrders(sql, one);
  return {
    ...presentCommon(keyring, one),
    about: "order" as const,
    bits: null,
    reason: RECIPIENT_USED,
    entries: orders.map(({ entryId, accountKey, placedAt, state, factsCipher }) => {
      const facts = factsCipher === null ? null : readFacts(keyring, factsCipher);
      return {
        entryId,
        account: accountLabel(accountKey),
        enteredAt: iso(placedAt.getTime()),
        state,
        name: facts?.name ? maskValue(facts.name) : null,
        address: facts?.address ? maskValue(facts.address) : null,
      };
    }),
  };
}

function presentCommon(keyring: Keyring, one: StoredObjection | OrderObjection) {
  const erased = one.statementCipher.length === 0;
  return {
    sale: one.slug,
    roundNo: one.roundNo,
    entryId: one.entryId,
    statement: erased ? "" : keyring.decrypt(one.statementCipher),
    objectedAt: iso(one.objectedAt.getTime()),
    verdict: one.verdict,
    answer: one.reason,
    decidedBy: one.decidedBy,
  };
}

interface Verdict {
  readonly verdict: "apart" | "same";
  readonly answer: string;
  readonly who: string;
  readonly nowMs: number;
}

/** Declares an account to be another person than each of the others. */
async function declareApartFrom(
  tx: Transaction,
  accountKey: string,
  others: readonly { readonly accountKey: string }[],
  { who, nowMs }: Verdict,
): Promise<void> {
  for (const other of new Set(others.map((one) => one.accountKey)))
    if (other !== accountKey) await declareApart(tx, [accountKey, other], who, nowMs);
}

/** Two people: the entry waits again, at its own place. False if no objection is open. */
async function decideTurn(tx: Transaction, entry: ObjectorKey, found: Verdict): Promise<boolean> {
  const objection = await lockObjection(tx, entry);
  if (!objection || objection.verdict !== null) return false;
  await writeVerdict(tx, entry, found);
  if (found.verdict === "apart") {
    const { turnId, accountKey } = objection;
    const members = await listMembers(tx, { ...entry, turnId });
    await declareApartFrom(tx, accountKey, members, found);
    await separateTurn(tx, entry);
  }
  return true;
}

/** Two people: the order waits no longer. False if no objection is open. */
async function decideOrder(tx: Transaction, entry: ObjectorKey, found: Verdict): Promise<boolean> {
  const objection = await lockOrderObjection(tx, entry);
  if (!objection || objection.verdict !== null) return false;
  await writeOrderVerdict(tx, entry, found);
  if (found.verdict === "apart") {
    const { orderId, accountKey } = objection;
    const orders = await listGroupOrders(tx, { saleNo: entry.saleNo, orderId });
    await declareApartFrom(tx, accountKey, orders, found);
  }
  return true;
}

export function mountTurns(app: FastifyInstance, deps: HttpDeps): void {
  const { sql, keyring } = deps;
  mount(app, deps, turnRoutes.listObjections, async ({ operator, nowMs }) => {
    const objections = [];
    const [orders, turns] = [
      await listOrderObjections(sql, SHOWN),
      await listObjections(sql, SHOWN),
    ];
    for (const one of [...orders, ...turns].filter(
      ({ statementCipher }) => statementCipher.length > 0,
    ))
      await noteObjectionLook(sql, one, { operator, nowMs });
    for (const one of orders) objections.push(await presentOrderObjection(sql, keyring, one));
    for (const one of turns) objections.push(await presentObjection(sql, keyring, one));
    // Open ones first; each kind is in its order already.
    const sorted = [
      ...objections.filter((one) => one.verdict === null),
      ...objections.filter((one) => one.verdict !== null),
    ];
    return { status: 200, body: { objections: sorted } };
  });

  mount(app, deps, turnRoutes.decideObjection, async (tx, call) => {
    const { params, body, operator, nowMs } = call;
    const sale = await requireAnySale(tx, params.slug);
    const { saleNo } = sale;
    const { roundNo, entryId } = params;
    requireRound(sale, roundNo);
    // Before the objection's row: a batch of offers locks stock first, then places.
    await lockStock(tx, saleNo, roundNo);
    const entry = { saleNo, roundNo, entryId };
    const found = { ...body, who: operator.name, nowMs };
    const decided = (await decideTurn(tx, entry, found)) || (await decideOrder(tx, entry, found));
    if (decided) return { status: 200, body: { ok: true } };
    const known = (await lockObjection(tx, entry)) ?? (await lockOrderObjection(tx, entry));
    throw new Refusal(known ? "objection_decided" : "objection_not_found");
  });
}
