/** How long one statement may take, by what it is for. */
export interface Deadline {
  /** The server gives a statement up after this long; 0: never. */
  readonly statementMs: number;
  /**
   * Without an answer after this long the connection counts as silent and is dropped. Always longer than the
   * server's own limit, which is an answer: only a connection that nobody answers on ever comes so far.
   */
  readonly answerMs: number;
  /** How long a statement waits for a row that somebody else holds, unless the pool says otherwise. */
  readonly lockMs: number;
  /** How long making a connection may take. */
  readonly connectMs: number;
  /** Connections at most, where they come beside those of another class. */
  readonly besideCount: number;
}

/** Between the server's limit and ours: its answer has to come back. */
const WAY_BACK_MS = 1_000;
/** Between the lock's limit and the statement's: "somebody has the row" says more than "too long". */
const LOCK_FIRST_MS = 500;

/**
 * The classes. Too short refuses people whose statement was only slow; too long leaves them with a
 * connection that went silent, as a failed network or a firewall leaves it, for that long.
 */
export const DEADLINES = {
  /** A batch of joins: milliseconds, and everybody in it waits. */
  entries: { statementMs: 4_000, answerMs: 5_000, lockMs: 3_500, connectMs: 2_500, besideCount: 2 },
  /** What somebody waits for at a screen. */
  request: { statementMs: 5_500, answerMs: 6_500, lockMs: 5_000, connectMs: 5_000, besideCount: 6 },
  /** Background work: sealing, an audit, statistics of large tables. */
  work: { statementMs: 60_000, answerMs: 61_000, lockMs: 5_000, connectMs: 5_000, besideCount: 6 },
  /** Putting a window of millions into the line: one statement of minutes, between its chance and its offers. */
  line: {
    statementMs: 1_200_000,
    answerMs: 1_201_000,
    lockMs: 5_000,
    connectMs: 5_000,
    besideCount: 1,
  },
  /** Commands and migrations: whoever started one sees it run, and can stop it. */
  bulk: {
    statementMs: 0,
    answerMs: 6 * 3_600_000,
    lockMs: 5_000,
    connectMs: 10_000,
    besideCount: 2,
  },
  /** Whether the database is there: an answer that comes late is none. */
  probe: { statementMs: 1_000, answerMs: 1_200, lockMs: 500, connectMs: 1_200, besideCount: 1 },
} as const satisfies Record<string, Deadline>;

export type DeadlineName = keyof typeof DEADLINES;

/** A class with another wait for locks; the statement's limits stay longer than that. */
export function deadlineOf(name: DeadlineName, lockMs?: number): Deadline {
  const deadline: Deadline = DEADLINES[name];
  if (lockMs === undefined) return deadline;
  const least = lockMs + LOCK_FIRST_MS;
  const statementMs = deadline.statementMs === 0 ? 0 : Math.max(deadline.statementMs, least);
  const answerMs = Math.max(deadline.answerMs, statementMs + WAY_BACK_MS);
  return { ...deadline, lockMs, statementMs, answerMs };
}
