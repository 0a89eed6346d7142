/*
 * The form of a signal. Each is one file in `signals/` and one line in `signals/registered.ts`; everything else
 * (scores, reasons, the report, the check of a policy) reads that list. Only signals about meshes and moments are also
 * called by name, in `rings.ts`. A signal's name is stored with decisions: never rename one.
 */

import type { Text } from "../../base/language.ts";
import type { TextColumn } from "../table/orders.ts";
import type { AccountsSaid, Evidence, EvidenceGroup } from "./evidence.ts";
import type { PastOfOrder } from "./past.ts";
import type { Synchrony } from "./synchrony.ts";
import type { BurstPattern, ClientPattern, FullMark } from "./pattern.ts";

/** The parts that every signal has. */
interface SignalBase {
  /** The code in reasons, policies and stored decisions. */
  readonly name: string;
  readonly group: EvidenceGroup;
  /** `strong`: may carry a hold. `weak`: adds to strong evidence, and counts nothing without it. */
  readonly strength: "strong" | "weak";
  /** Its evidence has at most this many bits, for or against. */
  readonly capBits: number;
  readonly texts: {
    /** A few words, for a table. */
    readonly title: Text;
    /** The finding, with `{accounts}` and other facts filled in. It names conduct, never intent. */
    readonly reason: Text;
    /** The way to release an order that this signal holds; without it, an explanation to a person. */
    readonly release?: Text;
  };
  /** How a shared value is shown; by default its first and last two characters. */
  readonly mask?: (value: string) => string;
}

/** Columns whose values tie orders strongly. */
export type IdentifierColumn = Extract<
  TextColumn,
  "device" | "payment" | "phone" | "email" | "phoneBlock"
>;

/** How far innocent people share a value. */
export interface Sharing {
  /** Share of values that two accounts or more use. */
  readonly two: number;
  /** How much rarer each further account is, as a factor. */
  readonly further: number;
}

/** Accounts that share one value. */
export interface AccountsOfValue extends Partial<AccountsSaid> {
  /** As the null model counts them: a person's accounts on several channels are one. Said, too, where nothing else is. */
  readonly accounts: number;
  readonly value: string;
  /** P(N ≥ n) as the event shows it, for n accounts; without it the shipped numbers say it. */
  readonly tail?: ((shipped: Sharing, accounts: number) => number) | undefined;
  /** Different numbers of a block of phone numbers. */
  readonly numbers?: number;
}

/** How many accounts have a value in a column, and how many different values these are. */
export interface Variety extends AccountsSaid {
  readonly known: number;
  readonly distinct: number;
}

/** The orders of a group that go to one place. */
export interface PlaceFacts {
  readonly accounts: number;
  readonly said: AccountsSaid;
  readonly devices: Variety;
  readonly payments: Variety;
  /** Accounts with a device or a means of payment that no other account at the place has. */
  readonly own: number;
  /** Orders whose addresses are spellings of one, rooms of a house left out, and the number of spellings. */
  readonly orders: number;
  readonly spellings: number;
  /** That its orders take the full limit where the crowd mostly takes less; null where they do not. */
  readonly full: FullMark | null;
}

/** Counts the accounts that share a value with an order. */
export interface IdentifierSignal extends SignalBase {
  readonly about: "identifier";
  /** The column of its values; `declared` for strong attributes that an import declares. */
  readonly column: IdentifierColumn | "declared";
  readonly evaluate: (shared: AccountsOfValue) => Evidence | null;
}

/** Counts the accounts that hang together over several values. */
export interface MeshSignal extends SignalBase {
  readonly about: "mesh";
  readonly evaluate: (accounts: number) => Evidence | null;
}

/** Facts about a group of orders for a signal. */
export interface GroupFacts {
  readonly accounts: number;
  /** True where only places tie the group, too: then sharing a place is no sign of anything. */
  readonly byPlaces: boolean;
  /** Where most of its orders go to; null where no two go to one place. */
  readonly place: PlaceFacts | null;
  readonly distinct: (column: "device" | "payment") => Variety;
  /** The form of each mail box in the group, one for a mail box. */
  readonly mailForms: () => readonly number[];
  /** Share of the event's orders whose mail box has a form, from 0 to 1. */
  readonly shareOfMailForm: (form: number) => number;
}

/** Looks at a group as a whole; its evidence counts for each order of it, or for those at its place only. */
export interface GroupSignal extends SignalBase {
  readonly about: "group";
  readonly scope?: "place";
  readonly evaluate: (group: GroupFacts) => Evidence | null;
}

/** A tight stretch of a group's moments. */
export interface Moment {
  readonly found: Synchrony;
  /** Time between its first and its last order, ms. */
  readonly spanMs: number;
  /** True where one purse paid for the orders: people who order for friends do it in one go. */
  readonly together: boolean;
  /** True where one phone at one place did it: a shop or a friend does it for several in one go. */
  readonly byOneHand?: boolean;
}

/** Judges a tight stretch; its evidence counts for the orders in the stretch only. */
export interface MomentSignal extends SignalBase {
  readonly about: "moment";
  readonly evaluate: (moment: Moment) => Evidence | null;
}

/** Facts about one order by itself for a signal. */
export interface OrderFacts {
  /** From the account's creation to the order, ms; NaN where it is not known. */
  readonly gapMs: number;
  /** Orders within a minute of their account, relative to each of the nine minutes after it. */
  readonly fastRatio: number;
  /** Null while nothing was decided about anybody. */
  readonly past: PastOfOrder | null;
}

/** Looks at one order by itself. */
export interface OrderSignal extends SignalBase {
  readonly about: "order";
  readonly evaluate: (order: OrderFacts) => Evidence | null;
}

/** Patterns of the whole crowd that an order is of, though it shares no thing; null where it is of none. */
export interface PatternFacts {
  readonly burst: BurstPattern | null;
  readonly client: ClientPattern | null;
  /** The form of the order's own mail box. */
  readonly form: string | null;
}

/** Looks at one order beside what a whole crowd shows together. */
export interface PatternSignal extends SignalBase {
  readonly about: "pattern";
  readonly evaluate: (pattern: PatternFacts) => Evidence | null;
}

export type Signal =
  | IdentifierSignal
  | MeshSignal
  | GroupSignal
  | MomentSignal
  | OrderSignal
  | PatternSignal;
