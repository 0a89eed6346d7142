import { readFileSync } from "node:fs";

/** Who waits for the end looks this often whether whoever started it is still there. */
const LOOK_EVERY_MS = 500;

/** The parent of a process, by the system's own list; null where there is none to read. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command in brackets may itself hold brackets and blanks: state and parent follow the last one.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}

/** Whether a process is the shell that a package manager runs its scripts with. */
function isScriptShell(pid: number): boolean {
  try {
    return /^(\S*\/)?(sh|dash|bash|zsh)\0-c\0/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false;
  }
}

/**
 * Whether a package manager that started this process by a script has gone without ending it, killed for
 * instance: `npm start` is to leave nothing behind. It may stand behind a shell, which then goes on waiting.
 * Without a package manager nobody is looked for: a server that was put into the background stays.
 */
function starterWatch(environment: NodeJS.ProcessEnv = process.env): () => boolean {
  if (environment.npm_lifecycle_event === undefined) return () => false;
  const parent = process.ppid;
  const behind = isScriptShell(parent) ? parentOf(parent) : null;
  return () => process.ppid !== parent || (behind !== null && parentOf(parent) !== behind);
}

/** Looked at when the program starts: later, whoever started it may have gone already. */
const starterGone = starterWatch();

/**
 * Resolves when the process is asked to end: by a signal, by the end of whoever started it, or by the end of a
 * process that started it for itself, with a channel to it. A second signal ends it at once.
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
      // An open channel would keep this process from ending.
      if (process.connected) process.disconnect();
      resolve();
    };
    for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.once(event, ask);
  });
}
