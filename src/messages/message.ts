/*
 * Texts of messages, composed from facts in the reader's language. A subject shows up on locked
 * screens: nothing personal and no code may stand in it.
 */

import { unreachable } from "../base/assert.ts";
import { inLanguage } from "../base/inLanguage.ts";
import { fill, inEach, pick, type InEach, type Language } from "../base/language.ts";
import { MESSAGE_WORDS } from "./words.ts";

/** The facts of a message; the text follows from them. */
export type MessageFacts =
  | { readonly kind: "sign_in_code"; readonly code: string; readonly minutes: number }
  | {
      readonly kind: "cod_code" | "step_up_code";
      readonly code: string;
      readonly minutes: number;
      readonly sale: string;
    }
  | {
      readonly kind: "offer_made";
      readonly sale: string;
      readonly variant: string;
      readonly until: string;
    }
  /** Text rendered from a record, in each language. */
  | ({
      readonly kind: "decision" | "let_go" | "appeal_answer" | "entitlement";
    } & InEach<Message>);

export interface Message {
  /** Nothing personal and no code: subjects show up on locked screens. */
  readonly subject: string;
  readonly text: string;
}

const HIDDEN_CODE = "••••••";

/**
 * A message as staff may read it: without the code or the link, which only the recipient may have.
 */
export function withoutSecrets(facts: MessageFacts): MessageFacts {
  switch (facts.kind) {
    case "sign_in_code":
    case "cod_code":
    case "step_up_code":
      return { ...facts, code: HIDDEN_CODE };
    case "offer_made":
      return facts;
    case "decision":
    case "let_go":
    case "appeal_answer":
    case "entitlement":
      return { kind: facts.kind, ...inEach((language) => withoutLink(pick(facts, language))) };
    default:
      return unreachable(facts);
  }
}

/** A decision's link lets its holder read it, appeal and withdraw in the buyer's place. */
const withoutLink = ({ subject, text }: Message): Message => ({
  subject,
  text: text.replaceAll(/\/d\/[0-9a-f]{8,}/g, "/d/…"),
});

export function composeMessage(facts: MessageFacts, language: Language): Message {
  switch (facts.kind) {
    case "sign_in_code":
    case "cod_code":
    case "step_up_code":
    case "offer_made": {
      const { subject, text } = inLanguage(MESSAGE_WORDS[facts.kind], language);
      return { subject, text: fill(text, { ...facts }) };
    }
    case "decision":
    case "let_go":
    case "appeal_answer":
    case "entitlement":
      return pick(facts, language);
    default:
      return unreachable(facts);
  }
}
