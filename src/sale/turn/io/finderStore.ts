/* All SQL of the search for people with several entries in a round's line. */

import type { Query } from "../../../db/connect.ts";

/** An entry whose owner has a profile that the brand verified. */
export interface NamedEntry {
  readonly entryId: string;
  readonly accountKey: string;
  readonly windowNo: number;
  /** The turn that it shares; null for a turn of its own. */
  readonly turnId: string | null;
  readonly profileCipher: Buffer;
}

/** Entries of the windows after `afterNo`, in portions; without units owed to somebody. */
export function readNamedEntries(
  sql: Query,
  round: { readonly saleNo: number; readonly roundNo: number },
  windows: { readonly afterNo: number; readonly throughNo: number },
  size: number,
): AsyncIterable<NamedEntry[]> {
  return sql<NamedEntry[]>`
    select e.entry_id, e.account_key, e.window_no,
      t.turn_id, a.profile_cipher
    from entry e join account a on a.account_key = e.account_key and a.profile_cipher is not null
      left join shared_turn t using (sale_no, round_no, entry_id)
    where e.sale_no = ${round.saleNo} and e.round_no = ${round.roundNo}
      and e.window_no > ${windows.afterNo} and e.window_no <= ${windows.throughNo} and e.tier > 0
    order by e.window_no, e.entered_at, e.arrival_no, e.entry_id`.portions(size);
}
