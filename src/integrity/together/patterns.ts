/*
 * Patterns of a whole crowd, of orders that share no thing: accounts made in a burst whose orders came close together,
 * and clients too often in the first seconds. They are kept as plain bounds, so that one order can be judged by them
 * without the others.
 *
 * Must never happen: honest newcomers are called a burst. The last days before a sale are full of them, so accounts
 * younger than three days are not looked at.
 */

import { must } from "../../base/assert.ts";
import { floatAt, wholeAt } from "../../base/at.ts";
import { byLetters } from "../../base/canonical.ts";
import { bitsOfP, pOfBits, WEAK_KIND_BITS } from "../evidence/evidence.ts";
import { widestWithin } from "../evidence/synchrony.ts";
import type { Column } from "../table/columns.ts";
import type { TextColumn } from "../table/orders.ts";
import { burstsAmong, type Burst } from "./bursts.ts";
import { earlyClients, FIRST_SHARE } from "./earlyClients.ts";
import { fullLimitOf, fullMark, rarestForm } from "./marks.ts";
import {
  LEAST_AGE_MS,
  type BurstPattern,
  type ClientPattern,
  type CrowdPatterns,
  type FullLimit,
} from "../evidence/pattern.ts";

/** A crowd's orders, by row. */
export interface SeenCrowd {
  readonly count: number;
  readonly columns: Readonly<Record<TextColumn, Column>>;
  readonly orderedAtMs: (row: number) => number;
  /** NaN where it is not told. */
  readonly accountCreatedAtMs: (row: number) => number;
  readonly units: (row: number) => number;
  /** Where an order stands among those of its channel, from 0 to 1. */
  readonly orderShare: (row: number) => number;
}

/** The first order of each account that is old enough, by the moment it was made. */
function oldAccounts(crowd: SeenCrowd): Int32Array {
  const { columns, orderedAtMs, accountCreatedAtMs, orderShare } = crowd;
  const isBefore = (a: number, b: number) =>
    orderedAtMs(a) - orderedAtMs(b) || orderShare(a) - orderShare(b);
  const firstOf = new Map<number, number>();
  for (let row = 0; row < crowd.count; row++) {
    if (!(orderedAtMs(row) - accountCreatedAtMs(row) >= LEAST_AGE_MS)) continue;
    const account = wholeAt(columns.account.valueOf, row);
    if (account < 0) continue;
    const known = firstOf.get(account);
    if (known === undefined || isBefore(row, known) < 0) firstOf.set(account, row);
  }
  const rows = Int32Array.from(firstOf.values());
  return rows.sort((a, b) => accountCreatedAtMs(a) - accountCreatedAtMs(b) || isBefore(a, b));
}

/** The form of each mail box among some rows: a box that is used often is no pattern. */
function formsIn({ columns }: SeenCrowd, rows: Iterable<number>): string[] {
  const { email, emailTemplate } = columns;
  const formOf = new Map<number, string>();
  for (const row of rows) {
    const mail = wholeAt(email.valueOf, row);
    const form = emailTemplate.values[wholeAt(emailTemplate.valueOf, row)];
    if (mail >= 0 && form !== undefined) formOf.set(mail, form);
  }
  return [...formOf.values()];
}

/** How often each form is found, 0 to 1. */
function formShares({ columns, count }: SeenCrowd): (form: string) => number {
  const { values, counts } = columns.emailTemplate;
  const numberOf = new Map(values.map((form, number) => [form, number]));
  return (form) => (counts[numberOf.get(form) ?? -1] ?? 0) / Math.max(1, count);
}

/** Measures that all patterns of a crowd are found by. */
interface Measures {
  readonly full: FullLimit | null;
  readonly formShareOf: (form: string) => number;
}

/** The burst's accounts whose orders came close together, as a pattern; null where they came as the crowd did. */
function patternOf(
  crowd: SeenCrowd,
  burst: Burst,
  rows: Int32Array,
  { full, formShareOf }: Measures,
): BurstPattern | null {
  const shares = Float64Array.from(rows, crowd.orderShare);
  const close = widestWithin(shares, pOfBits(WEAK_KIND_BITS));
  if (close.p === 1) return null;
  const members = Array.from(rows).filter((_, at) => {
    const share = floatAt(shares, at);
    return share >= close.from && share <= close.to;
  });
  const moments = members.map(crowd.orderedAtMs).sort((a, b) => a - b);
  const form = rarestForm(formsIn(crowd, members), formShareOf);
  return {
    madeFromMs: burst.fromMs,
    madeToMs: burst.toMs,
    accounts: burst.count,
    madeP: burst.p,
    orderedFrom: close.from,
    orderedTo: close.to,
    orders: members.length,
    orderedMs: must(moments.at(-1), "a last order") - must(moments[0], "a first order"),
    orderedP: close.p,
    full: fullMark(members.map(crowd.units), full),
    form: form !== null && bitsOfP(form.p) > 0 ? form : null,
  };
}

function burstPatterns(crowd: SeenCrowd, measures: Measures): BurstPattern[] {
  const rows = oldAccounts(crowd);
  const made = Float64Array.from(rows, crowd.accountCreatedAtMs);
  let at = 0;
  return burstsAmong(made).flatMap((burst) => {
    while (floatAt(made, at) < burst.fromMs) at++;
    const pattern = patternOf(crowd, burst, rows.subarray(at, at + burst.count), measures);
    return pattern === null ? [] : [pattern];
  });
}

function clientPatterns(crowd: SeenCrowd): ClientPattern[] {
  const { channel, client: clientColumn } = crowd.columns;
  const rowsOf: number[][] = channel.values.map(() => []);
  for (let row = 0; row < crowd.count; row++) rowsOf[wholeAt(channel.valueOf, row)]?.push(row);
  const found = channel.values.flatMap((name, number) => {
    const rows = must(rowsOf[number], "rows of each channel");
    const clients = earlyClients({
      clientOf: Int32Array.from(rows, (row) => wholeAt(clientColumn.valueOf, row)),
      isFirst: (at) => crowd.orderShare(must(rows[at], "a row of the channel")) <= FIRST_SHARE,
    });
    return clients.map(({ client, orders, lift, p }) => {
      const text = must(clientColumn.values[client], "a text of each client");
      return { channel: name, client: text, orders, lift, p };
    });
  });
  return found.toSorted((a, b) => byLetters(a.channel, b.channel) || byLetters(a.client, b.client));
}

function* unitsOf({ count, units }: SeenCrowd): Generator<number> {
  for (let row = 0; row < count; row++) yield units(row);
}

/** The patterns of a crowd. */
export function patternsOf(crowd: SeenCrowd): CrowdPatterns {
  const full = fullLimitOf(unitsOf(crowd));
  const measures = { full, formShareOf: formShares(crowd) };
  return { full, bursts: burstPatterns(crowd, measures), clients: clientPatterns(crowd) };
}
