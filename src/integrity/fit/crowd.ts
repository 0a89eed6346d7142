/* Findings over a whole crowd that no order and no group shows by itself. They are a part of the event's fit. */

import type { Json } from "../../base/canonical.ts";
import type { TextColumn } from "../table/orders.ts";
import type { Column } from "../table/columns.ts";

/** An event as a fit is learned from it. Nothing that is learned may depend on the order of its rows. */
export interface SeenEvent {
  readonly count: number;
  /** Columns of a growing event are longer than its rows. Values of many people are not given. */
  readonly columns: Readonly<Record<TextColumn, Column>>;
  readonly orderedAtMs: (row: number) => number;
  /** NaN where it is not told. */
  readonly accountCreatedAtMs: (row: number) => number;
  readonly units: (row: number) => number;
  /** Where an order stands among those of its channel, from 0 to 1. */
  readonly orderShare: (row: number) => number;
  /** Where its account stands by its age, from 0 to 1; NaN where that is not known. */
  readonly creationShare: (row: number) => number;
  /** The place of an order: the same text for spellings of one; null where it has none. */
  readonly placeOf: (row: number) => string | null;
}

/** Findings by their name; JSON, since the digest of the fit is of them, too. */
export type CrowdFit = { readonly [finding: string]: Json };
