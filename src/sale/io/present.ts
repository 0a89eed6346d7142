import { must } from "../../base/assert.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { sameText } from "../../access/io/mac.ts";
import { paymentReference, type PaymentProvider } from "../../connectors/payments/port.ts";
import { beaconOf, channelByNo, variantByNo, type SaleDefinition } from "../definition.ts";
import { canTake } from "../payments.ts";
import type { SaleState } from "../saleState.ts";
import { readTicket, ticketPayload, type Ticket } from "../ticket.ts";
import { maskContact, type Contact } from "../../access/contact.ts";
import { findContactCipher } from "../../access/io/accountStore.ts";
import type { Query } from "../../db/connect.ts";
import { LIKENESS } from "../sharedTurn.ts";
import type { OwnSharedTurn } from "./turnStore.ts";
import { findStepUp } from "./stepUpStore.ts";
import type { StoredEntry } from "../entry/io/entryStore.ts";
import type { StoredOffer } from "./offerStore.ts";
import type { StoredOrder } from "./orderStore.ts";
import type { StoredSale } from "./saleStore.ts";

/** Rows in the words of the wire (src/api/schemas.ts). */

let lastInstant = { ms: 0, text: new Date(0).toISOString() };

/** All entries of a batch have the same instant, so the last one written is kept. */
function iso(ms: number): string {
  if (lastInstant.ms !== ms) lastInstant = { ms, text: new Date(ms).toISOString() };
  return lastInstant.text;
}

export function presentSale(sale: StoredSale, state: SaleState) {
  const { definition } = sale;
  return {
    slug: definition.slug,
    state,
    title: definition.title,
    description: definition.description,
    timeZone: definition.timeZone,
    currency: definition.currency,
    unitsPerPerson: definition.unitsPerPersonCount,
    definitionDigest: sale.definitionDigest,
    variants: definition.variants.map(({ sku, name, priceMinorUnits }) => ({
      sku,
      name,
      priceMinorUnits,
    })),
    channels: definition.channels.map(({ code, name, paymentMethods, codQuotaCount }) => ({
      code,
      name,
      paymentMethods,
      codQuota: codQuotaCount,
    })),
    rounds: sale.rounds.map(({ round, chainAnchor }) => ({
      roundNo: round.roundNo,
      name: round.name,
      mode: round.mode,
      lobbyOpensAt: iso(round.lobbyOpensAtMs),
      opensAt: iso(round.opensAtMs),
      closesAt: iso(round.closesAtMs),
      windowMs: round.windowMs,
      chainAnchor,
      beacon: beaconOf(definition, round.mode) ?? ("off" as const),
      stock: round.allotments.map((allotment) => ({
        channel: channelByNo(definition, allotment.channelNo)!.code,
        sku: variantByNo(definition, allotment.variantNo)!.sku,
        units: allotment.units,
      })),
    })),
    synthetic: definition.synthetic,
  };
}

/** The signed ticket of an entry: the same text whenever it is asked for. */
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

/** A ticket that really was given out; null for every other text. */
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

/** The question that an offer waits for an answer to; what was typed is shown to be confirmed. */
export async function presentStepUp(sql: Query, keyring: Keyring, offer: StoredOffer) {
  if (offer.state !== "open") return null;
  const known = await findStepUp(sql, keyring, offer);
  if (!known || known.passed || known.wanted === null) return null;
  const { name, address, district, city } = known.wanted.facts;
  const cipher =
    known.codeSentAtMs === null ? null : await findContactCipher(sql, offer.accountKey);
  const contact = cipher === null ? null : (JSON.parse(keyring.decrypt(cipher)) as Contact);
  return {
    kinds: known.kinds,
    reasons: known.reasons,
    sentTo: contact && maskContact(contact),
    address: [name, address, district, city].filter(Boolean).join(", "),
  };
}

type ShownStepUp = Awaited<ReturnType<typeof presentStepUp>>;

export function presentOffer(
  definition: SaleDefinition,
  provider: PaymentProvider,
  offer: StoredOffer,
  stepUp: ShownStepUp,
) {
  const channel = must(channelByNo(definition, offer.channelNo), "channel of an offer");
  return {
    offerId: offer.offerId,
    state: offer.state,
    channel: channel.code,
    sku: must(variantByNo(definition, offer.variantNo), "variant of an offer").sku,
    madeAt: iso(offer.madeAtMs),
    expiresAt: iso(offer.expiresAtMs),
    extended: offer.extended,
    stepUp,
    paymentMethods: channel.paymentMethods.filter((method) => canTake(provider.name, method)),
  };
}

export function presentOrder(
  definition: SaleDefinition,
  provider: PaymentProvider,
  order: StoredOrder,
) {
  const reference = paymentReference(order.saleNo, order.orderId);
  const { priceMinorUnits: amountMinorUnits, currency } = order;
  const payable = order.state === "awaiting_payment";
  return {
    orderId: order.orderId,
    offerId: order.offerId,
    state: order.state,
    cancelReason: order.cancelReason,
    channel: must(channelByNo(definition, order.channelNo), "channel of an order").code,
    sku: must(variantByNo(definition, order.variantNo), "variant of an order").sku,
    paymentMethod: order.paymentMethod,
    priceMinorUnits: order.priceMinorUnits,
    currency: order.currency,
    refundDue: order.refundDue,
    placedAt: iso(order.placedAtMs),
    dueAt: iso(order.dueAtMs),
    payUrl: payable ? provider.payUrl({ reference, amountMinorUnits, currency }) : null,
  };
}
