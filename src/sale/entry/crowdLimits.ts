/*
 * How many people can wait at this machine at the same moment. The smallest of its limits counts:
 * people beyond it see no answer at all, however fair the queue is.
 */

/**
 * Connections that the kernel keeps until the process reads them; the kernel's own limit,
 * `somaxconn`, may cut it. Beyond it a browser tries again by itself, after one second, then three.
 */
export const BACKLOG = 65_535;

/** Descriptors that are no connection of a buyer: database, files, threads. */
const OWN_DESCRIPTORS = 1_000;

/** Below this many a rush is turned away by the machine and not by the queue. */
const ENOUGH_PEOPLE = 10_000;

/** Limits of a machine, as far as they can be read there. */
export interface CrowdLimits {
  /** Open files of a process; null: not known, or without limit. */
  readonly descriptors: number | null;
  /** The kernel's bound of a backlog; null: not known. */
  readonly somaxconn: number | null;
  /** People that the queue of joins keeps. */
  readonly queued: number;
}

/** What `doctor` says about them. */
export function crowdFinding(limits: CrowdLimits): {
  readonly state: "ok" | "warn";
  readonly detail: string;
} {
  const { descriptors, somaxconn, queued } = limits;
  const connections = descriptors === null ? null : Math.max(0, descriptors - OWN_DESCRIPTORS);
  const backlog = Math.min(BACKLOG, somaxconn ?? BACKLOG);
  const waiting = Math.min(queued, connections ?? queued);
  const few: string[] = [];
  if (connections !== null && connections < ENOUGH_PEOPLE) few.push("raise `ulimit -n`");
  if (backlog < ENOUGH_PEOPLE) few.push("raise net.core.somaxconn");
  const told = [
    `${waiting} people can wait for a join at the same moment`,
    `${descriptors ?? "unknown"} open files`,
    `a backlog of ${backlog}${somaxconn === null ? " (somaxconn unknown)" : ""}`,
    `a queue of ${queued}`,
  ].join(", ");
  if (few.length === 0) return { state: "ok", detail: told };
  return { state: "warn", detail: `${told}; for a rush ${few.join(" and ")}` };
}
