/* Assertions for invariants. Their failure is a bug of this program and is answered with 500. */

/** A broken invariant; bad input is never the cause. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Returns `value`; throws if it is null or undefined. `message` says why it must be there. */
export function must<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new InvariantError(message);
  return value;
}

/** Marks the unreachable branch of a `switch` over a closed union. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
