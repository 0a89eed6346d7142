/*
 * Finds entries of one person before a draw, by name and address alone, so that each person has one turn.
 *
 * Must never happen: two people share a turn because a third entry resembles both. A new member must fit every member.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { FULL_BLOCK, NEIGHBOURS } from "./link/block.ts";
import { Dictionary } from "./table/numbering.ts";
import { GrowingColumn } from "./table/eventColumns.ts";
import { Places } from "./table/places.ts";
import { TOP_LEVEL } from "./link/compare.ts";
import { LEAST_POPULATION, linkProbability, shippedWeights } from "./link/link.ts";
import { normalName } from "./normalise/name.ts";

/** The person of an entry, as the brand verified her. */
export interface TurnEntry {
  readonly entryId: string;
  readonly accountKey: string;
  readonly windowNo: number;
  readonly name: string;
  readonly address: string;
  /** Where the entry's window was sealed before: the turn that it was given then, which stays. */
  readonly sealedTurnId?: string;
}

export interface FoundTurn {
  readonly entryId: string;
  readonly accountKey: string;
  readonly windowNo: number;
  readonly turnId: string;
  readonly bits: number;
  readonly likeness: "same" | "alike";
}

/**
 * So sure that two entries are one person's must it be. Too low takes a namesake's chance away, too high
 * lets somebody have two; the first is worse.
 */
export const ONE_TURN_SHARE = 0.99;

const NAME_M = must(shippedWeights("name").m[TOP_LEVEL.name], "a weight of each level");
const ADDRESS_M = shippedWeights("address").m;
/** Of these levels is an address that may be one and the same: nearly all of its words, and no other door. */
const ALIKE_ADDRESS = 4;
const SAME_ADDRESS = TOP_LEVEL.address;

/**
 * People who stand in a round's line more than once. Only the name and the address are looked at: that two
 * entries have different phone numbers and mail boxes says nothing here, as nobody gets in twice with the
 * same ones. Both must fit: the same name, and an address that is the same or nearly so.
 *
 * The weight is that of Fellegi & Sunter 1969 with the frequency of each value, counted so that a person's
 * own entries do not make her common: a name by the places that it is found at, a place by the names that
 * are found there. So neither a name that many have nor a house that many live in is enough.
 */
export class DuplicateIndex {
  readonly #entries: TurnEntry[] = [];
  readonly #columns = { name: new GrowingColumn(), address: new GrowingColumn() };
  readonly #places = new Places();
  /** Rows of each turn, by the row of its first entry. */
  readonly #turnOf: number[] = [];
  readonly #rowsOf = new Map<number, number[]>();
  readonly #rowOf = new Map<string, number>();
  readonly #placeNames = new Dictionary();
  readonly #placeOf: number[] = [];
  readonly #namesAt: number[] = [];
  readonly #placesOf: number[] = [];
  /** Rows that were looked at, by name, and by name and place. */
  readonly #namesakes = new Map<string, number[]>();
  #weighedCount = 0;

  get count(): number {
    return this.#entries.length;
  }

  /**
   * Takes in the entries of a window, in order of arrival, and finds those of people who have a turn
   * already. `apart` holds pairs of accounts, "smaller larger", that a person declared to be two people.
   */
  take(entries: readonly TurnEntry[], apart: ReadonlySet<string> = new Set()): FoundTurn[] {
    const from = this.count;
    for (const entry of entries) this.#add(entry);
    this.#weigh();
    for (let row = from; row < this.count; row++) this.#countIn(row);
    const found: FoundTurn[] = [];
    for (let row = from; row < this.count; row++) {
      const { sealedTurnId } = this.#entry(row);
      const like = this.#mostLike(row, apart);
      if (sealedTurnId !== undefined) {
        this.#join({ row, turn: this.#rowOf.get(sealedTurnId) ?? row });
        continue;
      }
      this.#join({ row, turn: like === null ? row : this.#turn(like.row) });
      if (like !== null) found.push(this.#found(row, like));
    }
    return found;
  }

  #add(entry: TurnEntry): void {
    const address = entry.address.trim().toLowerCase();
    const known = this.#columns.address.values.length;
    this.#rowOf.set(entry.entryId, this.count);
    this.#columns.name.add(normalName(entry.name));
    this.#columns.address.add(address);
    if (this.#columns.address.values.length > known) this.#places.add(address);
    this.#entries.push(entry);
  }

  /** Words are weighed again when there are a tenth more of them; each time would cost a window its second. */
  #weigh(): void {
    if (this.count < this.#weighedCount * 1.1) return;
    this.#places.weighWords();
    this.#weighedCount = this.count;
  }

  /** Counts a name once for each place, and a place once for each name; who has no readable name, always. */
  #countIn(row: number): void {
    const address = wholeAt(this.#columns.address.valueOf, row);
    const place = this.#placeNames.number(this.#places.placeOf(address) ?? `address ${address}`);
    const name = wholeAt(this.#columns.name.valueOf, row);
    this.#placeOf[row] = place;
    const key = `${name} ${place}`;
    if (name >= 0 && this.#namesakes.has(key)) return;
    this.#namesAt[place] = (this.#namesAt[place] ?? 0) + 1;
    if (name < 0) return;
    this.#namesakes.set(key, []);
    this.#placesOf[name] = (this.#placesOf[name] ?? 0) + 1;
  }

  #join({ row, turn }: { readonly row: number; readonly turn: number }): void {
    this.#turnOf[row] = turn;
    const rows = this.#rowsOf.get(turn);
    if (rows) rows.push(row);
    else this.#rowsOf.set(turn, [row]);
  }

  /** The row before this one that is likeliest the same person's; null where none is likely enough. */
  #mostLike(row: number, apart: ReadonlySet<string>): { row: number; bits: number } | null {
    const found: { row: number; bits: number }[] = [];
    for (const other of this.#candidates(row)) {
      const bits = this.#bits(other, row);
      if (linkProbability(bits) >= ONE_TURN_SHARE) found.push({ row: other, bits });
    }
    found.sort((a, b) => b.bits - a.bits || a.row - b.row);
    const fits = (like: { row: number }) =>
      this.#rowsOfTurn(like.row).every((member) => this.#maySit(member, row, apart));
    return found.find(fits) ?? null;
  }

  /** A new member must fit every entry of a turn; otherwise an entry that resembles two people would tie them. */
  #maySit(a: number, b: number, apart: ReadonlySet<string>): boolean {
    return this.#bits(a, b) >= 0 && !apart.has(this.#pair(a, b));
  }

  /** Rows before this one with the same name: all of a few, of many those of the same place, or the last. */
  #candidates(row: number): Set<number> {
    const name = wholeAt(this.#columns.name.valueOf, row);
    const found = new Set<number>();
    if (name < 0) return found;
    for (const key of [`${name}`, `${name} ${this.#place(row)}`]) {
      const rows = this.#namesakes.get(key) ?? [];
      for (const other of rows.length < FULL_BLOCK ? rows : rows.slice(-NEIGHBOURS)) {
        found.add(other);
      }
      if (rows.length === 0) this.#namesakes.set(key, rows);
      rows.push(row);
    }
    return found;
  }

  #addressLevel(a: number, b: number): number {
    const { valueOf } = this.#columns.address;
    const [left, right] = [wholeAt(valueOf, a), wholeAt(valueOf, b)];
    return left === right ? SAME_ADDRESS : this.#places.level(left, right);
  }

  /** Bits that speak for one person, of two of one name; no evidence at all below an address that fits. */
  #bits(a: number, b: number): number {
    const level = this.#addressLevel(a, b);
    if (level < ALIKE_ADDRESS) return Number.NEGATIVE_INFINITY;
    const population = Math.max(LEAST_POPULATION, this.count);
    const name = wholeAt(this.#columns.name.valueOf, b);
    const places = must(this.#placesOf[name], "a count of each name");
    const names = Math.max(this.#namesNear(a), this.#namesNear(b));
    const addressM = must(ADDRESS_M[level], "a weight of each level");
    const nameBits = Math.log2((NAME_M * population) / places);
    const addressBits = Math.log2((addressM * population) / names);
    // One pair in so many is one person's: the odds that the evidence has to overcome.
    return nameBits + addressBits - Math.log2(population - 1);
  }

  #entry(row: number) {
    return must(this.#entries[row], "an entry of each row");
  }

  /** The turn of a row that was joined to one: the number of its first row. */
  #turn(row: number): number {
    return must(this.#turnOf[row], "a turn of each row");
  }

  #rowsOfTurn(row: number): readonly number[] {
    return must(this.#rowsOf.get(this.#turn(row)), "rows of each turn");
  }

  #place(row: number): number {
    return must(this.#placeOf[row], "a place of each row");
  }

  /** How many names are found at a row's place. */
  #namesNear(row: number): number {
    return must(this.#namesAt[this.#place(row)], "a count of each place");
  }

  #pair(a: number, b: number): string {
    const [left, right] = [this.#entry(a).accountKey, this.#entry(b).accountKey];
    return left < right ? `${left} ${right}` : `${right} ${left}`;
  }

  #found(row: number, like: { row: number; bits: number }): FoundTurn {
    const { entryId, accountKey, windowNo } = this.#entry(row);
    const first = this.#entry(this.#turn(row));
    const same = this.#addressLevel(like.row, row) === SAME_ADDRESS;
    return {
      entryId,
      accountKey,
      windowNo,
      turnId: first.entryId,
      bits: like.bits,
      likeness: same ? "same" : "alike",
    };
  }
}
