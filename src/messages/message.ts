import { unreachable } from "../base/assert.ts";

/** What a message tells; the words follow from it, in the reader's language. */
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
  /** Words that were rendered from a record: what it says in one language it says in the other. */
  | {
      readonly kind: "decision" | "appeal_answer" | "entitlement";
      readonly id: Message;
      readonly en: Message;
    };

export interface Message {
  /** Nothing personal and no code: subjects show up on locked screens. */
  readonly subject: string;
  readonly text: string;
}

const HIDDEN_CODE = "••••••";

/** A message as people who work here may read it: without the code or the link, which are the reader's alone. */
export function withoutSecrets(facts: MessageFacts): MessageFacts {
  switch (facts.kind) {
    case "sign_in_code":
    case "cod_code":
    case "step_up_code":
      return { ...facts, code: HIDDEN_CODE };
    case "offer_made":
      return facts;
    case "decision":
    case "appeal_answer":
    case "entitlement":
      return { ...facts, id: withoutLink(facts.id), en: withoutLink(facts.en) };
    default:
      return unreachable(facts);
  }
}

/** Whoever has a decision's link may read it, appeal and withdraw in the buyer's place. */
const withoutLink = ({ subject, text }: Message): Message => ({
  subject,
  text: text.replaceAll(/\/d\/[0-9a-f]{8,}/g, "/d/…"),
});

export function composeMessage(facts: MessageFacts, language: "id" | "en"): Message {
  const id = language === "id";
  switch (facts.kind) {
    case "sign_in_code":
      return id
        ? {
            subject: "Kode masuk Giliran",
            text: `Kode masuk Anda: ${facts.code}. Berlaku ${facts.minutes} menit, satu kali pakai. Jangan berikan kepada siapa pun.`,
          }
        : {
            subject: "Your Giliran sign-in code",
            text: `Your sign-in code: ${facts.code}. Valid for ${facts.minutes} minutes, once. Give it to nobody.`,
          };
    case "cod_code":
      return id
        ? {
            subject: "Konfirmasi bayar di tempat (COD)",
            text: `Kode konfirmasi COD untuk ${facts.sale}: ${facts.code}. Berlaku ${facts.minutes} menit.`,
          }
        : {
            subject: "Confirm cash on delivery",
            text: `Your cash-on-delivery code for ${facts.sale}: ${facts.code}. Valid for ${facts.minutes} minutes.`,
          };
    case "step_up_code":
      return id
        ? {
            subject: "Kode untuk pesanan Anda",
            text: `Kode untuk memastikan pesanan Anda di ${facts.sale}: ${facts.code}. Berlaku ${facts.minutes} menit; unitnya tetap ditahan. Jangan berikan kepada siapa pun.`,
          }
        : {
            subject: "A code for your order",
            text: `Your code to confirm the order in ${facts.sale}: ${facts.code}. Valid for ${facts.minutes} minutes; the unit stays held. Give it to nobody.`,
          };
    case "offer_made":
      return id
        ? {
            subject: "Giliran Anda tiba",
            text: `Satu unit ${facts.variant} (${facts.sale}) ditahan untuk Anda sampai ${facts.until}. Buka halaman penjualan untuk memilih cara bayar.`,
          }
        : {
            subject: "It is your turn",
            text: `One unit of ${facts.variant} (${facts.sale}) is held for you until ${facts.until}. Open the sale page to choose how to pay.`,
          };
    case "decision":
    case "appeal_answer":
    case "entitlement":
      return facts[language];
    default:
      return unreachable(facts);
  }
}
