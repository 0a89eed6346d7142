/*
 * Time limits of statements, by class of work. The limits nest: lock timeout, then statement
 * timeout, then our own wait, so that the most telling error comes first.
 */

/** Time limits of one statement. */
export interface Deadline {
  /** The server aborts a statement after this time; 0: never. */
  readonly statementMs: number;
  /**
   * Without an answer for this long the connection counts as silent and is dropped. Always longer
   * than the server's own limit, whose error is an answer: only a silent connection gets this far.
   */
  readonly answerMs: number;
  /** Wait for a row lock, unless the pool overrides it. */
  readonly lockMs: number;
  /** Timeout of connecting. */
  readonly connectMs: number;
  /** Connections at most, where they come beside those of another class. */
  readonly besideCount: number;
}

/** Between the server's limit and ours: its answer needs time to arrive. */
const WAY_BACK_MS = 1_000;
/**
 * Between the lock timeout and the statement timeout: "the row is locked" says more than "too
 * long".
 */
const LOCK_FIRST_MS = 500;

/**
 * The classes. A too short limit refuses people whose statement was merely slow; a too long one
 * keeps them waiting on a connection that went silent, as a failed network or a firewall leaves it.
 */
export const DEADLINES = {
  /** A batch of joins: takes milliseconds, and everybody in it waits. */
  entries: { statementMs: 4_000, answerMs: 5_000, lockMs: 3_500, connectMs: 2_500, besideCount: 2 },
  /** Somebody waits at a screen. */
  request: { statementMs: 5_500, answerMs: 6_500, lockMs: 5_000, connectMs: 5_000, besideCount: 6 },
  /** Numbering an order while its transaction is open: after half a second it is placed without. */
  score: { statementMs: 1_000, answerMs: 2_000, lockMs: 400, connectMs: 1_200, besideCount: 2 },
  /** Background work: sealing, an audit, statistics of large tables. */
  work: { statementMs: 60_000, answerMs: 61_000, lockMs: 5_000, connectMs: 5_000, besideCount: 6 },
  /**
   * Inserting a window of millions into the line: one statement of minutes, between draw and
   * offers.
   */
  line: {
    statementMs: 1_200_000,
    answerMs: 1_201_000,
    lockMs: 5_000,
    connectMs: 5_000,
    besideCount: 1,
  },
  /** Commands and migrations: the operator sees them run and can stop them. */
  bulk: {
    statementMs: 0,
    answerMs: 6 * 3_600_000,
    lockMs: 5_000,
    connectMs: 10_000,
    besideCount: 2,
  },
  /** Whether the database is reachable: a late answer counts as none. */
  probe: { statementMs: 1_000, answerMs: 1_200, lockMs: 500, connectMs: 1_200, besideCount: 2 },
} as const satisfies Record<string, Deadline>;

export type DeadlineName = keyof typeof DEADLINES;

/** A class with another lock timeout; the statement limits stay above it. */
export function deadlineOf(name: DeadlineName, lockMs?: number): Deadline {
  const deadline: Deadline = DEADLINES[name];
  if (lockMs === undefined) return deadline;
  const least = lockMs + LOCK_FIRST_MS;
  const statementMs = deadline.statementMs === 0 ? 0 : Math.max(deadline.statementMs, least);
  const answerMs = Math.max(deadline.answerMs, statementMs + WAY_BACK_MS);
  return { ...deadline, lockMs, statementMs, answerMs };
}
