/*
 * Ranks of entries, and the leaves of the Merkle root. Everything that decides an entry's rank is
 * in its leaf, so nothing can be changed after the root is published.
 */

import { concatBytes, uint64Bytes } from "../base/bytes.ts";
import { sha256, utf8 } from "../base/hash.ts";
import type { AllocationMode } from "./definition.ts";

/** An entry as the line and the Merkle root see it. Nothing personal. */
export interface LineEntry {
  /** 16 unpredictable bytes: half of the challenge that the entry's work solved. */
  readonly entryId: Uint8Array;
  /** 0: make-good, served first. 1: everybody. */
  readonly tier: number;
  readonly channelNo: number;
  /** Variant numbers, most wanted first, joined by dots: "2.1.3". */
  readonly preferences: string;
  /** Order of arrival; used only under `first_come`. */
  readonly arrivalNo: number;
  /**
   * For a person who is already in the line: the first entry (16 bytes) whose turn this one shares.
   */
  readonly turnId?: Uint8Array | null;
}

/**
 * The leaf of an entry: entryId (16 bytes), tier (1), channel (2, big-endian), arrival (8, zero
 * unless first come), preferences in ASCII. For a shared turn a zero byte and the turn (16 bytes)
 * follow, so turns cannot be assigned after the draw.
 */
export function entryLeaf(entry: LineEntry, mode: AllocationMode): Uint8Array {
  const head = new Uint8Array([entry.tier, entry.channelNo >> 8, entry.channelNo & 255]);
  const arrival = uint64Bytes(mode === "first_come" ? entry.arrivalNo : 0);
  const turn = entry.turnId ? concatBytes(new Uint8Array(1), entry.turnId) : new Uint8Array(0);
  return concatBytes(entry.entryId, head, arrival, utf8(entry.preferences), turn);
}

/** rank = SHA-256(seed ‖ entryId); compared as unsigned bytes, the smallest is served first. */
export function chanceRank(seed: Uint8Array, entryId: Uint8Array): Uint8Array {
  return sha256(concatBytes(seed, entryId));
}

/**
 * The rank of a mode: chance or, under first come, the arrival number (8 bytes) and then chance,
 * which decides among people who came in the same millisecond.
 */
export function rankOf(
  mode: AllocationMode,
  seed: Uint8Array,
  entry: Pick<LineEntry, "entryId" | "arrivalNo">,
): Uint8Array {
  const rank = chanceRank(seed, entry.entryId);
  return mode === "first_come" ? concatBytes(uint64Bytes(entry.arrivalNo), rank) : rank;
}
