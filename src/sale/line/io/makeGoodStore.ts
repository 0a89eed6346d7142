/* All SQL about entries of tier 0: units of a round that are owed to people before it opens. */

import { randomUUID } from "node:crypto";
import type { Transaction } from "../../../db/connect.ts";
import type { Round } from "../../definition.ts";
import { windowSpan } from "../../window.ts";

export interface MakeGoodEntry {
  readonly accountKey: string;
  readonly phoneKey: string | null;
  readonly emailKey: string | null;
  readonly channelNo: number;
  readonly variantNo: number;
  /** The old price: the buyer pays this, or the round's price if that is lower. */
  readonly priceMinorUnits: number;
}

/** The promised prices of these entries, by entry, in minor units; only owed units have one. */
export async function readPromised(
  tx: Transaction,
  where: { readonly saleNo: number; readonly roundNo: number },
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx<{ entryId: string; priceMinorUnits: number }[]>`
    select entry_id, price_minor_units from make_good
    where sale_no = ${where.saleNo} and round_no = ${where.roundNo}
      and entry_id = any(${entryIds as string[]}::uuid[])`;
  return new Map(rows.map((row) => [row.entryId, row.priceMinorUnits]));
}

/**
 * Puts people first in a round's line, in its first window, and records on the stock rows how many
 * units the public count excludes. Returns an entry id per person, or null for a person who is
 * already in the line. Ids are random like everybody's; the tier puts them first, not the rank.
 */
export async function insertMakeGood(
  tx: Transaction,
  where: { readonly saleNo: number; readonly round: Round; readonly nowMs: number },
  entries: readonly MakeGoodEntry[],
): Promise<(string | null)[]> {
  const { saleNo, round, nowMs } = where;
  const span = windowSpan(round, 0);
  await tx`
    insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at)
    values (${saleNo}, ${round.roundNo}, 0, ${new Date(span.opensAtMs)}, ${new Date(span.closesAtMs)})
    on conflict do nothing`;
  const ids: (string | null)[] = [];
  // Sorted by account like every insert into this table, so there is no deadlock.
  const sorted = [...entries.entries()].sort(([, a], [, b]) =>
    a.accountKey < b.accountKey ? -1 : 1,
  );
  for (const [index, entry] of sorted) {
    const { accountKey, channelNo, variantNo, priceMinorUnits, ...keys } = entry;
    const entryId = randomUUID();
    const inserted = await tx`
      insert into entry (sale_no, round_no, account_key, phone_key, email_key, entry_id, window_no,
        arrival_no, tier, channel_no, preferences, request_key, entered_at)
      values (${saleNo}, ${round.roundNo}, ${accountKey}, ${keys.phoneKey}, ${keys.emailKey},
        ${entryId}, 0, 0, 0,
        ${channelNo}, ${String(variantNo)}, ${randomUUID()},
        ${new Date(nowMs)})
      on conflict do nothing`;
    ids[index] = inserted.count === 1 ? entryId : null;
    if (inserted.count === 0) continue;
    await tx`
      insert into make_good (sale_no, round_no, entry_id, channel_no, variant_no, price_minor_units)
      values (${saleNo}, ${round.roundNo}, ${entryId}, ${channelNo}, ${variantNo}, ${priceMinorUnits})`;
    await tx`
      update stock set make_good = make_good + 1
      where sale_no = ${saleNo} and round_no = ${round.roundNo} and channel_no = ${channelNo}
        and variant_no = ${variantNo}`;
  }
  return ids;
}
