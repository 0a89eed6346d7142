import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import { inTransaction, type Query, type Sql, type Transaction } from "../../../db/connect.ts";
import { askThread } from "../../../threads/thread.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { channelByNo, variantByNo } from "../../../sale/definition.ts";
import { readFacts } from "../../../sale/io/factsStore.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import type { CaseFinding } from "../findings.ts";
import type { AuditThread } from "./auditThread.ts";
import { policyOfSale, type StoredPolicy } from "../../policy/io/policyStore.ts";

/*
 * At the close of a sale: all its orders together, over all channels and rounds, before anything is
 * dispatched. What is found goes into cases, for people to decide; nothing is cancelled here.
 */

const HOUR_MS = 3_600_000;
const THREAD = new URL("./auditThread.ts", import.meta.url);

interface OrderRow {
  readonly order_id: string;
  readonly account_key: string;
  readonly channel_no: number;
  readonly variant_no: number;
  readonly payment_method: string;
  readonly price_minor_units: number;
  readonly placed_at: Date;
  readonly facts_cipher: Buffer | null;
  readonly instrument_key: string | null;
}

interface Loaded {
  readonly records: readonly OrderRecord[];
  readonly accountKeys: readonly string[];
}

/** A sale's orders that were paid or will be, with what they were made with. */
export async function loadOrders(sql: Query, keyring: Keyring, sale: StoredSale): Promise<Loaded> {
  const { saleNo, definition } = sale;
  const records: OrderRecord[] = [];
  const accountKeys: string[] = [];
  const portions = sql<OrderRow[]>`
    select p.order_id, p.account_key, p.channel_no, p.variant_no, p.payment_method,
      p.price_minor_units, p.placed_at, f.facts_cipher, f.instrument_key
    from purchase_order p left join order_facts f using (sale_no, order_id)
    where p.sale_no = ${saleNo} and p.state in ('paid', 'cod_confirmed')
    order by p.placed_at, p.order_id`.portions(2_000);
  for await (const rows of portions) {
    for (const row of rows) {
      const facts = row.facts_cipher === null ? {} : readFacts(keyring, row.facts_cipher);
      accountKeys.push(row.account_key);
      records.push({
        ...facts,
        orderId: row.order_id,
        orderedAtMs: row.placed_at.getTime(),
        // No time of sign-up: we know when somebody was first seen here, which is moments before the
        // order for everybody who came for the sale, and would read as "faster than hands".
        channel: must(channelByNo(definition, row.channel_no), "channel of an order").code,
        account: row.account_key,
        ...(row.instrument_key === null ? {} : { paymentId: row.instrument_key }),
        paymentMethod: row.payment_method,
        units: 1,
        sku: must(variantByNo(definition, row.variant_no), "variant of an order").sku,
        unitPriceMinorUnits: row.price_minor_units,
      });
    }
  }
  return { records, accountKeys };
}

/** What people said before: pairs that are two people, and accounts that were cleared. */
async function loadKnown(
  sql: Query,
  loaded: Loaded,
): Promise<{ apart: string[]; cleared: string[] }> {
  const rowsOf = new Map<string, number[]>();
  loaded.accountKeys.forEach((key, row) => rowsOf.set(key, [...(rowsOf.get(key) ?? []), row]));
  const keys = [...rowsOf.keys()];
  const pairs = await sql<{ account_a: string; account_b: string }[]>`
    select account_a, account_b from verified_apart
    where account_a = any(${keys}::uuid[]) and account_b = any(${keys}::uuid[])`;
  const apart = pairs.flatMap(({ account_a, account_b }) =>
    (rowsOf.get(account_a) ?? []).flatMap((a) =>
      (rowsOf.get(account_b) ?? []).map((b) => (a < b ? `${a} ${b}` : `${b} ${a}`)),
    ),
  );
  const clearedRows = await sql<{ account_key: string }[]>`
    select account_key from decision
      where state = 'overturned' and account_key = any(${keys}::uuid[])
    union
    select o.account_key from case_order o join suspicion_case c using (sale_no, case_no)
      where o.verdict = 'release' and c.state <> 'open' and o.account_key = any(${keys}::uuid[])`;
  const cleared = clearedRows.flatMap(({ account_key }) =>
    (rowsOf.get(account_key) ?? []).map((row) => `${loaded.records[row]!.channel} ${account_key}`),
  );
  return { apart, cleared };
}

async function writeCase(
  tx: Transaction,
  where: { readonly saleNo: number; readonly caseNo: number; readonly nowMs: number },
  stored: StoredPolicy,
  finding: CaseFinding,
): Promise<void> {
  const { saleNo, caseNo, nowMs } = where;
  const dueAtMs = nowMs + stored.policy.appeal.decideHours * HOUR_MS;
  const { orders } = finding;
  await tx`
    insert into suspicion_case (sale_no, case_no, state, policy_digest, top_bits, order_count,
      account_count, document, opened_at, due_at)
    select ${saleNo}, ${caseNo}, 'open', ${stored.digest}, ${finding.topBits}, ${orders.length},
      (select count(distinct account_key)::int from purchase_order where sale_no = ${saleNo}
        and order_id = any(${orders.map((order) => order.orderId)}::uuid[])),
      ${tx.json(finding.document)}::jsonb, ${new Date(nowMs)}, ${new Date(dueAtMs)}`;
  await tx`
    insert into case_order (sale_no, order_id, case_no, account_key, person_no, bits, reasons,
      counterfactual, region)
    select ${saleNo}, o.order_id, ${caseNo}, p.account_key, o.person_no, o.bits, o.reasons::jsonb,
      o.counterfactual::jsonb, o.region
    from unnest(${orders.map((order) => order.orderId)}::uuid[],
      ${orders.map((order) => order.personNo)}::int[], ${orders.map((order) => order.bits)}::float8[],
      ${orders.map((order) => JSON.stringify(order.reasons))}::text[],
      ${orders.map((order) => JSON.stringify(order.counterfactual))}::text[],
      ${orders.map((order) => order.region)}::text[])
      as o (order_id, person_no, bits, reasons, counterfactual, region)
      join purchase_order p on p.sale_no = ${saleNo} and p.order_id = o.order_id`;
  await tx`
    insert into case_event (sale_no, case_no, kind, actor, happened_at)
    values (${saleNo}, ${caseNo}, 'opened', 'Giliran', ${new Date(nowMs)})`;
}

export interface AuditOutcome {
  readonly orders: number;
  readonly cases: number;
  /** Why nothing was decided: then no order may be dispatched before a person looked. */
  readonly fault: string | null;
}

/** Whether all of a sale's offers and orders have ended, so that a look sees everything. */
export async function saleHasEnded(sql: Query, sale: StoredSale, nowMs: number): Promise<boolean> {
  const [row] = await sql<{ open: boolean }[]>`
    select s.state = 'draft' or (s.state <> 'closed'
        and ${sale.definition.rounds.some((round) => nowMs < round.closesAtMs)})
      or exists (select 1 from offer where sale_no = s.sale_no and state = 'open')
      or exists (select 1 from purchase_order where sale_no = s.sale_no
        and state in ('awaiting_payment', 'awaiting_confirmation')) as open
    from sale s where sale_no = ${sale.saleNo}`;
  return row?.open === false;
}

/** Looks at a sale once and opens its cases; null when that was done before. */
export async function auditSale(
  deps: { readonly sql: Sql; readonly keyring: Keyring },
  sale: StoredSale,
  nowMs: number,
): Promise<AuditOutcome | null> {
  const { sql, keyring } = deps;
  const stored = must(await policyOfSale(sql, sale.saleNo), "an opened sale has a policy");
  const loaded = await loadOrders(sql, keyring, sale);
  const known = await loadKnown(sql, loaded);
  const { thresholds, unitsPerPersonCount } = stored.policy;
  const answer = await askThread<AuditThread>(THREAD, {
    records: loaded.records,
    thresholds: { ...thresholds, unitsPerPersonCount },
    ...known,
  });
  const outcome = {
    orders: loaded.records.length,
    cases: answer.findings.length,
    fault: answer.fault,
  };
  return await inTransaction(sql, async (tx) => {
    // The row decides who writes: of two servers that looked at once, one did for nothing.
    const first = await tx`
      insert into sale_audit (sale_no, audited_at, policy_digest, order_count, case_count, fault)
      values (${sale.saleNo}, ${new Date(nowMs)}, ${stored.digest}, ${outcome.orders},
        ${outcome.cases}, ${outcome.fault})
      on conflict do nothing`;
    if (first.count === 0) return null;
    for (const [index, finding] of answer.findings.entries()) {
      await writeCase(tx, { saleNo: sale.saleNo, caseNo: index + 1, nowMs }, stored, finding);
    }
    return outcome;
  });
}

/** Sales that have ended under a policy and were not looked at yet. */
export async function salesToAudit(sql: Query, nowMs: number): Promise<string[]> {
  const rows = await sql<{ slug: string }[]>`
    select slug from sale s
    where state <> 'draft' and policy_digest is not null
      and not exists (select 1 from sale_audit a where a.sale_no = s.sale_no)
      and created_at > ${new Date(nowMs - 90 * 86_400_000)}
    order by sale_no`;
  return rows.map((row) => row.slug);
}
