/*
 * The numbers of an address, with what each counts. Two addresses that contradict each other here are never one
 * place, however alike their words are.
 */

import { must } from "../../base/assert.ts";
import { KINDS, type NumberKind } from "./addressWords.ts";

export interface AddressNumber {
  readonly kind: NumberKind;
  /** Digits without leading zeros, and the letter behind them; of a block or tower, letters. */
  readonly value: string;
}

const KIND_COUNT = KINDS.length;
const LOOSE = KINDS.indexOf("loose");
const NO = KINDS.indexOf("no");
const UNIT = KINDS.indexOf("unit");
const NEVER_HOUSE = new Set((["rt", "rw", "floor"] as const).map((kind) => KINDS.indexOf(kind)));

/** A number of an address as one whole number; `valueNo` is its value's own. */
export const packed = (kind: NumberKind, valueNo: number): number =>
  valueNo * KIND_COUNT + KINDS.indexOf(kind);

/** What `packed` was given as the value. */
export const valueOf = (number: number): number => Math.floor(number / KIND_COUNT);

export const kindOf = (number: number): NumberKind =>
  must(KINDS[number % KIND_COUNT], "a kind of each number");

/** Whether it is a house's or stands without a word: people write "No. 12" as "12". */
export function isOpen(number: number): boolean {
  const kind = number % KIND_COUNT;
  return kind === LOOSE || kind === NO;
}

/** Whether it is a flat's or a room's. */
export const isUnit = (number: number): boolean => number % KIND_COUNT === UNIT;

/**
 * Whether two addresses cannot be one place: both give a number of one kind and share none, or each has a
 * house's or loose number that the other has nowhere, whatever it counts there.
 */
export function contradict(left: readonly number[], right: readonly number[]): boolean {
  for (const number of left) {
    const kind = number % KIND_COUNT;
    if (kind !== LOOSE && gives(right, kind) && !shareOne(left, right, kind)) return true;
  }
  return lacks(left, right) && lacks(right, left);
}

/** Whether both give one number of a house. */
export const shareDoor = (left: readonly number[], right: readonly number[]): boolean =>
  left.some(
    (one) => isOpen(one) && right.some((two) => isOpen(two) && valueOf(one) === valueOf(two)),
  );

function gives(numbers: readonly number[], kind: number): boolean {
  for (const number of numbers) if (number % KIND_COUNT === kind) return true;
  return false;
}

function shareOne(left: readonly number[], right: readonly number[], kind: number): boolean {
  for (const number of left) {
    if (number % KIND_COUNT === kind && right.includes(number)) return true;
  }
  return false;
}

/** Whether a house's or loose number of the first is nowhere in the second, whatever it counts there. */
function lacks(from: readonly number[], other: readonly number[]): boolean {
  for (const number of from) if (isOpen(number) && !hasValue(other, valueOf(number))) return true;
  return false;
}

/** A house's number is never found in an RT, or on a floor. */
function hasValue(numbers: readonly number[], value: number): boolean {
  for (const number of numbers) {
    if (valueOf(number) === value && !NEVER_HOUSE.has(number % KIND_COUNT)) return true;
  }
  return false;
}
