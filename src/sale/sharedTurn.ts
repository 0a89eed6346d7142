import type { Text } from "./definition.ts";

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

/** What both owners are told. It says nothing that either of them did not write. */
export const LIKENESS: Readonly<Record<TurnLikeness, Text>> = {
  same: {
    id: "nama dan alamatnya sama dengan pendaftaran lain pada gelombang ini",
    en: "its name and address are those of another entry in this round",
  },
  alike: {
    id: "namanya sama dan alamatnya hampir sama dengan pendaftaran lain pada gelombang ini",
    en: "its name is that of another entry in this round, and its address nearly so",
  },
};

/** What became of "we are two people". */
export type Objection = "waiting" | "apart" | "same";
