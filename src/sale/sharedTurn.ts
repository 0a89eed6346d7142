/** How much the name and the address of two entries are alike. */
export type TurnLikeness = "same" | "alike";

/** An entry of somebody who has one already. */
export interface SharedTurn {
  readonly entryId: string;
  readonly accountKey: string;
  readonly windowNo: number;
  /** The person's first entry, which the turn is named by. */
  readonly turnId: string;
  /** Bits that speak for one person, chance already taken off. */
  readonly bits: number;
  readonly likeness: TurnLikeness;
}

/** What became of "we are two people". */
export type Objection = "waiting" | "apart" | "same";
