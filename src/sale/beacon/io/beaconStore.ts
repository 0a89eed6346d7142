/* All SQL about beacon rounds. Only rounds with a verified signature are stored. */

import type { Query } from "../../../db/connect.ts";

/** A round that windows wait for. */
export interface AwaitedRound {
  readonly saleNo: number;
  readonly beaconRoundNo: number;
}

/** Missing rounds that closed windows of these sales wait for, the earliest first. */
export async function awaitedRounds(
  sql: Query,
  saleNos: readonly number[],
): Promise<AwaitedRound[]> {
  return await sql<AwaitedRound[]>`
    select distinct w.sale_no, w.beacon_round_no
    from sale_window w join sale s using (sale_no)
    where w.sale_no = any(${saleNos as number[]}::int[]) and w.state = 'closed'
      and w.beacon_round_no is not null
      and not exists (select 1 from beacon_round b
        where b.chain_hash = s.definition #>> '{beacon,chainHash}'
          and b.beacon_round_no = w.beacon_round_no)
    order by w.beacon_round_no`;
}

/** Stores a verified round; an existing row stays. */
export async function insertBeaconRound(
  sql: Query,
  round: {
    readonly chainHash: string;
    readonly beaconRoundNo: number;
    readonly signature: Uint8Array;
    readonly nowMs: number;
  },
): Promise<void> {
  await sql`
    insert into beacon_round (chain_hash, beacon_round_no, signature, received_at)
    values (${round.chainHash}, ${round.beaconRoundNo}, ${Buffer.from(round.signature)},
      ${new Date(round.nowMs)})
    on conflict do nothing`;
}
