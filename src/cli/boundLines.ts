/* The bound of an audit in lines for people: what decided orders certify, or what it still takes. */

import type { BandLine, Certificate, Certified } from "../integrity/decided.ts";
import type { AuditSummary } from "../integrity/report.ts";
import { count, counted, type Output } from "./output.ts";

const percent = (share: number): string => `${100 * share} %`;

const bandName = ({ fromBits }: BandLine): string =>
  fromBits === null ? "nothing held by itself" : `held by itself from ${fromBits} bits on`;

/** People's decisions, and those that count for nothing or against. */
function sayDecided(output: Output, certificate: Certificate): void {
  const { orders, genuine, clusters, wrong, delta, holdsPerCase, bands } = certificate;
  const { unknown, notDrawn, undecided } = certificate;
  output.say(
    `${counted(orders, "decided order")} (${count(genuine)} genuine) in ${counted(clusters, "cluster")}; ` +
      `${count(wrong)} with a genuine order that would be held; ` +
      `confidence ${percent(1 - delta)}, at most ${holdsPerCase} automatic holds a cluster.`,
  );
  for (const band of bands ?? [])
    output.say(
      `  ${bandName(band)}: ${count(band.drawn)} of ${counted(band.clusters, "cluster")} drawn, ${count(band.wrong)} wrong`,
    );
  if (unknown > 0) {
    const all = counted(orders + notDrawn + unknown, "decided order");
    output.trouble(
      `${count(unknown)} of ${all} ${unknown === 1 ? "is" : "are"} not in these files.`,
    );
  }
  if (notDrawn > 0)
    output.trouble(`Not drawn, so it counts for nothing: ${counted(notDrawn, "decided order")}.`);
  if (undecided > 0)
    output.trouble(
      `Drawn and not decided, so it counts as wrong if it would be held: ${counted(undecided, "order")}.`,
    );
}

/** `byDraw`: the promises are those of a draw, which takes far fewer clusters than any that are drawn alike. */
function sayPromises(output: Output, promises: readonly Certified[], byDraw: boolean): void {
  for (const { alpha, bits, clustersNeeded } of promises) {
    const needed = byDraw
      ? "too few clusters, or too many errors"
      : `without an error it takes about ${count(clustersNeeded)} clusters`;
    const found =
      bits === null ? `nothing is certified; ${needed}` : `certified from ${bits} bits on`;
    output.say(`  at most ${percent(alpha)} of genuine orders held: ${found}.`);
  }
}

/** The bound that decided orders certify, or what is still needed for one. */
export function sayBound(output: Output, { promises, certificate }: AuditSummary): void {
  if (certificate === null)
    output.say("No error bound can be claimed from this file alone, so nothing is automatic.");
  else sayDecided(output, certificate);
  sayPromises(output, promises, certificate !== null && certificate.bands !== null);
}

/** The list that people fill in, and the most that it can certify. */
export function sayDraw(output: Output, path: string, atBest: Certificate): void {
  const { orders, undecided, clusters } = atBest;
  output.say(
    `\n${path}: ${counted(orders + undecided, "order")} of ${counted(clusters, "cluster")}, drawn by lot.`,
  );
  output.say('Write "genuine" or "ring" into each row, and give the file back with --decided,');
  output.say("beside the same files, --draw and --seed. If nobody genuine would be held:");
  sayPromises(output, atBest.certified, true);
}

/** How many orders a promise lets be held by themselves. */
export function sayAutomatic(output: Output, rows: ReadonlySet<number>, alpha: number): void {
  const orders = rows.size;
  if (orders > 0)
    output.say(
      `${counted(orders, "order")} may be held by ${orders === 1 ? "itself" : "themselves"} at ${percent(alpha)}: automatic is yes in decisions.csv.`,
    );
  else
    output.say(`Nothing may be held by itself at ${percent(alpha)}: automatic is no throughout.`);
}
