import type { FastifyInstance } from "fastify";
import { asUuid } from "../../../access/io/keyring.ts";
import { logOperatorAction, readOperatorLog } from "../../../access/io/operatorStore.ts";
import { remedyRoutes } from "../../../api/caseRoutes.ts";
import type { Query } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { roundOf, variantBySku } from "../../../sale/definition.ts";
import { genuineTicket } from "../../../sale/io/present.ts";
import { appealCan } from "../../appeal/appeal.ts";
import { saleHasEnded } from "../../review/io/auditSale.ts";
import { endAppeal } from "../../appeal/io/appealCommands.ts";
import {
  findAppeal,
  listAppeals,
  listFiles,
  readFile,
  readStatement,
  type StoredAppeal,
} from "../../appeal/io/appealStore.ts";
import { listCaseEvents } from "../../review/io/caseStore.ts";
import { findDecision, type StoredDecision } from "../../decision/io/decisionStore.ts";
import {
  brakeRules,
  drawErrorSample,
  judgeSample,
  listErrorSample,
  readOwnError,
} from "../../ownError/io/errorStore.ts";
import { readTruth, writeOrderStatus } from "../../decision/io/orderStatusStore.ts";
import { requireAnySale } from "../../../sale/io/saleRoutes.ts";
import {
  presentAppeal,
  presentEntitlement,
  presentMouths,
} from "../../decision/io/presentDecision.ts";
import { carveOutRound, creditFailure, listEntitlements } from "./remedyStore.ts";
import { publishReport } from "../../report/io/reportStore.ts";
import { presentEdition } from "../../account/io/rightsRoutes.ts";
import { statusCan } from "../../decision/status.ts";

async function requireAppeal(sql: Query, appealId: string, lock = false): Promise<StoredAppeal> {
  const appeal = await findAppeal(sql, appealId, lock);
  if (!appeal) throw new Refusal("appeal_not_found");
  return appeal;
}

async function requireDecision(sql: Query, decisionId: string): Promise<StoredDecision> {
  const decision = await findDecision(sql, decisionId);
  if (!decision) throw new Refusal("decision_not_found");
  return decision;
}

export function mountRemedies(app: FastifyInstance, deps: HttpDeps): void {
  mountAppeals(app, deps);
  mountDecisions(app, deps);
  mountMakingGood(app, deps);
  mountOwnError(app, deps);
}

function mountAppeals(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mount(app, deps, remedyRoutes.listAppeals, async ({ query, nowMs }) => {
    const appeals = await listAppeals(deps.sql, query.state ?? null);
    return { status: 200, body: { appeals: appeals.map((one) => presentAppeal(one, nowMs)) } };
  });

  mount(app, deps, remedyRoutes.showAppeal, async ({ params, nowMs }) => {
    const appeal = await requireAppeal(deps.sql, params.appealId);
    return {
      status: 200,
      body: {
        ...presentAppeal(appeal, nowMs),
        statement: readStatement(keyring, appeal),
        record: appeal.record as unknown as Record<string, unknown>,
        deciders: [...appeal.deciders],
        files: await listFiles(deps.sql, appeal.appealId),
        answer: appeal.answer,
      },
    };
  });

  mount(app, deps, remedyRoutes.showAppealFile, async ({ params }) => {
    const file = await readFile(deps.sql, keyring, params.appealId, params.fileNo);
    if (!file) throw new Refusal("appeal_not_found");
    return { status: 200, body: file };
  });

  mount(app, deps, remedyRoutes.decideAppeal, async (tx, { params, body, operator, nowMs }) => {
    const appeal = await requireAppeal(tx, params.appealId, true);
    const by = { who: operator.name, answer: body.answer.id };
    const may = appealCan.beDecided(appeal, by, appeal.deciders);
    if (!may.ok) throw new Refusal(may.why);
    await endAppeal(tx, keyring, appeal, {
      ...{
        outcome: body.outcome,
        answer: body.answer,
        who: operator.name,
        byDefault: false,
        nowMs,
      },
    });
    const entry = {
      operatorName: operator.name,
      action: `appeal ${body.outcome}`,
      subject: appeal.appealId,
      nowMs,
    };
    await logOperatorAction(tx, entry);
    const ended = await requireAppeal(tx, params.appealId);
    return { status: 200, body: presentAppeal(ended, nowMs) };
  });
}

/** Everything about one decision in one document, for a consumer body; nothing about other buyers. */
async function dossier(sql: Query, decision: StoredDecision, nowMs: number) {
  const notices = await sql`
    select kind, state, written_at as "writtenAt", ended_at as "endedAt" from notice
    where decision_id = ${decision.decisionId} order by written_at`;
  const events =
    decision.caseNo === null ? [] : await listCaseEvents(sql, decision.saleNo, decision.caseNo);
  return {
    format: "giliran.dossier/1",
    ...(await presentMouths(sql, decision, nowMs)),
    decidedBy: [...decision.decidedBy],
    notices,
    log: events.map(({ kind, actor, atMs }) => ({ kind, actor, at: new Date(atMs).toISOString() })),
  };
}

function mountDecisions(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.showDecision, async ({ params, nowMs }) => ({
    status: 200,
    body: await presentMouths(deps.sql, await requireDecision(deps.sql, params.decisionId), nowMs),
  }));

  mount(app, deps, remedyRoutes.exportDecision, async ({ params, nowMs }) => ({
    status: 200,
    body: await dossier(deps.sql, await requireDecision(deps.sql, params.decisionId), nowMs),
  }));

  mount(app, deps, remedyRoutes.setOrderStatus, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const truth = await readTruth(tx, sale.saleNo, params.orderId);
    if (!truth) throw new Refusal("order_not_found");
    const handoverReference = body.handoverReference ?? truth.handoverReference;
    const may = statusCan({ ...truth, handoverReference }, body.status);
    if (!may.ok) throw new Refusal(may.why);
    await writeOrderStatus(tx, {
      ...{ saleNo: sale.saleNo, orderId: params.orderId, status: body.status, nowMs },
      ...{ handoverReference: body.handoverReference ?? null, who: operator.name },
    });
    return { status: 200, body: { ok: true } };
  });
}

function mountMakingGood(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.listEntitlements, async () => {
    const all = await listEntitlements(deps.sql);
    return { status: 200, body: { entitlements: all.map(presentEntitlement) } };
  });

  mount(app, deps, remedyRoutes.creditFailure, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const ticket = genuineTicket(deps.keyring, body.ticket);
    if (ticket?.saleNo !== sale.saleNo) throw new Refusal("ticket_invalid");
    if (!variantBySku(sale.definition, body.sku)) throw new Refusal("variant_unknown");
    const { roundNo, entryId } = ticket;
    const credit = await creditFailure(tx, deps.keyring, {
      ...{ sale, roundNo, entryId: asUuid(entryId), sku: body.sku, reason: body.reason, nowMs },
      operatorName: operator.name,
    });
    if (!credit) throw new Refusal("credited_already");
    const subject = `${params.slug} ${credit.entitlementId}`;
    await logOperatorAction(tx, {
      ...{ operatorName: operator.name, action: "credit a failure", subject, nowMs },
    });
    return { status: 201, body: presentEntitlement(credit) };
  });

  mount(app, deps, remedyRoutes.carveOutRound, async (tx, { params, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const round = roundOf(sale.definition, params.roundNo);
    if (!round) throw new Refusal("round_not_found");
    if (nowMs >= round.lobbyOpensAtMs) throw new Refusal("round_opened");
    const carved = await carveOutRound(tx, sale, round, { operatorName: operator.name, nowMs });
    if (!carved) throw new Refusal("carved_already");
    const subject = `${params.slug} round ${round.roundNo}`;
    await logOperatorAction(tx, {
      ...{ operatorName: operator.name, action: "carve out", subject, nowMs },
    });
    return { status: 200, body: carved };
  });

  mount(app, deps, remedyRoutes.publishReport, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    // It counts all entries and orders of the sale.
    await tx.allow("work");
    if (!(await saleHasEnded(tx, sale, nowMs))) throw new Refusal("sale_still_open");
    const edition = { correction: body.correction ?? null, nowMs };
    const published = await publishReport(tx, sale, edition);
    if (published === "correction_needed") throw new Refusal("correction_needed");
    const action = `publish report, edition ${published.edition}`;
    await logOperatorAction(tx, {
      ...{ operatorName: operator.name, action, subject: params.slug, nowMs },
    });
    return { status: 201, body: presentEdition(published) };
  });
}

function mountOwnError(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, remedyRoutes.listLog, async ({ query }) => {
    const { before, limit } = query;
    const entries = (await readOperatorLog(deps.sql, { before, limit })).map(
      ({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() }),
    );
    return { status: 200, body: { entries } };
  });

  mount(app, deps, remedyRoutes.drawErrorSample, async (tx, { params, body, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const drawn = await drawErrorSample(tx, sale.saleNo, body, nowMs);
    if (!drawn) throw new Refusal("sale_not_sealed");
    return { status: 200, body: drawn };
  });

  mount(app, deps, remedyRoutes.listErrorSample, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    return { status: 200, body: { orders: await listErrorSample(deps.sql, sale.saleNo) } };
  });

  mount(app, deps, remedyRoutes.judgeErrorSample, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const judged = { found: body.found, who: operator.name, nowMs };
    if (!(await judgeSample(tx, sale.saleNo, params.orderId, judged))) {
      throw new Refusal("order_not_found");
    }
    await brakeRules(tx, sale, nowMs);
    return { status: 200, body: await readOwnError(tx, sale) };
  });
}
