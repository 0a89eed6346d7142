/*
 * Fellegi & Sunter 1969: a pair's weight is the sum over fields of log2(m/u), m being how often a level
 * occurs between rows of one person, u between rows of two. On exact agreement u is the value's own
 * frequency (Winkler 1989), so that sharing a common thing is worth little and a rare one much.
 */

import { must } from "../../base/assert.ts";
import { floatAt, wholeAt } from "../../base/at.ts";
import type { Column } from "../table/columns.ts";
import { comparatorOf, TOP_LEVEL, type Comparator, type FieldKind } from "./compare.ts";
import type { PlaceBook } from "../table/places.ts";

export interface LinkField {
  readonly name: string;
  readonly kind: FieldKind;
  /** Fields with one cause are in one group: the second of them adds half. */
  readonly group: string;
  readonly column: Column;
  /** The field that people write in this one's place, by its number: first and last names. Both have one dictionary. */
  readonly swapsWith?: number;
  /** Addresses that were taken apart already. */
  readonly places?: PlaceBook;
  /** How two different values are compared, where it is not by the kind alone. */
  readonly compare?: Comparator;
}

/** m and u of each field's levels. */
export interface FieldWeights {
  readonly m: readonly number[];
  readonly u: readonly number[];
}

export interface LinkModel {
  readonly fields: readonly FieldWeights[];
  /** Share of pairs, among all pairs, that are links. */
  readonly linkShare: number;
  readonly home?: HomeModel | undefined;
}

/**
 * Two people of one home, or with one phone. They share what strangers do not, so that a link must be likelier than this, too:
 * by address, phone and last name alone a brother would be his sister.
 */
export interface HomeModel {
  /** m, and as u how often each level occurs between two people of one home. */
  readonly fields: readonly FieldWeights[];
  /** Share of pairs, among all pairs, that are two people of one home. */
  readonly share: number;
}

const logRatios = ({ m, u }: FieldWeights): Float64Array =>
  Float64Array.from(m, (value, level) => Math.log2(value / must(u[level], "u of each level")));

/** The shipped weight of a level, before any data: m as seen in public linkage sets, u from chance agreement. */
export function shippedWeights(kind: FieldKind): FieldWeights {
  switch (kind) {
    case "name":
    case "text":
      return { m: [0.06, 0.04, 0.1, 0.8], u: [0.955, 0.03, 0.01, 0.005] };
    case "phone":
      return { m: [0.14, 0.01, 0.85], u: [0.9998, 0.0001, 0.0001] };
    case "email":
      return { m: [0.14, 0.03, 0.83], u: [0.9988, 0.0002, 0.001] };
    case "date":
    case "number":
      return { m: [0.05, 0.1, 0.85], u: [0.98, 0.01, 0.01] };
    case "address":
      // The first are doors that contradict each other: as far from one home as two streets, never nearer.
      return {
        m: [0.0001, 0.1299, 0.1, 0.15, 0.22, 0.4],
        u: [0.001, 0.982, 0.014, 0.002, 0.0007, 0.0003],
      };
    case "exact":
      return { m: [0.15, 0.85], u: [0.999, 0.001] };
  }
}

/** A value that is rare among people looks common in a handful of rows: at least this many are assumed. */
export const LEAST_POPULATION = 1_000;

/** From this level on a name is the same but for a slip. */
const NEAR_NAME = 2;

/** Compares rows of a table; levels of pairs, and their weights under a model. */
export class Linker {
  readonly fields: readonly LinkField[];
  readonly rowCount: number;
  #eventCount: number;
  readonly #comparators: readonly Comparator[];
  readonly #tops: readonly number[];
  readonly #groups: readonly (readonly number[])[];
  #logs: readonly Float64Array[] = [];
  #topM: readonly number[] = [];
  #exactBits: readonly Float64Array[] = [];
  #prior = 0;
  #homeLogs: readonly Float64Array[] | null = null;
  #homePrior = 0;
  /** The only field of the last group; -1 where that has several, or one that is written in another's place. */
  readonly #lastField: number;
  /** Most bits that two different values of it say. */
  #lastMost = 0;

  /** `eventCount`: rows of the whole event, where these are a part of it. */
  constructor(fields: readonly LinkField[], rowCount: number, eventCount = rowCount) {
    this.fields = fields;
    this.rowCount = rowCount;
    this.#eventCount = eventCount;
    this.#comparators = fields.map(
      (field) => field.compare ?? comparatorOf(field.kind, field.column.values, field.places),
    );
    this.#tops = fields.map((field) => TOP_LEVEL[field.kind]);
    const names = [...new Set(fields.map((field) => field.group))];
    this.#groups = names.map((name) =>
      fields.flatMap((field, index) => (field.group === name ? [index] : [])),
    );
    const [last = -1, ...further] = this.#groups.at(-1) ?? [];
    const isAlone = further.length === 0 && fields[last]?.swapsWith === undefined;
    this.#lastField = isAlone ? last : -1;
  }

  level(field: number, a: number, b: number): number {
    const straight = this.#straight(field, a, b);
    const { swapsWith } = must(this.fields[field], "a field of each column");
    if (swapsWith === undefined || straight >= NEAR_NAME) return straight;
    const own = this.#levelOf(field, this.#value(field, a), this.#value(swapsWith, b));
    // Nearly all pairs end here.
    if (straight >= 0 && own < NEAR_NAME) return straight;
    const other = this.#levelOf(field, this.#value(swapsWith, a), this.#value(field, b));
    if (own >= NEAR_NAME && other >= NEAR_NAME) return Math.min(own, other);
    // People with one name, who have it in either column.
    const isOneName = field < swapsWith && straight < 0 && this.#straight(swapsWith, a, b) < 0;
    return isOneName ? Math.max(own, other) : straight;
  }

  #straight(field: number, a: number, b: number): number {
    return this.#levelOf(field, this.#value(field, a), this.#value(field, b));
  }

  #value(field: number, row: number): number {
    return wholeAt(must(this.fields[field], "a field of each column").column.valueOf, row);
  }

  #levelOf(field: number, a: number, b: number): number {
    if (a < 0 || b < 0) return -1;
    return a === b
      ? must(this.#tops[field], "a top level of each field")
      : must(this.#comparators[field], "a comparator of each field")(a, b);
  }

  use(model: LinkModel): void {
    this.useGrowing(model, this.#eventCount);
    this.#exactBits = this.fields.map((field, index) =>
      Float64Array.from(field.column.counts, (count) => this.#exact(index, count)),
    );
  }

  /** The model for an event that grows: how common a value is is asked at each comparison. */
  useGrowing(model: LinkModel, eventCount: number): void {
    this.#eventCount = eventCount;
    this.#exactBits = [];
    this.#topM = model.fields.map(({ m }, index) =>
      must(m[must(this.#tops[index], "a top level of each field")], "m of each level"),
    );
    this.#logs = model.fields.map(logRatios);
    this.#lastMost = Math.max(0, ...(this.#logs[this.#lastField] ?? []));
    this.#prior = Math.log2(model.linkShare / (1 - model.linkShare));
    this.#homeLogs = model.home?.fields.map(logRatios) ?? null;
    this.#homePrior = model.home ? Math.log2(model.linkShare / model.home.share) : 0;
  }

  /** Bits of agreeing on a value that so many rows have. */
  #exact(field: number, count: number): number {
    const total = Math.max(LEAST_POPULATION, this.#eventCount);
    const topM = must(this.#topM[field], "m of each field");
    // A value that nearly everybody has speaks neither for nor against.
    return Math.max(0, Math.log2(topM / Math.max(count / total, 1 / total)));
  }

  /** Bits of one field for a pair. */
  fieldBits(field: number, a: number, b: number): number {
    const level = this.level(field, a, b);
    if (level < 0) return 0;
    const { kind, column } = must(this.fields[field], "a field of each column");
    const { valueOf, counts } = column;
    const [left, right] = [wholeAt(valueOf, a), wholeAt(valueOf, b)];
    if (left === right && left >= 0) {
      return this.#exactBits[field]?.[left] ?? this.#exact(field, wholeAt(counts, left));
    }
    const bits = floatAt(must(this.#logs[field], "weights of each field"), level);
    if (bits <= 0) return bits;
    // Two numbers bought together are near each other: that never says more than one number would.
    const countOf = (value: number) => (value < 0 ? 0 : wholeAt(counts, value));
    const said = Math.min(bits, this.#exact(field, countOf(left) + countOf(right)));
    // Where birthdays differ, they are rather father's and son's, bought together, than one that was mistyped.
    const isOfTwo =
      kind === "phone" &&
      this.fields.some((one, other) => one.kind === "date" && this.level(other, a, b) === 0);
    return isOfTwo ? said / 2 : said;
  }

  /** Bits of one field for a pair against two people of one home; 0 where none are known. */
  homeBits(field: number, a: number, b: number): number {
    const level = this.level(field, a, b);
    const logs = this.#homeLogs?.[field];
    return level < 0 || logs === undefined ? 0 : floatAt(logs, level);
  }

  /** The weight of a pair without the prior: groups added up, one cause counted once and a half. */
  weight(a: number, b: number): number {
    return this.#sum((field) => this.fieldBits(field, a, b));
  }

  /** The same against two people of one home. */
  homeWeight(a: number, b: number): number {
    return this.#homeLogs === null ? 0 : this.#sum((field) => this.homeBits(field, a, b));
  }

  #sum(bitsOf: (field: number) => number): number {
    let sum = 0;
    for (const group of this.#groups) sum += sumOfGroup(group, bitsOf);
    return sum;
  }

  /** Weight with the prior: above 0 a link is likelier than two strangers and two people of one home together. */
  evidence(a: number, b: number): number {
    const bits = this.weight(a, b) + this.#prior;
    if (this.#homeLogs === null) return bits;
    const atHome = this.homeWeight(a, b) + this.#homePrior;
    return Math.min(bits, atHome) - Math.log2(1 + 2 ** -Math.abs(bits - atHome));
  }

  /**
   * The same for a link, and -Infinity or less than 0 for none: of nearly all pairs the last field is not looked at, since
   * the others leave it too little to say. Addresses stand last, and take longer to compare than all else.
   */
  evidenceOfLink(a: number, b: number): number {
    const last = this.#lastField;
    if (last < 0 || this.#homeLogs !== null) return this.evidence(a, b);
    const bitsOf = (field: number) => this.fieldBits(field, a, b);
    let sum = 0;
    for (let at = 0; at + 1 < this.#groups.length; at++)
      sum += sumOfGroup(must(this.#groups[at], "a group of each number"), bitsOf);
    const [left, right] = [this.#value(last, a), this.#value(last, b)];
    if (left !== right) {
      const most = left < 0 || right < 0 ? 0 : this.#lastMost;
      if (sum + most + this.#prior < 0) return -Infinity;
    }
    return sum + bitsOf(last) + this.#prior;
  }

  get priorBits(): number {
    return this.#prior;
  }
}

/** Bits of one cause: the most whole, other fields' half, and all that speaks against it. */
function sumOfGroup(group: readonly number[], bitsOf: (field: number) => number): number {
  let most = 0;
  let positive = 0;
  let negative = 0;
  for (const field of group) {
    const bits = bitsOf(field);
    if (bits > 0) {
      positive += bits;
      if (bits > most) most = bits;
    } else negative += bits;
  }
  return most + 0.5 * (positive - most) + negative;
}

/** P(link) of a weight with its prior. */
export function linkProbability(evidenceBits: number): number {
  return 1 / (1 + 2 ** -evidenceBits);
}
