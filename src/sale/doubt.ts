/*
 * The question before a doubtful order. States of a question: asked, passed, expired. It must be
 * answerable by every genuine buyer: asking one in vain costs a minute, refusing one costs the
 * unit.
 */

import type { Text } from "../base/language.ts";
import type { PaymentMethod } from "./definition.ts";
import { SAME_DOMAIN } from "./words.ts";

/** Ways of answering the question. */
export type StepUpKind = "code" | "passkey" | "address";

/** Reasons for asking: the strongest ones, in words that reveal nothing about anybody else. */
export interface Doubt {
  readonly bits: number;
  readonly reasons: readonly Text[];
  /** So strong that confirming the address does not suffice, if there is another way. */
  readonly strong: boolean;
}

/** Mailboxes of one domain that are offered a unit without a question: two colleagues. */
const DOMAIN_FREE = 2;

/**
 * The doubt about a mailbox of a domain that no provider is known for, after so many others of it were
 * offered a unit; null while they are few.
 */
export function domainDoubt(otherCount: number): Doubt | null {
  return otherCount < DOMAIN_FREE ? null : { bits: 0, reasons: [SAME_DOMAIN], strong: true };
}

/** The buyer's means of answering. */
export interface AnswerMeans {
  /** A contact that can receive a code. */
  readonly hasContact: boolean;
  /** A passkey made before the question. */
  readonly hasPasskey: boolean;
}

/**
 * The permitted ways of answering. Without a contact for a code, confirming the address is always
 * permitted.
 */
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

/** Least time that the unit stays held after the question: the lifetime of a code. */
export const STEP_UP_MS = 10 * 60_000;
/** Least time between two codes. */
export const NEXT_CODE_MS = 60_000;

/** The intended order, stored until the question is answered. */
export interface Wanted<Facts> {
  readonly paymentMethod: PaymentMethod;
  readonly facts: Facts;
}
