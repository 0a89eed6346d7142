/*
 * How far innocent people of an event share a thing, learned from the event itself: of the accounts that tell a thing on a
 * channel, the share that has it in common with so many others.
 *
 * Must never happen: rings that are a third of an event teach that rings are innocent. So an event may show that sharing
 * is rarer than the shipped numbers say, never that it is commoner, and values whose orders came, or whose accounts were
 * made, in one moment teach nothing. To call a family or an office a ring is the worse mistake: all other sharing that is
 * seen counts as innocent.
 */

import { sharingTail } from "../evidence/sharing.ts";
import type { Sharing } from "../evidence/signal.ts";

/** Sharing of one thing on one channel, or over all of them. */
export interface ThingNull {
  readonly thing: string;
  /** Null for accounts of all channels together. */
  readonly channel: string | null;
  /** `accounts[n - 1]`: accounts on values that n accounts have. The last number is of all further ones, too. */
  readonly accounts: readonly number[];
}

/** From so many accounts on values are counted as one size. */
export const MOST_ACCOUNTS = 64;
/** The shipped numbers count as so many accounts that were seen. */
const PRIOR_ACCOUNTS = 300;
/** A size that nobody had among so many may still be that of half of one more. */
const UNSEEN = 0.5;

/** P(an innocent account has its value in common with n accounts or more), itself among them. */
export function fittedTail(
  seen: ThingNull | undefined,
  shipped: Sharing,
  accounts: number,
): number {
  const before = sharingTail(shipped, accounts);
  if (seen === undefined || accounts < 2) return before;
  let all = 0;
  let as = 0;
  seen.accounts.forEach((count, at) => {
    all += count;
    if (at + 1 >= Math.min(accounts, MOST_ACCOUNTS)) as += count;
  });
  const known = all + PRIOR_ACCOUNTS;
  const found = Math.max(PRIOR_ACCOUNTS * before + as, UNSEEN) / known;
  // Couples share things in every event, so two never say more than the shipped numbers do.
  return accounts === 2 ? before : Math.min(before, found);
}

/** Accounts on one value: over all channels, and on each. */
export interface Spread {
  readonly all: number;
  readonly byChannel: ReadonlyMap<string, number>;
}

/** The sharing that an event shows. */
export class FittedNulls {
  readonly #byName: ReadonlyMap<string, ThingNull>;

  constructor(nulls: readonly ThingNull[]) {
    this.#byName = new Map(nulls.map((one) => [nameOf(one.thing, one.channel), one]));
  }

  /** P of a value's accounts under its channel, or the least of its channels and of all together; undefined where nothing was learned. */
  tailOf(thing: string, spread: Spread) {
    if (!this.#byName.has(nameOf(thing, null))) return undefined;
    return (shipped: Sharing, accounts: number): number => {
      const on = (channel: string | null, count: number) =>
        fittedTail(this.#byName.get(nameOf(thing, channel)), shipped, Math.min(count, accounts));
      const tails = Array.from(spread.byChannel, ([channel, count]) => on(channel, count));
      return Math.min(...tails, ...(tails.length > 1 ? [on(null, spread.all)] : []));
    };
  }
}

const nameOf = (thing: string, channel: string | null): string => JSON.stringify([thing, channel]);
