/*
 * How alike two texts of a column are by their words, each weighed by how rare it is in the column: "Warung Bu Tini" and
 * "Bu Tini" are one name, "Bakso Pak Min" and "Bakso Pak Har" are two, although more of their letters are the same.
 */

import { must } from "../../base/assert.ts";
import { byLetters } from "../../base/canonical.ts";
import { isNearWord, isOneSlip } from "../normalise/nearWord.ts";
import type { Column } from "../table/columns.ts";
import type { Comparator } from "./compare.ts";
import { Dictionary } from "../table/numbering.ts";

/** The weight of words that each lacks, beside shared ones: they are two names, or two spellings of a word. */
const BOTH_LACK = 2;
/** The weight of words that only one has: people leave away what everybody knows. */
const ONE_LACKS = 0.15;
/** A word that may be another's short form says half of what it would say. */
const SHORT_FORM = 0.5;
const SHORTEST = 2;
const LONGEST_SHORT_FORM = 4;

/** "pd" for "pondok", "bdg" for "bandung": the first letter and other consonants, in their order. */
function isShortForm(short: string, long: string): boolean {
  if (short.length < SHORTEST || short.length > LONGEST_SHORT_FORM) return false;
  if (long.length <= short.length || short[0] !== long[0] || /[aeiou\d]/.test(short)) return false;
  let at = 0;
  for (const letter of long) if (letter === short[at]) at++;
  return at === short.length;
}

/** How far two different words are one: 1 nearly, a half as a short form, 0 not at all. */
function nearness(a: string, b: string): number {
  // Nearly all pairs end here: with another first letter only that letter may be the slip.
  if (a[0] !== b[0] && a[1] !== b[1] && a[0] !== b[1] && a[1] !== b[0]) return 0;
  if (isNearWord(a, b)) return 1;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return isShortForm(short, long) || (short.length === 1 && long.startsWith(short))
    ? SHORT_FORM
    : 0;
}

/** The texts of a column, taken apart into words. */
export class Wording {
  readonly #words = new Dictionary();
  /** Words of each text by number, sorted, each once. */
  readonly #wordsOf: readonly (readonly number[])[];
  readonly #bits: readonly number[];

  /** `counts`: how many rows say each text. */
  constructor({ values, counts }: Pick<Column, "values" | "counts">) {
    const rows: number[] = [];
    let all = 1;
    this.#wordsOf = values.map((text, value) => {
      const said = Math.max(1, counts[value] ?? 1);
      all += said;
      const words = new Set(wordsIn(text).map((word) => this.#words.number(word)));
      for (const word of words) rows[word] = (rows[word] ?? 0) + said;
      return [...words].sort((a, b) => a - b);
    });
    this.#bits = rows.map((count) => Math.log2(all / count));
  }

  /** Words of a text, the rarest first; of equally rare ones by their letters. */
  rarestWords(value: number): string[] {
    return must(this.#wordsOf[value], "words of each text")
      .toSorted(
        (x, y) => this.#bitsOf(y) - this.#bitsOf(x) || byLetters(this.#text(x), this.#text(y)),
      )
      .map((word) => this.#text(word));
  }

  wordCount(value: number): number {
    return must(this.#wordsOf[value], "words of each text").length;
  }

  /** 0 to 1, the same whichever is named first: 1 has all words in common, in any order. */
  likeness(a: number, b: number): number {
    const { shared, onlyA, onlyB } = this.#matched(a, b);
    if (shared <= 0) return 0;
    const sum = (words: readonly number[]) =>
      words.reduce((bits, word) => bits + this.#bitsOf(word), 0);
    const [left, right] = [sum(onlyA), sum(onlyB)];
    const less = Math.min(left, right);
    return shared / (shared + BOTH_LACK * less + ONE_LACKS * (Math.max(left, right) - less));
  }

  #text(word: number): string {
    return must(this.#words.values[word], "a text of each word");
  }

  #bitsOf(word: number): number {
    return must(this.#bits[word], "bits of each word");
  }

  #matched(a: number, b: number) {
    const [mine, theirs] = [this.#wordsOf[a] ?? [], this.#wordsOf[b] ?? []];
    const onlyA = mine.filter((word) => !theirs.includes(word));
    const onlyB = theirs.filter((word) => !mine.includes(word));
    let shared = 0;
    for (const word of mine) if (theirs.includes(word)) shared += this.#bitsOf(word);
    for (const { x, y, bits } of this.#near(onlyA, onlyB)) {
      if (!onlyA.includes(x) || !onlyB.includes(y)) continue;
      shared += bits;
      onlyA.splice(onlyA.indexOf(x), 1);
      onlyB.splice(onlyB.indexOf(y), 1);
    }
    return { shared, onlyA, onlyB };
  }

  /** Pairs of words that are nearly one, those first that say most. */
  #near(onlyA: readonly number[], onlyB: readonly number[]) {
    const pairs: {
      readonly x: number;
      readonly y: number;
      readonly bits: number;
      readonly key: string;
    }[] = [];
    for (const x of onlyA) {
      for (const y of onlyB) {
        const [left, right] = [this.#text(x), this.#text(y)];
        const near = nearness(left, right);
        if (near === 0) continue;
        const bits = near * Math.min(this.#bitsOf(x), this.#bitsOf(y));
        // The smaller text first: which of two texts is named first must not matter.
        pairs.push({ x, y, bits, key: left < right ? `${left} ${right}` : `${right} ${left}` });
      }
    }
    return pairs.length < 2
      ? pairs
      : pairs.sort((p, q) => q.bits - p.bits || byLetters(p.key, q.key));
  }
}

/** From so much on two texts are nearly one, or are alike. */
const NEARLY = 0.8;
const ALIKE = 0.5;

/** Compares texts of a column: 2 nearly one, 1 alike, 0 not. Words decide; of two single words the letters do. */
export function wordComparator(column: Column, byLettersOf: Comparator): Comparator {
  const wording = new Wording(column);
  const plain = column.values.map((text) => wordsIn(text).join(""));
  return (a, b) => {
    if (wording.wordCount(a) < 2 && wording.wordCount(b) < 2) return byLettersOf(a, b);
    if (isOneSlip(plain[a] ?? "", plain[b] ?? "")) return 2;
    const likeness = wording.likeness(a, b);
    return likeness >= NEARLY ? 2 : likeness >= ALIKE ? 1 : 0;
  };
}

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}]+|\d+/gu) ?? [];
}
