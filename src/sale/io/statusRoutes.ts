/*
 * A buyer's routes about the own entry: status with offer and order, ticket, objection to a shared
 * turn.
 */

import type { FastifyInstance } from "fastify";
import { buyerRoutes } from "../../api/routes.ts";
import { turnRoutes } from "../../api/turnRoutes.ts";
import type { Call } from "../../http/call.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { findEntry } from "../entry/io/entryStore.ts";
import { findOfferOfEntry } from "./offerStore.ts";
import { findOrderOfOffer } from "./orderStore.ts";
import { presentOffer, presentOrder, presentStepUp, standingOfRow } from "./presentOrder.ts";
import { listSales, type StoredSale } from "./saleStore.ts";
import { readPlace, readStanding, type Standing } from "../entry/io/statusStore.ts";
import { findSharedTurn, insertObjection } from "./turnStore.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import { asUuid } from "../../access/io/keyring.ts";
import { type SaleDeps, requireBoth } from "./requireSale.ts";
import {
  genuineTicket,
  presentEntry,
  presentOrderHold,
  presentSharedTurn,
} from "./presentEntry.ts";
import { findOrderHold } from "../recipient/io/recipientStore.ts";
import { insertOrderObjection } from "../recipient/io/orderObjectionStore.ts";
import { TIME_HEADER } from "../board.ts";
import { isUnsettled } from "../order.ts";
import { standingOf } from "../standing/standing.ts";
import { readStandingFacts } from "../standing/io/standingStore.ts";

/** Offer and order of an entry. */
async function readTurn(
  sql: Query,
  deps: SaleDeps,
  sale: StoredSale,
  roundNo: number,
  { entry, hasOffer, wasAsked }: Standing,
) {
  const { saleNo } = sale;
  const offer = hasOffer ? await findOfferOfEntry(sql, saleNo, roundNo, entry.entryId) : null;
  // Only an accepted offer has an order.
  const order =
    offer?.state === "ordered" ? await findOrderOfOffer(sql, saleNo, offer.offerId) : null;
  const [hold, facts, stepUp] = await Promise.all([
    order && findOrderHold(sql, order),
    // An order that waits for money or a code follows from its own row alone, unless money came.
    order && (order.refundDue || !isUnsettled(order.state))
      ? readStandingFacts(sql, saleNo, order.orderId)
      : null,
    offer && wasAsked ? presentStepUp(sql, deps.keyring, offer) : null,
  ]);
  const standing = order && (facts ? standingOf(facts, deps.clock.nowMs()) : standingOfRow(order));
  return {
    orderHold: presentOrderHold(hold),
    offer: offer && presentOffer(sale.definition, deps.provider, offer, stepUp),
    order: order && standing && presentOrder(sale.definition, deps.provider, order, standing),
  };
}

async function ownStatus(deps: SaleDeps, call: Call<typeof buyerRoutes.showOwnStatus>) {
  const { params, buyer } = call;
  const { sale, round } = await requireBoth(deps, params);
  const { roundNo } = round;
  const here = { saleNo: sale.saleNo, roundNo };
  const standing = await readStanding(deps.sql, deps.lists, here, buyer.accountKey);
  const headers = { [TIME_HEADER]: String(deps.clock.nowMs()) };
  if (!standing) {
    const nothing = {
      entry: null,
      place: null,
      sharedTurn: null,
      offer: null,
      order: null,
      orderHold: null,
    };
    return { status: 200, headers, body: nothing };
  }
  // Most callers wait, share no turn and have no offer: they cost this query and the cached
  // wait-list.
  const { entry, place, setAside, sharesTurn } = standing;
  const shown = { ...presentEntry(deps.keyring, sale, roundNo, entry), setAside };
  const [shared, turn] = await Promise.all([
    sharesTurn ? findSharedTurn(deps.sql, { ...here, entryId: entry.entryId }) : null,
    readTurn(deps.sql, deps, sale, roundNo, standing),
  ]);
  const sharedTurn = presentSharedTurn(shared);
  return {
    status: 200,
    headers,
    body: { entry: shown, place, sharedTurn, ...turn },
  };
}

/** Objects to an order's waiting, or else to a shared turn; false if that was done before. */
async function object(
  tx: Transaction,
  objector: {
    readonly saleNo: number;
    readonly roundNo: number;
    readonly entryId: string;
    readonly accountKey: string;
  },
  said: { readonly statementCipher: Buffer; readonly nowMs: number },
): Promise<boolean> {
  const { saleNo, roundNo, entryId } = objector;
  const offer = await findOfferOfEntry(tx, saleNo, roundNo, entryId);
  const order = offer && (await findOrderOfOffer(tx, saleNo, offer.offerId));
  const hold = order && (await findOrderHold(tx, order));
  if (order && hold)
    return await insertOrderObjection(tx, { ...objector, orderId: order.orderId }, said);
  const shared = await findSharedTurn(tx, objector);
  if (!shared) throw new Refusal("turn_not_shared");
  return await insertObjection(tx, { ...objector, turnId: shared.turnId }, said);
}

export function mountOwn(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.showOwnStatus, (call) => ownStatus(deps, call));
  deps.fastPath.mount(deps, buyerRoutes.showOwnStatus, (call) => ownStatus(deps, call));

  mount(app, deps, turnRoutes.objectToSharedTurn, async (tx, { params, body, buyer, nowMs }) => {
    const { sale, round } = await requireBoth(deps, params);
    const { saleNo } = sale;
    const { roundNo } = round;
    const { accountKey } = buyer;
    const entry = await findEntry(tx, saleNo, roundNo, accountKey);
    if (!entry) throw new Refusal("entry_not_found");
    const { entryId } = entry;
    const objector = { saleNo, roundNo, entryId, accountKey };
    const said = { statementCipher: deps.keyring.encrypt(body.statement), nowMs };
    if (!(await object(tx, objector, said))) throw new Refusal("objection_made");
    return { status: 201, body: { ok: true } };
  });

  mount(app, deps, buyerRoutes.showTicket, async ({ params }) => {
    const ticket = genuineTicket(deps.keyring, params.ticket);
    if (!ticket) throw new Refusal("ticket_invalid");
    const sales = await listSales(deps.sql);
    const sale = sales.find((candidate) => candidate.sale.saleNo === ticket.saleNo)?.sale;
    if (!sale) throw new Refusal("ticket_invalid");
    const entry = { ...ticket, entryId: asUuid(ticket.entryId) };
    const { saleNo } = sale;
    const { roundNo } = ticket;
    const place = await readPlace(deps.sql, deps.lists, { saleNo, roundNo }, entry.entryId);
    const shown = presentEntry(deps.keyring, sale, ticket.roundNo, entry);
    return { status: 200, body: { entry: shown, place } };
  });
}
