/*
 * Processor time of a process and of all processes of a database cluster, from /proc (Linux only).
 */

import { readFileSync } from "node:fs";
import { processesInFolder } from "../src/db/cluster/processTable.ts";

/** Linux reports processor time in hundredths of a second, whatever the kernel's own tick. */
const MICROS_PER_TICK = 10_000;

/** Fields of /proc/<pid>/stat: own time and that of ended children (man 5 proc). */
const TIME_FIELDS = [14, 15, 16, 17];

/** Processor time used so far, ended children included, in µs; 0 without /proc. */
export function processCpuMicros(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = TIME_FIELDS.reduce((sum, field) => sum + Number(fields[field - 3]), 0);
    return ticks * MICROS_PER_TICK;
  } catch {
    return 0; // ended meanwhile: its parent, the server, has counted it
  }
}

/** Processor time of all processes of the cluster in `dataFolder`, in µs; 0 without /proc. */
export function databaseCpuMicros(dataFolder: string): number {
  return processesInFolder(dataFolder).reduce((sum, pid) => sum + processCpuMicros(pid), 0);
}
