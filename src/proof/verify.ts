/*
 * The verifier of public records, as outsiders run it. A false "no fault" is the worst mistake of
 * the whole system; an unreadable record is reported as a fault.
 */

import { compareBytes, fromHex, toHex } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { sha256, utf8 } from "../base/hash.ts";
import { MerkleBuilder, type HashFunction } from "../base/merkle.ts";
import { entryLeaf, rankOf } from "../sale/rank.ts";
import { anchorOfSecret, windowSeed } from "../sale/seed.ts";
import { applyMovement, balanceFaults, emptyBalance, type StockBalance } from "../sale/stock.ts";
import type { BeaconKind } from "../sale/beacon/beacon.ts";
import { announcedRound, BeaconProof, type BeaconCheck } from "./beaconProof.ts";
import { LineReplay } from "./lineReplay.ts";
import { GroupProof, type RushGroup } from "./groupProof.ts";
import {
  FIRST_FORMAT,
  RECORD_FORMAT,
  type RecordApart,
  type RecordEnd,
  type RecordEntry,
  type RecordHead,
  type RecordMovement,
  type RecordOverLimit,
  type RecordWindow,
} from "./record.ts";
import { lineKindOf, type LineKind } from "./recordLine.ts";

/** The recomputed values and the faults. Without a fault the record proves itself. */
export interface VerifyReport {
  readonly sale: string;
  readonly roundNo: number;
  readonly mode: string;
  readonly finished: boolean;
  /** Whose chance went into the seeds besides the secrets. */
  readonly beacon: BeaconKind | "off";
  readonly windowCount: number;
  /** Of these, windows and groups of windows in which people waited. */
  readonly rushes: readonly RushGroup[];
  readonly entryCount: number;
  readonly movementCount: number;
  readonly offerCount: number;
  readonly faults: readonly string[];
}

/** The order of line kinds; entries follow their window. */
const STAGES: Readonly<Record<LineKind, number>> = {
  head: 1,
  window: 2,
  e: 2,
  l: 3,
  a: 4,
  m: 5,
  end: 6,
};

/** Faults kept; a record with a thousand faults is wrong anyway. */
const MOST_FAULTS = 50;

/** Bytes of hexadecimal digits whose format was already checked. */
const digestBytes = (digits: string) => fromHex(digits) ?? new Uint8Array(0);

/**
 * Recomputes a round from its public record alone, line by line, in memory that grows with entries
 * only: the announcement's digest, every secret back to the anchor, every root and seed, every
 * rank, and that each unit was offered to the first in line who wanted it.
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
  readonly #groups = new GroupProof((fault) => this.#fault(fault));
  #lastMovementNo = 0;
  #lastAfterMovementNo = 0;
  readonly #lastKeys = new Map<"l" | "a", string>();
  #lineCount = 0;
  #stage = 0;
  #windowCount = 0;
  #movementCount = 0;
  #ended = false;

  /**
   * `hash` may be a faster SHA-256 than the portable one. Without `isGenuineBeacon` no beacon
   * signature is accepted.
   */
  constructor(tools: { hash?: HashFunction; isGenuineBeacon?: BeaconCheck | null } = {}) {
    this.#hash = tools.hash ?? sha256;
    const fault = (text: string) => this.#fault(text);
    this.#beacon = new BeaconProof(fault, tools.isGenuineBeacon ?? null);
  }

  #fault(text: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(text);
  }

  /**
   * Takes the next line: any value, as anybody may have written it. Returns whether it is a valid
   * line.
   */
  add(value: unknown): boolean {
    this.#lineCount++;
    const kind = lineKindOf(value);
    if (kind === null) {
      this.unreadable("is no line of a record");
      return false;
    }
    this.#takeInOrder(kind);
    if (kind !== "e") this.#closeWindow();
    this.#take(kind, value);
    return true;
  }

  #take(kind: LineKind, value: unknown): void {
    switch (kind) {
      case "head":
        return this.#addHead(value as RecordHead);
      case "window":
        return this.#addWindow(value as RecordWindow);
      case "e":
        return this.#addEntry(value as RecordEntry);
      case "l":
        return this.#addOverLimit(value as RecordOverLimit);
      case "a":
        return this.#addApart(value as RecordApart);
      case "m":
        return this.#addMovement(value as RecordMovement);
      case "end":
        return this.#addEnd(value as RecordEnd);
    }
  }

  /** Reports an unreadable line; the first line has the number 1. */
  unreadable(why: string, lineNo = this.#lineCount): void {
    this.#fault(`line ${lineNo} ${why}`);
  }

  /** One head, then windows, then everything else in its order, and nothing after the end. */
  #takeInOrder(kind: LineKind): void {
    const stage = STAGES[kind];
    const inOrder =
      kind === "head" ? this.#lineCount === 1 : stage >= this.#stage && this.#stage > 0;
    if (!inOrder || this.#ended) this.unreadable("is not in its place");
    this.#stage = Math.max(stage, this.#stage);
  }

  /** Checks that lines of a sorted kind ascend. */
  #takeSorted(kind: "l" | "a", key: string): void {
    const before = this.#lastKeys.get(kind);
    if (before !== undefined && before >= key) this.unreadable("is out of order, or there twice");
    this.#lastKeys.set(kind, key);
  }

  #addOverLimit([, entryId]: RecordOverLimit): void {
    this.#takeSorted("l", entryId);
    if (!this.#seenEntries.has(entryId)) this.unreadable("is about an entry that is not there");
    this.#line.skip(entryId);
  }

  #addApart([, entryId, afterMovementNo]: RecordApart): void {
    this.#takeSorted("a", `${String(afterMovementNo).padStart(16, "0")} ${entryId}`);
    // Before the end it may belong to a window that waits for its beacon.
    if (this.#head?.finished && !this.#seenEntries.has(entryId)) {
      this.unreadable("is about an entry that is not there");
    }
    this.#line.separate(entryId, afterMovementNo);
  }

  #addHead(head: RecordHead): void {
    if (head.format !== RECORD_FORMAT && head.format !== FIRST_FORMAT) {
      this.#fault(`unknown format ${String(head.format)}`);
    }
    this.#head = head;
    const digest = toHex(this.#hash(utf8(canonicalJson(head.definition as Json))));
    if (digest !== head.definitionDigest) this.#fault("the announcement does not fit its digest");
    const announced = announcedRound(head);
    if (announced?.mode !== head.mode) this.#fault("the round is not held by its announced rule");
    this.#beacon.begin(head, announced);
    this.#groups.begin(head, announced);
  }

  #addWindow(window: RecordWindow): void {
    if (window.afterMovementNo < this.#lastAfterMovementNo) {
      this.#fault(`window ${window.windowNo} is out of order`);
    }
    this.#groups.window(window);
    this.#lastAfterMovementNo = window.afterMovementNo;
    this.#windowCount++;
    if (window.windowNo >= (this.#head?.chainLength ?? 0)) {
      this.#fault(`window ${window.windowNo} is beyond the chain of secrets`);
    }
    const secret = digestBytes(window.secret);
    const root = digestBytes(window.root);
    const beacon = digestBytes(window.beacon);
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
    if (!window || !this.#head) {
      this.#fault("an entry outside a window");
      return;
    }
    if (this.#seenEntries.has(row[1])) this.#fault(`entry ${row[1]} is there twice`);
    this.#seenEntries.add(row[1]);
    const before = window.entries.at(-1);
    if (before && before[1] >= row[1]) this.#fault(`entry ${row[1]} is out of order`);
    window.entries.push(row);
    const [, , tier, channelNo, preferences, arrivalNo, turn] = row;
    const turnId = turn === undefined ? null : digestBytes(turn);
    const entry = { entryId: digestBytes(row[1]), tier, channelNo, preferences, arrivalNo, turnId };
    window.builder.add(entryLeaf(entry, this.#head.mode));
  }

  /**
   * All entries of the window have been read: check its root, rank them, and add them to the line.
   */
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
    const seedBytes = digestBytes(seed);
    const ranked = window.entries
      .map((row) => {
        const [, id, tier, channelNo, preferences, arrivalNo] = row;
        const entryId = digestBytes(id);
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
    if (reason === "offer_made") {
      this.#line.offer({ movementNo, entryId: entryId ?? "", channelNo, variantNo });
      this.#beacon.offer(movementNo);
    }
    const key = `${channelNo} ${variantNo}`;
    const before = this.#balances.get(key) ?? emptyBalance({ channelNo, variantNo });
    const after = applyMovement(before, { channelNo, variantNo, units, reason });
    this.#balances.set(key, after);
    this.#line.setFree({ channelNo, variantNo, units: after.free });
    for (const fault of balanceFaults(after)) this.#fault(`after movement ${movementNo}: ${fault}`);
  }

  #addEnd(end: RecordEnd): void {
    this.#ended = true;
    if (end.lineCount !== this.#lineCount - 1) {
      this.#fault(`${this.#lineCount - 1} lines before the end, not ${end.lineCount}`);
    }
    const said = new Set<string>();
    for (const published of end.stock) {
      const key = `${published.channelNo} ${published.variantNo}`;
      const computed =
        this.#balances.get(key) ??
        emptyBalance({ channelNo: published.channelNo, variantNo: published.variantNo });
      if (said.has(key)) this.#fault(`the totals of ${key} are there twice`);
      said.add(key);
      if (canonicalJson({ ...computed }) !== canonicalJson({ ...published } as Json)) {
        this.#fault(
          `channel ${published.channelNo}, variant ${published.variantNo}: the published totals are not the ledger's`,
        );
      }
    }
    for (const key of this.#balances.keys()) {
      if (!said.has(key)) this.#fault(`channel and variant ${key}: the totals are missing`);
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
      beacon: this.#beacon.kind,
      windowCount: this.#windowCount,
      rushes: this.#groups.rushes,
      entryCount: this.#seenEntries.size,
      movementCount: this.#movementCount,
      offerCount: this.#line.offerCount,
      faults: this.#faults,
    };
  }
}
