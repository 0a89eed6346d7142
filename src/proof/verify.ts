import { compareBytes, fromHex, toHex } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { sha256, utf8 } from "../base/hash.ts";
import { MerkleBuilder, type HashFunction } from "../base/merkle.ts";
import { entryLeaf, rankOf } from "../sale/rank.ts";
import { anchorOfSecret, windowSeed } from "../sale/seed.ts";
import {
  applyMovement,
  balanceFaults,
  emptyBalance,
  MOVEMENTS,
  type StockBalance,
} from "../sale/stock.ts";
import { announcedRound, BeaconProof, type BeaconCheck } from "./beaconProof.ts";
import { LineReplay } from "./lineReplay.ts";
import {
  RECORD_FORMAT,
  type RecordApart,
  type RecordEnd,
  type RecordEntry,
  type RecordHead,
  type RecordLine,
  type RecordMovement,
  type RecordWindow,
} from "./record.ts";

/** What was recomputed, and what does not fit. No fault means that the record proves itself. */
export interface VerifyReport {
  readonly sale: string;
  readonly roundNo: number;
  readonly mode: string;
  readonly finished: boolean;
  readonly windowCount: number;
  readonly entryCount: number;
  readonly movementCount: number;
  readonly offerCount: number;
  readonly faults: readonly string[];
}

type RecordRow = RecordEntry | RecordMovement | RecordApart | readonly ["l", string];

/** Faults kept; a record that is wrong in a thousand places is wrong. */
const MOST_FAULTS = 50;

/**
 * Recomputes a round from its public record alone, line by line, in memory that grows with the
 * entries only: the announcement's digest, every secret back to the anchor, every root and seed,
 * every rank, and that each unit was offered to the first in line who wanted it.
 */
export class Verifier {
  readonly #hash: HashFunction;
  readonly #faults: string[] = [];
  readonly #balances = new Map<string, StockBalance>();
  readonly #seenEntries = new Set<string>();
  readonly #line = new LineReplay((fault) => this.#fault(fault));
  readonly #beacon: BeaconProof;
  #head: RecordHead | null = null;
  #window: { of: RecordWindow; builder: MerkleBuilder; entries: RecordEntry[] } | null = null;
  #lastWindowNo = -1;
  #lastMovementNo = 0;
  #windowCount = 0;
  #movementCount = 0;
  #ended = false;

  /**
   * `hash` may be a faster SHA-256 than the portable one. Without `isGenuineBeacon` no signature of a beacon is
   * taken for genuine.
   */
  constructor(tools: { hash?: HashFunction; isGenuineBeacon?: BeaconCheck | null } = {}) {
    this.#hash = tools.hash ?? sha256;
    const fault = (text: string) => this.#fault(text);
    this.#beacon = new BeaconProof(fault, tools.isGenuineBeacon ?? null);
  }

  #fault(text: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(text);
  }

  /** Takes the next line of the record. */
  add(line: RecordLine): void {
    if (Array.isArray(line)) this.#addRow(line as RecordRow);
    else this.#addObject(line as RecordHead | RecordWindow | RecordEnd);
  }

  #addRow(row: RecordRow): void {
    if (row[0] === "e") {
      this.#addEntry(row);
      return;
    }
    this.#closeWindow();
    if (row[0] === "m") this.#addMovement(row);
    else if (row[0] === "a") this.#line.separate(row[1], row[2]);
    else this.#line.skip(row[1]);
  }

  #addObject(line: RecordHead | RecordWindow | RecordEnd): void {
    switch (line.kind) {
      case "head":
        this.#addHead(line);
        return;
      case "window":
        this.#closeWindow();
        this.#addWindow(line);
        return;
      case "end":
        this.#closeWindow();
        this.#addEnd(line);
    }
  }

  #addHead(head: RecordHead): void {
    if (head.format !== RECORD_FORMAT) this.#fault(`unknown format ${String(head.format)}`);
    this.#head = head;
    const digest = toHex(this.#hash(utf8(canonicalJson(head.definition as Json))));
    if (digest !== head.definitionDigest) this.#fault("the announcement does not fit its digest");
    const announced = announcedRound(head);
    if (announced?.mode !== head.mode) this.#fault("the round is not held by its announced rule");
    this.#beacon.begin(head, announced);
  }

  #addWindow(window: RecordWindow): void {
    if (window.windowNo <= this.#lastWindowNo)
      this.#fault(`window ${window.windowNo} is out of order`);
    this.#lastWindowNo = window.windowNo;
    this.#windowCount++;
    const secret = fromHex(window.secret);
    const root = fromHex(window.root);
    const beacon = fromHex(window.beacon);
    if (!secret || !root || !beacon) {
      this.#fault(`window ${window.windowNo}: digests are not hexadecimal`);
      return;
    }
    if (toHex(anchorOfSecret(secret, window.windowNo)) !== this.#head?.chainAnchor) {
      this.#fault(
        `window ${window.windowNo}: the secret does not lead back to the published anchor`,
      );
    }
    if (toHex(windowSeed(secret, root, beacon)) !== window.seed) {
      this.#fault(`window ${window.windowNo}: the seed is not SHA-256(secret ‖ root ‖ beacon)`);
    }
    this.#beacon.window(window);
    this.#window = { of: window, builder: new MerkleBuilder(this.#hash), entries: [] };
  }

  #addEntry(row: RecordEntry): void {
    const window = this.#window;
    const id = fromHex(row[1]);
    if (!window || !this.#head || id?.length !== 16) {
      this.#fault("an entry outside a window, or without an id");
      return;
    }
    if (this.#seenEntries.has(row[1])) this.#fault(`entry ${row[1]} is there twice`);
    this.#seenEntries.add(row[1]);
    const before = window.entries.at(-1);
    if (before && before[1] >= row[1]) this.#fault(`entry ${row[1]} is out of order`);
    window.entries.push(row);
    const [, , tier, channelNo, preferences, arrivalNo, turn] = row;
    const turnId = turn === undefined ? null : (fromHex(turn) ?? new Uint8Array(0));
    if (turn !== undefined && turnId?.length !== 16) {
      this.#fault(`entry ${row[1]} shares a turn that is no entry`);
    }
    const entry = { entryId: id, tier, channelNo, preferences, arrivalNo, turnId };
    window.builder.add(entryLeaf(entry, this.#head.mode));
  }

  /** The entries of the window are all there: check its root, rank them, and let them join the line. */
  #closeWindow(): void {
    const window = this.#window;
    if (!window || !this.#head) return;
    this.#window = null;
    const { windowNo, entryCount, root, seed, afterMovementNo } = window.of;
    if (window.entries.length !== entryCount) {
      this.#fault(`window ${windowNo}: ${window.entries.length} entries, not ${entryCount}`);
    }
    if (toHex(window.builder.root()) !== root) {
      this.#fault(`window ${windowNo}: the entries do not give the published root`);
    }
    const mode = this.#head.mode;
    const seedBytes = fromHex(seed) ?? new Uint8Array(32);
    const ranked = window.entries
      .map((row) => {
        const [, id, tier, channelNo, preferences, arrivalNo] = row;
        const entryId = fromHex(id) as Uint8Array;
        const entry = { entryId, tier, channelNo, preferences, arrivalNo };
        return { row, rank: rankOf(mode, seedBytes, entry) };
      })
      .sort((a, b) => compareBytes(a.rank, b.rank));
    this.#line.join(
      afterMovementNo,
      ranked.map(({ row }) => ({
        entryId: row[1],
        tier: row[2],
        channelNo: row[3],
        preferences: row[4].split(".").map(Number),
        turnId: row[6] ?? null,
      })),
    );
  }

  #addMovement(row: RecordMovement): void {
    const [, movementNo, reason, channelNo, variantNo, entryId, units] = row;
    this.#movementCount++;
    if (movementNo <= this.#lastMovementNo) this.#fault(`movement ${movementNo} is out of order`);
    this.#lastMovementNo = movementNo;
    if (!(reason in MOVEMENTS)) {
      this.#fault(`movement ${movementNo}: unknown reason ${String(reason)}`);
      return;
    }
    if (reason === "offer_made") {
      this.#line.offer(movementNo, entryId ?? "", channelNo, variantNo);
      this.#beacon.offer(movementNo);
    }
    const key = `${channelNo} ${variantNo}`;
    const before = this.#balances.get(key) ?? emptyBalance(channelNo, variantNo);
    const after = applyMovement(before, { channelNo, variantNo, units, reason });
    this.#balances.set(key, after);
    this.#line.setFree(channelNo, variantNo, after.free);
    for (const fault of balanceFaults(after)) this.#fault(`after movement ${movementNo}: ${fault}`);
  }

  #addEnd(end: RecordEnd): void {
    this.#ended = true;
    for (const published of end.stock) {
      const key = `${published.channelNo} ${published.variantNo}`;
      const computed =
        this.#balances.get(key) ?? emptyBalance(published.channelNo, published.variantNo);
      if (canonicalJson({ ...computed }) !== canonicalJson({ ...published } as Json)) {
        this.#fault(
          `channel ${published.channelNo}, variant ${published.variantNo}: the published totals are not the ledger's`,
        );
      }
    }
    for (const { channelNo, variantNo, allotted } of this.#head?.stock ?? []) {
      const computed = this.#balances.get(`${channelNo} ${variantNo}`)?.allotted ?? 0;
      if (computed !== allotted) {
        this.#fault(
          `channel ${channelNo}, variant ${variantNo}: ${computed} units came in, ${allotted} were announced`,
        );
      }
    }
  }

  report(): VerifyReport {
    this.#closeWindow();
    if (!this.#head) this.#fault("the record has no head");
    if (!this.#ended) this.#fault("the record breaks off before its end");
    return {
      sale: this.#head?.sale ?? "",
      roundNo: this.#head?.roundNo ?? 0,
      mode: this.#head?.mode ?? "",
      finished: this.#head?.finished ?? false,
      windowCount: this.#windowCount,
      entryCount: this.#seenEntries.size,
      movementCount: this.#movementCount,
      offerCount: this.#line.offerCount,
      faults: this.#faults,
    };
  }
}
