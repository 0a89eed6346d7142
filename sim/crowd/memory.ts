/* Memory of several processes without counting shared pages twice. */

import { readFileSync } from "node:fs";

/**
 * Memory of processes in bytes, as proportional set sizes: shared pages (above all the database's
 * buffers) count once. Null if the system does not tell.
 */
export function sharedMemoryBytes(pids: readonly number[]): number | null {
  let kib = 0;
  let read = false;
  for (const pid of pids) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      kib += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
      read = true;
    } catch {
      // Ended meanwhile, or not Linux.
    }
  }
  return read ? kib * 1024 : null;
}
