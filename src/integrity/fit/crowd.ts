/* Findings over a whole crowd that no order and no group shows by itself. They are a part of the event's fit. */

import type { CrowdPatterns } from "../evidence/pattern.ts";
import type { SeenCrowd } from "../together/patterns.ts";

/** An event as a fit is learned from it. Nothing that is learned may depend on the order of its rows. */
export interface SeenEvent extends SeenCrowd {
  /** Where its account stands by its age, from 0 to 1; NaN where that is not known. */
  readonly creationShare: (row: number) => number;
  /** The place of an order: the same text for spellings of one; null where it has none. */
  readonly placeOf: (row: number) => string | null;
}

/** Findings by their name; plain data, since the digest of the fit is of them, too. */
export interface CrowdFit {
  /** Orders that share no thing, and yet show something together. */
  readonly together: CrowdPatterns;
}
