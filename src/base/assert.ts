/** A broken invariant: a bug in this program, never something a person did. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Returns `value`, or throws when it is null or undefined. */
export function must<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new InvariantError(message);
  return value;
}

/** Marks the branch of a `switch` that no member of a closed union reaches. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
