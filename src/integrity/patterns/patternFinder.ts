/* The evidence of one order by what the whole crowd shows together. */

import { floatAt, wholeAt } from "../../base/at.ts";
import { must } from "../../base/assert.ts";
import type { Evidence, WeakKind } from "../evidence/evidence.ts";
import type { CrowdPatterns } from "../evidence/pattern.ts";
import { accountsMadeTogether } from "../signals/accountsMadeTogether.ts";
import { PATTERN_SIGNALS, signalOf } from "../signals/registered.ts";
import { sameMoment } from "../signals/sameMoment.ts";
import { fullLimit, fullLimitEvidence } from "../signals/together/fullLimit.ts";
import { madeInABurst } from "../signals/together/madeInABurst.ts";
import { orderedAsABurst } from "../signals/together/orderedAsABurst.ts";
import { textAt } from "../table/columns.ts";
import type { OrderTable } from "../table/orders.ts";
import { PatternBook } from "./patternBook.ts";

/** Finds for each order of a table which patterns of its crowd it is of. */
export class PatternFinder {
  readonly #table: OrderTable;
  readonly #book: PatternBook;
  readonly #shareOf: (row: number) => number;

  /** `shareOf`: where an order stands on its channel's arrival curve. */
  constructor(table: OrderTable, patterns: CrowdPatterns, shareOf: (row: number) => number) {
    this.#table = table;
    this.#book = new PatternBook(patterns);
    this.#shareOf = shareOf;
  }

  evidenceOf(row: number): Evidence[] {
    const { columns, orderedAtMs, accountCreatedAtMs, units } = this.#table;
    const order = {
      orderedAtMs: floatAt(orderedAtMs, row),
      accountCreatedAtMs: floatAt(accountCreatedAtMs, row),
      channel: must(textAt(columns.channel, row), "a channel of each order"),
      client: textAt(columns.client, row),
      share: () => this.#shareOf(row),
    };
    const burst = this.#book.burstOf(order);
    const client = this.#book.clientOf(order);
    if (burst === null && client === null) return [];
    const facts = { burst, client, form: textAt(columns.emailTemplate, row) };
    const found: Evidence[] = [];
    for (const signal of PATTERN_SIGNALS) {
      const one = signal.evaluate(facts);
      if (one) found.push(one);
    }
    const full = burst?.full ?? null;
    const one = full && floatAt(units, row) >= full.units ? fullLimitEvidence(full) : null;
    return one === null ? found : [...found, one];
  }
}

/** Two measures of one fact: that of a group, and that of the whole crowd. */
const ONE_FACT = [
  [accountsMadeTogether.name, madeInABurst.name],
  [sameMoment.name, orderedAsABurst.name],
  [fullLimit.name, fullLimit.name],
] as const;

const OF_CROWD: ReadonlySet<string> = new Set([
  ...PATTERN_SIGNALS.map(({ name }) => name),
  fullLimit.name,
]);

/**
 * Evidence in which of two measures of one fact only the louder is left. Beside a strong reason patterns of the crowd say
 * nothing: an order that shares a thing is judged as it was before weak kinds could ask.
 */
export function oneOfEachPattern(evidence: readonly Evidence[]): Evidence[] {
  if (evidence.some((one) => one.bits > 0 && signalOf(one.signal).strength === "strong"))
    return evidence.filter((one) => !OF_CROWD.has(one.signal));
  const gone = new Set<Evidence>();
  for (const names of ONE_FACT) {
    const same = evidence.filter(({ signal }) => names.some((name) => name === signal));
    const loudest = same.toSorted((a, b) => b.bits - a.bits)[0];
    for (const one of same) if (one !== loudest) gone.add(one);
  }
  return gone.size === 0 ? [...evidence] : evidence.filter((one) => !gone.has(one));
}

/** Fewer accounts are a family's or friends': they do things together, and that is no question to them. */
const LEAST_ASKING = 5;

/** Evidence of a group that may ask together with other weak kinds, where the group is large enough. */
export const asking = (kind: WeakKind, one: Evidence | null, accounts: number): Evidence | null =>
  one !== null && accounts >= LEAST_ASKING ? { ...one, asks: kind } : one;

/** Evidence of a group, which asks an order only where the order itself has what it says. */
export function askedOf({ columns, units }: OrderTable, row: number, one: Evidence): Evidence {
  const { asks, asksOf, ...silent } = one;
  if (asks === undefined || asksOf === undefined) return one;
  const isOwn =
    asks === "form"
      ? wholeAt(columns.emailTemplate.valueOf, row) === asksOf
      : floatAt(units, row) >= asksOf;
  return isOwn ? one : silent;
}
