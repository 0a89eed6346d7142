/*
 * A map from any table's columns to ours, written by a person. A map that is handed in must never name a file of the
 * server.
 */

import { z } from "zod";
import { CANONICAL } from "../../connectors/formats/canonical.ts";
import { CANONICAL_COLUMNS, type Format } from "../../connectors/formats/format.ts";

const column = z.union([z.string(), z.array(z.string()).min(1)]);

const NO_CHANNEL = "–";

/** A map from any table's columns to ours, as a JSON file says it. */
export const columnMapSchema = z.strictObject({
  /** Canonical column → header, or headers to join. Without order_id and ordered_at they change a known format. */
  columns: z.partialRecord(z.enum(CANONICAL_COLUMNS), column).default({}),
  channel: z.string().default(NO_CHANNEL),
  /** Minutes east of Greenwich of times without a zone; Jakarta is 420. */
  zoneMinutes: z.number().int().min(-840).max(840).default(420),
  /** Which number of 2/3/2026 or 2/3/26 is the day; without it the whole column decides. */
  dateOrder: z.enum(["dmy", "mdy", "ymd", "ydm"]).optional(),
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
        /** The separator of several values in one cell. */
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

export interface MapIssue {
  /** Where in the map, "links.0.file"; empty for the whole of it. */
  readonly field: string;
  readonly reason: string;
}

const NO_SECOND_FILE =
  "a map that is handed in names no second file: the server would open it as its own. Put the attribute into a column of " +
  "the export, or use `giliran audit` on the command line.";

/**
 * Reads a column map; what is wrong with it is said field by field. `secondFiles` is "refused" for whoever is not on this
 * machine: the path would be opened with the server's rights.
 */
export function readColumnMap(
  json: unknown,
  secondFiles: "allowed" | "refused",
):
  | { readonly ok: true; readonly map: ColumnMap }
  | { readonly ok: false; readonly issues: readonly MapIssue[] } {
  const result = columnMapSchema.safeParse(json);
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) => ({
      field: path.join("."),
      reason: message,
    }));
    return { ok: false, issues };
  }
  const map = result.data;
  const issues = map.links.flatMap(({ file }, at) =>
    file === undefined ? [] : [{ field: `links.${at}.file`, reason: NO_SECOND_FILE }],
  );
  if (secondFiles === "refused" && issues.length > 0) return { ok: false, issues };
  return { ok: true, map };
}

/** A map's headers of each canonical column. */
const columnsOf = ({ columns }: ColumnMap): Format["columns"] =>
  Object.fromEntries(
    Object.entries(columns).map(([name, from]) => [name, Array.isArray(from) ? from : [from]]),
  );

/** A map that names an order and its time is a format of one's own; null for one that only changes a known format. */
export function ownFormatOf(map: ColumnMap | null): Format | null {
  if (map?.columns.order_id === undefined || map.columns.ordered_at === undefined) return null;
  const columns = columnsOf(map);
  return { ...CANONICAL, channel: map.channel, columns, signature: Object.values(columns).flat() };
}

/** A known format with a map's columns in place of its own. All headers that the map names must be there. */
export function changedBy(map: ColumnMap, known: Format): Format {
  const changed = columnsOf(map);
  const columns = { ...known.columns, ...changed };
  const own = ["order_id", "ordered_at"] as const;
  const kept =
    known.name === CANONICAL.name ? own.flatMap((name) => columns[name] ?? []) : known.signature;
  const signature = [...kept, ...Object.values(changed).flat()];
  return {
    ...known,
    channel: map.channel === NO_CHANNEL ? known.channel : map.channel,
    columns,
    signature,
  };
}
