/*
 * All SQL that compares the operator log with what people did. The log and the thing are written in
 * one transaction, so each without the other is a fault. Which of them was removed or added stays
 * open: both are named. Reads only.
 */

import type { Query } from "../../../db/connect.ts";
import type { Fault } from "../fault.ts";

/** Deeds about batches and appeals: row, the log's action and subject, person, instant. */
const decided = (sql: Query, saleNo: number) => sql`
  select 'batch' as "table", format('batch %s', b.batch_id) as key, 'created_by' as "column",
    'create batch' as action, format('%s %s', s.slug, b.batch_id) as subject, b.created_by as who,
    b.created_at as at
  from batch b join sale s using (sale_no) where sale_no = ${saleNo}
  union all
  select 'batch_approval', format('batch %s, %s', b.batch_id, a.operator_name), 'operator_name',
    'approve batch', b.batch_id::text, a.operator_name, a.approved_at
  from batch_approval a join batch b using (batch_id) where sale_no = ${saleNo}
  union all
  select 'batch', format('batch %s', batch_id), 'stopped_by', 'stop batch', batch_id::text, stopped_by,
    ended_at
  from batch where sale_no = ${saleNo} and stopped_by is not null
  union all
  select 'batch', format('batch %s', batch_id), 'announced_at', 'announce batch', batch_id::text, null,
    announced_at
  from batch where sale_no = ${saleNo} and announced_at is not null
  union all
  select 'batch_statement', format('batch %s, edition %s', batch_id, t.edition_no),
    case when t.correction is null then 'published_at' else 'correction' end, 'announce batch',
    batch_id::text, null, t.published_at
  from batch_statement t join batch b using (batch_id) where b.sale_no = ${saleNo}
  union all
  select 'appeal', format('appeal %s', a.appeal_id), 'state', format('appeal %s', a.state),
    a.appeal_id::text, a.decided_by, a.decided_at
  from appeal a join decision d using (decision_id)
  where d.sale_no = ${saleNo} and a.state <> 'pending' and not a.by_default
  union all
  select 'appeal', format('appeal %s', a.appeal_id), 'reminded_at', 'appeal is due soon',
    a.appeal_id::text, 'Giliran', a.reminded_at
  from appeal a join decision d using (decision_id)
  where d.sale_no = ${saleNo} and a.reminded_at is not null`;

/** The same about everything else. */
const arranged = (sql: Query, saleNo: number) => sql`
  select 'sale_report', format('edition %s', r.edition_no), 'edition_no',
    format('publish report, edition %s', r.edition_no), format('%s %s', s.slug, r.document_digest), null,
    r.published_at
  from sale_report r join sale s using (sale_no) where sale_no = ${saleNo}
  union all
  select 'carve_out', format('round %s', c.round_no), 'operator_name', 'carve out',
    format('%s round %s', s.slug, c.round_no), c.operator_name, c.carved_at
  from carve_out c join sale s using (sale_no) where sale_no = ${saleNo}
  union all
  select 'error_sample', format('order %s', e.order_id), 'found_by', 'judge error sample',
    format('%s %s', s.slug, e.sample_id), e.found_by, e.found_at
  from error_sample e join sale s using (sale_no) where sale_no = ${saleNo} and e.found is not null
  union all
  select 'error_sample', format('order %s', e.order_id), 'drawn_at', 'draw error sample', s.slug, null,
    e.drawn_at
  from error_sample e join sale s using (sale_no) where sale_no = ${saleNo}
  union all
  select 'credit_list', format('list %s', c.list_id), 'created_by', 'propose credits',
    format('%s %s', s.slug, c.list_id), c.created_by, c.created_at
  from credit_list c join sale s using (sale_no) where sale_no = ${saleNo}
  union all
  select 'credit_list', format('list %s', c.list_id), 'ended_by',
    case c.state when 'approved' then 'approve credits' else 'reject credits' end,
    format('%s %s', s.slug, c.list_id), c.ended_by, c.ended_at
  from credit_list c join sale s using (sale_no) where sale_no = ${saleNo} and c.state <> 'waiting'
  union all
  select 'order_status', format('order %s', o.order_id), 'said_by', format('set order %s', o.status),
    format('%s %s', s.slug, o.order_id), o.said_by, o.said_at
  from order_status o join sale s using (sale_no) where sale_no = ${saleNo}
  union all
  select 'turn_objection', format('entry %s', o.entry_id), 'verdict', format('objection %s', o.verdict),
    format('%s %s', s.slug, o.entry_id), o.decided_by, o.decided_at
  from turn_objection o join sale s using (sale_no) where sale_no = ${saleNo} and o.verdict is not null
  union all
  select 'order_objection', format('entry %s', o.entry_id), 'verdict', format('objection %s', o.verdict),
    format('%s %s', s.slug, o.entry_id), o.decided_by, o.decided_at
  from order_objection o join sale s using (sale_no) where sale_no = ${saleNo} and o.verdict is not null
  union all
  select 'order_recipient', format('order %s', r.order_id), 'let_stand_at', 'let waiting order stand',
    format('%s %s', s.slug, r.order_id), 'Giliran', r.let_stand_at
  from order_recipient r join sale s using (sale_no)
  where sale_no = ${saleNo} and r.let_stand_at is not null`;

const deeds = (sql: Query, saleNo: number) => sql`
  ${decided(sql, saleNo)} union all ${arranged(sql, saleNo)}`;

/** The log `l` is about the deed `d`. Older lines name a report without digest, a sample by its order. */
const isAbout = (sql: Query) => sql`
  (l.subject = d.subject
    or (d."table" = 'sale_report' and l.subject = split_part(d.subject, ' ', 1))
    or (d."table" = 'error_sample'
      and l.subject = split_part(d.subject, ' ', 1) || ' ' || split_part(d.key, ' ', 2)))`;

/** Deeds that the log does not know. */
export async function findUnlogged(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with done as (${deeds(sql, saleNo)}),
    unlogged as (
      -- A statement without a correction may be the system's own.
      select * from done d where d."column" not in ('announced_at', 'published_at') and not exists (select 1 from operator_log l
        where l.action = d.action and l.logged_at = d.at and ${isAbout(sql)}
          and (d.who is null or l.operator_name = d.who)))
    select named."table", named.key, named."column", named.says
    from unlogged u, lateral (values
      (u."table", u.key, u."column", format('no line of the log says: %s', u.action)),
      ('operator_log', format('%s, %s', u.action, u.subject), 'log_no',
        format('a line by %s at %s is missing', coalesce(u.who, 'somebody'), u.at)))
      as named ("table", key, "column", says)
    order by named.key, named."table"`;
}

/**
 * Lines of the log about the sale whose deed is missing. A judged sample keeps its last finding
 * only, and a stopped or repeated deed leaves one line for each time.
 */
export async function findUndone(sql: Query, saleNo: number): Promise<Fault[]> {
  return await sql<Fault[]>`
    with done as (${deeds(sql, saleNo)}), this as (select slug from sale where sale_no = ${saleNo}),
    lines as (
      select l.log_no, l.operator_name, l.action, l.subject, l.logged_at, kinds."table", kinds."column"
      from operator_log l join (values
          ('create batch', 'batch', 'batch_id'), ('approve batch', 'batch_approval', 'operator_name'),
          ('stop batch', 'batch', 'stopped_by'), ('announce batch', 'batch', 'announced_at'),
          ('appeal upheld', 'appeal', 'state'), ('appeal rejected', 'appeal', 'state'),
          ('carve out', 'carve_out', 'round_no'), ('draw error sample', 'error_sample', 'order_id'),
          ('propose credits', 'credit_list', 'created_by'), ('approve credits', 'credit_list', 'ended_by'),
          ('reject credits', 'credit_list', 'ended_by'), ('objection apart', 'turn_objection', 'verdict'), ('objection same', 'turn_objection', 'verdict'))
          as kinds (action, "table", "column") using (action)
      union all
      select log_no, operator_name, action, subject, logged_at,
        case when action like 'publish report%' then 'sale_report' else 'order_status' end,
        case when action like 'publish report%' then 'edition_no' else 'status_no' end
      from operator_log where action like 'publish report, edition %' or action like 'set order %'),
    own as (
      select lines.* from lines, this where subject = slug or subject like slug || ' %'
        or exists (select 1 from batch b where b.sale_no = ${saleNo} and b.batch_id::text = subject)
        or exists (select 1 from appeal a join decision d using (decision_id)
          where d.sale_no = ${saleNo} and a.appeal_id::text = subject)),
    undone as (
      select * from own l where not exists (select 1 from done d
        where d.action = l.action and d.at = l.logged_at and ${isAbout(sql)}
          and (d.who is null or d.who = l.operator_name)))
    select named."table", named.key, named."column", named.says
    from undone u, lateral (values
      (u."table", format('%s by %s', u.subject, u.operator_name), u."column",
        format('the log says: %s', u.action)),
      ('operator_log', format('line %s', u.log_no), 'operator_name',
        format('nothing bears out: %s %s', u.action, u.subject)))
      as named ("table", key, "column", says)
    order by named.key, named."table"`;
}
