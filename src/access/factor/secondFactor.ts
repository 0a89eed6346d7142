/*
 * When a session of an operator needs a second factor. Must never happen: somebody who has a
 * person's password alone sets up a factor of his own where she has an app, or where her role
 * demands one and she has it. A passkey that nobody demands is another way in, not a second step.
 */

/** How a session was secured beyond the password. */
export type Factor = "totp" | "recovery" | "passkey" | "login";

/** "give": a factor that exists has to be shown. "set_up": there is none, and the role demands one. */
export type FactorNeed = "give" | "set_up";

/** The need of a session before it may do anything; null: nothing. */
export function factorNeed(session: {
  readonly factor: Factor | null;
  /** Whether the role demands a second factor. */
  readonly demanded: boolean;
  readonly hasTotp: boolean;
  readonly passkeyCount: number;
}): FactorNeed | null {
  const { factor, demanded, hasTotp, passkeyCount } = session;
  if (factor !== null) return null;
  if (hasTotp) return "give";
  if (!demanded) return null;
  return passkeyCount > 0 ? "give" : "set_up";
}
