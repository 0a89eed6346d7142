/*
 * The bound that decided orders certify: how far orders may be held without a person, and how sure that is. Without
 * decisions of people there is none.
 *
 * Must never happen: orders that are held for one cause count as many independent ones. So clusters are counted, and of
 * each case only a few orders may be held by themselves.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { componentsOf } from "./attributes.ts";
import { lookAt, opensCase, type AuditResult } from "./audit.ts";
import { certifiedThreshold, clustersNeeded, type ClusterCount } from "./bound.ts";
import { byLetters } from "../base/canonical.ts";
import type { DisjointSets } from "./table/columns.ts";
import type { OrderTable } from "./table/orders.ts";

/** An order that a person has decided about. */
export interface DecidedOrder {
  readonly orderId: string;
  readonly genuine: boolean;
  /** Everybody who may be held for the same cause; null where the file names none. */
  readonly cluster: string | null;
}

/** The shares of genuine orders that may be held wrongly, the confidence, and the most holds of a case by themselves. */
const PROMISES = [0.005, 0.01, 0.02] as const;
const DELTA = 0.05;
const HOLDS_PER_CASE = 3;
/** Thresholds from the strictest on, in bits. */
const THRESHOLDS = Array.from({ length: 57 }, (_, at) => 12 - at / 4);

export interface Certified {
  readonly alpha: number;
  /** From so many bits on orders may be held by themselves; null while nothing is certified. */
  readonly bits: number | null;
  /** Clusters without any error that would certify it. */
  readonly clustersNeeded: number;
}

/** The effect of a threshold on the decided orders, as shares of the genuine ones and of the others. */
export interface ThresholdLine {
  readonly bits: number;
  readonly genuineInCases: number;
  readonly othersInCases: number;
  readonly genuineHeld: number;
}

export interface Certificate {
  readonly orders: number;
  readonly genuine: number;
  readonly clusters: number;
  readonly delta: number;
  readonly holdsPerCase: number;
  readonly certified: readonly Certified[];
  readonly thresholds: readonly ThresholdLine[];
  /** Decided orders that the files do not hold. */
  readonly unknown: number;
}

/** Each promise with what decided clusters certify of it; without clusters, with what is needed. */
export const certifiedBy = (clusters: readonly ClusterCount[] = []): Certified[] =>
  PROMISES.map((alpha) => {
    const settings = { alpha, delta: DELTA, holdsPerCase: HOLDS_PER_CASE };
    const at = certifiedThreshold(clusters, settings);
    const bits = at < 0 ? null : must(THRESHOLDS[at], "a threshold of each number");
    return { alpha, bits, clustersNeeded: clustersNeeded(settings) };
  });

/** The bits from which each order may be held by itself: of a case the few strongest, of one without a case none. */
function automaticFrom(table: OrderTable, result: AuditResult): Float64Array {
  const from = new Float64Array(table.count).fill(-Infinity);
  const verdict = (row: number) => must(result.verdicts[row], "a verdict of each order");
  const idOf = (row: number) => must(table.orderIds[row], "an id of each order");
  for (const { rows } of result.cases) {
    const holdable = Array.from(rows).filter((row) => {
      const { score } = verdict(row);
      return score.twoGroups && score.carries;
    });
    holdable.sort(
      (a, b) => verdict(b).score.bits - verdict(a).score.bits || byLetters(idOf(a), idOf(b)),
    );
    for (const row of holdable.slice(0, HOLDS_PER_CASE)) from[row] = verdict(row).score.bits;
  }
  return from;
}

/** The cluster of each row: all that hang together over things and places, and all of one case. */
function clusterOfRows(table: OrderTable, result: AuditResult): (row: number) => string {
  // Made when it is asked for: all addresses are read again for it.
  let sets: DisjointSets | null = null;
  const joined = () => {
    const { identifiersAndPlaces } = lookAt(table, {}).shared;
    const all = componentsOf(identifiersAndPlaces, table);
    for (const { rows } of result.cases) for (const row of rows) all.join(wholeAt(rows, 0), row);
    return all;
  };
  return (row) => String((sets ??= joined()).find(row));
}

interface DecidedRow {
  readonly row: number;
  readonly genuine: boolean;
  readonly cluster: string;
}

function countsOf(rows: readonly DecidedRow[], from: Float64Array): ClusterCount[] {
  return [...Map.groupBy(rows, ({ cluster }) => cluster).values()].map((members) => {
    const genuine = members.filter((one) => one.genuine);
    const held = THRESHOLDS.map(
      (bits) => genuine.filter(({ row }) => (from[row] ?? -Infinity) >= bits).length,
    );
    return { genuine: genuine.length, held };
  });
}

function lineOf(
  bits: number,
  rows: readonly DecidedRow[],
  { result, from }: { readonly result: AuditResult; readonly from: Float64Array },
): ThresholdLine {
  const inCase = ({ row }: DecidedRow) => {
    const { score } = must(result.verdicts[row], "a verdict of each order");
    return opensCase(score, { ...result.thresholds, caseBits: bits });
  };
  const genuine = rows.filter((one) => one.genuine);
  const others = rows.filter((one) => !one.genuine);
  const share = (list: readonly DecidedRow[], is: (one: DecidedRow) => boolean) =>
    list.length === 0 ? 0 : list.filter(is).length / list.length;
  return {
    bits,
    genuineInCases: share(genuine, inCase),
    othersInCases: share(others, inCase),
    genuineHeld: share(genuine, ({ row }) => (from[row] ?? -Infinity) >= bits),
  };
}

/** The certificate that decided orders of an event give to its audit. */
export function certificateOf(
  table: OrderTable,
  result: AuditResult,
  decided: readonly DecidedOrder[],
): Certificate {
  const rowOf = new Map(table.orderIds.map((id, row) => [id, row]));
  const clusterOf = clusterOfRows(table, result);
  const rows = decided.flatMap(({ orderId, genuine, cluster }) => {
    const row = rowOf.get(orderId);
    if (row === undefined) return [];
    return [{ row, genuine, cluster: cluster === null ? clusterOf(row) : `given ${cluster}` }];
  });
  const from = automaticFrom(table, result);
  const clusters = countsOf(rows, from);
  return {
    orders: rows.length,
    genuine: rows.filter(({ genuine }) => genuine).length,
    clusters: clusters.length,
    delta: DELTA,
    holdsPerCase: HOLDS_PER_CASE,
    certified: certifiedBy(clusters),
    thresholds: THRESHOLDS.map((bits) => lineOf(bits, rows, { result, from })),
    unknown: decided.length - rows.length,
  };
}
