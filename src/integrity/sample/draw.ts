/*
 * Which clusters of an event people are to decide about: drawn by lot inside strata, so that the doubtful ones, which
 * are few, are not missed. The same orders and the same seed give the same draw, in whatever rows and files they came.
 *
 * Must never happen: the list that people fill in shows what the program found, or its order does.
 */

import { must } from "../../base/assert.ts";
import { floatAt } from "../../base/at.ts";
import { byLetters } from "../../base/canonical.ts";
import { drawByHash } from "../../base/drawByHash.ts";
import { plainCell } from "../../base/spreadsheet.ts";
import type { AuditResult } from "../audit.ts";
import { byName, nameAt } from "../canonical.ts";
import {
  certificateOf,
  clustersOf,
  heldFrom,
  LEAST_BITS,
  type Certificate,
  type Clusters,
  type Draw,
} from "../decided.ts";
import { maskValue } from "../reasons.ts";
import { textAt } from "../table/columns.ts";
import type { OrderTable } from "../table/orders.ts";

/** How many clusters to draw, and the word that fixes which. */
export interface DrawSettings {
  readonly clusterCount: number;
  readonly seed: string;
}

/** Strata by the bits of a cluster's strongest automatic hold; the last one has none. */
const BANDS = [8, 5, 2, LEAST_BITS, null] as const;
/** People look at so many orders of a cluster at most; all that may be held by themselves are among them. */
const SHOWN_ORDERS = 12;
/** So many of a hundred at least are clusters of which nothing is held: they say how many orders are genuine. */
const PLAIN_PERCENT = 25;

interface Cluster {
  readonly rows: readonly number[];
  /** Its first order, which names it. */
  readonly name: string;
  /** The bits of its strongest automatic hold. */
  readonly bits: number;
}

const nameOf = (table: OrderTable, row: number): string => {
  const { channel, orderId } = nameAt(table, row);
  return JSON.stringify([channel, orderId]);
};

function listOf(table: OrderTable, { of, automaticFrom }: Clusters): Cluster[] {
  const rowsOf = Map.groupBy(
    Array.from({ length: table.count }, (_, row) => row),
    of,
  );
  return Array.from(rowsOf.values(), (rows) => ({
    rows,
    name: rows.map((row) => nameOf(table, row)).reduce((a, b) => (byLetters(a, b) < 0 ? a : b)),
    bits: rows.reduce((most, row) => Math.max(most, floatAt(automaticFrom, row)), -Infinity),
  }));
}

const bandOf = (bits: number): number =>
  heldFrom(bits) === Infinity
    ? BANDS.length - 1
    : BANDS.findIndex((from) => from !== null && bits >= from);

/**
 * How many to draw of each band: equal parts of the doubtful ones where a band has as many, the rest of the plain ones;
 * and of the doubtful ones again where there are not so many plain ones.
 */
function countsOf(sizes: readonly number[], clusterCount: number): number[] {
  const counts = sizes.map(() => 0);
  const plain = sizes.length - 1;
  const give = (band: number, wanted: { readonly most: number }) => {
    const free = must(sizes[band], "a size of each band") - must(counts[band], "a count of each");
    const given = Math.max(0, Math.min(free, Math.floor(wanted.most)));
    counts[band] = (counts[band] ?? 0) + given;
    return given;
  };
  let doubtful = clusterCount - Math.ceil((clusterCount * PLAIN_PERCENT) / 100);
  for (let band = 0; band < plain; band++)
    doubtful -= give(band, { most: doubtful / (plain - band) });
  const left = () => clusterCount - counts.reduce((sum, one) => sum + one, 0);
  give(plain, { most: left() });
  for (let band = 0; band < plain; band++) give(band, { most: left() });
  return counts;
}

/** The orders of a cluster that people decide about: all that may be held by themselves, and others by lot. */
function shownRows(
  table: OrderTable,
  { rows }: Cluster,
  automaticFrom: Float64Array,
  seed: string,
): number[] {
  const lot = (list: readonly number[], count: number) =>
    drawByHash(list, count, (row) => `giliran audit order\n${seed}\n${nameOf(table, row)}`);
  const held = rows.filter((row) => floatAt(automaticFrom, row) > -Infinity);
  const others = rows.filter((row) => floatAt(automaticFrom, row) === -Infinity);
  const shown = [...held, ...lot(others, SHOWN_ORDERS - held.length)];
  // By id, so that those that may be held do not stand together.
  return shown.sort((a, b) => byName(nameAt(table, a), nameAt(table, b)));
}

/** The certificate of a draw if people find nobody genuine who would be held. */
export function bestOf(
  table: OrderTable,
  result: AuditResult,
  draw: Draw,
  clusters: Clusters = clustersOf(table, result),
): Certificate {
  const { automaticFrom } = clusters;
  const decided = draw.bands
    .flatMap(({ drawn }) => drawn.flatMap(({ rows }) => rows))
    .map((row) => ({
      orderId: nameAt(table, row).orderId,
      genuine: floatAt(automaticFrom, row) === -Infinity,
      cluster: null,
    }));
  return certificateOf(table, result, decided, draw, clusters);
}

/** Draws clusters of an event. */
export function drawClusters(
  table: OrderTable,
  result: AuditResult,
  { clusterCount, seed }: DrawSettings,
  clusters: Clusters = clustersOf(table, result),
): Draw {
  const members: Cluster[][] = BANDS.map(() => []);
  for (const one of listOf(table, clusters))
    must(members[bandOf(one.bits)], "a band of each cluster").push(one);
  const counts = countsOf(
    members.map((list) => list.length),
    clusterCount,
  );
  const bands = BANDS.map((fromBits, at) => {
    const list = must(members[at], "clusters of each band");
    const count = must(counts[at], "a count of each band");
    const textOf = ({ name }: Cluster) => `giliran audit cluster\n${seed}\n${name}`;
    const drawn = drawByHash(list, count, textOf);
    return {
      fromBits,
      size: list.length,
      mostBits: list.reduce((most, { bits }) => Math.max(most, bits), -Infinity),
      drawn: drawn.map((one) => ({ rows: shownRows(table, one, clusters.automaticFrom, seed) })),
    };
  });
  return { bands };
}

const FACTS = ["account", "name", "phone", "email", "address", "device", "payment", "ip"] as const;

/** The header of the list that people fill in. */
export const TO_DECIDE_HEADER = [
  ...["order_id", "group", "channel", "ordered_at", ...FACTS, "draw", "genuine"],
];

/** A draw as the list of it says in each row, so that nobody has to say it again when the list comes back. */
export const drawText = ({ clusterCount, seed }: DrawSettings): string => `${clusterCount} ${seed}`;

/** The draw that a list was made by; null where the text is none. */
export function drawOfText(text: string): DrawSettings | null {
  const [, count, seed] = /^(\d+) (.+)$/s.exec(text) ?? [];
  return count === undefined || seed === undefined ? null : { clusterCount: Number(count), seed };
}

/**
 * The list that people fill in: facts of the drawn orders, masked, group by group. Groups are mixed by lot, whatever
 * their stratum, and nothing says what the program found.
 */
export function toDecide(
  table: OrderTable,
  { bands }: Draw,
  settings: DrawSettings,
): (string | number)[][] {
  const { seed } = settings;
  const units = bands.flatMap(({ drawn }) => drawn);
  const mixed = drawByHash(units, units.length, ({ rows }) => {
    const first = must(rows[0], "a drawn cluster has orders");
    return `giliran audit group\n${seed}\n${nameOf(table, first)}`;
  });
  const { columns } = table;
  return mixed.flatMap(({ rows }, at) =>
    rows.map((row) => {
      const { orderId, channel } = nameAt(table, row);
      const facts = FACTS.map((name) => maskValue(textAt(columns[name], row) ?? ""));
      const orderedAt = new Date(floatAt(table.orderedAtMs, row)).toISOString();
      const place = [plainCell(orderId), at + 1, plainCell(channel), orderedAt];
      return [...place, ...facts.map(plainCell), drawText(settings), ""];
    }),
  );
}
