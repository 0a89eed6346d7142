/*
 * The desk's routes for appeals: list, read with statement and files, decide. A reviewer who took
 * part in the decision is refused by `appealCan.beDecided`.
 */

import { noteLook } from "../../../people/io/lookStore.ts";
import type { OperatorIdentity } from "../../../http/identify.ts";
import type { FastifyInstance } from "fastify";
import { remedyRoutes } from "../../../api/remedyRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { appealCan } from "../appeal.ts";
import { endAppeal } from "./appealCommands.ts";
import {
  listAppeals,
  listFiles,
  readFile,
  readStatement,
  findAppeal,
  type StoredAppeal,
} from "./appealStore.ts";
import { presentAppeal } from "./presentAppeal.ts";
import type { Query } from "../../../db/connect.ts";
import { must } from "../../../base/assert.ts";
import { findSale } from "../../../sale/io/saleStore.ts";
import { readStandingFacts } from "../../../sale/standing/io/standingStore.ts";
import { standingOf } from "../../../sale/standing/standing.ts";
import { helpDeskText } from "../../decision/wording.ts";

export function mountAppealDesk(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mount(app, deps, remedyRoutes.listAppeals, async ({ query, nowMs }) => {
    const appeals = await listAppeals(deps.sql, query.state ?? null);
    return { status: 200, body: { appeals: appeals.map((one) => presentAppeal(one, nowMs)) } };
  });

  const note = async (
    { accountKey, appealId: subject }: StoredAppeal,
    what: "appeal" | "appeal_file",
    { operator, nowMs }: { readonly operator: OperatorIdentity; readonly nowMs: number },
  ) => noteLook(deps.sql, { accountKey, operator, what, subject, purpose: null, nowMs });

  mount(app, deps, remedyRoutes.showAppeal, async ({ params, operator, nowMs }) => {
    const appeal = await requireAppeal(deps.sql, params.appealId);
    await note(appeal, "appeal", { operator, nowMs });
    return {
      status: 200,
      body: {
        ...presentAppeal(appeal, nowMs),
        statement: readStatement(keyring, appeal),
        record: appeal.record as unknown as Record<string, unknown>,
        deciders: [...appeal.deciders],
        files: await listFiles(deps.sql, appeal.appealId),
        answer: appeal.answer,
        helpDesk: await helpDeskOf(deps.sql, appeal, nowMs),
      },
    };
  });

  mount(app, deps, remedyRoutes.showAppealFile, async ({ params, operator, nowMs }) => {
    const file = await readFile(deps.sql, keyring, params.appealId, params.fileNo);
    if (!file) throw new Refusal("appeal_not_found");
    const appeal = await requireAppeal(deps.sql, params.appealId);
    await note(appeal, "appeal_file", { operator, nowMs });
    return { status: 200, body: file };
  });

  mount(app, deps, remedyRoutes.decideAppeal, async (tx, { params, body, operator, nowMs }) => {
    const appeal = await requireAppeal(tx, params.appealId, true);
    const by = { who: operator.name, answer: body.answer.id };
    const may = appealCan.beDecided(appeal, by, appeal.deciders);
    if (!may.ok) throw new Refusal(may.why);
    await endAppeal(tx, keyring, appeal, {
      outcome: body.outcome,
      answer: body.answer,
      who: operator.name,
      byDefault: false,
      nowMs,
    });
    const ended = await requireAppeal(tx, params.appealId);
    return { status: 200, body: presentAppeal(ended, nowMs) };
  });
}

async function helpDeskOf(sql: Query, { saleNo, orderId, record }: StoredAppeal, nowMs: number) {
  const facts = must(await readStandingFacts(sql, saleNo, orderId), "decided order");
  const sale = must(await findSale(sql, record.sale_id), "sale of a decision");
  return helpDeskText(standingOf(facts, nowMs), record, sale.definition.timeZone);
}

/** The appeal, its row locked if asked for; throws `appeal_not_found`. */
async function requireAppeal(sql: Query, appealId: string, lock = false): Promise<StoredAppeal> {
  const appeal = await findAppeal(sql, appealId, lock);
  if (!appeal) throw new Refusal("appeal_not_found");
  return appeal;
}
