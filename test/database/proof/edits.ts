/* How an edit of the database is written down. */

/** A direct edit of the database, and where fsck must say that something does not fit. */
export interface Edit {
  readonly name: string;
  readonly sale: "units" | "desk" | "make-up" | "every sale";
  readonly table: string;
  readonly column: string;
  /** Gives the row's identifier, which the finding has to name. */
  readonly row: string;
  /** The edit; `$1` is that identifier. */
  readonly edit: string;
}

/** An edit of a column, in the form of a table. */
export const line = (
  name: string,
  sale: Edit["sale"],
  where: `${string}.${string}`,
  row: string,
  edit: string,
): Edit => {
  const [table, column] = where.split(".") as [string, string];
  return { name, sale, table, column, row, edit };
};

/** The numbers of the sales. */
export const NO = {
  units: "(select sale_no from sale where slug = 'units')",
  desk: "(select sale_no from sale where slug like 'cases-%')",
  makeUp: "(select sale_no from sale where slug = 'make-up')",
};

/** The first row of a sale in a table. */
export const first = (table: string, id: string, more = "true", sale = NO.units) =>
  `select ${id}::text as id from ${table} where sale_no = ${sale} and ${more} order by 1 limit 1`;
