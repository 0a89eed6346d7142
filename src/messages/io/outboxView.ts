/*
 * The outbox as staff and buyers may see it. Codes and links are secrets of the recipient and are
 * never shown to staff.
 */

import type { Query } from "../../db/connect.ts";
import { maskContact } from "../../access/contact.ts";
import { composeMessage, withoutSecrets } from "../message.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { openContact, openFacts, unlessBroken } from "./outbox.ts";
import { listCodes, listNewest, type NewestMessage } from "./outboxStore.ts";

/** State of a message: waiting, handed over, or given up after too many failures. */
export type MessageState = "waiting" | "sent" | "given_up";

/** A message as staff see it: masked recipient, subject, state. */
export interface ShownMessage {
  readonly messageId: number;
  readonly kind: string;
  readonly to: string;
  readonly state: MessageState;
  readonly subject: string;
  /** Without codes and links. */
  readonly text: string;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

/**
 * The newest messages; erased ones have no text left and are omitted, and so are those that cannot
 * be opened: one damaged row must not hide the others.
 */
export async function readOutbox(
  sql: Query,
  keyring: Keyring,
  mostCount: number,
): Promise<ShownMessage[]> {
  const rows = await listNewest(sql, mostCount);
  return rows.flatMap((row) => unlessBroken(() => presentMessage(keyring, row)) ?? []);
}

function presentMessage(keyring: Keyring, row: NewestMessage): ShownMessage {
  const contact = openContact(keyring, row);
  const { facts, language } = openFacts(keyring, row);
  const { subject, text } = composeMessage(withoutSecrets(facts), language);
  const unsent = row.failed ? "given_up" : "waiting";
  return {
    messageId: row.messageId,
    kind: row.kind,
    to: contact === null ? "–" : maskContact(contact),
    state: row.sentAt === null ? unsent : "sent",
    subject,
    text,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
  };
}

/** The longest validity of a code. */
const CODE_SHOWN_MS = 30 * 60_000;

/** Codes about orders that were sent to an account, newest first. */
export async function readCodesOf(
  sql: Query,
  keyring: Keyring,
  accountKey: string,
  nowMs: number,
): Promise<{ kind: "cod_code" | "step_up_code"; code: string }[]> {
  const rows = await listCodes(sql, accountKey, nowMs - CODE_SHOWN_MS);
  return rows.flatMap((row) => {
    const facts = unlessBroken(() => openFacts(keyring, row).facts);
    const isCode = facts?.kind === "cod_code" || facts?.kind === "step_up_code";
    return isCode ? [{ kind: facts.kind, code: facts.code }] : [];
  });
}
