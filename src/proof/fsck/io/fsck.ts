/*
 * `giliran fsck`: recomputes draws, balances and digests of a sale from the database, and checks
 * that every row has what it rests on. It reads only; a finding is a bug or tampering. Limits: docs/reference/fsck.md.
 */

import type { Keyring } from "../../../access/io/keyring.ts";
import type { Query, Sql } from "../../../db/connect.ts";
import { findSale, listSales, type StoredSale } from "../../../sale/io/saleStore.ts";
import type { Fault } from "../fault.ts";
import { findOddCases, findOddPaths, findOddSamples } from "./caseStore.ts";
import {
  checkBatches,
  checkCredits,
  checkDecisions,
  checkPolicies,
  checkReports,
  checkStatements,
} from "./decisionChecks.ts";
import {
  checkAnnouncement,
  checkChains,
  checkPlaces,
  checkRecord,
  checkWindows,
} from "./drawChecks.ts";
import { findUndone, findUnlogged } from "./logStore.ts";
import { findStrayPayments } from "./paymentStore.ts";
import { findOddPolicies } from "./policyStore.ts";
import { onSnapshot } from "./snapshotStore.ts";
import { findOddApart } from "./apartStore.ts";
import { findOddEntitlements, findOddMakeGood, findOddMessages } from "./remedyStore.ts";
import {
  checkContacts,
  checkHolders,
  checkPayments,
  checkPersons,
  checkReasons,
  checkStock,
  checkTurns,
} from "./saleChecks.ts";

/** A check of one sale: its name and its findings. */
export interface FsckFinding {
  readonly sale: string;
  readonly check: string;
  /** The first of them. */
  readonly faults: readonly Fault[];
  /** How many there are in all. */
  readonly faultCount: number;
}

export interface FsckOptions {
  /** One sale only. */
  readonly slug?: string | undefined;
  /** Null: contacts and the encrypted ends of chains are not checked. */
  readonly keyring: Keyring | null;
  /** For the deadlines of retention. */
  readonly nowMs: number;
}

interface Context extends FsckOptions {
  readonly sql: Query;
}

type Check = (context: Context, sale: StoredSale) => Promise<readonly Fault[]>;

/** Findings of one check shown at most. */
const SHOWN_COUNT = 50;

/** The name for checks of rows that belong to no single sale. */
const EVERYWHERE = "every sale";

const CHECKS: Readonly<Record<string, Check>> = {
  announcement: (_, sale) => Promise.resolve(checkAnnouncement(sale)),
  "draws and line order": ({ sql }, sale) => checkRecord(sql, sale),
  "secrets and their chain": async ({ sql, keyring }, sale) =>
    keyring === null ? [] : await checkChains(sql, keyring, sale),
  "entries as sealed": ({ sql }, sale) => checkWindows(sql, sale),
  "places in the line": ({ sql }, sale) => checkPlaces(sql, sale),
  "ledger and balances": ({ sql }, sale) => checkStock(sql, sale),
  "reasons in the ledger": ({ sql }, sale) => checkReasons(sql, sale),
  "units and their holders": ({ sql }, sale) => checkHolders(sql, sale),
  "limit per person": ({ sql }, sale) => checkPersons(sql, sale),
  "turns and their accounts": ({ sql }, sale) => checkTurns(sql, sale),
  "payments and facts": ({ sql, nowMs }, sale) => checkPayments(sql, sale, nowMs),
  contacts: async ({ sql, keyring }, sale) =>
    keyring === null ? [] : await checkContacts(sql, keyring, sale),
  "policy of the sale": ({ sql }, sale) => findOddPolicies(sql, sale.saleNo),
  "cases and verdicts": ({ sql }, sale) => findOddCases(sql, sale.saleNo),
  "batches and approvals": ({ sql }, sale) => checkBatches(sql, sale),
  "public statements": ({ sql }, sale) => checkStatements(sql, sale),
  decisions: ({ sql }, sale) => checkDecisions(sql, sale),
  "people and invitations": ({ sql }, sale) => findOddPaths(sql, sale.saleNo),
  "failures and their lists": ({ sql }, sale) => checkCredits(sql, sale),
  "units owed": ({ sql }, sale) => findOddEntitlements(sql, sale.saleNo),
  "units set aside": ({ sql }, sale) => findOddMakeGood(sql, sale.saleNo),
  "notices and calls": ({ sql }, sale) => findOddMessages(sql, sale.saleNo),
  "error sample": ({ sql }, sale) => findOddSamples(sql, sale.saleNo),
  reports: ({ sql }, sale) => checkReports(sql, sale),
  "deeds and their log": async ({ sql }, sale) => [
    ...(await findUnlogged(sql, sale.saleNo)),
    ...(await findUndone(sql, sale.saleNo)),
  ],
};

const finding = (sale: string, check: string, faults: readonly Fault[]): FsckFinding => ({
  sale,
  check,
  faults: faults.slice(0, SHOWN_COUNT),
  faultCount: faults.length,
});

async function salesWanted(sql: Sql, slug: string | undefined): Promise<StoredSale[]> {
  if (slug === undefined) return (await listSales(sql)).map(({ sale }) => sale);
  const sale = await findSale(sql, slug);
  return sale ? [sale] : [];
}

async function checkSale(context: Context, sale: StoredSale): Promise<FsckFinding[]> {
  const findings: FsckFinding[] = [];
  for (const [check, run] of Object.entries(CHECKS)) {
    findings.push(finding(sale.definition.slug, check, await run(context, sale)));
  }
  return findings;
}

async function checkEverywhere(sql: Query): Promise<FsckFinding[]> {
  return [
    finding(EVERYWHERE, "policies", await checkPolicies(sql)),
    finding(EVERYWHERE, "payments of no order", await findStrayPayments(sql)),
    finding(EVERYWHERE, "people found apart", await findOddApart(sql)),
  ];
}

/** Recomputes everything of all sales, or of one. Reads only. */
export async function fsck(sql: Sql, options: FsckOptions): Promise<FsckFinding[]> {
  const wanted = await salesWanted(sql, options.slug);
  const findings: FsckFinding[] = [];
  for (const sale of wanted) {
    const check = (tx: Query) => checkSale({ ...options, sql: tx }, sale);
    findings.push(...(await onSnapshot(sql, check)));
  }
  if (wanted.length === 0) return findings;
  return [...findings, ...(await onSnapshot(sql, checkEverywhere))];
}
