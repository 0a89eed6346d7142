import { randomBytes, randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { checkWork, issueWork } from "../../access/io/work.ts";
import { buyerRoutes } from "../../api/routes.ts";
import { turnRoutes } from "../../api/turnRoutes.ts";
import type { PaymentProvider } from "../../connectors/payments/port.ts";
import type { Call, HttpDeps } from "../../http/call.ts";
import type { FrontDoor } from "../../http/frontDoor.ts";
import { sendDocument } from "../../http/document.ts";
import { mount, SENT } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import {
  channelByCode,
  roundOf,
  variantBySku,
  type Round,
  type SaleDefinition,
} from "../definition.ts";
import type { Doubt, Wanted } from "../doubt.ts";
import type { BoardCache } from "./boardStore.ts";
import { findEntry, withdrawEntry } from "../entry/io/entryStore.ts";
import type { OrderFacts } from "./factsStore.ts";
import type { EntryIntake } from "../entry/io/intake.ts";
import { findOfferOfEntry, type StoredOffer } from "./offerStore.ts";
import { findOrderOfOffer } from "./orderStore.ts";
import {
  genuineTicket,
  presentEntry,
  presentOffer,
  presentOrder,
  presentSale,
  presentSharedTurn,
  presentStepUp,
} from "./present.ts";
import {
  findSale,
  listSales,
  readSaleStatus,
  type SaleCache,
  type StoredSale,
} from "./saleStore.ts";
import { readPlace, readStanding, type Standing } from "../entry/io/statusStore.ts";
import type { WaitLists } from "../entry/io/waitListStore.ts";
import { findSharedTurn, insertObjection } from "./turnStore.ts";
import type { Query, Transaction } from "../../db/connect.ts";
import { asUuid } from "../../access/io/keyring.ts";

/** What the routes of a sale need. */
export interface SaleDeps extends HttpDeps {
  readonly sales: SaleCache;
  readonly boards: BoardCache;
  readonly lists: WaitLists;
  readonly intake: EntryIntake;
  readonly provider: PaymentProvider;
  readonly door: FrontDoor;
  /** Who looks at an order before it is placed; null where nobody does. */
  readonly doubts: OrderDoubts | null;
}

/** Looks at an order before it is placed, beside those that were placed; null where nothing speaks for asking. */
export interface OrderDoubts {
  look(
    tx: Transaction,
    sale: StoredSale,
    order: {
      readonly offer: StoredOffer;
      readonly wanted: Wanted<OrderFacts>;
      readonly nowMs: number;
    },
  ): Promise<Doubt | null>;
}

/** A published sale. */
export async function requireSale(deps: SaleDeps, slug: string): Promise<StoredSale> {
  const sale = deps.sales.peek(slug) ?? (await deps.sales.find(slug));
  if (!sale) throw new Refusal("sale_not_found");
  return sale;
}

/**
 * A sale, drafts too: operators see all. Inside a transaction it is read on that one's connection: with a second
 * one each, as many requests as the pool has connections wait for each other.
 */
export async function requireAnySale(sql: Query, slug: string): Promise<StoredSale> {
  const sale = await findSale(sql, slug);
  if (!sale) throw new Refusal("sale_not_found");
  return sale;
}

function requireRound(sale: StoredSale, roundNo: number): Round {
  const round = roundOf(sale.definition, roundNo);
  if (!round) throw new Refusal("round_not_found");
  return round;
}

async function requireBoth(
  deps: SaleDeps,
  params: { slug: string; roundNo: number },
): Promise<{ sale: StoredSale; round: Round }> {
  const sale = await requireSale(deps, params.slug);
  return { sale, round: requireRound(sale, params.roundNo) };
}

export function mountSales(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.listSales, async () => {
    const published = (await listSales(deps.sql)).filter(({ state }) => state !== "draft");
    return {
      status: 200,
      body: { sales: published.map(({ sale, state }) => presentSale(sale, state)) },
    };
  });

  mount(app, deps, buyerRoutes.showSale, async ({ params }) => {
    const sale = await requireSale(deps, params.slug);
    const { state } = await readSaleStatus(deps.sql, sale.saleNo);
    return { status: 200, body: presentSale(sale, state) };
  });

  mount(app, deps, buyerRoutes.showBoard, async ({ params, request }, reply) => {
    const { sale, round } = await requireBoth(deps, params);
    const { document } = await deps.boards.document(sale, round);
    reply.header("cache-control", "public, max-age=1");
    reply.header(TIME_HEADER, String(deps.clock.nowMs()));
    void sendDocument(request, reply, { document, type: "application/json; charset=utf-8" });
    return SENT;
  });

  mountEntry(app, deps);
  mountOwn(app, deps);
}

/** Sale, round and account: work done for one of them is worth nothing for another. */
function workBinding(sale: StoredSale, roundNo: number, accountKey: string): string {
  return `${sale.saleNo}.${roundNo}.${accountKey}`;
}

/** SKUs as the variant numbers that go into the line, each sold on the channel and named once. */
function readPreferences(
  definition: SaleDefinition,
  round: Round,
  channelNo: number,
  skus: readonly string[],
): string {
  const numbers = skus.map((sku) => variantBySku(definition, sku)?.variantNo ?? 0);
  const sold = (variantNo: number) =>
    round.allotments.some((a) => a.channelNo === channelNo && a.variantNo === variantNo);
  if (!numbers.every(sold) || new Set(numbers).size < numbers.length) {
    throw new Refusal("variant_unknown");
  }
  return numbers.join(".");
}

/** The server's time, ms, with what pages ask for: their countdowns go by it and not by the phone's clock. */
const TIME_HEADER = "giliran-time";

async function challenge(deps: SaleDeps, call: Call<typeof buyerRoutes.showChallenge>) {
  const { params, buyer, nowMs } = call;
  const { sale, round } = await requireBoth(deps, params);
  const cost = sale.definition.workCost;
  const body = issueWork(
    deps.keyring.work,
    { binding: workBinding(sale, round.roundNo, buyer.accountKey), nowMs },
    { cost, secretNumber: randomInt(cost + 1), nonce: randomBytes(12).toString("hex") },
  );
  return { status: 200, body };
}

/** The hot path: everything up to the batch is synchronous and in memory. */
async function enter(deps: SaleDeps, call: Call<typeof buyerRoutes.enter>) {
  const { params, body, buyer, nowMs } = call;
  const sale = deps.sales.peek(params.slug) ?? (await requireSale(deps, params.slug));
  const round = requireRound(sale, params.roundNo);
  const channel = channelByCode(sale.definition, body.channel);
  if (!channel) throw new Refusal("channel_unknown");
  const { channelNo } = channel;
  const preferences = readPreferences(sale.definition, round, channelNo, body.preferences);
  const binding = workBinding(sale, round.roundNo, buyer.accountKey);
  const work = checkWork(deps.keyring.work, { binding, nowMs }, body.work);
  if (!work.ok) throw new Refusal(work.why);
  const outcome = await deps.intake.enter(
    { saleNo: sale.saleNo, round },
    {
      accountKey: buyer.accountKey,
      phoneKey: buyer.phoneKey,
      emailKey: buyer.emailKey,
      entryId: work.value,
      channelNo,
      preferences,
      requestKey: call.requestKey,
    },
  );
  if (outcome === null) throw new Refusal("request_in_flight");
  if (!outcome.ok) throw new Refusal(outcome.why);
  return { status: 201, body: presentEntry(deps.keyring, sale, round.roundNo, outcome.entry) };
}

function mountEntry(app: FastifyInstance, deps: SaleDeps): void {
  const { door } = deps;
  mount(app, deps, buyerRoutes.showChallenge, (call) => challenge(deps, call));
  door.mount(deps, buyerRoutes.showChallenge, (call) => challenge(deps, call));

  mount(app, deps, buyerRoutes.enter, (call) => enter(deps, call));
  door.mount(deps, buyerRoutes.enter, (call) => enter(deps, call));

  mount(app, deps, buyerRoutes.withdraw, async (tx, { params, buyer, nowMs }) => {
    const { sale, round } = await requireBoth(deps, params);
    const { saleNo } = sale;
    const { accountKey } = buyer;
    const outcome = await withdrawEntry(tx, { saleNo, roundNo: round.roundNo, accountKey, nowMs });
    if (outcome !== "withdrawn") throw new Refusal(outcome);
    return { status: 200, body: { ok: true } };
  });
}

/** Offer and order that belong to an entry. */
async function readTurn(
  sql: Query,
  deps: SaleDeps,
  sale: StoredSale,
  roundNo: number,
  { entry, hasOffer, wasAsked }: Standing,
) {
  const { saleNo } = sale;
  const offer = hasOffer ? await findOfferOfEntry(sql, saleNo, roundNo, entry.entryId) : null;
  // Only an offer that was taken up has an order.
  const order =
    offer?.state === "ordered" ? await findOrderOfOffer(sql, saleNo, offer.offerId) : null;
  return {
    offer:
      offer &&
      presentOffer(
        sale.definition,
        deps.provider,
        offer,
        wasAsked ? await presentStepUp(sql, deps.keyring, offer) : null,
      ),
    order: order && presentOrder(sale.definition, deps.provider, order),
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
    const nothing = { entry: null, place: null, sharedTurn: null, offer: null, order: null };
    return { status: 200, headers, body: nothing };
  }
  // Most who ask wait, share nothing and have no offer: they cost one look, and what counts those ahead.
  const { entry, place, sharesTurn } = standing;
  const shown = presentEntry(deps.keyring, sale, roundNo, entry);
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

function mountOwn(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.showOwnStatus, (call) => ownStatus(deps, call));
  deps.door.mount(deps, buyerRoutes.showOwnStatus, (call) => ownStatus(deps, call));

  mount(app, deps, turnRoutes.objectToSharedTurn, async (tx, { params, body, buyer, nowMs }) => {
    const { sale, round } = await requireBoth(deps, params);
    const { saleNo } = sale;
    const { roundNo } = round;
    const { accountKey } = buyer;
    const entry = await findEntry(tx, saleNo, roundNo, accountKey);
    if (!entry) throw new Refusal("entry_not_found");
    const { entryId } = entry;
    const shared = await findSharedTurn(tx, { saleNo, roundNo, entryId });
    if (!shared) throw new Refusal("turn_not_shared");
    const statementCipher = deps.keyring.encrypt(body.statement);
    const objection = { saleNo, roundNo, entryId, turnId: shared.turnId, accountKey };
    if (!(await insertObjection(tx, objection, { statementCipher, nowMs }))) {
      throw new Refusal("objection_made");
    }
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
