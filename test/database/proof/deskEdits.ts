/* Direct edits of what the trust desk did. */

import { first, line, NO, type Edit } from "./edits.ts";

const decision = `select decision_id::text as id from decision where state = 'in_force' order by 1 limit 1`;
const batch = "select batch_id::text as id from batch";

export const OF_DESK: readonly Edit[] = [
  line(
    "a decision's text",
    "desk",
    "decision.record",
    decision,
    `update decision set record = jsonb_set(record, '{remedy_if_wrong,en}', '"Nothing."')
     where decision_id = $1::uuid`,
  ),
  line("a decision's text and digest", "desk", "decision.record", decision, "digest of a record"),
  line(
    "a decider",
    "desk",
    "decision.decided_by",
    decision,
    "update decision set decided_by = array['somebody', 'else'] where decision_id = $1::uuid",
  ),
  line(
    "a decision gone",
    "desk",
    "decision.decision_id",
    "select order_id::text as id from decision where state = 'in_force' order by decision_id limit 1",
    `delete from decision where order_id = $1::uuid`,
  ),
  line(
    "an appeal's outcome",
    "desk",
    "appeal.state",
    "select appeal_id::text as id from appeal where state = 'rejected'",
    "update appeal set state = 'upheld' where appeal_id = $1::uuid",
  ),
  line(
    "an approval gone",
    "desk",
    "batch_approval.operator_name",
    batch,
    `delete from batch_approval where batch_id = $1::uuid and operator_name like 'approver%'`,
  ),
  line(
    "a batch's digest",
    "desk",
    "batch.selection_digest",
    batch,
    "update batch set selection_digest = repeat('0', 64) where batch_id = $1::uuid",
  ),
  line(
    "a statement forged",
    "desk",
    "batch_statement.document",
    batch,
    `insert into batch_statement (batch_id, edition_no, document, document_digest, published_at)
     select batch_id, 1, '{"cancelled": 1}', repeat('0', 64), created_at from batch
     where batch_id = $1::uuid`,
  ),
  line(
    "a batch's outcome",
    "desk",
    "batch_order.outcome",
    "select order_id::text as id from batch_order order by order_id limit 1",
    "update batch_order set outcome = 'left_alone' where order_id = $1::uuid",
  ),
  line(
    "a verdict",
    "desk",
    "case_order.verdict",
    "select 'case 1' as id",
    "update case_order set verdict = case verdict when 'cancel' then 'release' else 'cancel' end",
  ),
  line(
    "a verdict for another",
    "desk",
    "case_order.verdict",
    "select 'case 1' as id",
    `update case_order set verdict = case verdict when 'cancel' then 'release' else 'cancel' end
     where verdict = 'release' or order_id = (select min(order_id::text)::uuid from case_order
       where verdict = 'cancel')`,
  ),
  line(
    "a case's history",
    "desk",
    "case_event.event_no",
    "select 'case 1' as id",
    "delete from case_event where kind = 'decided'",
  ),
  line(
    "a case's reviewer",
    "desk",
    "suspicion_case.decided_by",
    "select 'case 1' as id",
    "update suspicion_case set decided_by = 'somebody' where case_no = 1",
  ),
  line(
    "a line of the log gone",
    "desk",
    "operator_log.log_no",
    batch,
    `delete from operator_log where subject = $1 and operator_name like 'approver%'`,
  ),
  line(
    "a line of the log rewritten",
    "desk",
    "operator_log.operator_name",
    "select log_no::text as id from operator_log where action = 'approve batch' order by log_no limit 1",
    "update operator_log set operator_name = 'somebody' where log_no = $1::bigint",
  ),
  line(
    "a policy",
    "every sale",
    "policy.document",
    "select 'v2' as id",
    `update policy set document = jsonb_set(document, '{appeal,fileHours}', '1')`,
  ),
  line(
    "a sale's policies",
    "desk",
    "sale_policy.from_at",
    "select 'from' as id",
    `update sale_policy set from_at = from_at - interval '1 day' where sale_no = ${NO.desk}`,
  ),
  line(
    "a debt forged",
    "desk",
    "entitlement.decision_id",
    "select '00000000-0000-4000-8000-000000000002' as id",
    `insert into entitlement (entitlement_id, decision_id, account_key, family, sku,
       price_minor_units, currency, state, granted_at, expires_at)
     select $1::uuid, decision_id, account_key, 'none', 'RED', 100000, 'IDR', 'standing', decided_at,
       decided_at + interval '180 days' from decision where state = 'in_force' limit 1`,
  ),
  line(
    "an entry that stands first",
    "make-up",
    "make_good.entry_id",
    first("entry", "entry_id", "tier = 1", NO.makeUp),
    `insert into make_good (sale_no, round_no, entry_id, channel_no, variant_no, price_minor_units)
     select sale_no, round_no, entry_id, channel_no, 1, 1 from entry where entry_id = $1::uuid`,
  ),
  line(
    "a carve-out",
    "make-up",
    "carve_out.unit_count",
    "select 'round 1' as id",
    "update carve_out set unit_count = unit_count + 1",
  ),
  line(
    "a report",
    "desk",
    "sale_report.document",
    "select 'edition 1' as id",
    `update sale_report set document = jsonb_set(document, '{entrants}', '1') where edition_no = 1`,
  ),
  line(
    "a report gone",
    "desk",
    "sale_report.edition_no",
    "select 'cases-' as id",
    "delete from sale_report where edition_no = 2",
  ),
  line(
    "a report and its digest",
    "desk",
    "sale_report.edition_no",
    "select 'edition 2' as id",
    "digest of a report",
  ),
  line(
    "a sample forged",
    "desk",
    "error_sample.stratum",
    first(
      "purchase_order",
      "order_id",
      `state = 'paid' and not exists (select 1 from error_sample e
      where e.order_id = purchase_order.order_id)`,
      NO.desk,
    ),
    `insert into error_sample (sale_no, order_id, sample_id, stratum, rules, channel_no,
       payment_method, drawn_at)
     select p.sale_no, p.order_id, gen_random_uuid(), 'refused', '{}', p.channel_no,
       p.payment_method, e.drawn_at
     from purchase_order p, error_sample e where p.order_id = $1::uuid limit 1`,
  ),
  line(
    "a status forged",
    "desk",
    "order_status.said_by",
    first("purchase_order", "order_id", "state = 'paid'", NO.desk),
    `insert into order_status (sale_no, order_id, status, said_by, said_at)
     select sale_no, order_id, 'delivered', 'courier', placed_at from purchase_order
     where order_id = $1::uuid`,
  ),
  line(
    "a call forged",
    "desk",
    "channel_call.order_id",
    first("purchase_order", "order_id", "state = 'paid'", NO.desk),
    `insert into channel_call (sale_no, order_id, kind, channel_no, state, next_attempt_at)
     select sale_no, order_id, 'cancel', channel_no, 'done', placed_at from purchase_order
     where order_id = $1::uuid`,
  ),
  line(
    "a notice delivered",
    "desk",
    "notice.state",
    `select decision_id::text as id from notice where state = 'pending' order by 1 limit 1`,
    `update notice set state = 'delivered', ended_at = written_at where decision_id = $1::uuid`,
  ),
  line(
    "two people who nobody found apart",
    "desk",
    "verified_apart.declared_by",
    `select left(least(a, b)::text, 8) as id from (select min(account_key::text)::uuid as a,
       max(account_key::text)::uuid as b from purchase_order where sale_no = ${NO.desk}) pair`,
    `insert into verified_apart (account_a, account_b, declared_by, declared_at)
     select min(account_key::text)::uuid, max(account_key::text)::uuid, 'reviewer', now()
     from purchase_order where sale_no = ${NO.desk}`,
  ),
];
