/*
 * Addresses as people in Indonesia write them. Of 50,000 real marketplace addresses 85 % lack RT/RW, 59.5 % hold a
 * digit, and 3.4 % glue letters and digits ("km30", "rt3"); words are cut off at a form's end.
 *
 * An address is read into words, numbers with what they are numbers of, and loose numbers. A letter behind a number
 * belongs to it: 41H is another house than 41.
 */

import { must } from "../../base/assert.ts";
import { plainLetters } from "../../base/plainLetters.ts";
import type { AddressNumber } from "./addressNumbers.ts";
import { isAscii } from "./ascii.ts";
import { isOneSlip } from "./nearWord.ts";
import {
  KIND_WORDS,
  KNOWN_IF_MISTYPED,
  NAME_GOES_ON,
  NAMES_FOLLOW,
  NOTE_BEGINS,
  romanNumber,
  SAYS_NOTHING,
  SEVERAL_WORDS,
  WRITTEN_OUT,
  type NumberKind,
  type TypedKind,
} from "./addressWords.ts";

export interface Address {
  /** Words of the place, each once, in the order written. */
  readonly tokens: readonly string[];
  /** Those of them that name its street. */
  readonly street: ReadonlySet<string>;
  readonly numbers: readonly AddressNumber[];
}

/** Longer numbers are of a phone, never of a house. */
const LONGEST_NUMBER = 5;
const POSTCODE = /^\d{5}$/;
const BREAK = ",";
const ENDS_STREET = new Set(
  "perum apartemen kampung dusun kelurahan kecamatan kabupaten kota provinsi".split(" "),
);

/** A telephone number that a note holds. */
const PHONE = /(?<!\w)(?:\+?62|0)[ .-]?8\d{1,3}(?:[ .-]?\d{2,5}){2,4}(?!\w)/g;

/** Words, numbers with the letter that is glued to them, and breaks. */
function piecesOf(text: string): string[] {
  const plain = isAscii(text) ? text.toLowerCase() : plainLetters(text);
  // Each pattern is looked for only where its letters are: there are six, and millions of addresses.
  const slashed = plain.includes("/");
  let joined = slashed ? plain.replace(/\bd\/a\b|\bc\/o\b/g, " ") : plain;
  joined = joined.replace(PHONE, " ");
  // Decimals of a kilometre, and thousands that nobody writes in an address.
  if (joined.includes("km") || joined.includes("kilometer"))
    joined = joined.replace(/\b(?:km|kilometer)\.?\s*(\d+)[.,](\d)/g, "km $1d$2");
  // RT and RW in one breath: "rt 03/05", "rt/rw 03/05", "003/005".
  if (joined.includes("rt"))
    joined = joined
      .replace(/\brt\s*[/.-]?\s*rw\W*(\d+)\s*[/\-. ]\s*(?:rw\W*)?(\d+)/g, " rt $1 rw $2 ")
      .replace(/\brt\W*(\d+)\s*\/\s*(\d+)/g, " rt $1 rw $2 ");
  if (slashed)
    joined = joined.replace(/(?<![\w/])(0\d{1,2})\s*\/\s*(0\d{1,2})(?![\w/])/g, " rt $1 rw $2 ");
  return joined.match(/\d+d\d|\d+[a-z](?![a-z0-9])|\d+|[a-z]+|[,;()\n]/g) ?? [];
}

/** The rest of a word that says nothing, where a form cut the address off inside it. */
const isCutOff = (word: string): boolean =>
  word.length < 3 || [...ENDS_STREET].some((one) => one.startsWith(word));
/** "Unit no. 7" counts units. */
const isDoor = (kind: NumberKind): boolean =>
  kind === "unit" || kind === "floor" || kind === "tower";
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isNumber = (piece: string): boolean => isDigit(piece.charCodeAt(0));
const isLetter = (piece: string): boolean => piece.length === 1 && /^[a-z]$/.test(piece);
const isBreak = (piece: string): boolean => piece.length === 1 && /^[,;()\n]$/.test(piece);
const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, "");

/** A mistyped word of the language of addresses as it should be; other words as they are. */
function meant(word: string): string {
  if (word.length < 4 || KIND_WORDS.has(word) || WRITTEN_OUT.has(word)) return word;
  const known = KNOWN_IF_MISTYPED.find(
    (one) => one[0] === word[0] && one !== word && isOneSlip(one, word),
  );
  return known ?? word;
}

/** Kinds whose word ends a note: a tower or a floor may be a part of it. */
const ENDS_NOTE: ReadonlySet<string> = new Set(["no", "rt", "rw", "block", "lane", "km"]);

class Reader {
  readonly #pieces: readonly string[];
  #at = 0;
  #before = "";
  /** Whether the words here are a street's name. */
  #inStreet = false;
  /** A number right behind the street's name. */
  #roadNumber: AddressNumber | null = null;
  readonly tokens = new Set<string>();
  readonly street = new Set<string>();
  readonly numbers: AddressNumber[] = [];

  constructor(text: string) {
    this.#pieces = piecesOf(text);
  }

  read(): void {
    while (this.#at < this.#pieces.length) {
      const piece = this.#piece();
      this.#at++;
      if (isBreak(piece)) this.#before = BREAK;
      else if (isNumber(piece)) this.#loose(piece);
      else this.#word(piece);
      if (isBreak(piece) || isNumber(piece) || KIND_WORDS.has(piece)) this.#inStreet = false;
    }
    // "Jl. Manggis 9 no. 29": with a house's number besides, the other one is of the road.
    if (this.#roadNumber === null || !this.numbers.some(({ kind }) => kind === "no")) return;
    const at = this.numbers.indexOf(this.#roadNumber);
    if (at >= 0) this.numbers[at] = { kind: "road", value: this.#roadNumber.value };
  }

  #piece(ahead = 0): string {
    return this.#pieces[this.#at + ahead] ?? "";
  }

  #put(kind: NumberKind, value: string): void {
    const plain = withoutZeros(value);
    if (!this.numbers.some((one) => one.kind === kind && one.value === plain)) {
      this.numbers.push({ kind, value: plain });
    }
  }

  /** A number and the single letter that stands behind it, apart. */
  #withLetter(number: string): string {
    if (!/^\d+$/.test(number) || !isLetter(this.#piece()) || isNumber(this.#piece(1)))
      return number;
    return number + this.#pieces[this.#at++];
  }

  #loose(piece: string): void {
    const digits = piece.replace(/\D.*/, "");
    const leads = this.tokens.size === 0 && this.numbers.length === 0;
    if (digits.length > LONGEST_NUMBER || (POSTCODE.test(piece) && !leads)) return;
    this.#put("loose", this.#withLetter(piece));
    this.#behindStreet();
    this.#before = "";
  }

  /** Remembers the number that was just read, where it stands behind a street's name. */
  #behindStreet(): void {
    if (this.#inStreet && this.street.size > 0) this.#roadNumber = this.numbers.at(-1) ?? null;
    this.#inStreet = false;
  }

  #word(read: string): void {
    const several = SEVERAL_WORDS.get(read);
    if (several) for (const one of several) this.tokens.add(one);
    if (several) return;
    const piece = meant(read);
    const kind = KIND_WORDS.get(piece);
    if (kind && this.#typed(kind)) return;
    const word = WRITTEN_OUT.get(piece) ?? piece;
    if (this.#isNote(word)) return this.#skipNote();
    this.#before = word;
    if (word === "jalan") this.#inStreet = true;
    else if (ENDS_STREET.has(word)) this.#inStreet = false;
    if ((kind && word === piece) || SAYS_NOTHING.has(word)) return;
    const next = this.#piece();
    // "C36", "AB/12": a house of a block without the word for it.
    if (word.length <= 2 && isNumber(next) && next.length <= 3) return this.#block(word);
    const roman = word.length > 1 || this.street.size > 0 ? romanNumber(word) : null;
    if (roman !== null) {
      this.#put("loose", roman);
      return this.#behindStreet();
    }
    if (word.length < 2 || (this.#at === this.#pieces.length && isCutOff(word))) return;
    this.tokens.add(word);
    if (this.#inStreet) this.street.add(word);
  }

  /** Reads what a typed word counts; false when nothing follows that could be it. */
  #typed(kind: TypedKind): boolean {
    let next = this.#piece();
    if (
      kind === "no"
        ? next === "rumah" || next === "rmh"
        : KIND_WORDS.get(next) === "no" && isDoor(kind)
    ) {
      this.#at++;
      next = this.#piece();
    }
    if (kind === "block" && /^[a-z]{1,2}$/.test(next) && !KIND_WORDS.has(next)) {
      this.#at++;
      this.#block(next);
      return true;
    }
    if (isNumber(next)) {
      this.#at++;
      this.#put(kind, this.#withLetter(next));
      this.#more(kind);
      return true;
    }
    const roman =
      kind === "lane" || kind === "block" || kind === "floor" ? romanNumber(next) : null;
    if (
      roman !== null ||
      ((kind === "tower" || kind === "unit" || kind === "no") && isLetter(next))
    ) {
      this.#at++;
      if (roman === null && isNumber(this.#piece())) return this.#lettered(kind, next);
      this.#put(kind, roman ?? next);
      return true;
    }
    return false;
  }

  /** "No. A12": the letter belongs to the number. */
  #lettered(kind: NumberKind, letter: string): true {
    this.#put(kind, `${letter}${withoutZeros(this.#piece())}`);
    this.#at++;
    return true;
  }

  /** "No. 12-14", "12 & 14": both. */
  #more(kind: NumberKind): void {
    if (kind !== "no") return;
    while (isNumber(this.#piece()) && this.#piece().replace(/\D/g, "").length < LONGEST_NUMBER) {
      this.#put(kind, this.#withLetter(must(this.#pieces[this.#at++], "a piece before the end")));
    }
  }

  /** A block's letters, then its number or its house's: with a house number besides, "C3 no. 12" is block C3. */
  #block(letters: string): void {
    const roman = letters.length > 1 ? romanNumber(letters) : null;
    const next = this.#piece();
    if (!isNumber(next) || POSTCODE.test(next)) return this.#put("block", roman ?? letters);
    this.#at++;
    const number = this.#withLetter(next);
    const after = isBreak(this.#piece()) ? this.#piece(1) : this.#piece();
    const houseFollows = isNumber(this.#piece()) && !POSTCODE.test(after);
    if (houseFollows || KIND_WORDS.get(meant(after)) === "no")
      this.#put("block", letters + withoutZeros(number));
    else {
      this.#put("block", letters);
      this.#put("no", number);
    }
  }

  #isNote(word: string): boolean {
    if (!NOTE_BEGINS.has(word)) return false;
    return !NAMES_FOLLOW.has(this.#before) && !NAME_GOES_ON.has(this.#piece());
  }

  #skipNote(): void {
    while (this.#at < this.#pieces.length) {
      const piece = this.#piece();
      if (isBreak(piece)) return;
      const word = WRITTEN_OUT.get(piece) ?? piece;
      if (
        ENDS_NOTE.has(KIND_WORDS.get(piece) ?? "") ||
        word === "kelurahan" ||
        word === "kecamatan" ||
        word === "jalan"
      )
        return;
      this.#at++;
    }
  }
}

/** Takes an address apart. Null when there is nothing to go by, or when it is masked. */
export function readAddress(text: string): Address | null {
  if (/\*{2,}/.test(text)) return null;
  const reader = new Reader(text);
  reader.read();
  if (reader.tokens.size === 0) return null;
  return { tokens: [...reader.tokens], street: reader.street, numbers: reader.numbers };
}
