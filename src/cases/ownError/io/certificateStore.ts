/* SQL for a sale's certificate: what people found of its cases' orders, and of the sample of all others. */

import type { Query } from "../../../db/connect.ts";
import { saleCertificate, type CaseOrderFound, type SaleCertificate } from "../certificate.ts";

/**
 * The orders of each case with what people found: the second look of an error sample before the answer to an appeal
 * before the reviewer's verdict.
 */
async function casesFound(sql: Query, saleNo: number): Promise<CaseOrderFound[][]> {
  const rows = await sql<(CaseOrderFound & { caseNo: number })[]>`
    select o.case_no, o.bits, coalesce(e.found,
        case when d.overturned then 'genuine' when o.verdict = 'release' then 'genuine'
          when o.verdict = 'cancel' then 'not_genuine' end) as found
    from case_order o
      left join error_sample e on e.sale_no = o.sale_no and e.order_id = o.order_id
      left join (select order_id, bool_or(state = 'overturned') as overturned
        from decision where sale_no = ${saleNo} group by order_id) d on d.order_id = o.order_id
    where o.sale_no = ${saleNo} order by o.case_no, o.order_id`;
  return [...Map.groupBy(rows, ({ caseNo }) => caseNo).values()];
}

/** Null before the sale was analysed, and where a rule failed then: nothing is known of its orders. */
export async function readCertificate(
  sql: Query,
  saleNo: number,
  sizes: Readonly<Record<"asked" | "undoubted", number>>,
): Promise<SaleCertificate | null> {
  const [audit] = await sql<{ fault: string | null }[]>`
    select fault from sale_audit where sale_no = ${saleNo}`;
  if (audit === undefined || audit.fault !== null) return null;
  const rows = await sql<{ kind: "asked" | "undoubted"; judged: number; genuine: number }[]>`
    select coalesce(e.accepted_as, 'undoubted') as kind, count(*)::int as judged,
      count(*) filter (where e.found = 'genuine')::int as genuine
    from error_sample e
    where e.sale_no = ${saleNo} and e.stratum = 'accepted' and e.found is not null
      and not exists (select 1 from case_order o where o.sale_no = e.sale_no
        and o.order_id = e.order_id)
    group by 1`;
  const plain = (["asked", "undoubted"] as const).map((kind) => {
    const { judged = 0, genuine = 0 } = rows.find((one) => one.kind === kind) ?? {};
    return { size: Math.max(sizes[kind], judged), judged, genuine };
  });
  return saleCertificate(await casesFound(sql, saleNo), plain);
}
