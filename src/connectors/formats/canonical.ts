/* Our own order file: each column under its own name. */

import { CANONICAL_COLUMNS, type Format } from "./format.ts";

export const CANONICAL: Format = {
  name: "canonical",
  title: { id: "format Giliran", en: "Giliran's own format" },
  channel: "–",
  describedByRow: false,
  signature: ["order_id", "ordered_at"],
  columns: Object.fromEntries(CANONICAL_COLUMNS.map((column) => [column, [column]])),
};
