/*
 * Checked access to typed arrays: an index outside the array is a bug and throws instead of
 * yielding `undefined`. One function per kind of array: an engine specializes an access for the
 * kinds seen at that place, so a shared function would be slow in every loop. Items of ordinary
 * arrays are read with `must` where they are needed, for the same reason.
 */

import { InvariantError } from "./assert.ts";

/** An integer of an Int32Array. Throws outside the array. */
export function wholeAt(numbers: Int32Array, index: number): number {
  const value = numbers[index];
  if (value === undefined) throw new InvariantError(`no number ${index} of ${numbers.length}`);
  return value;
}

/** A number of a Float64Array. Throws outside the array. */
export function floatAt(numbers: Float64Array, index: number): number {
  const value = numbers[index];
  if (value === undefined) throw new InvariantError(`no number ${index} of ${numbers.length}`);
  return value;
}
