import { readFileSync } from "node:fs";

/**
 * Memory that processes use together, in bytes: proportional set sizes, so that what they share (the
 * database's buffers above all) counts once. Null where the system does not tell.
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
