/*
 * When a serving process should end: on a signal, when the package manager that started it is gone,
 * or when the channel to its parent closes. `npm start` must leave no server behind, even if npm is
 * killed.
 */

import { readFileSync } from "node:fs";

/** How often the starter is checked, in ms. */
const LOOK_EVERY_MS = 500;

/** The parent of a process by /proc; null if it cannot be read. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command in brackets may contain brackets and blanks; state and parent follow the last
    // bracket.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}

/** Whether a process is the shell in which a package manager runs scripts. */
function isScriptShell(pid: number): boolean {
  try {
    return /^(\S*\/)?(sh|dash|bash|zsh)\0-c\0/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false;
  }
}

/**
 * Returns a function that tells whether the package manager that started this process is gone. A
 * shell may stand in between and outlive it, so its parent is watched, too. Started without a
 * package manager, the function is always false: a server put into the background keeps running.
 */
function starterWatch(environment: NodeJS.ProcessEnv = process.env): () => boolean {
  if (environment.npm_lifecycle_event === undefined) return () => false;
  const parent = process.ppid;
  const behind = isScriptShell(parent) ? parentOf(parent) : null;
  return () => process.ppid !== parent || (behind !== null && parentOf(parent) !== behind);
}

/** Read when the program starts; later the starter may be gone already. */
const starterGone = starterWatch();

/**
 * Resolves when the process is asked to end: by a signal, by the end of its starter, or by the end
 * of a parent with an IPC channel. A second signal ends it at once.
 */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (starterGone()) ask();
    }, LOOK_EVERY_MS).unref();
    const ask = () => {
      clearInterval(look);
      for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.off(event, ask);
      process.once("SIGINT", () => process.exit(130));
      process.once("SIGTERM", () => process.exit(143));
      // An open channel would keep the process alive.
      if (process.connected) process.disconnect();
      resolve();
    };
    for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.once(event, ask);
  });
}
