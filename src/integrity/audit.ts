/*
 * All orders of an event looked at together: persons, groups, scores, cases, and what follows for each order.
 *
 * Must never happen: a rule fails and orders pass unseen. Then the whole batch is held for a person.
 */

import { must } from "../base/assert.ts";
import { floatAt, wholeAt } from "../base/at.ts";
import type { Attached } from "./attached/attach.ts";
import { canonicalTable } from "./canonical.ts";
import { casesTogether } from "./cases.ts";
import { atOnePlace } from "./groupFacts.ts";
import { componentsByView, type ComponentsByView } from "./groups.ts";
import type { ManyPeoples } from "./values/manyPeoples.ts";
import { Places } from "./table/places.ts";
import type { OrderTable } from "./table/orders.ts";
import { pairsOf } from "./link/cluster.ts";
import { personsOf, rowsByTime } from "./link/persons.ts";
import { RingFinder, type Group } from "./rings.ts";
import { scoreOf, type Score } from "./score.ts";
import { sharedIdentifiers, type SharedIdentifiers } from "./sharedIdentifiers.ts";
import type { KnownPast } from "./evidence/past.ts";
import type { CrowdPatterns } from "./evidence/pattern.ts";
import type { Answer } from "./fit/answers.ts";
import { SHIPPED_FIT, type EventFit } from "./fit/eventFit.ts";
import { fitted } from "./fit/learn.ts";

export type Outcome = Answer["outcome"];

/** Where a score leads; bits. */
export interface Thresholds {
  /** From here on a person looks at it: a case. */
  readonly caseBits: number;
  /** From here on the buyer is asked for something that she can do. */
  readonly stepUpBits: number;
  readonly ringShare: number;
  /** The announced limit for one person over all channels; null where none was announced. */
  readonly unitsPerPersonCount: number | null;
  /** Whether three independent weak kinds may ask and open a case. Policies that do not say it mean no. */
  readonly weakKindsAsk?: boolean | undefined;
}

export const SHIPPED_THRESHOLDS: Thresholds = {
  caseBits: 0,
  stepUpBits: -2,
  ringShare: 0.02,
  unitsPerPersonCount: null,
  weakKindsAsk: true,
};

export interface OrderVerdict {
  readonly outcome: Outcome;
  /** Number of the case, -1 for none. */
  readonly caseNo: number;
  readonly score: Score;
  /** The person's earlier orders use up the announced limit: a plain rule, whatever the score. */
  readonly overLimit: boolean;
  /** Number of the case that it is attached to, -1 for none: it follows nothing from that. */
  readonly attachedTo: number;
}

export interface AuditCase {
  readonly caseNo: number;
  /** Orders of the case, in time order. */
  readonly rows: Int32Array;
  readonly topBits: number;
  /** The group that each of its orders is of, as they were found: a ring may have several. */
  readonly groups: Int32Array;
  /** Orders that joined it by weak ties: to be seen beside it, never held or asked by that. */
  readonly attached: readonly Attached[];
}

/** A place that many share and that was looked at and left alone. */
export interface SharedPlace {
  readonly rows: Int32Array;
  readonly entities: number;
}

export interface AuditResult {
  readonly verdicts: readonly OrderVerdict[];
  readonly cases: readonly AuditCase[];
  readonly personOf: Int32Array;
  readonly leftAlone: readonly SharedPlace[];
  /** Values that tied nobody, since they are many people's. */
  readonly manyPeoples: readonly ManyPeoples[];
  /** Knowledge of the event as a whole, by which its orders were judged. */
  readonly fit: EventFit;
  /** The thresholds that it was judged by. */
  readonly thresholds: Thresholds;
  /** Why nothing was decided: a rule failed. Then every order is held, none cleared and none cancelled. */
  readonly fault: string | null;
}

/** Findings in an event as it is looked at. */
export type Found = Omit<AuditResult, "manyPeoples" | "fit">;

export interface AuditOptions {
  readonly thresholds?: Thresholds;
  readonly past?: KnownPast;
  /** Pairs of rows that a person declared to be two people. */
  readonly apart?: ReadonlySet<string>;
  /** A fit that was learned before; without one it is learned from these orders. */
  readonly fit?: EventFit;
  /** Rows that stay as they were answered, whatever this fit says of them. */
  readonly stays?: ReadonlyMap<number, Answer>;
  /** Told how far it is, 0 to 1. */
  readonly progress?: (step: string, share: number) => void;
}

/**
 * Whether a score opens a case: what speaks must be of two kinds, or one kind as loud as it can be, or three weak kinds
 * where nothing strong speaks.
 */
export function opensCase(score: Score, thresholds: Thresholds): boolean {
  const carried = score.twoGroups || score.oneLoud || score.threeWeak;
  return score.bits >= thresholds.caseBits && carried;
}

export function outcomeOf(score: Score, thresholds: Thresholds): Outcome {
  if (score.bits >= thresholds.caseBits && score.twoGroups && score.carries) return "hold";
  // Weak kinds ask from where they open a case: below it they are a habit.
  if (score.threeWeak) return score.bits >= thresholds.caseBits ? "step_up" : "accept";
  const asked = score.bits >= thresholds.stepUpBits && score.evidence.some((one) => one.bits > 0);
  return asked ? "step_up" : "accept";
}

/** The verdict that follows from a score and from the plain rule of the announced limit. */
export function verdictOf(score: Score, thresholds: Thresholds, over: boolean): OrderVerdict {
  const scored = outcomeOf(score, thresholds);
  const outcome = over && scored === "accept" ? "step_up" : scored;
  return { outcome, caseNo: -1, score, overLimit: over, attachedTo: -1 };
}

interface Judged {
  readonly scores: readonly Score[];
  /** The group that gave each order its score; -1 where it stands alone. */
  readonly groupOf: Int32Array;
  readonly groups: readonly Group[];
}

/** Each order's highest score over the groups that it is in. */
function judge(
  table: OrderTable,
  finder: RingFinder,
  components: ComponentsByView,
  options: AuditOptions,
): Judged {
  const groups = finder.groups(components);
  // Filled from the first to the last: an array that is filled here and there is kept as a hash table.
  const found: (Score | null)[] = [];
  for (let row = 0; row < table.count; row++) found.push(null);
  const groupOf = new Int32Array(table.count).fill(-1);
  groups.forEach((group, number) => {
    const view = finder.view(group);
    for (const row of group.rows) {
      const score = finder.score(row, view);
      const known = found[row] ?? null;
      if (known !== null && known.bits >= score.bits) continue;
      found[row] = score;
      groupOf[row] = number;
    }
    if (number % 512 === 0) options.progress?.("groups", number / groups.length);
  });
  const scores = found.map((score, row) => score ?? finder.alone(row));
  return { scores, groupOf, groups };
}

/** Orders that each open a case, put together: those of one group, and cases that one ring is behind. */
function casesOf(
  table: OrderTable,
  judged: Judged,
  { thresholds = SHIPPED_THRESHOLDS, stays }: AuditOptions,
  shared: SharedIdentifiers,
): AuditCase[] {
  const opened = Array.from({ length: table.count }, (_, row) => row).filter(
    (row) =>
      opensCase(must(judged.scores[row], "a score of each order"), thresholds) &&
      stays?.get(row)?.isInCase !== false,
  );
  const { orderedAtMs } = table;
  const bitsOf = (row: number) => must(judged.scores[row], "a score of each order").bits;
  return casesTogether(opened, { table, shared, groupOf: judged.groupOf })
    .map((list) => ({
      rows: Int32Array.from(list).sort(
        (a, b) => floatAt(orderedAtMs, a) - floatAt(orderedAtMs, b) || a - b,
      ),
      topBits: list.reduce((most, row) => Math.max(most, bitsOf(row)), -Infinity),
    }))
    .sort(
      (a, b) =>
        b.rows.length - a.rows.length ||
        b.topBits - a.topBits ||
        wholeAt(a.rows, 0) - wholeAt(b.rows, 0),
    )
    .map(({ rows, topBits }, caseNo) => ({
      rows,
      topBits,
      caseNo,
      groups: numbered(rows, judged.groupOf),
      attached: [],
    }));
}

/** The group of each order of a case, from 0 on; an order by itself is a group of its own. */
function numbered(rows: Int32Array, groupOf: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return rows.map((row) => {
    const group = wholeAt(groupOf, row);
    const key = group < 0 ? -1 - row : group;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

const SHARED_PLACE_LEAST = 8;

/** Orders beyond the announced limit, over all channels: a person's first ones stand, in time order. */
function overLimit(table: OrderTable, personOf: Int32Array, limit: number | null): Set<number> {
  const over = new Set<number>();
  if (limit === null) return over;
  const units = new Map<number, number>();
  for (const row of rowsByTime(table)) {
    const sum = (units.get(wholeAt(personOf, row)) ?? 0) + floatAt(table.units, row);
    if (sum > limit) over.add(row);
    else units.set(wholeAt(personOf, row), sum);
  }
  return over;
}

/**
 * When a rule fails, nobody knows what it would have said for whom: the whole batch waits for a person.
 * Clearing what the other rules let pass would let through what this one exists for.
 */
function heldWhole(table: OrderTable, options: AuditOptions, error: unknown): AuditResult {
  const thresholds = options.thresholds ?? SHIPPED_THRESHOLDS;
  const score = scoreOf([], thresholds.ringShare);
  const verdict: OrderVerdict = {
    outcome: "hold",
    caseNo: -1,
    score,
    overLimit: false,
    attachedTo: -1,
  };
  return {
    cases: [],
    leftAlone: [],
    manyPeoples: [],
    fit: options.fit ?? SHIPPED_FIT,
    thresholds,
    verdicts: Array.from({ length: table.count }, () => verdict),
    personOf: Int32Array.from({ length: table.count }, (_, row) => row),
    fault: error instanceof Error ? error.message : String(error),
  };
}

/**
 * Looks at all orders of an event together, or holds them all when a rule fails. Pure: the same orders, the same
 * result, in whatever order and files they came.
 */
export function audit(table: OrderTable, options: AuditOptions = {}): AuditResult {
  return orHeldWhole(table, options, () => {
    const given = ordered(table, options);
    const looked = lookAt(given.table, given.options, given.places);
    const components = componentsByView(looked.shared, given.table);
    const personOf = personsIn(given.table, looked, given.options);
    return given.result(
      auditOf(given.table, given.options, { ...looked, personOf, components }, given.fit),
    );
  });
}

const NOBODY: ReadonlySet<string> = new Set();
const NOBODY_STAYS: ReadonlyMap<number, Answer> = new Map();

/**
 * An event in the order in which it is looked at, without the values that are many people's, and its result for the rows
 * as they were given.
 */
export interface Ordered {
  readonly table: OrderTable;
  readonly places: Places;
  readonly fit: EventFit;
  readonly options: AuditOptions;
  readonly result: (found: Found) => AuditResult;
}

export function ordered(given: OrderTable, options: AuditOptions): Ordered {
  const { table: whole, givenRow } = canonicalTable(given);
  const { table, places, fit } = fitted(whole, options.fit);
  const back = (rows: Int32Array) => rows.map((row) => wholeAt(givenRow, row));
  const result = (found: Found): AuditResult => {
    const placeOf = new Int32Array(table.count);
    for (let at = 0; at < table.count; at++) placeOf[wholeAt(givenRow, at)] = at;
    // Pushed one after the other: an array that is filled here and there is kept as a hash table.
    const verdicts: OrderVerdict[] = [];
    for (const at of placeOf) verdicts.push(must(found.verdicts[at], "a verdict of each order"));
    const personOf = placeOf.map((at) => wholeAt(found.personOf, at));
    const first = new Int32Array(table.count).fill(-1);
    for (let row = 0; row < table.count; row++) {
      const person = wholeAt(personOf, row);
      if (wholeAt(first, person) < 0) first[person] = row;
      personOf[row] = wholeAt(first, person);
    }
    return {
      ...found,
      verdicts,
      personOf,
      fit,
      manyPeoples: fit.learned.manyPeoples,
      cases: found.cases.map((one) => {
        const attached = one.attached.map(({ row, ties }) => ({
          row: wholeAt(givenRow, row),
          ties,
        }));
        return { ...one, rows: back(one.rows), attached };
      }),
      leftAlone: found.leftAlone.map((one) => ({ ...one, rows: back(one.rows) })),
    };
  };
  const { apart = NOBODY, stays = NOBODY_STAYS } = options;
  if (apart.size + stays.size === 0) return { table, places, fit, options, result };
  const rowOf = new Map(Array.from(givenRow, (row, at) => [row, at]));
  const at = (row: number) => rowOf.get(row) ?? -1;
  const here = {
    apart: pairsOf(apart, at),
    stays: new Map(Array.from(stays, ([row, answer]) => [at(row), answer])),
  };
  return { table, places, fit, options: { ...options, ...here }, result };
}

/** The patterns of a crowd, where weak kinds may ask; else null, and nobody is looked at for them. */
export const patternsUnder = (thresholds: Thresholds, fit: EventFit): CrowdPatterns | null =>
  thresholds.weakKindsAsk === true ? fit.learned.crowd.together : null;

/** The fit that is learned from a whole event. */
export const fitOf = (event: OrderTable): EventFit => fitted(canonicalTable(event).table).fit;

/** Does a part of an audit; when a rule fails in it, the whole batch is held. */
export function orHeldWhole<Done>(
  table: OrderTable,
  options: AuditOptions,
  work: () => Done,
): Done | AuditResult {
  try {
    return work();
  } catch (error) {
    return heldWhole(table, options, error);
  }
}

/** The first part of an audit: places and shared values, before any score. */
interface Looked {
  readonly places: Places;
  readonly shared: SharedIdentifiers;
}

export function lookAt(
  table: OrderTable,
  options: AuditOptions,
  places = new Places(table.columns.address.values),
): Looked {
  options.progress?.("persons", 0);
  places.settle();
  return { places, shared: sharedIdentifiers(table, places) };
}

/** The person of each order. Shared values are not needed, so both can be found at the same time. */
export function personsIn(
  table: OrderTable,
  { places }: Looked,
  options: AuditOptions,
): Int32Array {
  return personsOf(table, places, options.apart, (share) => options.progress?.("persons", share));
}

/** Judges orders, once it is known who the persons are and which orders hang together. */
export function auditOf(
  table: OrderTable,
  options: AuditOptions,
  found: Looked & { readonly personOf: Int32Array; readonly components: ComponentsByView },
  fit: EventFit,
): Found {
  const thresholds = options.thresholds ?? SHIPPED_THRESHOLDS;
  const { personOf, components, shared } = found;
  options.progress?.("groups", 0);
  const finder = new RingFinder(table, personOf, shared, {
    ...(options.past ? { past: options.past } : {}),
    ringShare: thresholds.ringShare,
    fit,
    patterns: patternsUnder(thresholds, fit),
  });
  const judged = judge(table, finder, components, options);
  const opened = casesOf(table, judged, options, shared);
  const attached =
    thresholds.weakKindsAsk === true
      ? finder.attachedTo(opened.map(({ rows }) => rows))
      : opened.map(() => []);
  const cases = opened.map((one, at) => ({ ...one, attached: must(attached[at], "a list") }));
  const caseOf = new Int32Array(table.count).fill(-1);
  const joined = new Int32Array(table.count).fill(-1);
  for (const one of cases) {
    for (const row of one.rows) caseOf[row] = one.caseNo;
    for (const { row } of one.attached) joined[row] = one.caseNo;
  }
  const over = overLimit(table, personOf, thresholds.unitsPerPersonCount);
  const same = new Map<Score, OrderVerdict>();
  const verdicts = judged.scores.map((score, row) => {
    const known = same.get(score);
    const isPlain = !over.has(row) && wholeAt(joined, row) < 0;
    if (known !== undefined && isPlain) return known;
    const said = verdictOf(score, thresholds, over.has(row));
    const { outcome } = options.stays?.get(row) ?? said;
    const verdict = {
      ...said,
      outcome,
      caseNo: wholeAt(caseOf, row),
      attachedTo: wholeAt(joined, row),
    };
    // Orders without any evidence share one score, and so one verdict.
    if (score.evidence.length === 0 && isPlain) same.set(score, verdict);
    return verdict;
  });
  const leftAlone = judged.groups
    .filter(
      (group) => group.view === "identifiersAndPlaces" && group.rows.length >= SHARED_PLACE_LEAST,
    )
    .filter((group) => group.rows.every((row) => wholeAt(caseOf, row) < 0))
    .map((group) => atOnePlace(shared.placeOf, group.rows))
    .filter((rows) => rows.length >= SHARED_PLACE_LEAST)
    .map((rows) => ({ rows, entities: finder.entitiesIn(rows) }))
    .sort((a, b) => b.entities - a.entities);
  return { verdicts, cases, personOf, leftAlone, thresholds, fault: null };
}
