/*
 * `giliran fsck`: recomputes draws and balances of a sale from the database. It reads only; a
 * finding is a bug or tampering.
 */

import { toHex } from "../../base/bytes.ts";
import type { Sql } from "../../db/connect.ts";
import { listSales, type StoredSale } from "../../sale/io/saleStore.ts";
import { isGenuineBeacon } from "../../sale/beacon/beaconSignature.ts";
import { fastSha256, windowRoot } from "../../sale/line/io/windowRoot.ts";
import { MOVEMENTS } from "../../sale/stock.ts";
import type { RecordLine } from "../record.ts";
import { Verifier } from "../verify.ts";
import {
  countPlaces,
  findHolderFaults,
  findLedgerFaults,
  findMoneyFaults,
  findOverLimit,
  findQuotaFaults,
  findUnmatchedOffers,
  readReasons,
  readRoots,
} from "./fsckStore.ts";
import { writeRecord } from "./recordStore.ts";

/** A check of one sale: its name and its findings. */
export interface FsckFinding {
  readonly sale: string;
  readonly check: string;
  readonly faults: readonly string[];
}

type Check = (sql: Sql, sale: StoredSale) => Promise<string[]>;

/** Findings shown at most; the count gives the total. */
const SHOWN = 10;

function shown(texts: readonly string[]): string[] {
  if (texts.length <= SHOWN) return [...texts];
  return [...texts.slice(0, SHOWN), `… and ${texts.length - SHOWN} more`];
}

/**
 * Recomputes every draw and every offer from the public record, with the verifier that outsiders
 * use.
 */
const recordCheck: Check = async (sql, sale) => {
  const faults: string[] = [];
  for (const { round } of sale.rounds) {
    const verifier = new Verifier({ hash: fastSha256, isGenuineBeacon });
    const write = (lines: readonly RecordLine[]) => {
      for (const line of lines) verifier.add(line);
      return Promise.resolve();
    };
    await writeRecord(sql, sale, round.roundNo, { nowMs: 0, write });
    faults.push(...verifier.report().faults.map((fault) => `round ${round.roundNo}: ${fault}`));
  }
  return faults;
};

/** Compares the roots over the present entries with the published roots. */
const rootCheck: Check = async (sql, sale) => {
  const faults: string[] = [];
  for (const { round } of sale.rounds) {
    for (const { windowNo, root } of await readRoots(sql, sale.saleNo, round.roundNo)) {
      const computed = await windowRoot(sql, { saleNo: sale.saleNo, round, windowNo });
      if (toHex(computed.root) !== root.toString("hex")) {
        faults.push(
          `round ${round.roundNo}, window ${windowNo}: entries were changed after the seal`,
        );
      }
    }
  }
  return faults;
};

/** Compares balances with the sum of the ledger, account by account. */
const ledgerCheck: Check = async (sql, sale) => {
  const rows = await findLedgerFaults(sql, sale.saleNo);
  return rows.map(
    (row) => `${row.place}: ${row.account} is ${row.balance}, the ledger says ${row.ledger}`,
  );
};

/** Each reason in the ledger moves units only between its defined accounts. */
const reasonCheck: Check = async (sql, sale) => {
  const rows = await readReasons(sql, sale.saleNo);
  return rows
    .filter((row) => {
      const known = (MOVEMENTS as Record<string, readonly [string, string]>)[row.reason];
      return known?.[0] !== row.from || known[1] !== row.to;
    })
    .map((row) => `reason ${row.reason} moved units from ${row.from} to ${row.to}`);
};

/** Offers and orders of each state hold exactly the units in the balances. */
const holderCheck: Check = async (sql, sale) => {
  const rows = await findHolderFaults(sql, sale.saleNo);
  return rows.map(
    (row) => `${row.place}: ${row.held} ${row.what} by people, ${row.balance} on the balance`,
  );
};

/** Nobody holds more than the published limit, and every held unit has its person. */
const personCheck: Check = async (sql, sale) => {
  const limit = sale.definition.unitsPerPersonCount;
  const over = await findOverLimit(sql, sale.saleNo, limit);
  const unmatched = await findUnmatchedOffers(sql, sale.saleNo);
  return [
    ...over.map(
      (row) => `a person (${row.identityKey}) holds ${row.units} units, the limit is ${limit}`,
    ),
    ...unmatched.map((row) =>
      row.live
        ? `offer ${row.offerId} is live but counts for nobody`
        : `offer ${row.offerId} has ended but still counts for a person`,
    ),
  ];
};

/** Cash on delivery used exactly the quota of its orders. */
const codCheck: Check = async (sql, sale) => {
  const rows = await findQuotaFaults(sql, sale.saleNo);
  return rows.map(
    (row) =>
      `round ${row.roundNo}, channel ${row.channelNo}: quota used ${row.used}, orders ${row.orders}`,
  );
};

/** At most one payment is kept for an order, and all other money goes back. */
const moneyCheck: Check = async (sql, sale) => {
  const rows = await findMoneyFaults(sql, sale.saleNo);
  return rows.map((row) => `${row.subject}: ${row.fault}`);
};

/** Positions in the line are 1 … n without gaps, one per sealed entry. */
const placeCheck: Check = async (sql, sale) => {
  const rows = await countPlaces(sql, sale.saleNo);
  return rows
    .filter((row) => row.places !== row.entries || row.first !== 1 || row.last !== row.places)
    .map(
      (row) =>
        `round ${row.roundNo}: ${row.places} places (${row.first}–${row.last}) for ${row.entries} entries`,
    );
};

const CHECKS: Readonly<Record<string, Check>> = {
  "draws and line order": recordCheck,
  "entries as sealed": rootCheck,
  "places in the line": placeCheck,
  "ledger and balances": ledgerCheck,
  "reasons in the ledger": reasonCheck,
  "units and their holders": holderCheck,
  "limit per person": personCheck,
  "cash on delivery": codCheck,
  "money and its payments": moneyCheck,
};

/** Recomputes every draw and every balance of all sales, or of one. Reads only. */
export async function fsck(sql: Sql, slug?: string): Promise<FsckFinding[]> {
  const findings: FsckFinding[] = [];
  for (const { sale } of await listSales(sql)) {
    if (slug !== undefined && sale.definition.slug !== slug) continue;
    for (const [check, run] of Object.entries(CHECKS)) {
      findings.push({ sale: sale.definition.slug, check, faults: shown(await run(sql, sale)) });
    }
  }
  return findings;
}
