/** Likeness of name and address of two entries. */
export type TurnLikeness = "same" | "alike";

/** A further entry of somebody who already has one. */
export interface SharedTurn {
  readonly entryId: string;
  readonly accountKey: string;
  readonly windowNo: number;
  /** The person's first entry, which names the turn. */
  readonly turnId: string;
  /** Bits of evidence for one person, after subtracting chance. */
  readonly bits: number;
  readonly likeness: TurnLikeness;
}
