/*
 * The public report of a sale: counts only, nothing that names anybody. `reportFaults` finds
 * figures that contradict each other; such a report is not published.
 */

import type { Text } from "../../base/language.ts";
import { must } from "../../base/assert.ts";
import { toHex } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import type { SaleCertificate } from "../ownError/certificate.ts";
import type { Guard, OwnError } from "../ownError/ownError.ts";

/** One line of a sale's stock; units. */
export interface ReportStock {
  readonly roundNo: number;
  readonly channel: string;
  readonly sku: string;
  readonly offered: number;
  readonly sold: number;
  readonly held: number;
  readonly returned: number;
  readonly unsold: number;
  readonly setAsideForWronged: number;
}

/** The document that is published. */
export interface SaleReport {
  readonly format: "giliran.report/1";
  readonly sale: string;
  readonly title: Text;
  readonly policy: { readonly name: string; readonly version: number; readonly digest: string };
  readonly stock: readonly ReportStock[];
  readonly entrants: number;
  readonly orders: number;
  readonly cancelledByBuyers: number;
  readonly casesOpened: number;
  readonly refused: number;
  readonly refusedByRule: Readonly<Record<string, number>>;
  readonly notices: { delivered: number; bounced: number; timedOut: number; pending: number };
  readonly medianHoursToNotice: number | null;
  readonly appeals: {
    filed: number;
    upheld: number;
    upheldByDefault: number;
    rejected: number;
    pending: number;
    overdue: number;
  };
  readonly medianHoursToAnswer: number | null;
  readonly unitsGivenBack: number;
  readonly entitlements: { promised: number; served: number; standing: number };
  /** Reports from before the guard existed have none; nor have older ones a certificate. */
  readonly ownError: OwnError & {
    readonly guard?: Guard | null;
    readonly certificate?: SaleCertificate | null;
  };
  /** Rules stopped because they were wrong too often. */
  readonly reviewOnlyRules: readonly string[];
  readonly technicalFailures: number;
  /**
   * Turns that our server failed by its own record, and units owed for failures. Reports from before
   * failures were recorded have none.
   */
  readonly failures?: { recorded: number; credited: number };
  /** Fictitious facts of the sale, which demonstrations must state. */
  readonly synthetic: readonly string[];
}

/** SHA-256 of the report as canonical JSON, in hex. */
export function reportDigest(report: SaleReport): string {
  return toHex(sha256(utf8(canonicalJson(report as unknown as Json))));
}

/** The median; null for an empty list. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => must(sorted[index], "an index inside the list");
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
}

/** Figures that do not add up: units unaccounted for, appeals without an outcome. */
export function reportFaults(report: SaleReport): string[] {
  const faults = report.stock
    .filter((line) => line.sold + line.held + line.returned + line.unsold !== line.offered)
    .map((line) => `round ${line.roundNo}, ${line.channel} ${line.sku}: units do not add up`);
  const { filed, upheld, rejected, pending } = report.appeals;
  if (upheld + rejected + pending !== filed) faults.push("appeals do not add up");
  return faults;
}
