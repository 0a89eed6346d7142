/* Operators' routes about objections to shared turns and to waiting orders: list, decide. */

import { noteLooks } from "../../../people/io/lookStore.ts";
import type { FastifyInstance } from "fastify";
import { readProfile } from "../../../access/io/accountStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { turnRoutes } from "../../../api/turnRoutes.ts";
import { iso } from "../../../base/instant.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { maskValue } from "../../../integrity/reasons.ts";
import {
  byUrgency,
  type DecidedObjection,
  type ObjectionVerdict,
  type ObjectorKey,
} from "../../objection.ts";
import { LIKENESS, RECIPIENT_USED } from "../../words.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { readFacts } from "../../io/factsStore.ts";
import {
  listGroupOrders,
  listOrderObjections,
  lockOrderObjection,
  writeOrderVerdict,
  type GroupOrder,
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
  type TurnKey,
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

function presentOrder(keyring: Keyring, one: GroupOrder) {
  const facts = one.factsCipher === null ? null : readFacts(keyring, one.factsCipher);
  return {
    entryId: one.entryId,
    account: accountLabel(one.accountKey),
    enteredAt: iso(one.placedAt.getTime()),
    state: one.state,
    name: facts?.name ? maskValue(facts.name) : null,
    address: facts?.address ? maskValue(facts.address) : null,
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

type Listed =
  | ({ readonly about: "entry" } & StoredObjection)
  | ({ readonly about: "order" } & OrderObjection);

/** Objections in wire form, with the entries or orders that each is about; two queries for all. */
async function presentObjections(sql: Query, keyring: Keyring, listed: readonly Listed[]) {
  const turns = listed.filter((one) => one.about === "entry");
  const orders = listed.filter((one) => one.about === "order");
  const members = Map.groupBy(await listMembers(sql, turns), nameOfTurn);
  const groups = Map.groupBy(
    await listGroupOrders(sql, orders),
    ({ saleNo, ofOrderId }) => `${saleNo} ${ofOrderId}`,
  );
  return listed.map((one) =>
    one.about === "entry"
      ? {
          ...presentCommon(keyring, one),
          about: one.about,
          bits: one.bits,
          reason: LIKENESS[one.likeness],
          entries: (members.get(nameOfTurn(one)) ?? []).map((member) =>
            presentMember(keyring, member),
          ),
        }
      : {
          ...presentCommon(keyring, one),
          about: one.about,
          bits: null,
          reason: RECIPIENT_USED,
          entries: (groups.get(`${one.saleNo} ${one.orderId}`) ?? []).map((order) =>
            presentOrder(keyring, order),
          ),
        },
  );
}

const nameOfTurn = ({ saleNo, roundNo, turnId }: TurnKey) => `${saleNo} ${roundNo} ${turnId}`;

/** Declares an account to be another person than each of the others. */
async function declareApartFrom(
  tx: Transaction,
  accountKey: string,
  others: readonly { readonly accountKey: string }[],
  { who, nowMs }: DecidedObjection,
): Promise<void> {
  for (const other of new Set(others.map((one) => one.accountKey)))
    if (other !== accountKey) await declareApart(tx, [accountKey, other], who, nowMs);
}

/** An objection whose row is locked. */
interface AtHand {
  readonly accountKey: string;
  readonly verdict: ObjectionVerdict | null;
}

/** Throws where there is no objection, or one that was decided. */
function requireOpen<Objection extends AtHand>(objection: Objection | null): Objection {
  if (!objection) throw new Refusal("objection_not_found");
  if (objection.verdict !== null) throw new Refusal("objection_decided");
  return objection;
}

/** Two people: the entry waits again, at its own place. The caller holds the stock locks. */
async function decideTurn(
  tx: Transaction,
  entry: ObjectorKey,
  found: DecidedObjection,
): Promise<void> {
  const { turnId, accountKey } = requireOpen(await lockObjection(tx, entry));
  await writeVerdict(tx, entry, found);
  if (found.verdict === "same") return;
  const members = await listMembers(tx, [{ ...entry, turnId }]);
  await declareApartFrom(tx, accountKey, members, found);
  await separateTurn(tx, entry);
}

/** Two people: the order waits no longer. */
async function decideOrder(
  tx: Transaction,
  entry: ObjectorKey,
  found: DecidedObjection,
): Promise<void> {
  const { orderId, accountKey } = requireOpen(await lockOrderObjection(tx, entry));
  await writeOrderVerdict(tx, entry, found);
  if (found.verdict === "same") return;
  const orders = await listGroupOrders(tx, [{ saleNo: entry.saleNo, orderId }]);
  await declareApartFrom(tx, accountKey, orders, found);
}

export function mountTurns(app: FastifyInstance, deps: HttpDeps): void {
  const { sql, keyring } = deps;
  mount(app, deps, turnRoutes.listObjections, async ({ operator, nowMs }) => {
    const [orders, turns] = await Promise.all([
      listOrderObjections(sql, SHOWN),
      listObjections(sql, SHOWN),
    ]);
    const listed = [
      ...orders.map((one) => ({ about: "order" as const, ...one })),
      ...turns.map((one) => ({ about: "entry" as const, ...one })),
    ]
      .sort(byUrgency)
      .slice(0, SHOWN);
    const seen = listed
      .filter(({ statementCipher }) => statementCipher.length > 0)
      .map(({ accountKey, entryId: subject }) => ({ accountKey, subject }));
    await noteLooks(sql, seen, { operator, what: "objection", purpose: null, nowMs });
    return {
      status: 200,
      body: { objections: await presentObjections(sql, keyring, listed) },
    };
  });

  mount(app, deps, turnRoutes.decideObjection, async (tx, call) => {
    const { params, body, operator, nowMs } = call;
    const sale = await requireAnySale(tx, params.slug);
    const { saleNo } = sale;
    const { roundNo, entryId } = params;
    requireRound(sale, roundNo);
    const entry = { saleNo, roundNo, entryId };
    const found = { verdict: body.verdict, answer: body.answer, who: operator.name, nowMs };
    if (body.about === "order") await decideOrder(tx, entry, found);
    else {
      // Before the objection's row: a batch of offers locks stock first, then places.
      await lockStock(tx, saleNo, roundNo);
      await decideTurn(tx, entry, found);
    }
    return { status: 200, body: { ok: true } };
  });
}
