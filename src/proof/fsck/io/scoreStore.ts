/* SQL that binds the sequence of scored orders to offers and to itself. Reads only. */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Scored orders that are not their offer's, and numbers that nobody gave. */
export async function findOddScores(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    select 'scored_order' as "table", format('offer %s, number %s', s.offer_id, s.score_no) as key,
      differs."column", differs.says
    from scored_order s left join scoring c using (sale_no)
      left join offer o on o.sale_no = s.sale_no and o.offer_id = s.offer_id,
      lateral (values
        ('offer_id', o.offer_id is null, 'there is no such offer'),
        ('account_key', o.account_key <> s.account_key, 'the offer was made to another account'),
        ('channel_no', o.channel_no <> s.channel_no, 'the offer was made on another channel'),
        ('variant_no', o.variant_no <> s.variant_no, 'the offer was of another variant'),
        ('score_no', coalesce(s.score_no > c.last_no, true), 'the number was never given'))
      as differs ("column", is_so, says)
    where s.sale_no = ${saleNo} and differs.is_so
    union all
    select 'scored_change', format('number %s', h.score_no), 'order_no',
      'no order has this number'
    from scored_change h left join scored_order s on s.sale_no = h.sale_no
      and s.score_no = h.order_no and s.score_no < h.score_no
    where h.sale_no = ${saleNo} and s.score_no is null`;
}
