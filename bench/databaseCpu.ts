import { readFileSync } from "node:fs";
import { processesInFolder } from "../src/db/cluster/processTable.ts";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick is. */
const MICROS_PER_TICK = 10_000;

/** Fields of /proc/<pid>/stat: own time, and that of children which have ended (man 5 proc). */
const TIME_FIELDS = [14, 15, 16, 17];

/** Processor time that a process has used so far, its ended children included; 0 where there is no /proc. */
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

/** Processor time that all processes of the cluster in `dataFolder` have used so far; 0 where there is no /proc. */
export function databaseCpuMicros(dataFolder: string): number {
  return processesInFolder(dataFolder).reduce((sum, pid) => sum + processCpuMicros(pid), 0);
}
