import type { AuditResult } from "../integrity/audit.ts";
import type { OrderTable } from "../integrity/orders.ts";
import { OVER_LIMIT, principalReasons, releaseText } from "../integrity/reasons.ts";
import { caseDocument } from "../integrity/report.ts";
import type { BothTexts, StatedReason } from "./decisionRecord.ts";

/** One order of a case, as it is stored: no value in it can be read back as somebody's data. */
export interface CaseOrder {
  readonly orderId: string;
  readonly personNo: number;
  readonly bits: number;
  readonly reasons: readonly StatedReason[];
  readonly counterfactual: BothTexts;
  readonly region: string;
}

export interface CaseFinding {
  readonly topBits: number;
  readonly document: Readonly<Record<string, unknown>>;
  readonly orders: readonly CaseOrder[];
}

/** A plain rule needs no odds; it counts like the loudest signal. */
const LIMIT_BITS = 6;

const ONE_FEWER: BothTexts = {
  id: "satu pesanan lebih sedikit dari orang yang sama",
  en: "one order fewer by the same person",
};

function caseOrder(table: OrderTable, result: AuditResult, row: number): CaseOrder {
  const { score, overLimit } = result.verdicts[row]!;
  const seen = principalReasons(score.evidence).map(({ code, id, en }) => ({
    ...{ code, id, en },
    bits: score.evidence.find((one) => one.family === code)?.bits ?? 0,
  }));
  const { district } = table.columns;
  const place = district.valueOf[row]!;
  return {
    orderId: table.orderIds[row]!,
    personNo: result.personOf[row]! + 1,
    bits: overLimit ? Math.max(score.bits, LIMIT_BITS) : score.bits,
    reasons: overLimit ? [{ ...OVER_LIMIT, bits: LIMIT_BITS }, ...seen] : seen,
    counterfactual: overLimit ? ONE_FEWER : releaseText(score.evidence),
    region: place < 0 ? "–" : district.values[place]!,
  };
}

/** Cases for people to decide: the rings that were found, and each person's orders beyond the limit. */
export function findingsOf(table: OrderTable, result: AuditResult): CaseFinding[] {
  const rings = result.cases.map((one) => ({
    topBits: one.topBits,
    document: caseDocument(table, result, one),
    orders: Array.from(one.rows, (row) => caseOrder(table, result, row)),
  }));
  const beyond = new Map<number, number[]>();
  result.verdicts.forEach(({ overLimit, caseNo }, row) => {
    if (!overLimit || caseNo >= 0) return;
    const person = result.personOf[row]!;
    beyond.set(person, [...(beyond.get(person) ?? []), row]);
  });
  const limits = [...beyond.values()].map((rows) => ({
    topBits: LIMIT_BITS,
    document: caseDocument(table, result, {
      ...{ caseNo: -1, topBits: LIMIT_BITS, rows: Int32Array.from(rows) },
    }),
    orders: rows.map((row) => caseOrder(table, result, row)),
  }));
  return [...rings, ...limits];
}
