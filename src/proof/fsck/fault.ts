/*
 * A fault that fsck finds: which table, which row, which column, and what contradicts it. Two
 * tables that contradict each other with nothing to decide between them are both named.
 */

/** Where something does not fit, and why. */
export interface Fault {
  readonly table: string;
  /** The row in words: "order 3f…", "round 1, window 0". */
  readonly key: string;
  readonly column: string;
  readonly says: string;
}

/** A fault on one line. */
export function faultText({ table, key, column, says }: Fault): string {
  return `${table}.${column}, ${key}: ${says}`;
}

/** A maker of faults of one row. */
export function faultsOf(table: string, key: string): (column: string, says: string) => Fault {
  return (column, says) => ({ table, key, column, says });
}
