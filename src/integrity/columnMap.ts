import { z } from "zod";
import { CANONICAL_COLUMNS, type Format } from "./formats.ts";

const column = z.union([z.string(), z.array(z.string()).min(1)]);

/** A map from any table's columns to ours, as a JSON file says it. */
export const columnMapSchema = z.strictObject({
  /** Canonical column → header, or headers to join. */
  columns: z.partialRecord(z.enum(CANONICAL_COLUMNS), column),
  channel: z.string().default("–"),
  /** Minutes east of Greenwich of times without a zone; Jakarta is 420. */
  zoneMinutes: z.number().int().min(-840).max(840).default(420),
  /** Which of the first two numbers of 2/3/2026 is the day. */
  dateOrder: z.enum(["dmy", "mdy"]).default("dmy"),
  /** Further attributes that tie orders together. */
  links: z
    .array(
      z.strictObject({
        name: z.string(),
        grade: z.enum(["strong", "weak"]),
        /** A column of the orders' own file … */
        column: z.string().optional(),
        /** … or a second file of (order id, attribute), one row each. */
        file: z.string().optional(),
        /** What separates several values in one cell. */
        separator: z.string().optional(),
        /** An attribute may be another order's id: then the two orders are tied directly. */
        mayNameOrders: z.boolean().default(false),
        /** Only attributes that begin with this. */
        prefix: z.string().optional(),
      }),
    )
    .default([]),
});

export type ColumnMap = z.infer<typeof columnMapSchema>;

/** A map is a format of one's own. */
export function formatOf(map: ColumnMap): Format {
  const columns = Object.fromEntries(
    Object.entries(map.columns).map(([name, from]) => [name, Array.isArray(from) ? from : [from]]),
  );
  return {
    ...{ name: "canonical", channel: map.channel, describedByRow: false },
    columns,
    signature: Object.values(columns).flat(),
  };
}
