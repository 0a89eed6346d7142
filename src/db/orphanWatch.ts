/*
 * Ends our database server if this process is killed. The server must not outlive its process
 * unnoticed, and must not be stopped while somebody else uses it.
 */

import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { RunningServer } from "./cluster/cluster.ts";

const SCRIPT = new URL("./orphanWatchMain.ts", import.meta.url).pathname;

/**
 * Starts the watch and returns a function that ends it. A shell of a megabyte waits for the end of
 * a pipe whose other end only this process holds, whatever kills us; then a program checks whether
 * somebody took the server over, and stops it if not. The shell has its own process group, so
 * signals to ours do not reach it.
 */
export function watchForOrphan(server: RunningServer): () => void {
  const args = [process.execPath, SCRIPT, JSON.stringify(server)];
  const watch = spawn(
    "/bin/sh",
    ["-c", 'cat >/dev/null; exec "$@"', "giliran-orphan-watch", ...args],
    { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/" },
  );
  // Without a watch a killed server leaves its database running; the next start adopts it.
  watch.on("error", () => undefined);
  watch.stdin.on("error", () => undefined);
  watch.unref();
  (watch.stdin as unknown as Socket).unref();
  return () => {
    if (watch.pid === undefined || watch.exitCode !== null) return;
    try {
      process.kill(-watch.pid, "SIGKILL");
    } catch {
      // Already ended.
    }
  };
}
