/*
 * Routes for failures of our own: the failures that the server recorded, lists of people who are to
 * be owed a unit, and their approval by a second person.
 */

import type { FastifyInstance } from "fastify";
import { asUuid } from "../../../access/io/keyring.ts";
import { readInvitedPath } from "../../../access/io/operatorStore.ts";
import { creditRoutes } from "../../../api/remedyRoutes.ts";
import { must } from "../../../base/assert.ts";
import { iso, isoOrNull } from "../../../base/instant.ts";
import { fill, inEach, type Text } from "../../../base/language.ts";
import { textIn } from "../../../base/inLanguage.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { enqueueMessages } from "../../../messages/io/outbox.ts";
import { productOf, variantByNo, variantBySku } from "../../../sale/definition.ts";
import { tookLastThird } from "../../../sale/failure/failure.ts";
import { listFailures, type RecordedFailure } from "../../../sale/failure/io/failureStore.ts";
import { genuineTicket } from "../../../sale/io/presentEntry.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { readSaleStatus, type StoredSale } from "../../../sale/io/saleStore.ts";
import type { Approval } from "../../batch/batch.ts";
import { policyOfSale, type StoredPolicy } from "../../policy/io/policyStore.ts";
import { beyondCeiling, creditCan, withinCeiling } from "../credit.ts";
import { REMEDY_WORDS } from "../words.ts";
import {
  endCreditList,
  findEntries,
  insertCreditList,
  insertCredits,
  listCreditLists,
  lockCreditList,
  readCredited,
  readCreditLines,
  readCreditStock,
  type StoredCreditLine,
  type StoredCreditList,
} from "./creditStore.ts";

const DAY_MS = 86_400_000;

/** Whether a failure is ours to make good: lost, and a unit only if we took its last third. */
function isOurs(failure: RecordedFailure): boolean {
  if (!failure.isLost) return false;
  if (failure.kind === "place") return true;
  const failed = { fromMs: failure.firstAt.getTime(), toMs: failure.lastAt.getTime() };
  const { heldFrom, heldUntil } = failure;
  if (heldFrom === null || heldUntil === null) return false;
  return tookLastThird(failed, { fromMs: heldFrom.getTime(), toMs: heldUntil.getTime() });
}

const personOf = (one: { readonly roundNo: number; readonly accountKey: string }) =>
  `${one.roundNo} ${one.accountKey}`;

const skuOf = (sale: StoredSale, variantNo: number) =>
  must(variantByNo(sale.definition, variantNo), "variant of a sale").sku;

async function presentList(sql: Query, sale: StoredSale, list: StoredCreditList) {
  const lines = await readCreditLines(sql, list.listId);
  const units: Record<string, number> = {};
  for (const { roundNo, variantNo } of lines) {
    const name = `${roundNo} ${skuOf(sale, variantNo)}`;
    units[name] = (units[name] ?? 0) + 1;
  }
  const person = ({ who, invitedPath }: Approval) => ({ name: who, invitedBy: [...invitedPath] });
  return {
    listId: list.listId,
    source: list.source,
    state: list.state,
    digest: list.digest,
    reason: list.reason,
    people: lines.length,
    units,
    createdBy: person(list.created),
    createdAt: iso(list.createdAt.getTime()),
    endedBy: list.ended && person(list.ended),
    endedAt: isoOrNull(list.endedAt?.getTime() ?? null),
  };
}

/** A sale's recorded failures, and those that are ours to make good and in no list yet. */
async function readFailures(sql: Query, saleNo: number) {
  const credited = await readCredited(sql, saleNo);
  const recorded = await listFailures(sql, saleNo);
  const lost = recorded.filter((one) => isOurs(one) && !credited.has(personOf(one)));
  return { recorded, lost };
}

/**
 * The people whom the server itself failed and who are in no list yet, as many as the ceiling lets:
 * lost units first, then the earliest failure. Throws if there is nobody.
 */
async function recordedLines(tx: Query, saleNo: number): Promise<StoredCreditLine[]> {
  const { lost } = await readFailures(tx, saleNo);
  const lines = lost
    .toSorted((a, b) => Number(a.kind === "place") - Number(b.kind === "place"))
    .map(({ roundNo, accountKey, variantNo, phoneKey, emailKey }) => ({
      roundNo,
      accountKey,
      variantNo,
      phoneKey,
      emailKey,
    }));
  if (lines.length === 0) throw new Refusal("no_failure_recorded");
  const share = (await policyOfSale(tx, saleNo))?.policy.remedy.failureCreditShare;
  const fitting = withinCeiling(lines, await readCreditStock(tx, saleNo), share);
  if (fitting.length === 0) throw new Refusal("credit_ceiling");
  return fitting;
}

/** The people whose tickets were handed in; throws where one is not genuine, or there twice. */
async function ticketLines(
  tx: Query,
  deps: HttpDeps,
  sale: StoredSale,
  turns: readonly { readonly ticket: string; readonly sku: string }[],
): Promise<StoredCreditLine[]> {
  const wanted = turns.map(({ ticket: text, sku }) => {
    const ticket = genuineTicket(deps.keyring, text);
    if (ticket?.saleNo !== sale.saleNo) throw new Refusal("ticket_invalid");
    const variant = variantBySku(sale.definition, sku);
    if (!variant) throw new Refusal("variant_unknown");
    return { entryId: asUuid(ticket.entryId), variantNo: variant.variantNo };
  });
  const entries = await findEntries(
    tx,
    sale.saleNo,
    wanted.map(({ entryId }) => entryId),
  );
  const credited = await readCredited(tx, sale.saleNo);
  return wanted.map(({ entryId, variantNo }) => {
    const entry = entries.find((one) => one.entryId === entryId);
    if (!entry) throw new Refusal("ticket_invalid");
    // Owing what somebody never wished for would be a gift, not amends.
    if (!entry.preferences.split(".").includes(String(variantNo)))
      throw new Refusal("variant_unknown");
    if (credited.has(personOf(entry))) throw new Refusal("credited_already");
    credited.add(personOf(entry));
    const { roundNo, accountKey, phoneKey, emailKey } = entry;
    return { roundNo, accountKey, variantNo, phoneKey, emailKey };
  });
}

/** Owes the units of an approved list and tells each person. */
async function grant(
  tx: Transaction,
  deps: HttpDeps,
  given: {
    readonly sale: StoredSale;
    readonly stored: StoredPolicy;
    readonly list: StoredCreditList;
    readonly lines: readonly StoredCreditLine[];
    readonly who: string;
    readonly nowMs: number;
  },
): Promise<void> {
  const { sale, stored, list, who, nowMs } = given;
  const { definition, saleNo } = sale;
  const variantOf = (variantNo: number) =>
    must(variantByNo(definition, variantNo), "variant of a credit");
  const lines = given.lines.map((line) => {
    const variant = variantOf(line.variantNo);
    const { priceMinorUnits } = variant;
    return { ...line, ...productOf(definition, variant), priceMinorUnits };
  });
  const expiresAtMs = nowMs + stored.policy.remedy.entitlementDays * DAY_MS;
  const terms = { currency: definition.currency, who, nowMs, expiresAtMs };
  const owed = await insertCredits(tx, list, lines, terms);
  // Somebody in it was owed a unit meanwhile: the list is not what was agreed to any more.
  if (owed.length < lines.length) throw new Refusal("credited_already");
  const textOf = (name: Text) =>
    inEach((language) => ({
      subject: textIn(REMEDY_WORDS.subject, language),
      text: fill(textIn(REMEDY_WORDS.afterFailure, language), {
        reason: textIn(list.reason, language),
        variant: textIn(name, language),
      }),
      brief: textIn(REMEDY_WORDS.brief, language),
    }));
  const messages = owed.map(({ accountKey, variantNo, language }) => ({
    facts: { kind: "entitlement" as const, ...textOf(variantOf(variantNo).name) },
    language,
    recipient: { accountKey },
    saleNo,
    nowMs,
  }));
  await enqueueMessages(tx, deps.keyring, messages);
}

export function mountCredits(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, creditRoutes.countFailures, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const { recorded, lost } = await readFailures(deps.sql, sale.saleNo);
    return { status: 200, body: { recorded: recorded.length, lost: lost.length } };
  });

  mount(app, deps, creditRoutes.listCreditLists, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const all = await listCreditLists(deps.sql, sale.saleNo);
    const shown = await Promise.all(all.map((list) => presentList(deps.sql, sale, list)));
    return { status: 200, body: { lists: shown } };
  });

  mount(app, deps, creditRoutes.proposeCredits, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    // Serialised by the sale's row: two lists at once must not name the same people.
    await readSaleStatus(tx, sale.saleNo, "update");
    const { turns, reason } = body;
    const lines = turns
      ? await ticketLines(tx, deps, sale, turns)
      : await recordedLines(tx, sale.saleNo);
    const by = { who: operator.name, invitedPath: await readInvitedPath(tx, operator.operatorId) };
    const source = turns ? ("uploaded" as const) : ("recorded" as const);
    const { saleNo } = sale;
    const listId = await insertCreditList(tx, { saleNo, source, reason, lines, by, nowMs });
    const list = must(await lockCreditList(tx, saleNo, listId), "inserted above");
    return { status: 201, body: await presentList(tx, sale, list) };
  });
  mountDeciding(app, deps);
}

/** Approve and reject. */
function mountDeciding(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, creditRoutes.approveCredits, async (tx, { params, body, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const { saleNo } = sale;
    // Serialised by the sale's row: two approvals at once must not go beyond the ceiling together.
    await readSaleStatus(tx, saleNo, "update");
    const list = await lockCreditList(tx, saleNo, params.listId);
    if (!list) throw new Refusal("credit_list_not_found");
    const stored = await policyOfSale(tx, saleNo);
    if (!stored) throw new Refusal("policy_not_found");
    const invitedPath = await readInvitedPath(tx, operator.operatorId);
    const by = { who: operator.name, invitedPath, digest: body.digest };
    const next = creditCan.beApproved(list, by, stored.policy.batch);
    if (!next.ok) throw new Refusal(next.why);
    const lines = await readCreditLines(tx, list.listId);
    const share = stored.policy.remedy.failureCreditShare;
    const beyond = beyondCeiling(lines, await readCreditStock(tx, saleNo), share);
    if (beyond.length > 0) throw new Refusal("credit_ceiling");
    await endCreditList(tx, list.listId, { state: next.value, by, nowMs });
    await grant(tx, deps, { sale, stored, list, lines, who: operator.name, nowMs });
    const ended = must(await lockCreditList(tx, saleNo, list.listId), "found above");
    return { status: 200, body: await presentList(tx, sale, ended) };
  });

  mount(app, deps, creditRoutes.rejectCredits, async (tx, { params, operator, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const list = await lockCreditList(tx, sale.saleNo, params.listId);
    if (!list) throw new Refusal("credit_list_not_found");
    const next = creditCan.beRejected(list);
    if (!next.ok) throw new Refusal(next.why);
    const by = { who: operator.name, invitedPath: await readInvitedPath(tx, operator.operatorId) };
    await endCreditList(tx, list.listId, { state: next.value, by, nowMs });
    const ended = must(await lockCreditList(tx, sale.saleNo, list.listId), "found above");
    return { status: 200, body: await presentList(tx, sale, ended) };
  });
}
