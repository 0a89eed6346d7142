import type { Text } from "../base/language.ts";
import type { PaymentMethod } from "./definition.ts";

/** How a buyer can answer the question before a doubtful order. */
export type StepUpKind = "code" | "passkey" | "address";

/** What speaks for asking: the loudest reasons, in words that say nothing about anybody else. */
export interface Doubt {
  readonly bits: number;
  readonly reasons: readonly Text[];
  /** So much speaks for a ring that confirming the address will not do, where there is another way. */
  readonly strong: boolean;
}

/** What a buyer has that she can answer with. */
export interface AnswerMeans {
  /** A contact that a code can go to. */
  readonly hasContact: boolean;
  /** A passkey that she made before she was asked. */
  readonly hasPasskey: boolean;
}

/** The ways to answer: whoever has no contact that a code could go to may always confirm the address. */
export function stepUpKinds(
  doubt: Doubt,
  { hasContact, hasPasskey }: AnswerMeans,
): readonly StepUpKind[] {
  const kinds: StepUpKind[] = [];
  if (hasContact) kinds.push("code");
  if (hasPasskey) kinds.push("passkey");
  if (!hasContact || !doubt.strong) kinds.push("address");
  return kinds;
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
