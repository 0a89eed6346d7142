/* Why a table file cannot be read, in words for the person who gave it. */

/** The fault of a whole file, in words for the person who handed it in. */
export class TableFileError extends Error {
  override name = "TableFileError";
}
