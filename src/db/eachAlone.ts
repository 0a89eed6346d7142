/*
 * Work on many rows, one after the other, where one that fails must not hold up those after it: a
 * damaged row would otherwise stop every deadline behind it, and again at each pass.
 */

import { ConnectionError } from "./connect.ts";

/**
 * Does the work for each item and throws at the end what failed. A database that is away ends it at
 * once: the rest would fail the same way.
 */
export async function eachAlone<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      if (error instanceof ConnectionError) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} rows failed`);
}
