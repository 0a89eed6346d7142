/* A buyer's own place, recomputed from the public record alone. */

import { compareBytes, fromHex } from "../base/bytes.ts";
import { must } from "../base/assert.ts";
import { chanceRank } from "../sale/rank.ts";
import type { RecordLine, RecordWindow } from "./record.ts";

interface Other {
  readonly entryId: string;
  readonly tier: number;
}

/**
 * Recomputes one's own place from the record: all entries of earlier groups of windows, plus those
 * before it in its own, by (tier, rank).
 */
export class OwnPlace {
  readonly #entryId: string;
  readonly #windowNo: number;
  readonly #ofWindow: Other[] = [];
  #before = 0;
  #seed: Uint8Array | null = null;
  #inOwnWindow = false;

  constructor(entry: { readonly entryId: string; readonly windowNo: number }) {
    this.#entryId = entry.entryId.replaceAll("-", "");
    this.#windowNo = entry.windowNo;
  }

  take(line: RecordLine): void {
    if (Array.isArray(line)) {
      if (line[0] === "e" && this.#inOwnWindow) {
        this.#ofWindow.push({ entryId: line[1] as string, tier: Number(line[2]) });
      }
      return;
    }
    const { kind } = line as { kind: string };
    this.#inOwnWindow = false;
    if (kind !== "window") return;
    const window = line as RecordWindow;
    if (window.windowNo < this.#windowNo) this.#before += window.entryCount;
    const fromNo = window.group?.fromWindowNo ?? window.windowNo;
    if (this.#windowNo < fromNo || this.#windowNo > window.windowNo) return;
    this.#inOwnWindow = true;
    this.#seed = fromHex(window.seed);
  }

  /** The place; null while the window is not sealed. */
  placeNo(): number | null {
    const seed = this.#seed;
    if (seed === null) return null;
    const rankOf = (entryId: string) =>
      chanceRank(seed, must(fromHex(entryId), "an entry's id is hex"));
    const own = rankOf(this.#entryId);
    const ownTier = this.#ofWindow.find(({ entryId }) => entryId === this.#entryId)?.tier ?? 1;
    const before = this.#ofWindow.filter(
      ({ entryId, tier }) =>
        tier < ownTier || (tier === ownTier && compareBytes(rankOf(entryId), own) < 0),
    );
    return this.#before + before.length + 1;
  }
}
