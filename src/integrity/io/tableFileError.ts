/** What is wrong with a whole file, in words for whoever handed it in. */
export class TableFileError extends Error {
  override name = "TableFileError";
}
