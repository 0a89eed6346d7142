/* How alike the words of two addresses are, each weighed by how rare it is. */

import { must } from "../../base/assert.ts";
import { byLetters } from "../../base/canonical.ts";
import { isNearWord, mayBeNear } from "./nearWord.ts";

/** The weight of words that each lacks, beside shared ones: they are two names of one thing, or two things. */
const BOTH_LACK = 2.5;
/** The weight of words that only one has: forms cut an address off, or leave its region to other fields. */
const ONE_LACKS = 0.15;

/** The same where one was cut off behind its door, and all that is left of it fits. */
const CUT_LACKS = 0.05;

interface Numbers {
  at(index: number): number;
}

/** The words of many addresses, taken apart. */
export interface WordBook {
  /** Word numbers of all addresses, sorted within each; those of address a begin at `starts[a]`. */
  readonly tokens: Numbers;
  readonly starts: Numbers;
  /** Whether each of them names the street. */
  readonly inStreet: Numbers;
  /** Bits of the word at a place in `tokens`. */
  bitsAt(at: number): number;
  textAt(at: number): string;
  /** Its letters, by `lettersOf`. */
  lettersAt(at: number): number;
}

/** How alike two addresses' words are. */
export interface Likeness {
  /** 0 to 1. */
  readonly similarity: number;
  /** The same if the shorter one is cut off: where it has no word that the other lacks. */
  readonly ifCut: number;
  /** Whether each names a street by a word that the other lacks. */
  readonly otherStreet: boolean;
}

/** How alike the words of two addresses are; the same whichever is named first. */
export function likenessOf(book: WordBook, a: number, b: number): Likeness {
  // Of most pairs no words are nearly one: they are told without a list, of which there would be millions.
  const found = sumsOf(book, a, b);
  return judged(found.near ? nearSums(book, a, b) : found);
}

/** The words of two addresses in bits: those that both have, and those that the other lacks of each. */
interface Sums {
  readonly shared: number;
  readonly openA: number;
  readonly openB: number;
  /** Whether each names a street by a word that the other lacks. */
  readonly otherStreet: boolean;
}

function judged({ shared, openA, openB, otherStreet }: Sums): Likeness {
  const [less, more] = openA < openB ? [openA, openB] : [openB, openA];
  const apart = BOTH_LACK * less + ONE_LACKS * (more - less);
  const similarity = shared <= 0 ? 0 : shared / (shared + apart);
  return {
    similarity,
    ifCut: shared > 0 && less === 0 ? shared / (shared + CUT_LACKS * more) : similarity,
    otherStreet,
  };
}

/** By words that are the same alone; `near`: whether others are nearly. */
function sumsOf(book: WordBook, a: number, b: number): Sums & { readonly near: boolean } {
  const { starts, tokens, inStreet } = book;
  const [startB, endA, endB] = [starts.at(b), starts.at(a + 1), starts.at(b + 1)];
  let [shared, openA, openB] = [0, 0, 0];
  let [streetA, streetB, near] = [false, false, false];
  let i = starts.at(a);
  let j = startB;
  while (i < endA || j < endB) {
    const x = i < endA ? tokens.at(i) : Infinity;
    const y = j < endB ? tokens.at(j) : Infinity;
    if (x === y) {
      shared += book.bitsAt(i++);
      j++;
    } else if (x < y) {
      openA += book.bitsAt(i);
      streetA ||= inStreet.at(i) === 1;
      for (let other = startB; other < endB && !near; other++) near = isNear(book, i, other);
      i++;
    } else {
      openB += book.bitsAt(j);
      streetB ||= inStreet.at(j) === 1;
      j++;
    }
  }
  return { shared, openA, openB, otherStreet: streetA && streetB, near };
}

/** The same with words that are nearly one. */
function nearSums(book: WordBook, a: number, b: number): Sums {
  const { shared, openA, openB } = matched(book, a, b);
  const street = (open: readonly number[]) => open.some((at) => book.inStreet.at(at) === 1);
  const sum = (open: readonly number[]) => open.reduce((bits, at) => bits + book.bitsAt(at), 0);
  return {
    shared,
    openA: sum(openA),
    openB: sum(openB),
    otherStreet: street(openA) && street(openB),
  };
}

/** Whether the words at two places among all tokens are nearly one. */
const isNear = (book: WordBook, a: number, b: number): boolean =>
  mayBeNear(book.lettersAt(a), book.lettersAt(b)) && isNearWord(book.textAt(a), book.textAt(b));

/** Bits of the words that both have, exactly or nearly, and where the others of each stand. */
function matched(book: WordBook, a: number, b: number) {
  const { starts, tokens } = book;
  const [endA, endB] = [starts.at(a + 1), starts.at(b + 1)];
  let shared = 0;
  let i = starts.at(a);
  let j = starts.at(b);
  const openA: number[] = [];
  const openB: number[] = [];
  while (i < endA || j < endB) {
    const x = i < endA ? tokens.at(i) : Infinity;
    const y = j < endB ? tokens.at(j) : Infinity;
    if (x === y) {
      shared += book.bitsAt(i);
      i++;
      j++;
    } else if (x < y) openA.push(i++);
    else openB.push(j++);
  }
  if (openA.length > 0 && openB.length > 0) shared += nearlyShared(book, openA, openB);
  return { shared, openA, openB };
}

/** Takes words that are nearly one out of both lists; the bits of the commoner spelling of each. */
function nearlyShared(book: WordBook, openA: number[], openB: number[]): number {
  const ordered = (open: readonly number[]) =>
    open.toSorted((x, y) => byLetters(book.textAt(x), book.textAt(y)));
  const [first, second] = [ordered(openA), ordered(openB)];
  // Which of two addresses is named first must not matter.
  const swap = byLetters(
    book.textAt(must(first[0], "a word")),
    book.textAt(must(second[0], "a word")),
  );
  const [from, rest] = swap > 0 ? [second, first] : [first, second];
  const gone = new Set<number>();
  let shared = 0;
  for (const x of from) {
    const y = rest.find((one) => !gone.has(one) && isNear(book, x, one));
    if (y === undefined) continue;
    gone.add(x).add(y);
    shared += Math.min(book.bitsAt(x), book.bitsAt(y));
  }
  for (const open of [openA, openB]) {
    const left = open.filter((at) => !gone.has(at));
    open.splice(0, open.length, ...left);
  }
  return shared;
}
