/*
 * Channels that cancel late orders by themselves, as a batch's preview shows them: how many of its
 * orders reach which branch. Counted for the earliest moment at which the batch can run.
 */

import { deadlineBranch, type AtShipBy } from "../../sale/standing/shipBy.ts";
import type { Policy } from "../policy/policy.ts";

export interface ChannelDeadline {
  /** Hours after an order in which the channel cancels it by itself. */
  readonly shipByHours: number;
  /** Orders that stand, because the deadline is too near to decide. */
  readonly letStand: number;
  /** Orders whose dispute the deadline may end. */
  readonly atDeadline: number;
  /** Orders whose dispute has the policy's whole time. */
  readonly wholeTime: number;
  /** The end of an appeal that is then still open. */
  readonly appealStillOpen: AtShipBy;
}

/** By the code of each channel that has a deadline and orders in the batch. */
export type ChannelDeadlines = Readonly<Record<string, ChannelDeadline>>;

const COUNTED = {
  let_stand: "letStand",
  at_deadline: "atDeadline",
  whole_time: "wholeTime",
} as const;

export function previewDeadlines(
  orders: readonly { readonly channel: string; readonly placedAtMs: number }[],
  channels: ReadonlyMap<string, { readonly shipAfterMs: number | null }>,
  { batch, appeal }: Pick<Policy, "batch" | "appeal">,
  nowMs: number,
): ChannelDeadlines {
  const found: Record<string, ChannelDeadline> = {};
  const decidedAtMs = nowMs + batch.graceMinutes * 60_000;
  for (const { channel, placedAtMs } of orders) {
    const shipAfterMs = channels.get(channel)?.shipAfterMs ?? null;
    if (shipAfterMs === null) continue;
    const known = found[channel] ?? {
      shipByHours: shipAfterMs / 3_600_000,
      letStand: 0,
      atDeadline: 0,
      wholeTime: 0,
      appealStillOpen: appeal.openAtShipBy ?? "release",
    };
    const branch = deadlineBranch({ shipByMs: placedAtMs + shipAfterMs, decidedAtMs }, appeal);
    const name = COUNTED[branch];
    found[channel] = { ...known, [name]: known[name] + 1 };
  }
  return found;
}
