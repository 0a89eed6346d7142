/* The orders of a made-up sale with the truth about each, whoever made them up. */

import type { Article, OrderRecord } from "../../src/integrity/table/orders.ts";
import type { Apart } from "../../src/integrity/table/standing.ts";

/**
 * How many strong kinds of things (device, means of payment, phone, mail box) a ring's rows share where the file can
 * show it: two or more, one, or none. Then only time, place, client and habits tie it.
 */
export type TiedBy = "two" | "one" | "weak";
export const TIED_BY: readonly TiedBy[] = ["two", "one", "weak"];

/** An order of a file, and what its maker knows about it. */
export interface EventOrder {
  readonly order: OrderRecord;
  /** The ring that it is of; null for a genuine buyer's. */
  readonly ring: string | null;
  readonly style: string | null;
  /** The genuine buyer's kind; null for a ring's. */
  readonly kind: string | null;
  /** People who live or work together: an error bound must hold for all of them at once. */
  readonly household: string;
  readonly person: string;
  /** Of the whole ring; null for genuine buyers. */
  readonly tiedBy: TiedBy | null;
  /** Why it no longer stands; absent where it does. */
  readonly apart?: Apart;
  /** Further articles of the order, each a row of the file. */
  readonly beside?: readonly Article[];
}
