/* The sentence about a file whose headers are not known: what is missing, what is nearest, and a map that would do. */

import { HEADER_LINES, placeOfHeader } from "../../connectors/formats/cells.ts";
import { ownFormatOf, type ColumnMap } from "../table/columnMap.ts";
import { mapFor, nearestHeaders } from "../normalise/nearColumns.ts";
import type { FileEnd } from "../table/orderBatch.ts";
import { TableFileError } from "./tableFileError.ts";

const quoted = (headers: readonly string[]): string =>
  headers.map((header) => `"${header}"`).join(", ");

/** The headers of a file that may be meant by one that it has not, as a question; empty where there are none. */
export function nearestNote(wanted: string, headers: readonly string[]): string {
  const near = nearestHeaders(wanted, headers);
  return near.length === 0 ? "" : ` (did you mean ${quoted(near)}?)`;
}

const missing = (lacks: readonly string[], headers: readonly string[]): string =>
  lacks.map((header) => `"${header}"${nearestNote(header, headers)}`).join(", ");

/** The wanted headers that the row most like headers lacks. */
function lackingOf(wanted: readonly string[], likely: readonly string[]): string {
  const lacks = wanted.filter((header) => placeOfHeader(likely, header) < 0);
  return `It lacks ${missing(lacks, likely)}. `;
}

function nearText(map: ColumnMap | null, { near, likely }: FileEnd): string {
  const own = ownFormatOf(map);
  const wanted = own?.signature ?? Object.values(map?.columns ?? {}).flat();
  if (likely !== null && wanted.length > 0) return lackingOf(wanted, likely);
  if (near !== null) {
    return `It looks like ${near.title.en}, but has no column ${missing(near.lacks, likely ?? [])}. `;
  }
  const columns = likely === null ? null : mapFor(likely);
  return columns === null
    ? ""
    : `By its headers this map would do: ${JSON.stringify({ columns })}. `;
}

/** A file none of whose first lines has known headers. */
export function unknownFile(
  path: string,
  map: ColumnMap | null,
  end: FileEnd | null,
): TableFileError {
  const own = ownFormatOf(map);
  const wanted = own
    ? `the columns of the map (${own.signature.join(", ")})`
    : "the headers of a format that is known (docs/reference/import.md)";
  const sheets = end?.form.otherSheets ?? [];
  return new TableFileError(
    `${path}: none of the first ${HEADER_LINES} lines has ${wanted}. ` +
      (end === null ? "" : nearText(map, end)) +
      (sheets.length > 1 ? `Its sheets are: ${sheets.join(", ")}. ` : "") +
      "Nothing was imported. For another table give a column map: --map map.json",
  );
}
