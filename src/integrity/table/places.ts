/*
 * Addresses taken apart: how alike two are, and which are one place. The answers follow from the set of all addresses,
 * never from the order in which they came.
 */

import { must } from "../../base/assert.ts";
import { wholeAt } from "../../base/at.ts";
import { byLetters } from "../../base/canonical.ts";
import { NumberList } from "./columns.ts";
import { Dictionary, listHash, ListNumbers, PairNumbers } from "./numbering.ts";
import { readAddress } from "../normalise/address.ts";
import {
  contradict,
  isOpen,
  isUnit,
  kindOf,
  packed,
  shareDoor,
  valueOf,
  type AddressNumber,
} from "../normalise/addressNumbers.ts";
import { likenessOf, type WordBook } from "../normalise/likeness.ts";
import { lettersOf } from "../normalise/nearWord.ts";

/** Addresses that were taken apart: how alike two are, and which are one place. */
export interface PlaceBook {
  level(a: number, b: number): number;
  /** The place of an address: the same text for spellings of one; null where it says too little to be one. */
  placeOf(address: number): string | null;
  /** The same as a number from 0 on; -1 for none. */
  placeNumber(address: number): number;
  /** Spellings of one place share one of these numbers, mostly; so do some other places. Not every book knows them. */
  blocksOf?(address: number): readonly number[];
}

const NONE = -1;

/** Weights are in steps of this, so that their sums are exact in any order. */
const WEIGHT_STEP = 1 / 256;
/** So alike are spellings of one place. */
const ALIKE = 0.7;

/** Letters by which words are found again: typing errors at the end of a word leave them. */
const PREFIX = 4;
/** Of the rarest words of an address each is looked up: any of them may hold a typing error. */
const LOOKED_UP_WORDS = 4;
const LOOKED_UP_NUMBERS = 2;
/** Places looked at in one block, and members of each: a street of a hundred doors is long, too. */
const BLOCK_REACH = 60;
const MEMBER_REACH = 6;
/** Places looked at that only one of the words leads to. */
const ONCE_HIT_REACH = 12;

/** Whether numbers are of a house, and of a flat or room: an address without may be any of them. */
const kindsIn = (numbers: readonly number[]): number =>
  (numbers.some(isOpen) ? 1 : 0) + (numbers.some(isUnit) ? 2 : 0);

/** Addresses in flat lists, with their words weighed by how rare they are. As objects a million take several times the memory. */
class AddressBook implements WordBook {
  readonly words = new Dictionary();
  readonly #values = new Dictionary();
  readonly #prefixes = new Dictionary();
  count = 0;
  /** How many addresses have each word, of those that are counted. */
  readonly #counts: number[] = [];
  #countedCount = 0;
  readonly #later = new Set<number>();
  readonly prefixOf = new NumberList("whole");
  readonly #lettersOf = new NumberList("whole");
  /** Word numbers of all addresses, sorted within each; those of address a begin at `starts[a]`. */
  readonly tokens = new NumberList("whole");
  /** Whether each of them names the street. */
  readonly inStreet = new NumberList("whole");
  readonly starts = new NumberList("whole");
  /** Packed numbers of each address: many have the same, which are kept once. */
  readonly #numberKeys = new Dictionary();
  readonly #numberLists: (readonly number[])[] = [];
  readonly #numbersOf = new NumberList("whole");
  /** `kindsIn` the numbers of each address. */
  readonly #kindsOf = new NumberList("whole");
  /** Bits of each word. */
  readonly #weights = new NumberList();

  constructor() {
    this.starts.push(0);
  }

  /** `isLater`: its words do not count until all are weighed. */
  read(text: string, isLater = false): void {
    const address = readAddress(text);
    const counted = isLater ? 0 : 1;
    const tokens = (address?.tokens ?? []).map((token) => {
      const number = this.words.number(token);
      if (number === this.prefixOf.length) {
        this.prefixOf.push(this.#prefixes.number(token.slice(0, PREFIX)));
        this.#lettersOf.push(lettersOf(token));
      }
      this.#counts[number] = (this.#counts[number] ?? 0) + counted;
      return number * 2 + (address?.street.has(token) ? 1 : 0);
    });
    for (const token of tokens.sort((a, b) => a - b)) {
      this.tokens.push(Math.floor(token / 2));
      this.inStreet.push(token % 2);
    }
    this.starts.push(this.tokens.length);
    const pack = ({ kind, value }: AddressNumber) => packed(kind, this.#values.number(value));
    const numbers = (address?.numbers ?? []).map(pack);
    const known = this.#numberKeys.number(numbers.sort((a, b) => a - b).join());
    if (known === this.#numberLists.length) this.#numberLists.push(numbers);
    this.#numbersOf.push(known);
    this.#kindsOf.push(kindsIn(numbers));
    if (isLater) this.#later.add(this.count);
    else this.#countedCount++;
    this.count++;
  }

  isLater(address: number): boolean {
    return this.#later.has(address);
  }

  /** Counts the words of later addresses, too: they are no later ones any more. */
  countLater(): void {
    for (const address of this.#later) {
      for (const at of this.tokensOf(address)) {
        const word = this.tokens.at(at);
        this.#counts[word] = (this.#counts[word] ?? 0) + 1;
      }
    }
    this.#countedCount += this.#later.size;
    this.#later.clear();
  }

  /** A word that no counted address has weighs as if one had it. */
  #weightOfCount(count: number): number {
    const bits = Math.log2((Math.max(1, this.#countedCount) + 1) / Math.max(1, count));
    return Math.round(bits / WEIGHT_STEP) * WEIGHT_STEP;
  }

  /** Weighs every word again, by all addresses so far. */
  weigh(): void {
    this.#counts.forEach((count, word) => {
      const weight = this.#weightOfCount(count);
      if (word < this.#weights.length) this.#weights.set(word, weight);
      else this.#weights.push(weight);
    });
  }

  /** Weighs words that have no weight yet. */
  weighNew(): void {
    for (const count of this.#counts.slice(this.#weights.length))
      this.#weights.push(this.#weightOfCount(count));
  }

  bitsAt(at: number): number {
    return this.#weights.at(this.tokens.at(at));
  }

  textAt(at: number): string {
    return must(this.words.values[this.tokens.at(at)], "a text of each word");
  }

  lettersAt(at: number): number {
    return this.#lettersOf.at(this.tokens.at(at));
  }

  /** Where the words of an address stand among all tokens. */
  tokensOf(address: number): number[] {
    const places: number[] = [];
    const end = this.starts.at(address + 1);
    for (let at = this.starts.at(address); at < end; at++) places.push(at);
    return places;
  }

  /** Its words and numbers, each sorted: the same text whatever came before it. */
  plainText(address: number): string {
    const words = this.tokensOf(address).map((at) => this.textAt(at));
    const numbers = this.numbersOf(address).map(
      (number) => `${kindOf(number)} ${this.valueText(valueOf(number))}`,
    );
    return [...words.sort(byLetters), ...numbers.sort(byLetters)].join(" ");
  }

  /** The same for addresses with the same words and numbers. */
  hashOf(address: number): number {
    let hash = this.#numbersOf.at(address);
    const end = this.starts.at(address + 1);
    for (let at = this.starts.at(address); at < end; at++)
      hash = listHash(hash, this.tokens.at(at));
    return hash;
  }

  /** Whether two addresses have the same words and numbers. */
  readAlike(a: number, b: number): boolean {
    const [startA, startB] = [this.starts.at(a), this.starts.at(b)];
    const length = this.starts.at(a + 1) - startA;
    if (this.starts.at(b + 1) - startB !== length || !this.numberedAlike(a, b)) return false;
    for (let at = 0; at < length; at++)
      if (this.tokens.at(startA + at) !== this.tokens.at(startB + at)) return false;
    return true;
  }

  /** Whether two addresses have the same numbers. */
  numberedAlike(a: number, b: number): boolean {
    return this.#numbersOf.at(a) === this.#numbersOf.at(b);
  }

  numbersOf(address: number): readonly number[] {
    return must(this.#numberLists[this.#numbersOf.at(address)], "numbers of each address");
  }

  kindsOf(address: number): number {
    return this.#kindsOf.at(address);
  }

  wordCountOf(address: number): number {
    return this.starts.at(address + 1) - this.starts.at(address);
  }

  valueText(value: number): string {
    return must(this.#values.values[value], "a text of each value");
  }
}

/**
 * Which addresses are one place. An address joins a place only where it fits every member that is looked at, so that
 * one without RT never ties two houses that give theirs.
 */
class PlaceGroups {
  readonly #book: AddressBook;
  #resolvedCount = 0;
  /** Addresses that are read alike are one place at once. */
  readonly #signatures = new ListNumbers();
  /** The first address of each signature. */
  readonly #firstOf = new NumberList("whole");
  readonly #signatureOf = new NumberList("whole");
  readonly #placeOfSignature = new NumberList("whole");
  readonly #blocks = new PairNumbers();
  /** The newest place of each block, in a list of links: place, and the link before it. */
  readonly #newest = new NumberList("whole");
  readonly #linkPlace = new NumberList("whole");
  readonly #linkBefore = new NumberList("whole");
  /** In how many blocks a place was met; 0 between two searches. */
  readonly #hits = new NumberList("whole");
  /** The newest member of each place, and the member before each address. */
  readonly #newestMember = new NumberList("whole");
  readonly #memberBefore = new NumberList("whole");

  constructor(book: AddressBook) {
    this.#book = book;
  }

  /** -1 where an address says too little to be a place. */
  placeOf(address: number): number {
    if (this.#resolvedCount < this.#book.count) this.#resolve();
    return this.#placeOfSignature.at(this.#signatureOf.at(address));
  }

  /** Those that say most come first, and found the places that vaguer ones join. Later ones join those, never each other. */
  #resolve(): void {
    const book = this.#book;
    const fresh: number[] = [];
    const begun = this.#placeOfSignature.length;
    /** Addresses of signatures that were met as a later one's first. */
    const later = new Map<number, number>();
    for (let address = this.#resolvedCount; address < book.count; address++) {
      const known = this.#signatures.number(book.hashOf(address), (signature) =>
        book.readAlike(address, this.#firstOf.at(signature)),
      );
      this.#signatureOf.push(known);
      this.#memberBefore.push(NONE);
      const isLater = book.isLater(address);
      if (known < this.#placeOfSignature.length) {
        if (known >= begun && !isLater && later.delete(known)) fresh.push(address);
        continue;
      }
      this.#placeOfSignature.push(NONE);
      this.#firstOf.push(address);
      if (book.wordCountOf(address) <= 1) continue;
      if (isLater) later.set(known, address);
      else fresh.push(address);
    }
    this.#resolvedCount = book.count;
    // Sorted as texts: a comparator that is called millions of times costs a second for each hundred thousand.
    const addressOf = new Map(fresh.map((address) => [this.#sortText(address), address]));
    for (const text of [...addressOf.keys()].sort()) {
      this.#put(must(addressOf.get(text), "an address of each text"));
    }
    for (const address of later.values()) this.#putBeside(address);
  }

  /** A later address: it joins the place that it fits, or is one by itself, and no other one is measured by it. */
  #putBeside(address: number): void {
    const found = this.#fitting(address, this.blocksOf(address));
    const place = found < 0 ? this.#found([]) : found;
    this.#placeOfSignature.set(this.#signatureOf.at(address), place);
  }

  /** Sorts before those with fewer numbers, or fewer words. */
  #sortText(address: number): string {
    const rank = (count: number) => String.fromCharCode(Math.max(0, 0xff - count));
    const numbers = this.#book.numbersOf(address);
    const words = this.#book.wordCountOf(address);
    return rank(numbers.length) + rank(words) + this.#book.plainText(address);
  }

  #put(address: number): void {
    const blocks = this.blocksOf(address);
    const found = this.#fitting(address, blocks);
    const place = found < 0 ? this.#found(blocks) : found;
    this.#placeOfSignature.set(this.#signatureOf.at(address), place);
    this.#memberBefore.set(address, this.#newestMember.at(place));
    this.#newestMember.set(place, address);
  }

  #found(blocks: readonly number[]): number {
    const place = this.#newestMember.length;
    this.#newestMember.push(NONE);
    this.#hits.push(0);
    for (const block of blocks) {
      this.#linkPlace.push(place);
      this.#linkBefore.push(this.#newest.at(block));
      this.#newest.set(block, this.#linkPlace.length - 1);
    }
    return place;
  }

  /** The place of the blocks that the address is most like; -1 where it fits none. */
  #fitting(address: number, blocks: readonly number[]): number {
    let best = NONE;
    let most = 0;
    let onceHitCount = 0;
    for (const place of this.#placesIn(blocks)) {
      const hits = this.#hits.at(place);
      this.#hits.set(place, 0);
      if (hits < 2 && (onceHitCount >= ONCE_HIT_REACH || !this.#isShort({ address, place })))
        continue;
      if (hits < 2) onceHitCount++;
      const likeness = this.#likenessTo(address, place);
      if (likeness > most || (likeness === most && most > 0 && place < best)) {
        best = place;
        most = likeness;
      }
    }
    return best;
  }

  /** The places of some blocks; `#hits` says in how many of them each is. */
  #placesIn(blocks: readonly number[]): readonly number[] {
    const places: number[] = [];
    for (const block of blocks) {
      let link = this.#newest.at(block);
      for (let reach = 0; link >= 0 && reach < BLOCK_REACH; reach++) {
        const place = this.#linkPlace.at(link);
        const hits = this.#hits.at(place);
        if (hits === 0) places.push(place);
        this.#hits.set(place, hits + 1);
        link = this.#linkBefore.at(link);
      }
    }
    return places;
  }

  /** Of two words one may hold a typing error, so that only one is found again. */
  #isShort({ address, place }: { readonly address: number; readonly place: number }): boolean {
    const words = (one: number) => this.#book.wordCountOf(one);
    return Math.min(words(address), words(this.#newestMember.at(place))) === 2;
  }

  /** The least likeness to a member of the place; 0 where it does not fit one. */
  #likenessTo(address: number, place: number): number {
    const book = this.#book;
    const [own, kinds] = [book.numbersOf(address), book.kindsOf(address)];
    let least = 1;
    let member = this.#newestMember.at(place);
    for (let reach = 0; member >= 0 && reach < MEMBER_REACH; reach++) {
      if (book.kindsOf(member) !== kinds) return 0;
      if (!book.numberedAlike(address, member) && contradict(own, book.numbersOf(member))) return 0;
      const { similarity, otherStreet } = likenessOf(book, address, member);
      if (similarity < ALIKE || otherStreet) return 0;
      least = Math.min(least, similarity);
      member = this.#memberBefore.at(member);
    }
    return least;
  }

  /** Where spellings of an address are found: its rarest words' first letters, with each number or with each other. */
  blocksOf(address: number): readonly number[] {
    const book = this.#book;
    const rarest = this.#rarestPrefixes(address);
    const numbers = book.numbersOf(address);
    const open = numbers.filter(isOpen);
    const values = (open.length > 0 ? open : numbers).map(valueOf);
    if (values.length > 1) values.sort((a, b) => byLetters(book.valueText(a), book.valueText(b)));
    const blocks: number[] = [];
    rarest.forEach((prefix, index) => {
      for (const value of values.slice(0, LOOKED_UP_NUMBERS))
        blocks.push(this.#block(prefix, 2 * value));
      if (values.length > 0) return;
      for (const other of rarest.slice(index + 1))
        blocks.push(this.#block(Math.min(prefix, other), 2 * Math.max(prefix, other) + 1));
    });
    return blocks;
  }

  #rarestPrefixes(address: number): number[] {
    const book = this.#book;
    const places = book.tokensOf(address);
    if (places.length > 1)
      places.sort(
        (x, y) => book.bitsAt(y) - book.bitsAt(x) || byLetters(book.textAt(x), book.textAt(y)),
      );
    return places.slice(0, LOOKED_UP_WORDS).map((at) => book.prefixOf.at(book.tokens.at(at)));
  }

  #block(a: number, b: number): number {
    const block = this.#blocks.number(a, b);
    if (block === this.#newest.length) this.#newest.push(NONE);
    return block;
  }
}

/** Addresses, how alike they are, and their places. */
export class Places implements PlaceBook {
  readonly #book = new AddressBook();
  #groups = new PlaceGroups(this.#book);
  /** The place of each address, once no further one will come. */
  #settled: Int32Array | null = null;

  /** `isLater`: addresses that came after words were weighed. */
  constructor(addresses: readonly string[] = [], isLater = (_: string): boolean => false) {
    for (const address of addresses) this.#book.read(address, isLater(address));
    this.#book.weigh();
  }

  get count(): number {
    return this.#book.count;
  }

  /** Weighs every word again, by all addresses so far, and finds the places again. */
  weigh(): void {
    this.#book.countLater();
    this.#book.weigh();
    this.#settled = null;
    this.#groups = new PlaceGroups(this.#book);
  }

  /** Weighs every word again; places that were found stay. */
  weighWords(): void {
    this.#book.weigh();
  }

  /** One more address. Words that were there keep their weight until all are weighed again. */
  add(address: string, isLater = false): void {
    this.#settled = null;
    this.#book.read(address, isLater);
    this.#book.weighNew();
  }

  /**
   * One more address, placed by the words and places as they were weighed last: so its place is the same in whatever
   * order later ones come.
   */
  addLater(address: string): void {
    this.add(address, true);
  }

  placeOf(address: number): string | null {
    const place = this.placeNumber(address);
    return place < 0 ? null : String(place);
  }

  placeNumber(address: number): number {
    if (!(address >= 0 && address < this.count)) return NONE;
    return this.#settled ? wholeAt(this.#settled, address) : this.#groups.placeOf(address);
  }

  /** Finds the place of each address and lets go of what finds them: of millions it is most of an audit's memory. */
  settle(): void {
    this.#settled = new Int32Array(this.count).map((_, address) => this.placeNumber(address));
    this.#groups = new PlaceGroups(this.#book);
  }

  blocksOf(address: number): readonly number[] {
    return this.#groups.blocksOf(address);
  }

  /** 5 the same place, 4 to 2 by similarity, 1 another place, 0 the same street but another door. */
  level(a: number, b: number): number {
    const book = this.#book;
    if (book.wordCountOf(a) === 0 || book.wordCountOf(b) === 0) return -1;
    const { similarity: whole, ifCut, otherStreet } = likenessOf(book, a, b);
    const [left, right] = [book.numbersOf(a), book.numbersOf(b)];
    const similarity = ifCut >= ALIKE && whole < ALIKE && shareDoor(left, right) ? ALIKE : whole;
    if (similarity >= 0.45 && (otherStreet || contradict(left, right))) return 0;
    if (similarity >= 0.999) return 5;
    return similarity >= ALIKE ? 4 : similarity >= 0.45 ? 3 : similarity >= 0.2 ? 2 : 1;
  }
}
