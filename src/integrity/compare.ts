import { distance } from "fastest-levenshtein";
import { phoneDistance } from "./normalise/phone.ts";
import { Dictionary } from "./columns.ts";
import { readAddress } from "./normalise/address.ts";

/**
 * How a field is compared. The level of a pair is 0 (they differ) up to the field's top (the same);
 * -1 where a side is missing, which says nothing either way.
 */
export type FieldKind = "phone" | "name" | "text" | "date" | "number" | "address" | "exact";

export const TOP_LEVEL: Readonly<Record<FieldKind, number>> = {
  phone: 2,
  name: 3,
  text: 3,
  date: 2,
  number: 2,
  address: 5,
  exact: 1,
};

/** Compares two different values of a field; equal ones are at the top by definition. */
export type Comparator = (a: number, b: number) => number;

/** Jaro–Winkler similarity, 0 to 1 (Winkler 1990; prefix weight 0.1 over four letters at most). */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const matchedA: number[] = [];
  const matchedB: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const last = Math.min(b.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (a.charCodeAt(i) !== b.charCodeAt(j) || matchedB.includes(j)) continue;
      matchedA.push(i);
      matchedB.push(j);
      break;
    }
  }
  const matches = matchedA.length;
  if (matches === 0) return 0;
  const inOrder = matchedB.toSorted((x, y) => x - y);
  let moved = 0;
  for (let i = 0; i < matches; i++) {
    if (a.charCodeAt(matchedA[i]!) !== b.charCodeAt(inOrder[i]!)) moved++;
  }
  const jaro = (matches / a.length + matches / b.length + (matches - moved / 2) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

function textLevel(a: string, b: string): number {
  const similarity = jaroWinkler(a, b);
  return similarity >= 0.92 ? 2 : similarity >= 0.8 ? 1 : 0;
}

/** Same digits in another order, or one of them wrong: what a slip of the hand does to a number. */
function isSlip(a: string, b: string): boolean {
  if (distance(a, b) === 1) return true;
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return a.slice(at, at + 2) === `${b[at + 1]}${b[at]}` && a.slice(at + 2) === b.slice(at + 2);
}

function slips(values: readonly string[]): Comparator {
  return (a, b) => (isSlip(values[a]!, values[b]!) ? 1 : 0);
}

interface Place {
  readonly tokens: Int32Array;
  readonly house: string;
  readonly unit: string;
  /** The sum of its words' weights. */
  weight: number;
}

/** Addresses that were taken apart: how alike two are, and where spellings of one meet. */
export interface PlaceBook {
  level(a: number, b: number): number;
  rareKey(address: number): string | null;
}

/** Addresses, taken apart once each, with their words weighed by how rare they are. */
export class Places implements PlaceBook {
  readonly #words = new Dictionary();
  readonly #counts: number[] = [];
  readonly #places: (Place | null)[] = [];
  /** Bits of each word. */
  readonly weights: number[] = [];

  constructor(addresses: readonly string[] = []) {
    for (const address of addresses) this.#read(address);
    this.weigh();
  }

  get words(): readonly string[] {
    return this.#words.values;
  }

  #read(address: string): void {
    const read = readAddress(address);
    const tokens = Int32Array.from(read?.tokens ?? [], (token) => {
      const number = this.#words.number(token);
      this.#counts[number] = (this.#counts[number] ?? 0) + 1;
      return number;
    }).sort();
    this.#places.push(
      read === null ? null : { tokens, house: read.house, unit: read.unit, weight: 0 },
    );
  }

  #weightOf(count: number): number {
    return Math.log2((Math.max(1, this.#places.length) + 1) / count);
  }

  /** Weighs every word anew, by all addresses so far. */
  weigh(): void {
    this.#counts.forEach((count, word) => (this.weights[word] = this.#weightOf(count)));
    for (const place of this.#places) if (place) this.#sum(place);
  }

  #sum(place: Place): void {
    place.weight = place.tokens.reduce((sum, token) => sum + this.weights[token]!, 0);
  }

  /** One more address. Words that were there keep their weight until all are weighed anew. */
  add(address: string): void {
    this.#read(address);
    for (let word = this.weights.length; word < this.#counts.length; word++) {
      this.weights.push(this.#weightOf(this.#counts[word]!));
    }
    const place = this.#places.at(-1);
    if (place) this.#sum(place);
  }

  at(address: number): Place | null {
    return this.#places[address] ?? null;
  }

  /** The two rarest words of an address with its house number: where two spellings of it still meet. */
  rareKey(address: number): string | null {
    const place = this.at(address);
    if (!place) return null;
    const rare = Array.from(place.tokens)
      .sort((a, b) => this.weights[b]! - this.weights[a]! || a - b)
      .slice(0, 2)
      .sort((a, b) => a - b);
    return rare.length < 2 ? null : `${rare.join(" ")} ${place.house}`;
  }

  /** Words shared, weighed by rarity; a word that is the cut beginning of another one counts. */
  similarity(a: Place, b: Place): number {
    let shared = 0;
    let i = 0;
    let j = 0;
    const [left, right] = [a.tokens, b.tokens];
    const openA: number[] = [];
    const openB: number[] = [];
    while (i < left.length || j < right.length) {
      const x = left[i] ?? Infinity;
      const y = right[j] ?? Infinity;
      if (x === y) {
        shared += this.weights[x]!;
        i++;
        j++;
      } else if (x < y) openA.push(left[i++]!);
      else openB.push(right[j++]!);
    }
    for (const x of openA) {
      const other = openB.findIndex((y) => isNearWord(this.words[x]!, this.words[y]!));
      if (other < 0) continue;
      shared += (this.weights[x]! + this.weights[openB[other]!]!) / 2;
      openB.splice(other, 1);
    }
    const union = a.weight + b.weight - shared;
    return union <= 0 ? 0 : Math.min(1, shared / union);
  }

  /** 5 the same place, 4 to 2 by similarity, 1 another place, 0 the same street but another door. */
  level(a: number, b: number): number {
    const [left, right] = [this.at(a), this.at(b)];
    if (!left || !right) return -1;
    const similarity = this.similarity(left, right);
    const otherDoor =
      (left.house !== "" && right.house !== "" && left.house !== right.house) ||
      (left.unit !== "" && right.unit !== "" && left.unit !== right.unit);
    if (similarity >= 0.45 && otherDoor) return 0;
    if (similarity >= 0.999) return 5;
    return similarity >= 0.7 ? 4 : similarity >= 0.45 ? 3 : similarity >= 0.2 ? 2 : 1;
  }
}

function isNearWord(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 4) return false;
  return (
    long.startsWith(short) || (Math.abs(long.length - short.length) <= 1 && distance(a, b) <= 1)
  );
}

/** The comparator of a field over its dictionary of values. */
export function comparatorOf(
  kind: FieldKind,
  values: readonly string[],
  places?: PlaceBook,
): Comparator {
  switch (kind) {
    case "name":
    case "text":
      return (a, b) => textLevel(values[a]!, values[b]!);
    case "phone":
      return (a, b) => (phoneDistance(values[a]!, values[b]!) <= 1 ? 1 : 0);
    case "date":
    case "number":
      return slips(values);
    case "address": {
      const known = places ?? new Places(values);
      return (a, b) => known.level(a, b);
    }
    case "exact":
      return () => 0;
  }
}
