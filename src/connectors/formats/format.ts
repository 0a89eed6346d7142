/*
 * The description of an order file: the headers that identify it, and the source of each of our
 * columns. Each marketplace has a file here and a line in `list.ts`. Headers alone identify a
 * format; file names and the order of columns mean nothing.
 */

import type { Text } from "../../base/language.ts";

/** The columns that every format is read into. */
export const CANONICAL_COLUMNS = [
  "order_id",
  "channel",
  "account_id",
  "account_created_at",
  "ordered_at",
  "name",
  "phone",
  "email",
  "address",
  "district",
  "city",
  "device_id",
  "ip",
  "user_agent",
  "payment_method",
  "payment_id",
  "units",
  "sku",
  "unit_price",
  "status",
  "cancelled_at",
] as const;
export type CanonicalColumn = (typeof CANONICAL_COLUMNS)[number];

/** One marketplace's file. */
export interface Format {
  /** Its code, which is stored with each import: never rename one. */
  readonly name: string;
  /** The name that the console shows. */
  readonly title: Text;
  /** Headers that must all be present. */
  readonly signature: readonly string[];
  /** The source headers of each canonical column; several are joined in order. */
  readonly columns: Readonly<Partial<Record<CanonicalColumn, readonly string[]>>>;
  /** The channel's name where no column gives it. */
  readonly channel: string;
  /** Whether the row under the headers describes them (TikTok Shop). */
  readonly describedByRow: boolean;
  /** Whether it writes a row for each article of an order, so that two of one article are both bought. */
  readonly rowsAreItems?: boolean;
  /** Words of its status, in small letters, for an order that nobody has paid yet. */
  readonly unpaidStatus?: readonly string[];
  /** The item number's column, in formats with one row per unit (Lazada). */
  readonly itemHeader?: string;
}
