/* Entries in wire form, and their signed tickets. */

import { must } from "../../base/assert.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { sameText } from "../../access/io/mac.ts";
import { channelByNo, variantByNo, type SaleDefinition } from "../definition.ts";
import { readTicket, ticketPayload, type Ticket } from "../ticket.ts";
import { LIKENESS, RECIPIENT_USED } from "../words.ts";
import type { OrderHold } from "../recipient/io/recipientStore.ts";
import type { OwnSharedTurn } from "./turnStore.ts";
import type { StoredEntry } from "../entry/io/entryStore.ts";

let lastInstant = { ms: 0, text: new Date(0).toISOString() };

/** All entries of a batch share one instant, so the last result is cached. */
function iso(ms: number): string {
  if (lastInstant.ms !== ms) lastInstant = { ms, text: new Date(ms).toISOString() };
  return lastInstant.text;
}

/** The signed ticket of an entry; always the same text for one entry. */
export function issueTicket(
  keyring: Keyring,
  place: { saleNo: number; roundNo: number },
  entry: StoredEntry,
): string {
  const payload = ticketPayload({
    ...place,
    entryId: entry.entryId.replaceAll("-", ""),
    windowNo: entry.windowNo,
    channelNo: entry.channelNo,
    preferences: entry.preferences,
    enteredAtMs: entry.enteredAtMs,
  });
  return `${payload}.${keyring.tickets.hex(payload)}`;
}

/** Verifies a ticket; null if it was not issued here. */
export function genuineTicket(keyring: Keyring, text: string): Ticket | null {
  const read = readTicket(text);
  return read && sameText(keyring.tickets.hex(read.payload), read.mac) ? read.ticket : null;
}

export function presentEntry(
  keyring: Keyring,
  sale: { saleNo: number; definition: SaleDefinition },
  roundNo: number,
  entry: StoredEntry,
) {
  return {
    ticket: issueTicket(keyring, { saleNo: sale.saleNo, roundNo }, entry),
    entryId: entry.entryId,
    windowNo: entry.windowNo,
    channel: must(channelByNo(sale.definition, entry.channelNo), "channel of an entry").code,
    preferences: entry.preferences
      .split(".")
      .map((no) => must(variantByNo(sale.definition, Number(no)), "variant of an entry").sku),
    enteredAt: iso(entry.enteredAtMs),
  };
}

export function presentSharedTurn(shared: OwnSharedTurn | null) {
  if (shared === null) return null;
  const { otherCount, objection, likeness, answer } = shared;
  return { reason: LIKENESS[likeness], otherCount, objection, answer };
}

export function presentOrderHold(hold: OrderHold | null) {
  if (hold === null) return null;
  const { waits, otherCount, objection, answer } = hold;
  return { waits, reason: RECIPIENT_USED, otherCount, objection, answer };
}
