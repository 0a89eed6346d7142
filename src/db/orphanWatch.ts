import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { RunningServer } from "./cluster/cluster.ts";

const SCRIPT = new URL("./orphanWatchMain.ts", import.meta.url).pathname;

/**
 * Has the database server of this process ended when this process is gone without having done so, killed for
 * instance. A shell of a megabyte waits for the end of a pipe whose other end only we hold, whatever ends us;
 * then a program looks whether somebody took the server over, and stops it if not. It is in a process group of
 * its own: what is sent to ours does not reach it. Returns what ends the watch.
 */
export function watchForOrphan(server: RunningServer): () => void {
  const args = [process.execPath, SCRIPT, JSON.stringify(server)];
  const watch = spawn(
    "/bin/sh",
    ["-c", 'cat >/dev/null; exec "$@"', "giliran-orphan-watch", ...args],
    { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/" },
  );
  // Without a watch a killed server leaves its database running, as it may: the next start takes it over.
  watch.on("error", () => undefined);
  watch.stdin.on("error", () => undefined);
  watch.unref();
  (watch.stdin as unknown as Socket).unref();
  return () => {
    if (watch.pid === undefined || watch.exitCode !== null) return;
    try {
      process.kill(-watch.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
}
