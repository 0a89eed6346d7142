/*
 * The user that runs the database server. PostgreSQL refuses to run as root, so root switches to
 * another user for it.
 */

import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The user that runs the database server. */
export interface ClusterUser {
  /** Null: the server runs as the current user. */
  readonly switchTo: { readonly uid: number; readonly gid: number; readonly name: string } | null;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function passwdEntries(): PasswdEntry[] {
  try {
    return readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .filter((fields) => fields.length >= 4)
      .map(([name, , uid, gid]) => ({ name: name as string, uid: Number(uid), gid: Number(gid) }));
  } catch {
    return [];
  }
}

/** A refusal for the operator: what is wrong and what to do. */
export class ClusterUserError extends Error {
  override name = "ClusterUserError";
}

/** `postgres` if it exists, else `nobody`; both have the passwd entry that initdb requires. */
export function chooseClusterUser(): ClusterUser {
  const uid = process.getuid?.() ?? 1;
  const entries = passwdEntries();
  if (uid !== 0) {
    if (process.platform === "linux" && !entries.some((entry) => entry.uid === uid)) {
      throw new ClusterUserError(
        `User id ${uid} has no entry in /etc/passwd, and PostgreSQL will not start without one. ` +
          "Add an entry, run as another user, or set DATABASE_URL to a PostgreSQL of your own.",
      );
    }
    return { switchTo: null };
  }
  const entry =
    entries.find((candidate) => candidate.name === "postgres") ??
    entries.find((candidate) => candidate.name === "nobody");
  if (!entry) {
    throw new ClusterUserError(
      "PostgreSQL refuses to run as root, and this machine has neither a user `postgres` nor " +
        "`nobody` to run it. Create one, start as a plain user, or set DATABASE_URL.",
    );
  }
  return { switchTo: entry };
}

const OTHERS_SEARCH = 0o001;
const OTHERS_READ = 0o004;

/** Whether the server's user can reach and read `path` (by the mode bits for others). */
export function isReachable(path: string, user: ClusterUser): boolean {
  if (user.switchTo === null) return true;
  for (let at = path; ; at = dirname(at)) {
    try {
      const stat = statSync(at);
      const needed = OTHERS_SEARCH | (at === path ? OTHERS_READ : 0);
      if (stat.uid !== user.switchTo.uid && (stat.mode & needed) !== needed) return false;
    } catch {
      // Missing so far: its parent folder decides.
    }
    if (dirname(at) === at) return true;
  }
}
