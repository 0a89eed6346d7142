/* The draw: secrets, roots, seeds, ranks, places. Recomputed from the entries as they are now. */

import { fromHex, toHex } from "../../../base/bytes.ts";
import { must } from "../../../base/assert.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import type { Query } from "../../../db/connect.ts";
import { beaconValue } from "../../../sale/beacon/beacon.ts";
import { isGenuineBeacon } from "../../../sale/beacon/beaconSignature.ts";
import { fastSha256, windowRoot } from "../../../sale/line/io/windowRoot.ts";
import { definitionDigest, type StoredRound, type StoredSale } from "../../../sale/io/saleStore.ts";
import { anchorOfSecret, chainAnchor, chainSecrets, windowSeed } from "../../../sale/seed.ts";
import { writeRecordOf } from "../../io/recordStore.ts";
import type { RecordLine } from "../../record.ts";
import { Verifier } from "../../verify.ts";
import { faultsOf, type Fault } from "../fault.ts";
import {
  findMisplaced,
  findOddTurns,
  findUnlikeMarks,
  findUnlikePlaces,
  findUnplaced,
  readChains,
  readSealedWindows,
  type SealedWindow,
} from "./drawStore.ts";

const same = (a: Uint8Array, b: Uint8Array) => toHex(a) === toHex(b);

/** The announcement still has the digest that was published with it. */
export function checkAnnouncement(sale: StoredSale): Fault[] {
  const { definition } = sale;
  if (definitionDigest(definition) === sale.definitionDigest) return [];
  const fault = faultsOf("sale", definition.slug);
  return [fault("definition", "the announcement does not fit its digest")];
}

/**
 * Recomputes every draw and every offer from the public record, with the verifier that outsiders
 * use.
 */
export async function checkRecord(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { round } of sale.rounds) {
    const verifier = new Verifier({ hash: fastSha256, isGenuineBeacon });
    const write = (lines: readonly RecordLine[]) => {
      for (const line of lines) verifier.add(line);
      return Promise.resolve();
    };
    await writeRecordOf(sql, sale, round.roundNo, { nowMs: 0, write });
    const fault = faultsOf("record", `round ${round.roundNo}`);
    faults.push(...verifier.report().faults.map((text) => fault("line", text)));
  }
  return faults;
}

/** A round's secrets; null if the encrypted end is no longer readable. */
function secretsOf(
  keyring: Keyring,
  cipher: Buffer,
  { chainLength }: StoredRound,
): readonly Uint8Array[] | null {
  try {
    const end = fromHex(keyring.decrypt(cipher));
    return end === null ? null : chainSecrets(end, chainLength);
  } catch {
    return null;
  }
}

/**
 * The end of the chain leads to the anchor that was announced. A secret that was revealed decides
 * which of the two was changed.
 */
export async function checkChains(
  sql: Query,
  keyring: Keyring,
  sale: StoredSale,
): Promise<Fault[]> {
  const chains = await readChains(sql, sale.saleNo);
  const faults: Fault[] = [];
  for (const stored of sale.rounds) {
    const { roundNo } = stored.round;
    const fault = faultsOf("sale_round", `round ${roundNo}`);
    const { chainEndCipher } = must(
      chains.find((chain) => chain.roundNo === roundNo),
      "a round with a chain",
    );
    const secrets = secretsOf(keyring, chainEndCipher, stored);
    if (secrets !== null && toHex(chainAnchor(secrets)) === stored.chainAnchor) continue;
    const [first] = await readSealedWindows(sql, sale.saleNo, roundNo);
    const revealed = first && toHex(anchorOfSecret(first.secret, first.windowNo));
    faults.push(
      secrets === null || revealed === stored.chainAnchor
        ? fault("chain_end_cipher", "the encrypted end of the chain does not lead to its anchor")
        : fault("chain_anchor", "the secrets do not lead to the anchor"),
    );
  }
  return faults;
}

/** A window's faults, and whether its entries are no longer those that were sealed. */
interface WindowFindings {
  readonly faults: readonly Fault[];
  readonly entriesChanged: boolean;
}

/**
 * Whether a window's secret leads to the anchor. By way of the last secret that does, so that a
 * round of many windows costs one hash for each.
 */
function leadsToAnchor(
  { windowNo, secret }: SealedWindow,
  anchor: string,
  before: SealedWindow | null,
): boolean {
  if (before !== null) {
    let value: Uint8Array = secret;
    for (let no = windowNo; no > before.windowNo; no--) value = fastSha256(value);
    if (same(value, before.secret)) return true;
  }
  return toHex(anchorOfSecret(secret, windowNo)) === anchor;
}

/** The seed decides whether the stored root or the entries were changed. */
async function checkWindow(
  sql: Query,
  sale: StoredSale,
  { round }: StoredRound,
  window: SealedWindow & { readonly isSecret: boolean },
): Promise<WindowFindings> {
  const { fromWindowNo, windowNo, secret, beacon, seed } = window;
  const fault = faultsOf("sale_window", `round ${round.roundNo}, window ${windowNo}`);
  const faults: Fault[] = [];
  const { saleNo } = sale;
  const computed = await windowRoot(sql, { saleNo, round, fromWindowNo, windowNo });
  const fits = (root: Uint8Array) => same(windowSeed(secret, root, beacon), seed);
  const rootFits = same(computed.root, window.root);
  if (!window.isSecret) faults.push(fault("secret", "the secret does not lead to the anchor"));
  else if (!rootFits && fits(computed.root))
    faults.push(fault("root", "the root is not that of the sealed entries"));
  else if (!fits(window.root) && rootFits)
    faults.push(fault("seed", "the seed does not follow from secret, root and beacon"));
  if (window.signature !== null && !same(beaconValue(window.signature), beacon))
    faults.push(fault("beacon", "the beacon's round has another value"));
  if (rootFits && computed.entryCount !== window.entryCount)
    faults.push(fault("entry_count", `${computed.entryCount} entries are there`));
  const fixedAt = window.rootFixedAt;
  if (fixedAt !== null && (fixedAt < window.closesAt || fixedAt > window.sealedAt))
    faults.push(fault("root_fixed_at", "not between the end of the window and its seal"));
  const entriesChanged = !rootFits && !fits(computed.root);
  if (entriesChanged) {
    const entries = faultsOf("entry", `round ${round.roundNo}, window ${windowNo}`);
    faults.push(entries("entry_id", "entries were changed after the seal"));
  }
  return { faults, entriesChanged };
}

/** Roots, seeds and secrets of sealed windows, and what places copied from their entries. */
export async function checkWindows(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const faults: Fault[] = [];
  const changed = new Set<string>();
  for (const stored of sale.rounds) {
    const { roundNo } = stored.round;
    let before: SealedWindow | null = null;
    for (const window of await readSealedWindows(sql, sale.saleNo, roundNo)) {
      const isSecret = leadsToAnchor(window, stored.chainAnchor, before);
      if (isSecret) before = window;
      const found = await checkWindow(sql, sale, stored, { ...window, isSecret });
      faults.push(...found.faults);
      if (found.entriesChanged) changed.add(`${roundNo} ${window.windowNo}`);
    }
  }
  for (const { roundNo, windowNo, entryId, column } of await findUnlikePlaces(sql, sale.saleNo)) {
    const key = `round ${roundNo}, entry ${entryId}`;
    const inEntry = changed.has(`${roundNo} ${windowNo}`);
    const table = column === "turn_id" ? "shared_turn" : "entry";
    // No root covers the keys of a person.
    const tables = column.endsWith("_key")
      ? [table, "line_place"]
      : [inEntry ? table : "line_place"];
    const says = "entry and place differ";
    faults.push(...tables.map((name) => ({ table: name, key, column, says })));
  }
  return faults;
}

/** Every sealed entry has one place, by its rank; turns are of the entry's own person. */
export async function checkPlaces(sql: Query, sale: StoredSale): Promise<Fault[]> {
  const { saleNo } = sale;
  return [
    ...(await findUnplaced(sql, saleNo)),
    ...(await findMisplaced(sql, saleNo)),
    ...(await findOddTurns(sql, saleNo)),
    ...(await findUnlikeMarks(sql, saleNo)),
  ];
}
