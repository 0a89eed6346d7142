/*
 * The files of the channels, made of orders. The brand's own shop shows all; a lender's app shows people
 * and devices, but no network; one marketplace masks names and phones; another shows little more than
 * an account. Names of devices and purses are each channel's own: they cannot be compared across.
 */

import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";
import { NO_ACCOUNT, NO_DEVICE, NO_MAIL, NO_PAYMENT, NO_PHONE } from "./placeholders.ts";
import { shortened, spelledPhone } from "./placeholders.ts";
import { ARTICLES, MINUTE_MS, SALE_START_MS, SECOND_MS } from "./sale.ts";
import type { Draft } from "./types.ts";
import type { World } from "./world.ts";

/** Things that a row truly shows, in a form in which they can be compared; null where it does not. */
export interface Seen {
  readonly device: string | null;
  readonly payment: string | null;
  readonly phone: string | null;
  readonly mail: string | null;
}

export interface Row {
  readonly order: Omit<OrderRecord, "orderId">;
  readonly seen: Seen;
}

/** FNV-1a with a start of its own and the last mixing of MurmurHash3, as eight hexadecimal digits. */
function hash(text: string, start: number): string {
  let sum = start >>> 0;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b) >>> 0;
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35) >>> 0;
  return ((sum ^ (sum >>> 16)) >>> 0).toString(16).padStart(8, "0");
}

/** A name for a thing that says nothing about it: sixteen hexadecimal digits. */
const token = (text: string) => hash(text, 0x811c9dc5) + hash(`${text}#`, 0x5bd1e995);

const starred = (word: string) => word.slice(0, 1) + "*".repeat(Math.max(1, word.length - 1));

const maskedMail = (mail: string) => {
  const [local = "", host = ""] = mail.split("@");
  return `${local.slice(0, 1)}*****${local.slice(-1)}@${host}`;
};

/** One mail box has many addresses where dots and what follows a plus are not read. */
export function mailBox(mail: string): string {
  const [local = "", host = ""] = mail.toLowerCase().split("@");
  const name = local.split("+")[0] ?? "";
  return `${host === "gmail.com" ? name.replaceAll(".", "") : name}@${host}`;
}

const NOTHING: Seen = { device: null, payment: null, phone: null, mail: null };

function priceOf(sku: string): number {
  const article = ARTICLES.find((one) => one.sku === sku);
  return (article?.priceRupiah ?? 0) * 100;
}

/** Cells of all channels. */
const common = ({ channel, sku, units }: Draft) => ({
  channel,
  units,
  sku,
  unitPriceMinorUnits: priceOf(sku),
});

/** A virtual account is made for one order; purses have one token; cash has none. */
function paymentId({ pays, channel }: Draft, world: World): string | undefined {
  if (pays.source !== null) return token(`${channel} ${pays.source}`);
  return pays.method.endsWith("VA") ? `8${world.digits(8)}${world.digits(7)}` : undefined;
}

interface Cell {
  readonly text: string | undefined;
  readonly isTrue: boolean;
}

/** The text, or now and then a placeholder or nothing. */
function cell(
  text: string | undefined,
  {
    none,
    noneShare,
    emptyShare,
  }: { none: readonly string[]; noneShare: number; emptyShare: number },
  world: World,
): Cell {
  const kind = world.chance.fraction();
  if (kind < noneShare) return { text: world.chance.pick(none), isTrue: false };
  if (text === undefined || kind < noneShare + emptyShare)
    return { text: undefined, isTrue: false };
  return { text, isTrue: true };
}

/** Cells that have a text. */
function given<K extends string>(cells: Partial<Record<K, string | undefined>>) {
  for (const name in cells) if (cells[name] === undefined) delete cells[name];
  return cells as Partial<Record<K, string>>;
}

function ofWeb(draft: Draft, world: World): Row {
  const { account, device, pays, district } = draft;
  const isGuest = world.is(0.015);
  const phone = cell(
    spelledPhone(draft.phone, world.chance),
    { none: NO_PHONE, noneShare: 0.007, emptyShare: 0.004 },
    world,
  );
  const mail = cell(account.mail, { none: NO_MAIL, noneShare: 0.006, emptyShare: 0.02 }, world);
  const id = cell(
    `fp_${token(`web ${device.id}`)}`,
    { none: NO_DEVICE, noneShare: 0.009, emptyShare: 0.05 },
    world,
  );
  const paid = cell(
    paymentId(draft, world),
    { none: NO_PAYMENT, noneShare: 0.006, emptyShare: 0.01 },
    world,
  );
  const order = {
    orderedAtMs: SALE_START_MS + draft.afterMs,
    ...common(draft),
    account: isGuest ? world.chance.pick(NO_ACCOUNT) : `U${account.number}`,
    ...(isGuest ? {} : { accountCreatedAtMs: account.createdAtMs }),
    name: draft.name,
    address: draft.address,
    district: district.name,
    city: district.city,
    ip: draft.ip,
    userAgent: device.client,
    paymentMethod: pays.method,
    ...given({ phone: phone.text, email: mail.text, deviceId: id.text, paymentId: paid.text }),
  };
  return {
    order,
    seen: {
      device: id.isTrue ? `web ${device.id}` : null,
      payment: paid.isTrue && pays.source !== null ? `web ${pays.source}` : null,
      phone: phone.isTrue ? draft.phone : null,
      mail: mail.isTrue ? mailBox(account.mail) : null,
    },
  };
}

/** The name that one faulty version of the lender's app gave to every phone. */
export const FAULTY_VERSION = "c1f6a2d0-0000-4000-8000-000000000521";

function ofAkulaku(draft: Draft, world: World): Row {
  const { account, device, pays, district } = draft;
  const isFaulty = world.is(0.012);
  const isShortened = world.is(0.008);
  const hex = token(`akulaku ${device.id}`) + token(`app ${device.id}`);
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ];
  const id = isFaulty
    ? { text: FAULTY_VERSION, isTrue: false }
    : cell(uuid.join("-"), { none: NO_DEVICE, noneShare: 0.006, emptyShare: 0.01 }, world);
  const phone = cell(
    spelledPhone(draft.phone, world.chance),
    { none: NO_PHONE, noneShare: 0.003, emptyShare: 0.002 },
    world,
  );
  const isPhone = phone.isTrue && !isShortened;
  const paid = cell(
    paymentId(draft, world),
    { none: NO_PAYMENT, noneShare: 0.004, emptyShare: 0.02 },
    world,
  );
  const order = {
    orderedAtMs: SALE_START_MS + Math.floor(draft.afterMs / SECOND_MS) * SECOND_MS,
    ...common(draft),
    account: String(6_280_000_000 + account.number),
    accountCreatedAtMs: Math.floor(account.createdAtMs / SECOND_MS) * SECOND_MS,
    name: draft.name.toUpperCase(),
    address: draft.address,
    city: district.city.toUpperCase(),
    paymentMethod: pays.method,
    ...given({
      phone: phone.isTrue && isShortened ? shortened(draft.phone) : phone.text,
      deviceId: id.text,
      paymentId: paid.text,
    }),
  };
  return {
    order,
    seen: {
      ...NOTHING,
      device: id.isTrue ? `akulaku ${device.id}` : null,
      payment: paid.isTrue && pays.source !== null ? `akulaku ${pays.source}` : null,
      phone: isPhone ? draft.phone : null,
    },
  };
}

/** Names, phones and mails are masked; times are told by the minute. */
function ofLazada(draft: Draft, world: World): Row {
  const { account, device, pays, district } = draft;
  const id = cell(
    token(`lazada ${device.id}`),
    { none: NO_DEVICE, noneShare: 0.006, emptyShare: 0.03 },
    world,
  );
  const source = pays.source === null ? undefined : token(`lazada ${pays.source}`);
  const paid = cell(source, { none: NO_PAYMENT, noneShare: 0.004, emptyShare: 0.25 }, world);
  const order = {
    orderedAtMs: SALE_START_MS + Math.floor(draft.afterMs / MINUTE_MS) * MINUTE_MS,
    ...common(draft),
    account: String(100_000_000 + account.number),
    name: draft.name.split(" ").map(starred).join(" "),
    phone: `62********${draft.phone.slice(-2)}`,
    email: maskedMail(account.mail),
    address: draft.address.replaceAll(",", "，"),
    district: district.name,
    city: district.city.replace(/^Kabupaten/, "Kab."),
    paymentMethod: pays.method === "COD" ? "COD" : pays.method.replace(" VA", " Virtual Account"),
    ...given({ deviceId: id.text, paymentId: paid.text }),
  };
  return {
    order,
    seen: {
      ...NOTHING,
      device: id.isTrue ? `lazada ${device.id}` : null,
      payment: paid.isTrue && pays.source !== null ? `lazada ${pays.source}` : null,
    },
  };
}

/** Little more than an account, a district and a way of paying. */
function ofTiktok(draft: Draft): Row {
  const { account, pays, district } = draft;
  const [name = ""] = draft.name.split(" ");
  const order = {
    orderedAtMs: SALE_START_MS + Math.floor(draft.afterMs / SECOND_MS) * SECOND_MS,
    ...common(draft),
    account: account.handle,
    name: `${name.slice(0, 1)}***${name.slice(-1)}`,
    phone: `(+62)${draft.phone.slice(1, 4)}******${draft.phone.slice(-2)}`,
    address: `${draft.address.slice(0, 6)}${"*".repeat(12)}`,
    district: district.name,
    city: district.city,
    paymentMethod: pays.method.endsWith("VA") ? "Bank transfer" : pays.method,
  };
  return { order, seen: NOTHING };
}

/** The row of an order in its channel's file; it has no number yet. */
export function rowOf(draft: Draft, world: World): Row {
  if (draft.channel === "web") return ofWeb(draft, world);
  if (draft.channel === "akulaku") return ofAkulaku(draft, world);
  return draft.channel === "lazada" ? ofLazada(draft, world) : ofTiktok(draft);
}
