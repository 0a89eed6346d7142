/*
 * An audit in figures and its cases as documents, for pages and programs. Values are masked, because a file may travel
 * further than it should.
 */

import { must } from "../base/assert.ts";
import { textAt } from "./table/columns.ts";
import { floatAt, wholeAt } from "../base/at.ts";
import type { AuditCase, AuditResult } from "./audit.ts";
import type { ChangeCounts } from "./fit/answers.ts";
import type { ManyPeoples } from "./values/manyPeoples.ts";
import { certifiedBy, type Certificate, type Certified } from "./decided.ts";
import { caseIdOf, type MemberIds } from "./memberIds.ts";
import { byLetters } from "../base/canonical.ts";
import type { ApartOrder, ImportedFile, RowTrouble } from "./table/importSummary.ts";
import { PLACEHOLDERS_VERSION } from "./normalise/placeholders.ts";
import type { OrderTable, Unsaid } from "./table/orders.ts";
import {
  maskValue,
  OVER_LIMIT,
  principalReasons,
  reasonOf,
  protectiveReasons,
  type ReasonText,
} from "./reasons.ts";
import { tiesText } from "./attached/words.ts";
import { releaseText } from "./release.ts";
import type { Score } from "./score.ts";

/** Everything that the page says, in figures: kept apart from how it looks. */
export interface AuditSummary {
  readonly orders: number;
  readonly persons: number;
  readonly cases: number;
  /** Orders that are attached to a case by weak ties. */
  readonly attached: number;
  readonly outcomes: Readonly<Record<"accept" | "step_up" | "hold", number>>;
  readonly byChannel: readonly {
    readonly channel: string;
    readonly orders: number;
    readonly stepUp: number;
    readonly hold: number;
  }[];
  readonly byReason: readonly {
    readonly reason: ReasonText;
    /** The name of a signal. */
    readonly family: string;
    readonly orders: number;
  }[];
  readonly leftAlone: readonly {
    readonly place: string;
    readonly orders: number;
    readonly buyers: number;
  }[];
  /** Orders whose value means "not given", by the kind of value, and the version of the list that says so. */
  readonly unsaid: Unsaid & { readonly listVersion: number };
  /** Values that tied nobody, since they are many people's; masked. */
  readonly manyPeoples: readonly ManyPeoples[];
  /** The knowledge of the whole event that orders were judged by, and how many orders it was learned from. */
  readonly fit: { readonly digest: string; readonly orders: number };
  /** Orders that are judged otherwise than in the last run; null without one. */
  readonly changes: (ChangeCounts & { readonly isLastFitKnown: boolean }) | null;
  readonly files: readonly ImportedFile[];
  /** Orders that were cancelled, never paid or refunded; they are not among `orders`. */
  readonly apart: number;
  readonly troubles: readonly RowTrouble[];
  readonly troubleCount: number;
  /** Why nothing was decided; null when all rules ran. */
  readonly fault: string | null;
  /** Clusters that an audit must decide before anything may be held by itself. */
  readonly clustersForHalfPercent: number;
  /** The same for each promise. */
  readonly promises: readonly Certified[];
  /** The bound that decided orders certify; null where none were given. */
  readonly certificate: Certificate | null;
}

export function summarise(
  table: OrderTable,
  result: AuditResult,
  imported: Pick<AuditSummary, "files" | "troubles" | "troubleCount"> & {
    readonly apart: readonly ApartOrder[];
  },
  {
    certificate = null,
    changes = null,
  }: Partial<Pick<AuditSummary, "certificate" | "changes">> = {},
): AuditSummary {
  // Field by field, never a spread: the import carries the whole order table beside these figures.
  const { files, apart, troubles, troubleCount } = imported;
  const promises = certificate?.certified ?? certifiedBy();
  const outcomes = { accept: 0, step_up: 0, hold: 0 };
  const { channel, district } = table.columns;
  const channels = channel.values.map((name) => ({ channel: name, orders: 0, stepUp: 0, hold: 0 }));
  const reasons = new Map<string, { reason: ReasonText; family: string; orders: number }>();
  result.verdicts.forEach(({ outcome, score, caseNo }, row) => {
    outcomes[outcome]++;
    const line = must(channels[wholeAt(channel.valueOf, row)], "a line of each channel");
    line.orders++;
    if (outcome === "hold") line.hold++;
    if (outcome === "step_up") line.stepUp++;
    const top = caseNo < 0 ? undefined : principalReasons(score.evidence)[0];
    if (!top || top.code === OVER_LIMIT.code) return;
    const known = reasons.get(top.code) ?? { reason: top, family: top.code, orders: 0 };
    known.orders++;
    reasons.set(top.code, known);
  });
  const leftAlone = result.leftAlone
    .map(({ rows, entities }) => {
      const place = textAt(district, wholeAt(rows, 0)) ?? "–";
      return { place, orders: rows.length, buyers: entities };
    })
    .sort((a, b) => b.buyers - a.buyers || b.orders - a.orders || byLetters(a.place, b.place))
    .slice(0, 8);
  return {
    orders: table.count,
    persons: new Set(result.personOf).size,
    cases: result.cases.length,
    attached: result.cases.reduce((sum, one) => sum + one.attached.length, 0),
    outcomes,
    byChannel: channels
      .filter((line) => line.orders > 0)
      .sort((a, b) => b.orders - a.orders || byLetters(a.channel, b.channel)),
    byReason: [...reasons.values()].sort(
      (a, b) => b.orders - a.orders || byLetters(a.family, b.family),
    ),
    leftAlone,
    unsaid: { ...table.unsaid, listVersion: PLACEHOLDERS_VERSION },
    manyPeoples: result.manyPeoples.map((one) => ({ ...one, text: maskValue(one.text) })),
    fit: { digest: result.fit.digest, orders: result.fit.learned.orders },
    changes,
    files: files.map(fileFigures),
    apart: apart.length,
    troubles: troubles.map(({ file, row, column, reason, said }) => {
      return { file, row, column, reason, said };
    }),
    troubleCount,
    fault: result.fault,
    clustersForHalfPercent: must(promises[0], "a promise of half a percent").clustersNeeded,
    promises,
    certificate,
  };
}

/** The stored and answered part of an import: figures, and advice about rows; nothing about a single order. */
export type ImportFigures = Pick<
  AuditSummary,
  | "orders"
  | "persons"
  | "cases"
  | "outcomes"
  | "byChannel"
  | "byReason"
  | "files"
  | "apart"
  | "troubles"
  | "troubleCount"
  | "fault"
>;

/** The figures of an import. The name of a shared place stays out: a map may read it from any column. */
export function importFigures(summary: AuditSummary): ImportFigures {
  const { orders, persons, cases, outcomes, byChannel, byReason } = summary;
  const { files, apart, troubles, troubleCount, fault } = summary;
  return {
    orders,
    persons,
    cases,
    outcomes,
    byChannel,
    byReason,
    files,
    apart,
    troubles,
    troubleCount,
    fault,
  };
}

/** A case of an export or a sale, as people and programs read it. */
export type CaseDocument = ReturnType<typeof caseDocument>;

function fileFigures(one: ImportedFile): ImportedFile {
  const { file, format, rows, orders, addedUnits, repeated, apart } = one;
  const { missing, reading, doubts } = one;
  return { file, format, rows, orders, addedUnits, repeated, apart, missing, reading, doubts };
}

/** Of each kind of thing the most shared ones; the rest says nothing that these do not. */
const SHARED_KEPT = 40;

/** Things that several orders of a case share, masked, those of the most orders first. */
function sharedThings({ columns }: OrderTable, rows: readonly number[]) {
  return (["device", "payment", "phone", "email"] as const).flatMap((name) => {
    const column = columns[name];
    const membersOf = new Map<number, number[]>();
    rows.forEach((row, at) => {
      const value = wholeAt(column.valueOf, row);
      if (value < 0) return;
      const members = membersOf.get(value);
      if (members) members.push(at);
      else membersOf.set(value, [at]);
    });
    return [...membersOf]
      .filter(([, members]) => members.length > 1)
      .sort((a, b) => b[1].length - a[1].length)
      .slice(0, SHARED_KEPT)
      .map(([value, members]) => ({
        attribute: name,
        value: maskValue(must(column.values[value], "a text of each value")),
        orders: members.length,
        /** Which of the case's orders, by their place in `orders`. */
        members,
      }));
  });
}

/** A case as people and programs read it. Values are masked: the file may travel further than it should. */
export function caseDocument(
  table: OrderTable,
  result: AuditResult,
  one: AuditCase,
  ids: MemberIds,
) {
  const { columns } = table;
  const rows = Array.from(one.rows);
  const orders = rows.map((row, at) => {
    const { outcome, score } = must(result.verdicts[row], "a verdict of each order");
    const release = releaseText(score, result.thresholds);
    const group = wholeAt(one.groups, at) + 1;
    return { row, outcome, score, sum: statedSum(score), release, group };
  });
  const strongest = must(
    orders.toSorted((a, b) => b.score.bits - a.score.bits)[0],
    "a case with an order",
  );
  const shared = sharedThings(table, rows);
  const missing = (
    ["name", "phone", "email", "address", "device", "ip", "payment"] as const
  ).filter((name) => rows.every((row) => wholeAt(columns[name].valueOf, row) < 0));
  const { evidence, uncounted } = strongest.score;
  return {
    case_id: caseIdOf(table, one.rows),
    // No spread: a case may have more orders than a call has arguments.
    top_score_bits: orders.reduce((most, { sum }) => Math.max(most, sum.bits), -Infinity),
    groups: new Set(one.groups).size,
    orders: orders.map(({ row, outcome, sum, release, group }) => ({
      order_id: must(table.orderIds[row], "an id of each order"),
      channel: textAt(columns.channel, row) ?? "",
      ordered_at: new Date(floatAt(table.orderedAtMs, row)).toISOString(),
      person_id: ids.person(row),
      outcome,
      score_bits: sum.bits,
      /** The group that it was found in, of those that are one case. */
      group,
      /** The prior and the evidence, in bits; they add up to the score exactly. */
      sum: sum.parts,
      would_release: release,
    })),
    /** Orders that joined it by weak ties: nothing follows for them from that. */
    attached: one.attached.map(({ row, ties }) => ({
      order_id: must(table.orderIds[row], "an id of each order"),
      channel: textAt(columns.channel, row) ?? "",
      ordered_at: new Date(floatAt(table.orderedAtMs, row)).toISOString(),
      person_id: ids.person(row),
      outcome: must(result.verdicts[row], "a verdict of each order").outcome,
      ties: [...ties],
      because: tiesText(ties),
    })),
    shared_evidence: shared,
    speaks_for_a_ring: evidence
      .filter((part) => part.bits > 0)
      .map((part) => ({
        bits: round(part.bits),
        p: part.p,
        ...reasonOf(part),
      })),
    speaks_against: protectiveReasons(evidence),
    seen_but_not_counted: uncounted.map((part) => part.signal),
    would_release: strongest.release,
    fields_not_given: missing,
    /** Names the knowledge of the whole event that its orders were judged by. */
    fit_digest: result.fit.digest,
  };
}

/** A score as it is told: its parts in thousandths of a bit, and their exact sum. */
export interface StatedSum {
  readonly bits: number;
  readonly parts: readonly { readonly code: string; readonly bits: number }[];
}

const THOUSANDTHS = 1_000;

export function statedSum({ priorBits, evidence }: Score): StatedSum {
  const parts = [
    { code: "prior", bits: round(priorBits) },
    ...evidence.map(({ signal, bits }) => ({ code: signal, bits: round(bits) })),
  ];
  // In whole thousandths: fractions of a binary number would not add up.
  const sum = parts.reduce((total, { bits }) => total + Math.round(bits * THOUSANDTHS), 0);
  return { parts, bits: sum / THOUSANDTHS };
}

export function round(bits: number): number {
  return Math.round(bits * 1_000) / 1_000;
}
