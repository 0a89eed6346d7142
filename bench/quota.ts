/*
 * Groups of processes with a share of one core each (Linux control groups, version 1 or 2): with
 * equal shares servers can be compared on a machine with fewer cores than servers. Needs root.
 */

import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSION_1 = "/sys/fs/cgroup/cpu";
const VERSION_2 = "/sys/fs/cgroup";
/** Short, so that a server that has used its share up stops for milliseconds, not for tenths. */
const PERIOD_MICROS = 20_000;

/** Limits each process to this share of a core; returns what takes the limits away again. */
export function limitEach(pids: readonly number[], share: number): () => void {
  const folders = pids.map((pid) => limit(pid, share));
  return () => {
    for (const folder of folders) release(folder);
  };
}

function limit(pid: number, share: number): string {
  const [root, isFirst] = existsSync(join(VERSION_1, "cpu.cfs_quota_us"))
    ? [VERSION_1, true]
    : [VERSION_2, false];
  const folder = join(root, `giliran-bench-${pid}`);
  mkdirSync(folder, { recursive: true });
  const quotaMicros = Math.round(PERIOD_MICROS * share);
  if (isFirst) {
    writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_MICROS));
    writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quotaMicros));
  } else {
    writeFileSync(join(folder, "cpu.max"), `${quotaMicros} ${PERIOD_MICROS}`);
  }
  writeFileSync(join(folder, "cgroup.procs"), String(pid));
  return folder;
}

/** Removes a group; its processes have ended, or go back to the root. */
function release(folder: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (folder.endsWith(`-${pid}`)) writeFileSync(join(folder, "../cgroup.procs"), pid);
  }
  rmdirSync(folder);
}
