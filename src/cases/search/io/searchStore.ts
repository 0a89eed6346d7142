/* SQL of the console's search over everything that screens show. Reads only. */

import type { Query } from "../../../db/connect.ts";

/** A hit, with what leads to its screen. */
export interface Found {
  readonly kind: "sale" | "case" | "order" | "appeal" | "batch" | "person";
  readonly title: string;
  readonly detail: string;
  readonly sale: string | null;
  readonly caseNo: number | null;
  readonly id: string;
}

/**
 * Identifiers by their beginning, names and titles by a part; at most 8 hits of each kind. No
 * personal data of buyers are searched.
 */
export async function find(sql: Query, typed: string): Promise<Found[]> {
  const plain = typed.toLowerCase();
  const like = `%${plain.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
  const start = /^[0-9a-f-]{4,36}$/.test(plain) ? `${plain}%` : null;
  const number = /^#?\d{1,7}$/.test(plain) ? Number(plain.replace("#", "")) : null;
  return await sql<Found[]>`
    (select 'sale' as kind, s.slug as title, s.state as detail, s.slug as sale,
        null::int as case_no, s.slug as id
      from sale s
      where s.slug like ${like} or lower(s.definition->'title'->>'id') like ${like}
        or lower(s.definition->'title'->>'en') like ${like} limit 8)
    union all
    (select 'case', '#' || c.case_no, c.state, s.slug, c.case_no, c.case_no::text
      from suspicion_case c join sale s using (sale_no)
      where c.case_no = ${number}::int limit 8)
    union all
    (select 'order', left(o.order_id::text, 8), 'case ' || o.case_no, s.slug, o.case_no,
        o.order_id::text
      from case_order o join sale s using (sale_no)
      where o.order_id::text like ${start}::text or o.account_key::text like ${start}::text limit 8)
    union all
    (select 'appeal', left(a.appeal_id::text, 8), a.state, s.slug, null, a.appeal_id::text
      from appeal a join decision d using (decision_id) join sale s using (sale_no)
      where a.appeal_id::text like ${start}::text or d.order_id::text like ${start}::text limit 8)
    union all
    (select 'batch', left(b.selection_digest, 12), b.state, s.slug, null, b.batch_id::text
      from batch b join sale s using (sale_no)
      where b.selection_digest like ${start}::text or b.batch_id::text like ${start}::text limit 8)
    union all
    (select 'person', name, role, null, null, operator_id::text
      from operator where lower(name) like ${like} and password_hash is not null limit 8)`;
}
