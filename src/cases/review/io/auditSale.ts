/*
 * The analysis at the close of a sale: all its orders over all channels and rounds, before anything
 * is dispatched. Findings become cases; nothing is cancelled here. It runs once for each sale.
 */

import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import type { Query, Transaction } from "../../../db/connect.ts";
import { askThread } from "../../../threads/thread.ts";
import type { OrderRecord } from "../../../integrity/table/orders.ts";
import { channelByNo, variantByNo } from "../../../sale/definition.ts";
import { readFacts } from "../../../sale/io/factsStore.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import { listHeldOrders } from "../../../sale/recipient/io/recipientStore.ts";
import type { RecipientGroup } from "../findings.ts";
import { listApartAmong } from "../../../sale/recipient/io/apartStore.ts";
import {
  insertAudit,
  insertCase,
  listAnsweredByCode,
  listCleared,
  listOrders,
  type AuditOutcome,
} from "./auditStore.ts";
import type { AuditThread } from "./auditThread.ts";
import { policyOfSale, type StoredPolicy } from "../../policy/io/policyStore.ts";
import { thresholdsIn } from "../../policy/io/thresholds.ts";
import type { CaseFinding } from "../findings.ts";

const HOUR_MS = 3_600_000;
/** Rows that are read at once. */
const ORDERS_AT_ONCE = 2_000;
const THREAD = new URL("./auditThread.ts", import.meta.url);

interface Loaded {
  readonly records: readonly OrderRecord[];
  readonly accountKeys: readonly string[];
}

/**
 * A sale's paid and confirmed orders with their facts, and their account keys by the same index.
 * With `withCancelled` also the orders that a decision or a refund cancelled afterwards.
 */
export async function loadOrders(
  sql: Query,
  keyring: Keyring,
  sale: StoredSale,
  withCancelled = false,
): Promise<Loaded> {
  const { saleNo, definition } = sale;
  const records: OrderRecord[] = [];
  const accountKeys: string[] = [];
  const all = listOrders(sql, saleNo, { size: ORDERS_AT_ONCE, withCancelled });
  for await (const rows of all) {
    for (const row of rows) {
      const facts = row.factsCipher === null ? {} : readFacts(keyring, row.factsCipher);
      accountKeys.push(row.accountKey);
      records.push({
        ...facts,
        orderId: row.orderId,
        orderedAtMs: row.placedAt.getTime(),
        // Deliberately no sign-up time. Our first sight of a buyer is moments before the order for
        // everyone who came for the sale, and would look like automation.
        channel: must(channelByNo(definition, row.channelNo), "channel of an order").code,
        account: row.accountKey,
        ...(row.instrumentKey === null ? {} : { paymentId: row.instrumentKey }),
        paymentMethod: row.paymentMethod,
        units: 1,
        sku: must(variantByNo(definition, row.variantNo), "variant of an order").sku,
        unitPriceMinorUnits: row.priceMinorUnits,
      });
    }
  }
  return { records, accountKeys };
}

/**
 * Earlier findings by people: pairs of orders that are two persons, and accounts that were cleared.
 */
async function loadKnown(
  sql: Query,
  loaded: Loaded,
): Promise<{ apart: string[]; cleared: string[] }> {
  const rowsOf = new Map<string, number[]>();
  loaded.accountKeys.forEach((key, row) => rowsOf.set(key, [...(rowsOf.get(key) ?? []), row]));
  const keys = [...rowsOf.keys()];
  const apart = (await listApartAmong(sql, keys)).flatMap((pair) =>
    (rowsOf.get(pair.a) ?? []).flatMap((a) =>
      (rowsOf.get(pair.b) ?? []).map((b) => (a < b ? `${a} ${b}` : `${b} ${a}`)),
    ),
  );
  const cleared = (await listCleared(sql, keys)).flatMap((key) =>
    (rowsOf.get(key) ?? []).map(
      (row) => `${must(loaded.records[row], "a record for each row").channel} ${key}`,
    ),
  );
  return { apart, cleared };
}

/** The orders that wait because of others to their recipient and place, by rows. */
async function loadRecipients(
  sql: Query,
  saleNo: number,
  { records }: Loaded,
): Promise<RecipientGroup[]> {
  const rowOf = new Map(records.map(({ orderId }, row) => [orderId, row]));
  const groups = Map.groupBy(await listHeldOrders(sql, saleNo), (order) => order.groupId);
  return [...groups.values()].map((orders) => ({
    rows: orders.flatMap(({ orderId }) => rowOf.get(orderId) ?? []).sort((a, b) => a - b),
  }));
}

/** The findings about a sale, by the policy that stood then. Nothing of them is written yet. */
export interface Analysis {
  readonly policy: StoredPolicy;
  readonly findings: readonly CaseFinding[];
  readonly outcome: AuditOutcome;
}

/** Analyses a sale, in a thread. It takes minutes, so it must not hold a transaction. */
export async function analyseSale(
  { sql, keyring }: { readonly sql: Query; readonly keyring: Keyring },
  sale: StoredSale,
): Promise<Analysis> {
  const policy = must(await policyOfSale(sql, sale.saleNo), "an opened sale has a policy");
  const loaded = await loadOrders(sql, keyring, sale);
  const known = await loadKnown(sql, loaded);
  const { findings, fault } = await askThread<AuditThread>(THREAD, {
    records: loaded.records,
    thresholds: thresholdsIn(policy.policy),
    ...known,
    recipients: await loadRecipients(sql, sale.saleNo, loaded),
    answered: await listAnsweredByCode(sql, sale.saleNo),
  });
  const outcome = { orders: loaded.records.length, cases: findings.length, fault };
  return { policy, findings, outcome };
}

/** Writes an analysis down and opens its cases; null if that was done before. */
export async function writeAnalysis(
  tx: Transaction,
  sale: StoredSale,
  { policy, findings, outcome }: Analysis,
  nowMs: number,
): Promise<AuditOutcome | null> {
  // The row decides who writes.
  const { digest: policyDigest } = policy;
  if (!(await insertAudit(tx, sale.saleNo, { ...outcome, policyDigest, nowMs }))) return null;
  const dueAtMs = nowMs + policy.policy.appeal.decideHours * HOUR_MS;
  for (const [index, finding] of findings.entries()) {
    const where = { saleNo: sale.saleNo, caseNo: index + 1 };
    await insertCase(tx, where, finding, { policyDigest, nowMs, dueAtMs });
  }
  return outcome;
}
