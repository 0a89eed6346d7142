/*
 * Looks at processes of the machine: is the server behind a lock file alive? A wrong "gone" could
 * start a second server on one folder; a wrong "running" only delays a start.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** The state of the process that a lock file names. */
export type ProcessState = "running" | "zombie" | "gone";

/**
 * The state of a process. A killed server stays a zombie for seconds if its parent does not reap
 * it, and its lock file then looks alive to `kill(pid, 0)`. Linux shows the difference in
 * /proc/<pid>/stat, other systems in `ps`.
 */
export function processState(pid: number): ProcessState {
  if (process.platform !== "linux") {
    try {
      const state = execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" });
      return state.trim().startsWith("Z") ? "zombie" : "running";
    } catch {
      return "gone";
    }
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command in parentheses may itself hold parentheses and spaces: the state follows the last
    // one.
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z") ? "zombie" : "running";
  } catch {
    return "gone";
  }
}

/**
 * Whether `pid` is a PostgreSQL server and not a stranger with a reused process id (they repeat
 * after a container restarts).
 */
export function isPostgresProcess(pid: number): boolean {
  try {
    const command =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
        : execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return /postgres/.test(command);
  } catch {
    return false;
  }
}

/**
 * Processes that work inside `folder`. Every PostgreSQL process has its data folder as working
 * directory, so orphans of a killed server are found even without a lock file. Linux only;
 * elsewhere the server's own shared-memory check must suffice.
 */
export function processesInFolder(folder: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder && processState(pid) === "running";
      } catch {
        return false;
      }
    });
}
