import type { DrandChain } from "../sale/beacon/beacon.ts";
import type { AllocationMode } from "../sale/definition.ts";
import type { MovementReason } from "../sale/stock.ts";

/*
 * The public record of a round: newline-delimited JSON, one value a line as `JSON.stringify` writes it, in this
 * order: the head, then each sealed window followed by its entries, who was at the limit, who got a turn of their
 * own, every movement of a unit, the end. Nothing personal: an entry id is random, and only its owner knows whose
 * it is.
 */

export const RECORD_FORMAT = "giliran.record/1";

export interface RecordHead {
  readonly kind: "head";
  readonly format: typeof RECORD_FORMAT;
  readonly sale: string;
  readonly roundNo: number;
  readonly mode: AllocationMode;
  readonly definitionDigest: string;
  /** The whole announcement, so that its digest can be recomputed. */
  readonly definition: unknown;
  readonly chainAnchor: string;
  readonly chainLength: number;
  /** The beacon that the seeds take in. */
  readonly beacon: DrandChain | "off";
  readonly stock: readonly {
    readonly channelNo: number;
    readonly variantNo: number;
    readonly allotted: number;
  }[];
  readonly finished: boolean;
}

/** Hexadecimal digests. Entries of a window follow it, sorted by entry id. */
export interface RecordWindow {
  readonly kind: "window";
  readonly windowNo: number;
  readonly entryCount: number;
  readonly root: string;
  readonly secret: string;
  /** What the beacon gave; empty where none is used. */
  readonly beacon: string;
  /** Where one is used: when the root was fixed, the round that it waited for, and the round's signature. */
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
 * ["e", entry id (hexadecimal), tier, channel number, preferences, arrival number], and where the entry
 * shares the turn of an earlier one of the same person, that entry's id.
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

/** ["l", entry id]: skipped because the person was at the published limit in another round. By entry id. */
export type RecordOverLimit = readonly ["l", string];

/** ["a", entry id, movement number]: found to be another person's; has a turn of its own from then on. By movement, then id. */
export type RecordApart = readonly ["a", string, number];

/** The last line: how the balances stood. */
export interface RecordEnd {
  readonly kind: "end";
  /** Lines before this one: a line that is missing or repeated is found whatever it says. */
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
