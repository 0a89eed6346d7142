/*
 * The public record of a round: newline-delimited JSON, one value per line exactly as
 * `JSON.stringify` writes it. Order: the head; each sealed window followed by its entries; skipped
 * entries; separated turns; every movement of a unit; the end.
 * Nothing personal may stand in it: an entry id is random, and only its owner knows whose it is.
 */

import type { DrandChain } from "../sale/beacon/beacon.ts";
import type { AllocationMode } from "../sale/definition.ts";
import type { MovementReason } from "../sale/stock.ts";

/** Version 2 knows groups of windows. A round sealed before them keeps the first. */
export const RECORD_FORMAT = "giliran.record/2";
export const FIRST_FORMAT = "giliran.record/1";

export interface RecordHead {
  readonly kind: "head";
  readonly format: typeof RECORD_FORMAT | typeof FIRST_FORMAT;
  readonly sale: string;
  readonly roundNo: number;
  readonly mode: AllocationMode;
  readonly definitionDigest: string;
  /** The whole announcement, so that its digest can be recomputed. */
  readonly definition: unknown;
  readonly chainAnchor: string;
  readonly chainLength: number;
  /** The beacon that the seeds include. */
  readonly beacon: DrandChain | "off";
  readonly stock: readonly {
    readonly channelNo: number;
    readonly variantNo: number;
    readonly allotted: number;
  }[];
  readonly finished: boolean;
}

/**
 * A window, or a group of windows that were sealed together under the number of the last. Digests
 * in hexadecimal. Its entries follow it, sorted by entry id.
 */
export interface RecordWindow {
  readonly kind: "window";
  readonly windowNo: number;
  /**
   * With a crowded window: the first window of the group, and for each crowded one its number, the
   * people turned away and the longest wait in ms.
   */
  readonly group?: {
    readonly fromWindowNo: number;
    readonly crowded: readonly (readonly [number, number, number])[];
  };
  readonly entryCount: number;
  readonly root: string;
  readonly secret: string;
  /** The beacon's randomness; empty without a beacon. */
  readonly beacon: string;
  /** With a beacon: when the root was fixed, the awaited round, and the round's signature. */
  readonly beaconRound?: {
    readonly rootFixedAtMs: number;
    readonly beaconRoundNo: number;
    readonly signature: string;
  };
  readonly seed: string;
  /** The window joined the line after this many movements. */
  readonly afterMovementNo: number;
}

/**
 * ["e", entry id (hexadecimal), tier, channel number, preferences, arrival number (zero unless
 * first come; people of the same millisecond share one)] and, if the
 * entry shares the turn of an earlier one of the same person, that entry's id.
 */
export type RecordEntry = readonly ["e", string, number, number, string, number, string?];

/** ["m", movement number, reason, channel number, variant number, entry id or null, units] */
export type RecordMovement = readonly [
  "m",
  number,
  MovementReason,
  number,
  number,
  string | null,
  number,
];

/**
 * ["l", entry id]: skipped because the person was at the published limit in another round. Sorted
 * by entry id.
 */
export type RecordOverLimit = readonly ["l", string];

/**
 * ["a", entry id, movement number]: belongs to another person after all and has its own turn from
 * then on. Sorted by movement, then id.
 */
export type RecordApart = readonly ["a", string, number];

/** The last line: the balances at the end. */
export interface RecordEnd {
  readonly kind: "end";
  /** Lines before this one: detects any missing or repeated line. */
  readonly lineCount: number;
  readonly stock: readonly {
    readonly channelNo: number;
    readonly variantNo: number;
    readonly allotted: number;
    readonly free: number;
    readonly offered: number;
    readonly ordered: number;
    readonly sold: number;
    readonly held: number;
    readonly returned: number;
  }[];
}

export type RecordLine =
  | RecordHead
  | RecordWindow
  | RecordEntry
  | RecordMovement
  | RecordOverLimit
  | RecordApart
  | RecordEnd;
