/*
 * Routes for reviewing cases: analyse a sale now, list, show, claim, decide, undo, note, declare a
 * family, unmask an order. Personal data appear only through unmasking, which states a purpose and
 * is logged.
 */

import { noteLook } from "../../../people/io/lookStore.ts";
import { iso, isoOrNull } from "../../../base/instant.ts";
import type { FastifyInstance } from "fastify";
import { reviewRoutes } from "../../../api/caseRoutes.ts";
import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount, mountPrepared } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { channelByNo, variantByNo } from "../../../sale/definition.ts";
import { readFacts, readFactsCipher, type OrderFacts } from "../../../sale/io/factsStore.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import { mayRefuse, recordedReasons } from "../../decision/decisionRecord.ts";
import { caseCan, verdictsDigest } from "../review.ts";
import { analyseSale, writeAnalysis } from "./auditSale.ts";
import { findAudit, saleHasEnded } from "./auditStore.ts";
import {
  crowdOf,
  findCase,
  listCaseEvents,
  listCases,
  logCaseEvent,
  ordersOfCases,
  similarCases,
  takeVerdictsBack,
  writeClaim,
  writeVerdicts,
  type StoredCase,
  type StoredCaseOrder,
} from "./caseStore.ts";
import { findPolicy } from "../../policy/io/policyStore.ts";
import { lookAtCase } from "./viewerStore.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { declareApart } from "../../../sale/recipient/io/apartStore.ts";
import { accountLabel } from "../../../access/accountLabel.ts";
import { readStandings } from "../../../sale/standing/io/standingStore.ts";
import { standingOf, type StandingCode } from "../../../sale/standing/standing.ts";

function presentCase(one: StoredCase) {
  return {
    sale: one.slug,
    caseNo: one.caseNo,
    state: one.state,
    version: one.version,
    topBits: one.topBits,
    orderCount: one.orderCount,
    accountCount: one.accountCount,
    openedAt: iso(one.openedAtMs),
    dueAt: iso(one.dueAtMs),
    claimedBy: one.claimedBy,
    claimedUntil: isoOrNull(one.claimedUntilMs),
    decidedBy: one.decidedBy,
  };
}

/** An order without personal data: the account appears as a label. */
function presentCaseOrder(sale: StoredSale, order: StoredCaseOrder, standing: StandingCode | null) {
  const { definition } = sale;
  return {
    orderId: order.orderId,
    account: accountLabel(order.accountKey),
    personNo: order.personNo,
    bits: order.bits,
    state: order.state,
    placedAt: iso(order.placedAtMs),
    channel: must(channelByNo(definition, order.channelNo), "channel of an order").code,
    sku: must(variantByNo(definition, order.variantNo), "variant of an order").sku,
    paymentMethod: order.paymentMethod,
    priceMinorUnits: order.priceMinorUnits,
    ordersOfAccount: order.ordersOfAccount,
    answeredBy: order.answeredBy,
    verdict: order.verdict,
    letStand: order.letStand,
    standing,
    reasons: [...order.reasons],
  };
}

/** The case, its row locked if asked for; throws `case_not_found`. */
async function requireCase(
  sql: Query,
  sale: StoredSale,
  caseNo: number,
  lock = false,
): Promise<StoredCase> {
  const one = await findCase(sql, sale.saleNo, caseNo, lock);
  if (!one) throw new Refusal("case_not_found");
  return one;
}

/** How the orders of a case stand; nothing is said while nobody has decided it. */
async function standingsOf(
  sql: Query,
  one: StoredCase,
  orders: readonly StoredCaseOrder[],
  nowMs: number,
): Promise<Map<string, StandingCode>> {
  if (one.state === "open") return new Map();
  const orderIds = orders.map(({ orderId }) => orderId);
  const facts = await readStandings(sql, one.saleNo, orderIds);
  return new Map([...facts].map(([orderId, known]) => [orderId, standingOf(known, nowMs).code]));
}

async function showCase(
  sql: Query,
  sale: StoredSale,
  { caseNo, nowMs }: { readonly caseNo: number; readonly nowMs: number },
) {
  const one = await requireCase(sql, sale, caseNo);
  const [orders, events, similar, crowd] = await Promise.all([
    ordersOfCases(sql, sale.saleNo, [caseNo]),
    listCaseEvents(sql, sale.saleNo, caseNo),
    similarCases(sql, sale.saleNo, caseNo),
    crowdOf(sql, sale.saleNo),
  ]);
  const standings = await standingsOf(sql, one, orders, nowMs);
  return {
    ...presentCase(one),
    policyDigest: one.policyDigest,
    document: one.document,
    orders: orders.map((order) =>
      presentCaseOrder(sale, order, standings.get(order.orderId) ?? null),
    ),
    events: events.map(({ atMs, ...event }) => ({ ...event, at: iso(atMs) })),
    similar,
    crowd: { from: iso(crowd.fromMs), to: iso(crowd.toMs), counts: crowd.counts },
  };
}

/** Throws `no_strong_reason`, naming the orders that the policy does not let be cancelled. */
async function refuseWithoutReason(
  tx: Transaction,
  one: StoredCase,
  orders: readonly StoredCaseOrder[],
): Promise<void> {
  const { policy, reviewOnlyRules } = must(await findPolicy(tx, one.policyDigest), "policy");
  const braked = new Set(reviewOnlyRules);
  const without = orders.filter(
    (order) => !mayRefuse(policy, recordedReasons(policy, order.reasons, braked)),
  );
  if (without.length === 0) return;
  const errors = without.map((order) => ({
    field: `order ${order.orderId}`,
    reason: "no strong evidence under the policy: it can only be let stand",
  }));
  throw new Refusal("no_strong_reason", { errors });
}

interface CaseAtHand {
  readonly sale: StoredSale;
  readonly one: StoredCase;
}

/** Runs one command on a case whose row is locked; answers with the case afterwards. */
async function caseCommand(
  tx: Transaction,
  params: { readonly slug: string; readonly caseNo: number },
  work: (at: CaseAtHand) => Promise<void>,
) {
  const sale = await requireAnySale(tx, params.slug);
  const one = await requireCase(tx, sale, params.caseNo, true);
  await work({ sale, one });
  return { status: 200, body: presentCase(await requireCase(tx, sale, params.caseNo)) };
}

export function mountReview(app: FastifyInstance, deps: HttpDeps): void {
  mountPrepared(app, deps, reviewRoutes.auditSale, {
    prepare: async ({ params, nowMs }) => {
      const { keyring } = deps;
      const sql = deps.sql.within("work");
      const sale = await requireAnySale(sql, params.slug);
      if (!(await saleHasEnded(sql, sale, nowMs))) return "sale_still_open";
      // A repeated request gets its first answer without another analysis.
      if (await findAudit(sql, sale.saleNo)) return "audited_already";
      return { sale, analysis: await analyseSale({ sql, keyring }, sale) };
    },
    work: async (tx, { nowMs }, prepared) => {
      if (typeof prepared === "string") throw new Refusal(prepared);
      await tx.allow("work");
      const outcome = await writeAnalysis(tx, prepared.sale, prepared.analysis, nowMs);
      if (!outcome) throw new Refusal("audited_already");
      return { status: 200, body: outcome };
    },
  });

  mount(app, deps, reviewRoutes.listCases, async ({ query, operator }) => {
    const { sale: slug, mine, lang: _lang, ...filter } = query;
    const of = mine === "yes" ? operator.name : undefined;
    const { cases, total } = await listCases(deps.sql, { slug, of, ...filter });
    return { status: 200, body: { cases: cases.map(presentCase), total } };
  });

  mount(app, deps, reviewRoutes.showCase, async ({ params, operator, nowMs }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const shown = await showCase(deps.sql, sale, { caseNo: params.caseNo, nowMs });
    const look = { saleNo: sale.saleNo, caseNo: params.caseNo, viewerName: operator.name, nowMs };
    // Programs are told of no viewers, and read no notes between colleagues.
    const isProgram = operator.kind === "key";
    // A hint alone: a database that takes no writes must still show cases.
    const others = isProgram ? [] : await lookAtCase(deps.sql, look).catch(() => []);
    const events = isProgram ? shown.events.map((one) => ({ ...one, detail: {} })) : shown.events;
    return { status: 200, body: { ...shown, events, viewers: others } };
  });
  mountDeciding(app, deps);
  mountLooking(app, deps);
}

/** Claim, decide, undo. */
function mountDeciding(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, reviewRoutes.claimCase, (tx, { params, operator, nowMs }) =>
    caseCommand(tx, params, async ({ one }) => {
      const claim = caseCan.beClaimed(one, operator.name, nowMs);
      if (!claim.ok) throw new Refusal(claim.why);
      await writeClaim(tx, one, operator.name, claim.value);
    }),
  );

  mount(app, deps, reviewRoutes.decideCase, (tx, { params, body, operator, nowMs }) =>
    caseCommand(tx, params, async ({ one }) => {
      const by = { who: operator.name, seenVersion: body.version };
      const decided = caseCan.beDecided(one, by, nowMs);
      if (!decided.ok) throw new Refusal(decided.why);
      const orders = await ordersOfCases(tx, one.saleNo, [one.caseNo]);
      const except = new Set(body.except);
      const cancelled = orders.filter(
        (order) => (body.verdict === "cancel") !== except.has(order.orderId),
      );
      await refuseWithoutReason(tx, one, cancelled);
      const ids = new Set(cancelled.map((order) => order.orderId));
      const release = orders.filter((order) => !ids.has(order.orderId));
      await writeVerdicts(tx, one, {
        who: operator.name,
        nowMs,
        cancel: [...ids],
        release: release.map((order) => order.orderId),
      });
      await logCaseEvent(tx, one, {
        kind: "decided",
        actor: operator.name,
        atMs: nowMs,
        detail: {
          cancel: ids.size,
          release: release.length,
          note: body.note,
          verdicts: verdictsDigest(
            new Map(
              orders.map(({ orderId }) => [orderId, ids.has(orderId) ? "cancel" : "release"]),
            ),
          ),
        },
      });
    }),
  );

  mount(app, deps, reviewRoutes.undoCaseDecision, (tx, { params, operator, nowMs }) =>
    caseCommand(tx, params, async ({ one }) => {
      const undone = caseCan.beUndone(one, operator.name, nowMs);
      if (!undone.ok) throw new Refusal(undone.why);
      await takeVerdictsBack(tx, one);
      const event = { kind: "undone", actor: operator.name, atMs: nowMs, detail: {} };
      await logCaseEvent(tx, one, event);
    }),
  );
}

/** Facts of an order, decrypted; throws `facts_expired`. */
async function requireFacts(
  tx: Transaction,
  deps: HttpDeps,
  saleNo: number,
  orderId: string,
): Promise<OrderFacts> {
  const cipher = await readFactsCipher(tx, saleNo, orderId);
  if (!cipher) throw new Refusal("facts_expired");
  return readFacts(deps.keyring, cipher);
}

/** Notes, families and unmasking. */
function mountLooking(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, reviewRoutes.noteOnCase, async (tx, { params, body, operator, nowMs }) => {
    const one = await requireCase(tx, await requireAnySale(tx, params.slug), params.caseNo);
    const detail = { note: body.note };
    await logCaseEvent(tx, one, { kind: "note", actor: operator.name, atMs: nowMs, detail });
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, reviewRoutes.declareFamily, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const one = await requireCase(tx, sale, params.caseNo);
    const orders = await ordersOfCases(tx, sale.saleNo, [params.caseNo]);
    const keys = body.accounts.map(
      (label) => orders.find((order) => accountLabel(order.accountKey) === label)?.accountKey,
    );
    const known = new Set(keys.filter((key) => key !== undefined));
    if (known.size < body.accounts.length) throw new Refusal("account_not_in_case");
    await declareApart(tx, [...known], operator.name, nowMs);
    const detail = { accounts: body.accounts };
    await logCaseEvent(tx, one, { kind: body.as, actor: operator.name, atMs: nowMs, detail });
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, reviewRoutes.unmaskOrder, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const one = await requireCase(tx, sale, params.caseNo);
    const orders = await ordersOfCases(tx, sale.saleNo, [params.caseNo]);
    const order = orders.find(({ orderId }) => orderId === body.orderId);
    if (!order) throw new Refusal("order_not_found");
    const facts = await requireFacts(tx, deps, sale.saleNo, body.orderId);
    const detail = { orderId: body.orderId, purpose: body.purpose };
    await logCaseEvent(tx, one, { kind: "unmasked", actor: operator.name, atMs: nowMs, detail });
    const { accountKey, orderId: subject } = order;
    const { purpose } = body;
    await noteLook(tx, { accountKey, operator, what: "order_facts", subject, purpose, nowMs });
    return { status: 200, body: { facts } };
  });
}
