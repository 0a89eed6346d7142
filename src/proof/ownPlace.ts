/* A buyer's own place, recomputed from the public record alone. */

import { compareBytes, fromHex } from "../base/bytes.ts";
import { must } from "../base/assert.ts";
import type { AllocationMode } from "../sale/definition.ts";
import { rankOf } from "../sale/rank.ts";
import type { RecordEntry, RecordHead, RecordLine, RecordWindow } from "./record.ts";

/** An entry of her own group of windows. */
interface OfGroup {
  readonly entryId: string;
  readonly tier: number;
  readonly arrivalNo: number;
}

/**
 * Recomputes one's own place from the record: all entries of earlier groups of windows, plus those
 * before it in its own, by (tier, rank).
 */
export class OwnPlace {
  readonly #entryId: string;
  readonly #windowNo: number;
  readonly #ofGroup: OfGroup[] = [];
  #mode: AllocationMode = "shuffled_queue";
  #before = 0;
  #seed: Uint8Array | null = null;
  #inOwnGroup = false;

  constructor(entry: { readonly entryId: string; readonly windowNo: number }) {
    this.#entryId = entry.entryId.replaceAll("-", "");
    this.#windowNo = entry.windowNo;
  }

  take(line: RecordLine): void {
    if (Array.isArray(line)) {
      if (line[0] !== "e" || !this.#inOwnGroup) return;
      const [, entryId, tier, , , arrivalNo] = line as unknown as RecordEntry;
      this.#ofGroup.push({ entryId, tier, arrivalNo });
      return;
    }
    const { kind } = line as { kind: string };
    this.#inOwnGroup = false;
    if (kind === "head") this.#mode = (line as RecordHead).mode;
    if (kind !== "window") return;
    const window = line as RecordWindow;
    if (window.windowNo < this.#windowNo) this.#before += window.entryCount;
    const fromNo = window.group?.fromWindowNo ?? window.windowNo;
    if (this.#windowNo < fromNo || this.#windowNo > window.windowNo) return;
    this.#inOwnGroup = true;
    this.#seed = fromHex(window.seed);
  }

  /** The place; null while the window is not sealed, or without the entry. */
  placeNo(): number | null {
    const seed = this.#seed;
    const own = this.#ofGroup.find(({ entryId }) => entryId === this.#entryId);
    if (seed === null || own === undefined) return null;
    const rank = ({ entryId, arrivalNo }: OfGroup) => {
      const bytes = must(fromHex(entryId), "an entry's id is hex");
      return rankOf(this.#mode, seed, { entryId: bytes, arrivalNo });
    };
    const ownRank = rank(own);
    const before = this.#ofGroup.filter(
      (one) =>
        one.tier < own.tier || (one.tier === own.tier && compareBytes(rank(one), ownRank) < 0),
    );
    return this.#before + before.length + 1;
  }
}
