/* "We are two people": said of a shared turn or of an order that waits, and decided by a person. */

/** The entry that an objection speaks for. */
export interface ObjectorKey {
  readonly saleNo: number;
  readonly roundNo: number;
  readonly entryId: string;
}

export type ObjectionVerdict = "apart" | "same";

/** State of an objection. */
export type Objection = "waiting" | ObjectionVerdict;

/** A person's verdict on an objection, with the answer to the buyer. */
export interface DecidedObjection {
  readonly verdict: ObjectionVerdict;
  readonly answer: string;
  readonly who: string;
  readonly nowMs: number;
}

interface Listed {
  readonly objectedAt: Date;
  readonly decidedAt: Date | null;
}

/** Open ones first, oldest on top; then the decided ones, newest first. */
export function byUrgency(a: Listed, b: Listed): number {
  if (a.decidedAt === null && b.decidedAt === null)
    return a.objectedAt.getTime() - b.objectedAt.getTime();
  if (a.decidedAt === null || b.decidedAt === null) return a.decidedAt === null ? -1 : 1;
  return b.decidedAt.getTime() - a.decidedAt.getTime();
}
