/** A value, or a refusal from a closed union: refusals are values, exceptions are bugs. */
export type Result<T, Refusal extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: Refusal };

export function accepted<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refused<Refusal extends string>(
  why: Refusal,
): { readonly ok: false; readonly why: Refusal } {
  return { ok: false, why };
}
