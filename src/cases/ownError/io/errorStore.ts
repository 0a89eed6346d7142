/*
 * SQL about the system's own error: samples of refused and accepted orders, what people found when
 * they judged them again, and the shares of mistakes that follow.
 * Must never happen: a known mistake is left out of the sample. Orders that an appeal gave back
 * therefore stay in the refused stratum.
 */

import { randomUUID } from "node:crypto";
import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { channelByNo } from "../../../sale/definition.ts";
import { readSaleStatus, type StoredSale, lastSeed } from "../../../sale/io/saleStore.ts";
import {
  ACCEPTED_STRATA,
  acceptedCounts,
  overCeiling,
  ownError,
  type AcceptedStratum,
  type Guard,
  type JudgedOrder,
  type OwnError,
} from "../ownError.ts";
import type { SaleCertificate } from "../certificate.ts";
import { readCertificate } from "./certificateStore.ts";
import { readGuard } from "./guardStore.ts";
import { policyOfSale } from "../../policy/io/policyStore.ts";
import { drawByHash } from "../../../base/drawByHash.ts";

/**
 * How an accepted order `p` was treated: released from a case, asked a question, or never doubted.
 */
const acceptedAs = (sql: Query) => sql`
  case when exists (select 1 from case_order c where c.sale_no = p.sale_no
      and c.order_id = p.order_id) then 'released'
    when exists (select 1 from step_up u where u.sale_no = p.sale_no
      and u.offer_id = p.offer_id) then 'asked'
    else 'undoubted' end`;

/**
 * Condition on purchase orders `p`: paid and never refused. An order that an appeal gave back
 * counts as refused.
 */
const standing = (sql: Query, saleNo: number) => sql`
  p.sale_no = ${saleNo} and p.state in ('paid', 'cod_confirmed')
  and not exists (select 1 from decision d where d.sale_no = p.sale_no
    and d.order_id = p.order_id)`;

/** How many accepted orders there are of each kind. */
async function acceptedSizes(sql: Query, saleNo: number): Promise<Record<AcceptedStratum, number>> {
  const rows = await sql<{ kind: AcceptedStratum; count: number }[]>`
    select kind, count(*)::int as count from (select ${acceptedAs(sql)} as kind
      from purchase_order p where ${standing(sql, saleNo)}) k
    group by kind`;
  const sizes = { released: 0, asked: 0, undoubted: 0 };
  for (const { kind, count } of rows) sizes[kind] = count;
  return sizes;
}

interface Candidate {
  readonly orderId: string;
  readonly channelNo: number;
  readonly paymentMethod: string;
  readonly rules: string[] | null;
  readonly acceptedAs: AcceptedStratum | null;
}

/** Orders that were not drawn yet. */
async function candidates(
  tx: Query,
  saleNo: number,
  stratum: "refused" | "accepted",
): Promise<Candidate[]> {
  return stratum === "refused"
    ? await tx<Candidate[]>`
        select p.order_id, p.channel_no, p.payment_method, null as accepted_as,
          array(select jsonb_array_elements_text(d.record->'rule_ids')) as rules
        from decision d join purchase_order p using (sale_no, order_id)
        where d.sale_no = ${saleNo}
          and not exists (select 1 from error_sample e where e.sale_no = p.sale_no
            and e.order_id = p.order_id)`
    : await tx<Candidate[]>`
        select order_id, channel_no, payment_method, null as rules,
          ${acceptedAs(tx)} as accepted_as
        from purchase_order p
        where ${standing(tx, saleNo)}
          and not exists (select 1 from error_sample e where e.sale_no = p.sale_no
            and e.order_id = p.order_id)`;
}

/**
 * Draws orders to be judged again: of all that were refused, including those given back by an
 * appeal (leaving them out would hide exactly the known mistakes), and of the accepted ones, an
 * equal share of each kind. Null while the sale has no seed to draw with.
 */
export async function drawErrorSample(
  tx: Transaction,
  saleNo: number,
  counts: { readonly refused: number; readonly accepted: number },
  nowMs: number,
): Promise<{ refused: number; accepted: number } | null> {
  const seed = await lastSeed(tx, saleNo);
  if (seed === null) return null;
  // Serialised by the sale's lock: a second draw must see what the first one drew.
  await readSaleStatus(tx, saleNo, "update");
  const draw = (orders: readonly Candidate[], count: number) =>
    drawByHash(orders, count, (order) => `giliran error sample\n${seed}\n${order.orderId}`);
  const refused = draw(await candidates(tx, saleNo, "refused"), counts.refused);
  const stand = await candidates(tx, saleNo, "accepted");
  const ofKind = (kind: AcceptedStratum) => stand.filter((order) => order.acceptedAs === kind);
  const sizes = { released: 0, asked: 0, undoubted: 0 };
  for (const kind of ACCEPTED_STRATA) sizes[kind] = ofKind(kind).length;
  const wanted = acceptedCounts(sizes, counts.accepted);
  const accepted = ACCEPTED_STRATA.flatMap((kind) => draw(ofKind(kind), wanted[kind]));
  for (const order of [...refused, ...accepted]) {
    await tx`
      insert into error_sample (sample_id, sale_no, order_id, stratum, accepted_as, rules, channel_no,
        payment_method, drawn_at)
      values (${randomUUID()}, ${saleNo}, ${order.orderId},
        ${order.acceptedAs === null ? "refused" : "accepted"}, ${order.acceptedAs},
        ${order.rules ?? []}::text[], ${order.channelNo}, ${order.paymentMethod},
        ${new Date(nowMs)})`;
  }
  return { refused: refused.length, accepted: accepted.length };
}

/** A drawn order. */
export interface SampledOrder {
  /** Random, so that the list mixes refused and accepted ones. */
  readonly sampleId: string;
  readonly found: string | null;
  /** Null until it was judged: with the order's id its state could be looked up. */
  readonly orderId: string | null;
}

/** The drawn orders of a sale in one mixed list, those to be judged first. */
export async function listErrorSample(sql: Query, saleNo: number): Promise<SampledOrder[]> {
  return await sql<SampledOrder[]>`
    select sample_id, found, case when found is not null then order_id end as order_id
    from error_sample
    where sale_no = ${saleNo} order by found is not null, sample_id`;
}

/**
 * Stores a person's finding. The first one stays: whoever has it sees the program's verdict next,
 * and would judge by that. It holds the sale's lock, so of two concurrent findings the later one
 * sees the earlier, and a rule that both push over its ceiling is stopped.
 */
export async function judgeSample(
  tx: Transaction,
  saleNo: number,
  sampleId: string,
  judged: { readonly found: string; readonly who: string; readonly nowMs: number },
): Promise<"judged" | "order_not_found" | "sample_judged_already"> {
  await readSaleStatus(tx, saleNo, "update");
  const result = await tx`
    update error_sample set found = ${judged.found}, found_by = ${judged.who},
      found_at = ${new Date(judged.nowMs)}
    where sale_no = ${saleNo} and sample_id = ${sampleId} and found is null`;
  if (result.count === 1) return "judged";
  const [known] = await tx`
    select 1 from error_sample where sale_no = ${saleNo} and sample_id = ${sampleId}`;
  return known ? "sample_judged_already" : "order_not_found";
}

/** All judged orders of the sale's samples. */
async function readJudged(sql: Query, sale: StoredSale): Promise<JudgedOrder[]> {
  const rows = await sql<
    {
      stratum: "refused" | "accepted";
      acceptedAs: AcceptedStratum | null;
      rules: string[];
      channelNo: number;
      paymentMethod: string;
      region: string | null;
      found: "genuine" | "not_genuine";
    }[]
  >`
    select e.stratum, e.accepted_as, e.rules, e.channel_no, e.payment_method, o.region, e.found
    from error_sample e left join case_order o using (sale_no, order_id)
    where e.sale_no = ${sale.saleNo} and e.found is not null`;
  return rows.map((row) => ({
    stratum: row.stratum,
    // Rows from before accepted orders were told apart count as undoubted.
    acceptedAs: row.stratum === "accepted" ? (row.acceptedAs ?? "undoubted") : null,
    rules: row.rules,
    channel: must(channelByNo(sale.definition, row.channelNo), "channel of an order").code,
    paymentMethod: row.paymentMethod,
    region: row.region ?? "–",
    found: row.found,
  }));
}

/** The measured error as it is published. */
export interface PublishedError extends OwnError {
  /** Null for a sale without a policy. */
  readonly guard: Guard | null;
  readonly reviewOnlyRules: readonly string[];
  readonly undecidedCount: number;
  /** Null before the sale was analysed. */
  readonly certificate: SaleCertificate | null;
}

/** The error of a sale, measured so far, with the policy's guard and the rules it stopped. */
export async function readOwnError(sql: Query, sale: StoredSale): Promise<PublishedError> {
  const sizes = await acceptedSizes(sql, sale.saleNo);
  const measured = ownError(await readJudged(sql, sale), sizes);
  const stored = await policyOfSale(sql, sale.saleNo);
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from error_sample
    where sale_no = ${sale.saleNo} and found is null`;
  return {
    ...measured,
    guard: stored && (await readGuard(sql, stored)),
    reviewOnlyRules: stored?.reviewOnlyRules ?? [],
    undecidedCount: must(row, "an aggregate is one row").count,
    certificate: await readCertificate(sql, sale.saleNo, sizes),
  };
}

/**
 * Stops rules whose error is above their ceiling: from now on they may ask for a check, and refuse
 * nothing. Public.
 */
export async function brakeRules(tx: Transaction, sale: StoredSale, nowMs: number): Promise<void> {
  const stored = must(await policyOfSale(tx, sale.saleNo), "policy of a sale");
  const sizes = await acceptedSizes(tx, sale.saleNo);
  const { byRule } = ownError(await readJudged(tx, sale), sizes);
  for (const ruleId of overCeiling(stored.policy.rules, byRule)) {
    const { wrong, audited } = must(byRule[ruleId], "rules over the ceiling were measured");
    const ceiling = must(
      stored.policy.rules.find((rule) => rule.ruleId === ruleId),
      "rules over the ceiling are the policy's",
    ).errorCeiling;
    await tx`
      insert into rule_brake (policy_name, rule_id, since, wrong_count, audited_count, ceiling)
      values (${stored.policy.name}, ${ruleId}, ${new Date(nowMs)}, ${wrong}, ${audited},
        ${ceiling})
      on conflict do nothing`;
  }
}
