import { CANONICAL_COLUMNS, type Format } from "./format.ts";

/** Our own format: each column under its own name. */
export const CANONICAL: Format = {
  name: "canonical",
  title: { id: "format Giliran", en: "Giliran's own format" },
  channel: "–",
  describedByRow: false,
  signature: ["order_id", "ordered_at"],
  columns: Object.fromEntries(CANONICAL_COLUMNS.map((column) => [column, [column]])),
};
