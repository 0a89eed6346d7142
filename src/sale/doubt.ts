import type { PaymentMethod, Text } from "./definition.ts";

/** How a buyer can answer the question before a doubtful order. */
export type StepUpKind = "code" | "address";

/** What speaks for asking: the loudest reasons, in words that say nothing about anybody else. */
export interface Doubt {
  readonly bits: number;
  readonly reasons: readonly Text[];
  /** So much speaks for a ring that only the code will do, where there is a contact to send it to. */
  readonly strong: boolean;
}

/** The ways to answer: whoever has no contact that a code could go to confirms the address. */
export function stepUpKinds(doubt: Doubt, hasContact: boolean): readonly StepUpKind[] {
  if (!hasContact) return ["address"];
  return doubt.strong ? ["code"] : ["code", "address"];
}

/** So long the unit stays held, at least, from the moment of the question: as long as a code is valid. */
export const STEP_UP_MS = 10 * 60_000;
/** A further code can be had after this. */
export const NEXT_CODE_MS = 60_000;

/** What somebody set out to order, kept until the question is answered. */
export interface Wanted<Facts> {
  readonly paymentMethod: PaymentMethod;
  readonly facts: Facts;
}
