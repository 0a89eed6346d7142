/*
 * Texts of messages, composed from facts in the reader's language. A subject shows up on locked
 * screens: nothing personal and no code may stand in it.
 */

import { unreachable } from "../base/assert.ts";
import { inLanguage } from "../base/inLanguage.ts";
import { fill, inEach, pick, type InEach, type Language } from "../base/language.ts";
import { asGsm, inOneSegment } from "./segments.ts";
import { MESSAGE_WORDS } from "./words.ts";

/** The facts of a message; the text follows from them. */
export type MessageFacts =
  | { readonly kind: "sign_in_code"; readonly code: string; readonly minutes: number }
  | {
      readonly kind: "cod_code" | "step_up_code";
      readonly code: string;
      readonly minutes: number;
      readonly sale: string;
      /** The page where it is typed in. Messages from before an upgrade have none. */
      readonly path?: string;
    }
  | {
      readonly kind: "offer_made";
      readonly sale: string;
      readonly variant: string;
      readonly until: string;
      readonly price?: string;
      readonly path?: string;
    }
  /** Text rendered from a record, in each language. */
  | ({
      readonly kind: "decision" | "let_go" | "appeal_answer" | "entitlement";
    } & InEach<Message>);

export interface Message {
  /** Nothing personal and no code: subjects show up on locked screens. */
  readonly subject: string;
  readonly text: string;
  /** For a text message, where the whole would be billed many times over. */
  readonly brief?: string;
}

/** A message as it leaves. */
export interface ComposedMessage extends Pick<Message, "subject" | "text"> {
  /** Instead of the text where each segment is billed. */
  readonly sms: string;
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

/** A link into the site in the reader's language; empty where the site's address is unknown. */
const linkTo = (siteUrl: string, path: string | undefined, language: Language): string =>
  siteUrl === "" || path === undefined ? "" : `${siteUrl}${path}?lang=${language}`;

/**
 * The line by which a browser knows that a code is meant for this site, and offers to fill it in.
 * Browsers take it from secure sites only.
 */
const codeLine = (siteUrl: string, code: string): string =>
  siteUrl.startsWith("https://") ? `\n\n@${new URL(siteUrl).hostname} #${code}` : "";

/** Names in a text that may be cut where the text is too long for one segment. */
const NAMES = ["sale", "variant"];

/** A code or an offer. */
function composeFilled(
  facts: Exclude<MessageFacts, InEach<Message>>,
  language: Language,
  siteUrl: string,
): ComposedMessage {
  const { subject, text, sms } = inLanguage(MESSAGE_WORDS[facts.kind], language);
  const link = linkTo(siteUrl, "path" in facts ? facts.path : undefined, language);
  const values = { price: "", ...facts, link };
  const line = "code" in facts ? codeLine(siteUrl, facts.code) : "";
  const names = NAMES.filter((name) => name in values);
  return {
    subject,
    text: fill(text, values).trimEnd(),
    sms: inOneSegment(`${sms}${line}`, values, names),
  };
}

/**
 * The message in the reader's language. With the site's address it carries the link to where it is
 * acted upon.
 */
export function composeMessage(
  facts: MessageFacts,
  language: Language,
  siteUrl = "",
): ComposedMessage {
  switch (facts.kind) {
    case "sign_in_code":
    case "cod_code":
    case "step_up_code":
    case "offer_made":
      return composeFilled(facts, language, siteUrl);
    case "decision": {
      // Its own link stands in the text.
      const { subject, text, brief } = pick(facts, language);
      return { subject, text, sms: asGsm(brief ?? text) };
    }
    case "let_go":
    case "appeal_answer":
    case "entitlement": {
      const { subject, text, brief } = pick(facts, language);
      const link = linkTo(siteUrl, "/me", language);
      const told = brief ?? `${subject}:`;
      return {
        subject,
        text: link === "" ? text : `${text}\n\n${link}`,
        sms: link === "" && brief === undefined ? asGsm(text) : asGsm(`${told} ${link}`),
      };
    }
    default:
      return unreachable(facts);
  }
}
