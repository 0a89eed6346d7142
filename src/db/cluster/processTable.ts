import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** What is known of a process id that a lock file names. */
export type ProcessState = "running" | "zombie" | "gone";

/**
 * A killed server whose parent does not collect it stays a zombie for seconds; its lock file then
 * looks alive to `kill(pid, 0)`. Linux tells the difference in /proc/<pid>/stat, others by `ps`.
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
    // The command in brackets may itself hold brackets and blanks: the state follows the last one.
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z") ? "zombie" : "running";
  } catch {
    return "gone";
  }
}

/**
 * Whether `pid` is a PostgreSQL server, not a stranger that was given the number of a dead one
 * (after a restart of a container, numbers come again).
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
 * Processes that work inside `folder`: every PostgreSQL process has its data folder as working
 * directory, so orphans of a killed server are found even when its lock file is gone. Linux only;
 * elsewhere the server's own check of shared memory has to do.
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
