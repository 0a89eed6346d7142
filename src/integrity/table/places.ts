/* Addresses taken apart: how alike two are, and the words by which spellings of one place meet. */

import { must } from "../../base/assert.ts";
import { distance } from "fastest-levenshtein";
import { NumberList } from "./columns.ts";
import { Dictionary } from "./numbering.ts";
import { readAddress } from "../normalise/address.ts";

/** Addresses that were taken apart: how alike two are, and where spellings of one meet. */
export interface PlaceBook {
  level(a: number, b: number): number;
  rareKey(address: number): string | null;
}

const NOT_ASKED = -2;
const NONE = -1;

/**
 * Addresses, taken apart once each, with their words weighed by how rare they are. In flat lists: as objects a
 * million of them take several times the memory.
 */
export class Places implements PlaceBook {
  readonly #words = new Dictionary();
  readonly #doors = new Dictionary();
  readonly #counts: number[] = [];
  /** Word numbers of all addresses, sorted within each; those of address a begin at `starts[a]`. */
  readonly #tokens = new NumberList("whole");
  readonly #starts = new NumberList("whole");
  /** Numbers of house and unit; -1 where none is given. */
  readonly #houses = new NumberList("whole");
  readonly #units = new NumberList("whole");
  /** The sum of the weights of its words. */
  readonly #weightOf = new NumberList();
  readonly #rareKeys = new Dictionary();
  readonly #rareKeyOf = new NumberList("whole");
  /** Bits of each word. */
  readonly #weights = new NumberList();

  constructor(addresses: readonly string[] = []) {
    this.#starts.push(0);
    for (const address of addresses) this.#read(address);
    this.weigh();
  }

  get count(): number {
    return this.#houses.length;
  }

  #read(text: string): void {
    const address = readAddress(text);
    const tokens = (address?.tokens ?? []).map((token) => {
      const number = this.#words.number(token);
      this.#counts[number] = (this.#counts[number] ?? 0) + 1;
      return number;
    });
    for (const token of tokens.sort((a, b) => a - b)) this.#tokens.push(token);
    this.#starts.push(this.#tokens.length);
    const door = (written: string | undefined) => (written ? this.#doors.number(written) : NONE);
    this.#houses.push(door(address?.house));
    this.#units.push(door(address?.unit));
    this.#weightOf.push(0);
    this.#rareKeyOf.push(NOT_ASKED);
  }

  #weightOfCount(count: number): number {
    return Math.log2((Math.max(1, this.count) + 1) / count);
  }

  /** Weighs every word again, by all addresses so far. */
  weigh(): void {
    this.#counts.forEach((count, word) => {
      const weight = this.#weightOfCount(count);
      if (word < this.#weights.length) this.#weights.set(word, weight);
      else this.#weights.push(weight);
    });
    for (let address = 0; address < this.count; address++) this.#sum(address);
  }

  #sum(address: number): void {
    let sum = 0;
    const end = this.#starts.at(address + 1);
    for (let at = this.#starts.at(address); at < end; at++) {
      sum += this.#weights.at(this.#tokens.at(at));
    }
    this.#weightOf.set(address, sum);
    this.#rareKeyOf.set(address, NOT_ASKED);
  }

  /** One more address. Words that were there keep their weight until all are weighed again. */
  add(address: string): void {
    this.#read(address);
    for (const count of this.#counts.slice(this.#weights.length)) {
      this.#weights.push(this.#weightOfCount(count));
    }
    this.#sum(this.count - 1);
  }

  /** The two rarest words of an address with its house number: where two spellings of it still meet. */
  rareKey(address: number): string | null {
    if (!(address >= 0 && address < this.count)) return null;
    const known = this.#rareKeyOf.at(address);
    if (known !== NOT_ASKED)
      return known === NONE ? null : must(this.#rareKeys.values[known], "a text of each key");
    const key = this.#rareKeyText(address);
    this.#rareKeyOf.set(address, key === null ? NONE : this.#rareKeys.number(key));
    return key;
  }

  #rareKeyText(address: number): string | null {
    let first = NONE;
    let second = NONE;
    const end = this.#starts.at(address + 1);
    // Words come in the order of their numbers, so of equally rare ones the first two are taken.
    for (let at = this.#starts.at(address); at < end; at++) {
      const token = this.#tokens.at(at);
      const weight = this.#weights.at(token);
      if (first < 0 || weight > this.#weights.at(first)) {
        second = first;
        first = token;
      } else if (second < 0 || weight > this.#weights.at(second)) second = token;
    }
    if (second < 0) return null;
    const [low, high] = first < second ? [first, second] : [second, first];
    const house = this.#houses.at(address);
    return `${low} ${high} ${house < 0 ? "" : must(this.#doors.values[house], "a text of each door")}`;
  }

  /** Words shared, weighed by rarity; a word that is the cut beginning of another one counts. */
  #similarity(a: number, b: number): number {
    const [endA, endB] = [this.#starts.at(a + 1), this.#starts.at(b + 1)];
    let shared = 0;
    let i = this.#starts.at(a);
    let j = this.#starts.at(b);
    const openA: number[] = [];
    const openB: number[] = [];
    while (i < endA || j < endB) {
      const x = i < endA ? this.#tokens.at(i) : Infinity;
      const y = j < endB ? this.#tokens.at(j) : Infinity;
      if (x === y) {
        shared += this.#weights.at(x);
        i++;
        j++;
      } else if (x < y) {
        openA.push(x);
        i++;
      } else {
        openB.push(y);
        j++;
      }
    }
    const { values } = this.#words;
    for (const x of openA) {
      const word = must(values[x], "a text of each word");
      const other = openB.findIndex((y) =>
        isNearWord(word, must(values[y], "a text of each word")),
      );
      const [near] = other < 0 ? [] : openB.splice(other, 1);
      if (near !== undefined) shared += (this.#weights.at(x) + this.#weights.at(near)) / 2;
    }
    const union = this.#weightOf.at(a) + this.#weightOf.at(b) - shared;
    return union <= 0 ? 0 : Math.min(1, shared / union);
  }

  #isEmpty(address: number): boolean {
    return this.#starts.at(address) === this.#starts.at(address + 1);
  }

  /** Two doors that are both given, and are not the same. */
  #differ(doors: NumberList, a: number, b: number): boolean {
    const [left, right] = [doors.at(a), doors.at(b)];
    return left >= 0 && right >= 0 && left !== right;
  }

  /** 5 the same place, 4 to 2 by similarity, 1 another place, 0 the same street but another door. */
  level(a: number, b: number): number {
    if (this.#isEmpty(a) || this.#isEmpty(b)) return -1;
    const similarity = this.#similarity(a, b);
    if (similarity >= 0.45 && (this.#differ(this.#houses, a, b) || this.#differ(this.#units, a, b)))
      return 0;
    if (similarity >= 0.999) return 5;
    return similarity >= 0.7 ? 4 : similarity >= 0.45 ? 3 : similarity >= 0.2 ? 2 : 1;
  }
}

/** One word is the cut beginning of the other, or one letter of it is wrong. */
export function isNearWord(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 4) return false;
  return (
    long.startsWith(short) || (Math.abs(long.length - short.length) <= 1 && distance(a, b) <= 1)
  );
}
