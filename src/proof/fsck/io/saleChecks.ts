/* Units, people, offers, orders, money: each bound to entry, account, ledger and announcement. */

import type { Keyring } from "../../../access/io/keyring.ts";
import type { Query } from "../../../db/connect.ts";
import { FACTS_KEPT_AT_MOST_MS } from "../../../sale/io/factsStore.ts";
import type { StoredSale } from "../../../sale/io/saleStore.ts";
import { MOVEMENTS } from "../../../sale/stock.ts";
import { faultsOf, type Fault } from "../fault.ts";
import {
  findMissingFacts,
  findOddAccounts,
  findOddOffers,
  findOddOrders,
  findOrphanMovements,
} from "./orderStore.ts";
import { findOddMoney, findOddReports } from "./paymentStore.ts";
import { readContacts } from "./personStore.ts";
import { findOddScores } from "./scoreStore.ts";
import {
  findHolderFaults,
  findLedgerFaults,
  findOddAllotments,
  findOddPersons,
  findOverLimit,
  findQuotaFaults,
  findUnmatchedOffers,
  readReasons,
} from "./unitStore.ts";

/** Contacts decrypted at once. */
const CONTACTS_AT_ONCE = 1_000;

/** Balances are the sum of the ledger, allotments and quotas as announced. */
export async function checkStock(sql: Query, sale: StoredSale): Promise<Fault[]> {
  return [
    ...(await findLedgerFaults(sql, sale.saleNo)),
    ...(await findOddAllotments(sql, sale.saleNo)),
  ];
}

/** Each reason in the ledger moves units only between its defined accounts. */
export async function checkReasons(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const rows = await readReasons(sql, sale.saleNo);
  return rows
    .filter((row) => {
      const known = (MOVEMENTS as Record<string, readonly [string, string]>)[row.reason];
      return known?.[0] !== row.from || known[1] !== row.to;
    })
    .map(({ reason, from, to }) => {
      const fault = faultsOf("stock_movement", `reason ${reason}`);
      return fault("reason", `it moved units from ${from} to ${to}`);
    });
}

/** Nobody holds more than the published limit, and every held unit counts for its person. */
export async function checkPersons(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const { saleNo } = sale;
  return [
    ...(await findOverLimit(sql, saleNo, sale.definition.unitsPerPersonCount)),
    ...(await findUnmatchedOffers(sql, saleNo)),
    ...(await findOddPersons(sql, saleNo)),
  ];
}

/** Offers and orders of each state hold exactly the units in balances and quotas. */
export async function checkHolders(sql: Query, sale: StoredSale): Promise<Fault[]> {
  return [
    ...(await findHolderFaults(sql, sale.saleNo)),
    ...(await findQuotaFaults(sql, sale.saleNo)),
  ];
}

/** Every unit is bound to one entry, one account, and the movements that brought it there. */
export async function checkTurns(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const { saleNo } = sale;
  return [
    ...(await findOddAccounts(sql, saleNo)),
    ...(await findOddOffers(sql, saleNo)),
    ...(await findOddOrders(sql, saleNo)),
    ...(await findOrphanMovements(sql, saleNo)),
    ...(await findOddScores(sql, saleNo)),
  ];
}

/** Payments, their reports and refunds; the facts of orders. */
export async function checkPayments(sql: Query, sale: StoredSale, nowMs: number): Promise<Fault[]> {
  const time = { nowMs, keptAtMostMs: FACTS_KEPT_AT_MOST_MS };
  return [
    ...(await findOddReports(sql, sale.saleNo)),
    ...(await findOddMoney(sql, sale.saleNo)),
    ...(await findMissingFacts(sql, sale.saleNo, time)),
  ];
}

/** Whether a contact is readable and of this account; older ones do not name their account. */
function isOwnContact(keyring: Keyring, accountKey: string, cipher: Buffer): boolean {
  try {
    const { of = accountKey } = JSON.parse(keyring.decrypt(cipher)) as { of?: string };
    return of === accountKey;
  } catch {
    return false;
  }
}

/** The contacts of a sale's people are their own. */
export async function checkContacts(
  sql: Query,
  keyring: Keyring,
  sale: StoredSale,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for await (const rows of readContacts(sql, sale.saleNo, CONTACTS_AT_ONCE)) {
    for (const { accountKey, contactCipher } of rows) {
      if (isOwnContact(keyring, accountKey, contactCipher)) continue;
      const fault = faultsOf("account", `account ${accountKey}`);
      faults.push(fault("contact_cipher", "not readable, or the contact of another account"));
    }
  }
  return faults;
}
