/* Makes the views of sampled orders: all orders of the sale are read, and compared in a thread. */

import type { Keyring } from "../../../access/io/keyring.ts";
import { must } from "../../../base/assert.ts";
import type { Query } from "../../../db/connect.ts";
import { askThread } from "../../../threads/thread.ts";
import { channelByNo, roundOf, variantByNo } from "../../../sale/definition.ts";
import { readFacts } from "../../../sale/io/factsStore.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import type { SampleRecord, SampleView } from "../sampleView.ts";
import { listSaleOrders, type SaleOrder } from "./sampleStore.ts";
import type { SampleThread } from "./sampleThread.ts";

const THREAD = new URL("./sampleThread.ts", import.meta.url);
/** Rows that are read at once. */
const ORDERS_AT_ONCE = 2_000;

function recordOf(keyring: Keyring, { definition }: StoredSale, row: SaleOrder): SampleRecord {
  const facts = row.factsCipher === null ? {} : readFacts(keyring, row.factsCipher);
  const round = must(roundOf(definition, row.roundNo), "round of an order");
  const sentAtMs = row.sentAt.getTime();
  return {
    ...facts,
    orderId: row.orderId,
    orderedAtMs: sentAtMs,
    account: row.accountKey,
    channel: must(channelByNo(definition, row.channelNo), "channel of an order").code,
    sku: must(variantByNo(definition, row.variantNo), "variant of an order").sku,
    paymentMethod: row.paymentMethod,
    ...(row.instrumentKey === null ? {} : { paymentId: row.instrumentKey }),
    roundNo: row.roundNo,
    afterOpeningMs: sentAtMs - round.opensAtMs,
    afterOfferMs: sentAtMs - row.offeredAt.getTime(),
  };
}

/** Views of drawn orders. It takes seconds for 50,000 orders, so it must not hold a transaction. */
export async function makeViews(
  { sql, keyring }: { readonly sql: Query; readonly keyring: Keyring },
  sale: StoredSale,
  wanted: readonly string[],
): Promise<readonly { readonly orderId: string; readonly view: SampleView }[]> {
  const records: SampleRecord[] = [];
  for await (const rows of listSaleOrders(sql, sale.saleNo, ORDERS_AT_ONCE)) {
    for (const row of rows) records.push(recordOf(keyring, sale, row));
  }
  return await askThread<SampleThread>(THREAD, { records, wanted });
}
