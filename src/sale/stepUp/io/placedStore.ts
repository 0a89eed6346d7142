/* All SQL about the placed orders that a new one is scored against. */

import type { Query } from "../../../db/connect.ts";

export interface PlacedOrder {
  readonly offerId: string;
  readonly accountKey: string;
  readonly channelNo: number;
  readonly variantNo: number;
  readonly placedAt: Date;
  readonly factsCipher: Buffer | null;
}

/** Uncancelled orders placed after an instant, the oldest first. */
export async function listPlacedSince(
  sql: Query,
  saleNo: number,
  sinceMs: number,
): Promise<PlacedOrder[]> {
  return await sql<PlacedOrder[]>`
    select p.offer_id, p.account_key, p.channel_no,
      p.variant_no, p.placed_at, f.facts_cipher
    from purchase_order p left join order_facts f using (sale_no, order_id)
    where p.sale_no = ${saleNo} and p.placed_at > ${new Date(sinceMs)} and p.state <> 'cancelled'
    order by p.placed_at, p.order_id`;
}

/** Offers whose orders were cancelled after an instant. */
export async function listCancelledSince(
  sql: Query,
  saleNo: number,
  sinceMs: number,
): Promise<string[]> {
  const rows = await sql<{ offerId: string }[]>`
    select offer_id from purchase_order
    where sale_no = ${saleNo} and state = 'cancelled' and settled_at > ${new Date(sinceMs)}`;
  return rows.map(({ offerId }) => offerId);
}
