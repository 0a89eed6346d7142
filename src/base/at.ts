import { InvariantError } from "./assert.ts";

/*
 * Checked reading of typed arrays: an index outside the array is a bug and throws, instead of going on as `undefined`.
 * There is one function for each kind of array. An engine compiles an access for the kinds that it has seen at that
 * place, so one function for all of them would be slow in every loop. Items of ordinary arrays are read with `must`
 * where they are needed, for the same reason.
 */

/** A whole number of an Int32Array. Throws outside of it. */
export function wholeAt(numbers: Int32Array, index: number): number {
  const value = numbers[index];
  if (value === undefined) throw new InvariantError(`no number ${index} of ${numbers.length}`);
  return value;
}

/** A number of a Float64Array. Throws outside of it. */
export function floatAt(numbers: Float64Array, index: number): number {
  const value = numbers[index];
  if (value === undefined) throw new InvariantError(`no number ${index} of ${numbers.length}`);
  return value;
}
