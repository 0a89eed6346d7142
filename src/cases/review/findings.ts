/*
 * Turns the result of an order analysis into cases for people to decide: rings, and orders of one
 * person beyond the announced limit. Stored values are masked or counted; nothing can be read back
 * as personal data.
 */

import { LIMIT_WORDS } from "./words.ts";
import { asText, fill, type Text } from "../../base/language.ts";
import { must } from "../../base/assert.ts";
import type { AuditCase, AuditResult } from "../../integrity/audit.ts";
import type { OrderTable } from "../../integrity/table/orders.ts";
import { OVER_LIMIT, principalReasons } from "../../integrity/reasons.ts";
import { releaseText } from "../../integrity/release.ts";
import { MemberIds } from "../../integrity/memberIds.ts";
import { caseDocument } from "../../integrity/report.ts";
import { leavingOut } from "../../integrity/values/withoutManyPeoples.ts";
import type { StatedReason } from "../decision/decisionRecord.ts";

/** One order of a case, as it is stored. */
export interface CaseOrder {
  readonly orderId: string;
  readonly personNo: number;
  readonly bits: number;
  readonly reasons: readonly StatedReason[];
  readonly counterfactual: Text;
  readonly region: string;
}

export interface CaseFinding {
  readonly topBits: number;
  readonly document: Readonly<Record<string, unknown>>;
  readonly orders: readonly CaseOrder[];
}

/** The limit is a plain rule without odds; it weighs as much as the strongest signal. */
const LIMIT_BITS = 6;

/** Identifiers that prove two orders to be one person's. A name or an address alone never does. */
const OWN_IDENTIFIERS = ["account", "phone", "email", "device", "payment"] as const;

/** The identifiers that an order shares with other orders of its person. */
function sharedIdentifiers(table: OrderTable, row: number, others: readonly number[]): Text[] {
  return OWN_IDENTIFIERS.filter((name) => {
    const { valueOf } = table.columns[name];
    const own = must(valueOf[row], "a value for each row");
    return own >= 0 && others.some((other) => valueOf[other] === own);
  }).map((name) => LIMIT_WORDS.shared[name]);
}

/** The reason "over the limit", with the identifiers that connect the orders. */
function limitReason(shared: readonly Text[]): StatedReason {
  const said = asText((language) =>
    fill(LIMIT_WORDS.reason[language], {
      limit: OVER_LIMIT[language],
      shared: shared.map((name) => name[language]).join(", "),
    }),
  );
  return { code: OVER_LIMIT.code, bits: LIMIT_BITS, ...said };
}

/** Orders that the limit puts together, as one case of one group. */
const limitCase = (rows: readonly number[]): AuditCase => ({
  caseNo: -1,
  topBits: LIMIT_BITS,
  rows: Int32Array.from(rows),
  groups: new Int32Array(rows.length),
  attached: [],
});

const verdictOf = (result: AuditResult, row: number) =>
  must(result.verdicts[row], "a verdict for each row");

/** An analysis, with what is known of its orders besides. */
interface Findable {
  readonly table: OrderTable;
  readonly result: AuditResult;
  readonly ids: MemberIds;
  /** Orders before which a one-time code was answered: nobody is asked for it again. */
  readonly answered: ReadonlySet<string>;
}

/**
 * One order of a case; `limit` is the reason "over the limit", if that is what the case is about.
 */
function caseOrder(
  { table, result, answered }: Findable,
  row: number,
  limit: StatedReason | null = null,
): CaseOrder {
  const { score } = verdictOf(result, row);
  const seen = principalReasons(score.evidence).map(({ code, id, en }) => ({
    code,
    id,
    en,
    bits: score.evidence.find((one) => one.signal === code)?.bits ?? 0,
  }));
  const { district } = table.columns;
  const place = must(district.valueOf[row], "a value for each row");
  const orderId = must(table.orderIds[row], "an id for each row");
  const done = { code: answered.has(orderId) };
  return {
    orderId,
    personNo: must(result.personOf[row], "a person for each row") + 1,
    bits: limit ? Math.max(score.bits, LIMIT_BITS) : score.bits,
    reasons: limit ? [limit, ...seen] : seen,
    counterfactual: limit ? LIMIT_WORDS.oneFewer : releaseText(score, result.thresholds, done),
    region: district.values[place] ?? "–",
  };
}

/**
 * Orders beyond the limit, where shared identifiers prove one person. Orders already in a ring's
 * case are left out.
 */
function limitFindings(findable: Findable): CaseFinding[] {
  const { table, result, ids } = findable;
  const rowsOf = new Map<number, number[]>();
  result.personOf.forEach((person, row) => {
    rowsOf.set(person, [...(rowsOf.get(person) ?? []), row]);
  });
  const findings: CaseFinding[] = [];
  for (const rows of rowsOf.values()) {
    if (rows.length < 2) continue;
    const beyond = rows.flatMap((row) => {
      const { overLimit, caseNo } = verdictOf(result, row);
      if (!overLimit || caseNo >= 0) return [];
      const others = rows.filter((other) => other !== row);
      const shared = sharedIdentifiers(table, row, others);
      return shared.length === 0 ? [] : [{ row, reason: limitReason(shared) }];
    });
    if (beyond.length === 0) continue;
    const one = limitCase(rows);
    const document = caseDocument(table, result, one, ids);
    const reasons = beyond.map(({ reason }) => ({ ...reason, p: null }));
    findings.push({
      topBits: LIMIT_BITS,
      document: { ...document, speaks_for_a_ring: reasons.slice(0, 1) },
      orders: beyond.map(({ row, reason }) => caseOrder(findable, row, reason)),
    });
  }
  return findings;
}

/** Table rows of orders that wait because of others to their recipient and place. */
export interface RecipientGroup {
  readonly rows: readonly number[];
}

/**
 * Orders that wait since they were placed, because those before them to the same recipient and place
 * had used up the limit. Each is looked at by a person, however little else speaks for it; those
 * that are in a case already stay there.
 */
function recipientFindings(
  findable: Findable,
  groups: readonly RecipientGroup[],
  inCase: ReadonlySet<string>,
): CaseFinding[] {
  const { table, result, ids } = findable;
  return groups.flatMap(({ rows }) => {
    const beyond = rows.filter(
      (row) => !inCase.has(must(table.orderIds[row], "an id for each row")),
    );
    if (beyond.length === 0) return [];
    const reason = limitReason([LIMIT_WORDS.shared.recipient]);
    const one = limitCase(rows);
    const document = caseDocument(table, result, one, ids);
    return [
      {
        topBits: LIMIT_BITS,
        document: { ...document, speaks_for_a_ring: [{ ...reason, p: null }] },
        orders: beyond.map((row) => caseOrder(findable, row, reason)),
      },
    ];
  });
}

/** Knowledge of a sale about its orders, besides their facts. */
interface Known {
  readonly recipients?: readonly RecipientGroup[];
  readonly answered?: ReadonlySet<string>;
}

/**
 * All cases of an analysis: rings first, then orders beyond the limit by one person, then those that
 * wait because of their recipient.
 */
export function findingsOf(
  given: OrderTable,
  result: AuditResult,
  { recipients = [], answered = new Set() }: Known = {},
): CaseFinding[] {
  const ids = new MemberIds(given, result);
  const table = leavingOut(given, result.manyPeoples);
  const findable = { table, result, ids, answered };
  const rings = result.cases.map((one) => ({
    topBits: one.topBits,
    document: caseDocument(table, result, one, ids),
    orders: Array.from(one.rows, (row) => caseOrder(findable, row)),
  }));
  const found = [...rings, ...limitFindings(findable)];
  const inCase = new Set(found.flatMap(({ orders }) => orders.map((order) => order.orderId)));
  return [...found, ...recipientFindings(findable, recipients, inCase)];
}
