/*
 * The bound that decided orders certify: how far orders may be held without a person, and how sure that is. Without
 * decisions of people there is none.
 *
 * Must never happen: orders that are held for one cause count as many independent ones. So clusters are counted, and of
 * each cluster only a few orders may be held by themselves.
 */

import { must } from "../base/assert.ts";
import { floatAt, wholeAt } from "../base/at.ts";
import { componentsOf } from "./attributes.ts";
import { lookAt, opensCase, type AuditResult } from "./audit.ts";
import {
  certifiedByStrata,
  clustersNeeded,
  type BoundSettings,
  type ClusterCount,
  type Stratum,
} from "./bound.ts";
import { byName, nameAt } from "./canonical.ts";
import type { OrderTable } from "./table/orders.ts";
import { fitted } from "./fit/learn.ts";

/** An order that a person has decided about. */
export interface DecidedOrder {
  readonly orderId: string;
  readonly genuine: boolean;
  /** Everybody who may be held for the same cause; null where the file names none. */
  readonly cluster: string | null;
}

/** The shares of genuine orders that may be held wrongly, the confidence, and the most holds of a cluster by themselves. */
export const PROMISES = [0.005, 0.01, 0.02] as const;
export const HOLDS = { delta: 0.05, perCase: 3 } as const;
/** Thresholds from the strictest on, in bits. */
const THRESHOLDS = Array.from({ length: 57 }, (_, at) => 12 - at / 4);
/** Below the laxest threshold nothing is ever held by itself. */
export const LEAST_BITS = must(THRESHOLDS.at(-1), "a laxest threshold");

export interface Certified {
  readonly alpha: number;
  /** From so many bits on orders may be held by themselves; null while nothing is certified. */
  readonly bits: number | null;
  /** Clusters without any error that would certify it, where each is drawn with the same chance. */
  readonly clustersNeeded: number;
}

/** The effect of a threshold on the decided orders, as shares of the genuine ones and of the others. */
export interface ThresholdLine {
  readonly bits: number;
  readonly genuineInCases: number;
  readonly othersInCases: number;
  readonly genuineHeld: number;
}

/** A stratum of a draw: clusters whose strongest automatic hold has so many bits. */
export interface BandLine {
  /** From so many bits on; null for clusters of which nothing is ever held by itself. */
  readonly fromBits: number | null;
  readonly clusters: number;
  readonly drawn: number;
  /** Drawn clusters of which a genuine order would be held, or one that nobody has decided. */
  readonly wrong: number;
}

export interface Certificate {
  readonly orders: number;
  readonly genuine: number;
  readonly clusters: number;
  /** Clusters of which a genuine order would be held by itself, at some threshold. */
  readonly wrong: number;
  readonly delta: number;
  readonly holdsPerCase: number;
  readonly certified: readonly Certified[];
  readonly thresholds: readonly ThresholdLine[];
  /** Decided orders that the files do not hold. */
  readonly unknown: number;
  /** The strata of the draw; null where the orders were not drawn by one. */
  readonly bands: readonly BandLine[] | null;
  /** Decided orders that the draw had not drawn: they count for nothing. */
  readonly notDrawn: number;
  /** Drawn orders that nobody has decided: they count as wrong where they would be held. */
  readonly undecided: number;
}

/** Each promise with what decided clusters certify of it; without clusters, with what is needed. */
export const certifiedBy = (strata: readonly Stratum[] = []): Certified[] =>
  PROMISES.map((alpha) => {
    const settings: BoundSettings = { alpha, delta: HOLDS.delta, holdsPerCase: HOLDS.perCase };
    const at = certifiedByStrata(strata, settings);
    const bits = at < 0 ? null : must(THRESHOLDS[at], "a threshold of each number");
    return { alpha, bits, clustersNeeded: clustersNeeded(settings) };
  });

/** An event in clusters, and its orders that may be held without a person. */
export interface Clusters {
  /** The cluster of each row, by the number of one of its rows: all that hang together, and all of one case. */
  readonly of: (row: number) => number;
  /** The bits from which each order may be held by itself: of a cluster the few strongest, else -Infinity. */
  readonly automaticFrom: Float64Array;
}

export function clustersOf(table: OrderTable, result: AuditResult): Clusters {
  const { table: seen, places } = fitted(table, result.fit);
  const { identifiersAndPlaces } = lookAt(seen, {}, places).shared;
  const sets = componentsOf(identifiersAndPlaces, table);
  for (const { rows } of result.cases) for (const row of rows) sets.join(wholeAt(rows, 0), row);
  const verdictOf = (row: number) => must(result.verdicts[row], "a verdict of each order");
  const scoreOf = (row: number) => verdictOf(row).score;
  const holdable = result.cases.flatMap(({ rows }) =>
    Array.from(rows).filter((row) => verdictOf(row).outcome === "hold"),
  );
  const automaticFrom = new Float64Array(table.count).fill(-Infinity);
  for (const rows of Map.groupBy(holdable, (row) => sets.find(row)).values()) {
    rows.sort(
      (a, b) => scoreOf(b).bits - scoreOf(a).bits || byName(nameAt(table, a), nameAt(table, b)),
    );
    for (const row of rows.slice(0, HOLDS.perCase)) automaticFrom[row] = scoreOf(row).bits;
  }
  return { of: (row) => sets.find(row), automaticFrom };
}

/**
 * Rows that may be held by themselves under a promise, so that at most a share of `alpha` of genuine orders is; none
 * where it is not certified, and none that a person has found genuine.
 */
export function automaticRows(
  { orderIds }: OrderTable,
  { automaticFrom }: Clusters,
  { certificate, decided, alpha }: Promised,
): ReadonlySet<number> {
  const bits = certificate.certified.find((one) => one.alpha === alpha)?.bits ?? Infinity;
  const genuine = new Set(decided.filter((one) => one.genuine).map(({ orderId }) => orderId));
  const rows = new Set<number>();
  automaticFrom.forEach((from, row) => {
    if (from >= bits && !genuine.has(orderIds[row] ?? "")) rows.add(row);
  });
  return rows;
}

interface Promised {
  readonly certificate: Certificate;
  readonly decided: readonly DecidedOrder[];
  /** One of `PROMISES`. */
  readonly alpha: number;
}

/** The number of the first threshold at which an order of so many bits is held by itself; Infinity for none. */
export function heldFrom(bits: number): number {
  const at = THRESHOLDS.findIndex((threshold) => bits >= threshold);
  return at < 0 ? Infinity : at;
}

/** Clusters that were drawn by strata, before anybody decided about them. */
export interface Draw {
  readonly bands: readonly {
    readonly fromBits: number | null;
    /** All clusters of the event in it, and the most bits of an automatic hold of theirs. */
    readonly size: number;
    readonly mostBits: number;
    readonly drawn: readonly {
      /** Rows that people decide about: all that may be held by themselves are among them. */
      readonly rows: readonly number[];
    }[];
  }[];
}

interface DecidedRow {
  readonly row: number;
  readonly genuine: boolean;
  /** Orders of the event that it stands for. */
  readonly weight: number;
}

/** Decided clusters by strata, and the rows of those that people have decided about. */
interface Gathered {
  readonly strata: readonly Stratum[];
  readonly rows: readonly DecidedRow[];
  readonly notDrawn: number;
  readonly undecided: number;
}

/** A cluster's genuine orders, and those of them that each threshold holds; `held` are bits. */
export const countOf = (genuine: number, held: readonly number[]): ClusterCount => ({
  genuine,
  held: THRESHOLDS.map((bits) => held.filter((from) => from >= bits).length),
});

type Known = ReadonlyMap<number, DecidedOrder>;

/** Decided orders of clusters that each had the same chance. Orders of theirs that nobody decided are left out. */
function gatheredAlike(known: Known, { of, automaticFrom }: Clusters): Gathered {
  const rows = Array.from(known, ([row, { genuine, cluster }]) => {
    return { row, genuine, weight: 1, cluster: cluster === null ? of(row) : `given ${cluster}` };
  });
  const drawn = [...Map.groupBy(rows, ({ cluster }) => cluster).values()].map((members) => {
    const genuine = members.filter((one) => one.genuine);
    return countOf(
      genuine.length,
      genuine.map(({ row }) => floatAt(automaticFrom, row)),
    );
  });
  const strata = [{ size: drawn.length, drawn, holdsFrom: 0 }];
  return { strata, rows, notDrawn: 0, undecided: 0 };
}

/**
 * Decided orders of a draw. A drawn order that nobody has decided counts as genuine where it would be held, and as not
 * genuine where it would not: leaving out what is hard to decide must certify nothing.
 */
function gatheredByDraw(known: Known, { automaticFrom }: Clusters, draw: Draw): Gathered {
  const rows: DecidedRow[] = [];
  let undecided = 0;
  const strata = draw.bands.map(({ size, mostBits, drawn }): Stratum => {
    const weight = size / drawn.length;
    const counts = drawn.map((unit) => {
      const decided = unit.rows.flatMap((row) => {
        const one = known.get(row);
        return one === undefined ? [] : [{ row, genuine: one.genuine, weight }];
      });
      rows.push(...decided);
      undecided += unit.rows.length - decided.length;
      const other = new Set(decided.filter(({ genuine }) => !genuine).map(({ row }) => row));
      const wrong = unit.rows.filter((row) => !other.has(row));
      return countOf(
        decided.length - other.size,
        wrong.map((row) => floatAt(automaticFrom, row)),
      );
    });
    return { size, drawn: counts, holdsFrom: heldFrom(mostBits) };
  });
  return { strata, rows, notDrawn: known.size - rows.length, undecided };
}

/** The shares of each threshold among decided rows. */
function linesOf(
  rows: readonly DecidedRow[],
  { result, from }: { readonly result: AuditResult; readonly from: Float64Array },
): ThresholdLine[] {
  const genuine = rows.filter((one) => one.genuine);
  const others = rows.filter((one) => !one.genuine);
  const weightOf = (list: readonly DecidedRow[]) =>
    list.reduce((sum, { weight }) => sum + weight, 0);
  const [allGenuine, allOthers] = [weightOf(genuine), weightOf(others)];
  const part = (list: readonly DecidedRow[], of: number, is: (row: number) => boolean) =>
    of === 0 ? 0 : weightOf(list.filter(({ row }) => is(row))) / of;
  return THRESHOLDS.map((bits) => {
    const thresholds = { ...result.thresholds, caseBits: bits };
    const inCase = (row: number) =>
      opensCase(must(result.verdicts[row], "a verdict of each order").score, thresholds);
    return {
      bits,
      genuineInCases: part(genuine, allGenuine, inCase),
      othersInCases: part(others, allOthers, inCase),
      genuineHeld: part(genuine, allGenuine, (row) => floatAt(from, row) >= bits),
    };
  });
}

const wrongIn = ({ drawn }: Stratum): number =>
  drawn.filter(({ held }) => (held.at(-1) ?? 0) > 0).length;

/**
 * The certificate that decided orders of an event give to its audit. Without a draw each cluster must have had the
 * same chance to be decided.
 */
export function certificateOf(
  table: OrderTable,
  result: AuditResult,
  decided: readonly DecidedOrder[],
  draw: Draw | null = null,
  clusters: Clusters = clustersOf(table, result),
): Certificate {
  const rowOf = new Map(table.orderIds.map((id, row) => [id, row]));
  const known = new Map<number, DecidedOrder>();
  for (const one of decided) {
    const row = rowOf.get(one.orderId);
    if (row !== undefined) known.set(row, one);
  }
  const gathered =
    draw === null ? gatheredAlike(known, clusters) : gatheredByDraw(known, clusters, draw);
  const { strata, rows, notDrawn, undecided } = gathered;
  const from = clusters.automaticFrom;
  return {
    orders: rows.length,
    genuine: rows.filter(({ genuine }) => genuine).length,
    clusters: strata.reduce((sum, { drawn }) => sum + drawn.length, 0),
    wrong: strata.reduce((sum, stratum) => sum + wrongIn(stratum), 0),
    delta: HOLDS.delta,
    holdsPerCase: HOLDS.perCase,
    certified: certifiedBy(strata),
    thresholds: linesOf(rows, { result, from }),
    unknown: decided.filter(({ orderId }) => !rowOf.has(orderId)).length,
    bands:
      draw &&
      draw.bands.map(({ fromBits, size, drawn }, at) => ({
        fromBits,
        clusters: size,
        drawn: drawn.length,
        wrong: wrongIn(must(strata[at], "a stratum of each band")),
      })),
    notDrawn,
    undecided,
  };
}
