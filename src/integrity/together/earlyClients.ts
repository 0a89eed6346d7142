/*
 * Clients far too often in the first seconds: a program that waits for the opening runs on one kind of phone, or says
 * so, while the crowd's phones are as mixed then as later.
 *
 * Must never happen: a popular phone is called a program. So a client is compared with itself later on, never with
 * other clients.
 */

import { wholeAt } from "../../base/at.ts";
import { logPoissonTail } from "./poissonTail.ts";

/** The first of a channel's orders: this share of its arrival curve. */
export const FIRST_SHARE = 0.05;
/** A client must be so many times as frequent among the first as it is later. */
const LEAST_LIFT = 4;
/** Fewer orders are no program. */
const LEAST_ORDERS = 8;
/** Early buyers have better phones than others: expect so many times more. */
const EAGER = 2;
const MOST_P = 0.01;

/** Orders of a channel by their client; -1 where it is not told. */
export interface ChannelClients {
  readonly clientOf: Int32Array;
  /** Whether each order is among the first. */
  readonly isFirst: (at: number) => boolean;
}

/** A client that is too often among the first. */
export interface EarlyClient {
  readonly client: number;
  /** Its orders among the first. */
  readonly orders: number;
  /** How many times as often it is there as later. */
  readonly lift: number;
  readonly p: number;
}

/** The clients of one channel that are too often among its first orders. */
export function earlyClients({ clientOf, isFirst }: ChannelClients): EarlyClient[] {
  const first = new Map<number, number>();
  const later = new Map<number, number>();
  let [firstCount, laterCount] = [0, 0];
  for (let at = 0; at < clientOf.length; at++) {
    const client = wholeAt(clientOf, at);
    if (client < 0) continue;
    const early = isFirst(at);
    if (early) firstCount++;
    else laterCount++;
    const counts = early ? first : later;
    counts.set(client, (counts.get(client) ?? 0) + 1);
  }
  const found: EarlyClient[] = [];
  for (const [client, orders] of first) {
    if (orders < LEAST_ORDERS) continue;
    // One more than there are: a client that is never seen later would be infinitely too often.
    const share = ((later.get(client) ?? 0) + 1) / (laterCount + 1);
    const lift = orders / (firstCount * share);
    if (lift <= LEAST_LIFT) continue;
    const tail = Math.exp(logPoissonTail({ count: orders, expected: EAGER * share * firstCount }));
    const p = Math.min(1, tail * first.size);
    if (p <= MOST_P) found.push({ client, orders, lift, p });
  }
  return found.toSorted((a, b) => a.p - b.p || a.client - b.client);
}
