/*
 * One row of a file as an order, or what is wrong with it. Must never happen: a cell of a broken row is shown, since
 * after a comma too many it may hold a phone number or a name; its shape is.
 */

import { asText, fill, fillText, type Text } from "../../base/language.ts";
import type { CanonicalColumn, Format } from "../../connectors/formats/format.ts";
import { addressesIn, normalIp } from "../normalise/network.ts";
import { phonesIn } from "../normalise/phone.ts";
import { partsOf, readMoment, YEARS } from "../normalise/time.ts";
import type { FileColumns } from "./fileColumns.ts";
import { isShortened, isSpreadsheetError } from "./numberDamage.ts";
import { STANDINGS, standingOf } from "./standing.ts";
import { FAULT_WORDS } from "./words.ts";

export const TEXTS = [
  ...(["orderId", "channel", "account", "name", "phone", "email", "address", "district"] as const),
  ...(["city", "deviceId", "ip", "userAgent", "paymentMethod", "paymentId", "sku"] as const),
] as const;
export const NUMBERS = [
  ...(["orderedAtMs", "accountCreatedAtMs", "units", "unitPriceMinorUnits"] as const),
  ...(["standing", "row"] as const),
] as const;

/** An order as its row tells it; `standing` is a number of `STANDINGS`. */
export type Row = Readonly<
  Record<(typeof TEXTS)[number], string> & Record<(typeof NUMBERS)[number], number>
>;

/** The fault of a row; without a column it is the row as a whole. */
export interface Fault {
  readonly column: CanonicalColumn | null;
  readonly said: Text;
}

/** More units are in no order of a scarce thing: it is a phone number or a price. */
const MOST_UNITS = 10_000;
const SHAPE_LETTERS = 24;

/** A cell by its shape alone ("99/99 aaa"). */
const shapeOf = (cell: string): string =>
  cell
    .slice(0, SHAPE_LETTERS)
    .replaceAll(/\p{N}/gu, "9")
    .replaceAll(/[\p{L}\p{M}]/gu, "a");

function notA(column: CanonicalColumn, kind: "moment" | "units", cell: string): Fault {
  const shape = shapeOf(cell);
  const said = asText((side) =>
    fill(FAULT_WORDS.notA[side], { shape, kind: FAULT_WORDS[kind][side] }),
  );
  return { column, said };
}

/** The reason why a cell is no moment. */
function timeFault(column: CanonicalColumn, cell: string): Fault {
  if (isShortened(cell)) return { column, said: FAULT_WORDS.shortened };
  const date = partsOf(cell);
  const year = date === null ? undefined : date.parts[date.family === "yearLast" ? 2 : 0];
  const isPossible = year === undefined || (year >= YEARS.first && year <= YEARS.last);
  if (isPossible || date?.family === "twoDigits") return notA(column, "moment", cell);
  return { column, said: fillText(FAULT_WORDS.year, { year: String(year) }) };
}

/** Cells of programs that know no moment. */
const NO_MOMENT = /^(?:0|-|null|n\/a|0000-00-00.*|1970-01-01.*|1899-12-3\d.*|1900-01-0\d.*)$/i;

/** A number that is nobody's phone number, read in a column of phones. */
function phoneOf(
  text: string,
  row: number,
  columns: FileColumns,
): { phone: string; fits: boolean } {
  if (text === "") return { phone: "", fits: true };
  const whole = columns.ids.phone.read(text, row);
  if (whole === null) return { phone: "", fits: true };
  if (/^[+\d]+$/.test(whole)) return { phone: whole, fits: true };
  const letters = whole.replace(
    /\b(?:ext|extension|pes|pesawat|atau|dan|or|and|wa|hp|telp?|tel|phone|x)\b\.?/gi,
    "",
  );
  if (/\p{L}{3,}/u.test(letters) && !whole.includes("*")) {
    columns.note("phoneWithLetters", row);
    return { phone: "", fits: false };
  }
  if (phonesIn(whole).length > 1) columns.ids.phone.several(row);
  return { phone: whole, fits: true };
}

function ipOf(text: string, row: number, columns: FileColumns): string {
  if (text === "" || /^[\d.]+$/.test(text)) return text;
  const ip = normalIp(text);
  if (ip === null) {
    // Some shops hash addresses: those are compared as they are. A word in their place is no address.
    if (/^[\da-f-]{16,}$/i.test(text)) return text;
    columns.note("ipUnreadable", row);
    return "";
  }
  if (addressesIn(text).length > 1) columns.note("addressList", row);
  return ip;
}

/** A masked account ("s****@gmail.com") is many people's: worse than none. */
const unmasked = (account: string): string => (account.includes("*") ? "" : account);

interface Numbers {
  readonly orderedAtMs: number;
  readonly units: number;
  readonly accountCreatedAtMs: number;
  readonly unitPriceMinorUnits: number;
  readonly priceFits: boolean;
}

type Read = (column: CanonicalColumn) => string;

/** The numbers of a row, or its fault. */
function numbersOf(read: Read, row: number, columns: FileColumns): Numbers | Fault {
  const orderedAt = read("ordered_at");
  const orderedAtMs = columns.orderedAt.read(orderedAt, row);
  if (Number.isNaN(orderedAtMs)) {
    const isTwoDates = columns.assumed.mixed.orderedAt && !Number.isNaN(readMoment(orderedAt, 0));
    return isTwoDates
      ? { column: "ordered_at", said: FAULT_WORDS.twoDates }
      : timeFault("ordered_at", orderedAt);
  }
  const unitsText = read("units");
  const units = unitsText === "" ? 1 : columns.units.read(unitsText, row);
  if (isShortened(unitsText)) return { column: "units", said: FAULT_WORDS.shortened };
  if (!(units > 0 && units <= MOST_UNITS)) return notA("units", "units", unitsText);
  const created = read("account_created_at");
  const isKnown = created !== "" && !NO_MOMENT.test(created);
  if (created !== "" && !isKnown) columns.note("createdUnknown", row);
  const accountCreatedAtMs = isKnown ? columns.createdAt.read(created, row) : Number.NaN;
  const isOpen = columns.assumed.mixed.createdAt && !Number.isNaN(readMoment(created, 0));
  if (isKnown && Number.isNaN(accountCreatedAtMs) && !isOpen)
    return timeFault("account_created_at", created);
  const price = read("unit_price");
  const unitPriceMinorUnits = price === "" ? Number.NaN : columns.price.read(price, row);
  const priceFits = price === "" || !Number.isNaN(unitPriceMinorUnits);
  if (!priceFits) columns.note("priceUnreadable", row);
  return { orderedAtMs, units, accountCreatedAtMs, unitPriceMinorUnits, priceFits };
}

/** Whether a cell of another kind stands in a column of names or mail boxes. */
const isStray = (name: string, email: string): boolean =>
  name.includes("@") || /^\+?\d[\d -]{8,}$/.test(name) || /^\+?\d[\d -]{8,}$/.test(email);

/** Reads a row; `read` gives its cells by our columns. */
export function orderOf(
  read: Read,
  row: number,
  format: Format,
  columns: FileColumns,
): Row | Fault {
  const idText = read("order_id");
  if (idText === "") return { column: "order_id", said: FAULT_WORDS.empty };
  const orderId = columns.ids.order_id.read(idText, row);
  if (orderId === null) return damagedId(idText);
  const numbers = numbersOf(read, row, columns);
  if ("said" in numbers) return numbers;
  const { orderedAtMs, units, accountCreatedAtMs, unitPriceMinorUnits, priceFits } = numbers;
  const { phone, fits } = phoneOf(read("phone"), row, columns);
  const [name, email, paymentMethod] = [read("name"), read("email"), read("payment_method")];
  const misfits = [!fits, !priceFits, isStray(name, email)].filter(Boolean).length;
  if (misfits > 1) return { column: null, said: FAULT_WORDS.shifted };
  const standing = standingOf({
    status: read("status"),
    cancelledAt: read("cancelled_at"),
    paymentMethod,
    unpaidStatus: format.unpaidStatus ?? [],
  });
  // One literal: a million of them are made.
  return {
    orderId,
    orderedAtMs,
    units,
    accountCreatedAtMs,
    unitPriceMinorUnits,
    standing: STANDINGS.indexOf(standing),
    row,
    channel: read("channel") || format.channel,
    account: unmasked(columns.ids.account_id.read(read("account_id"), row) ?? ""),
    name,
    phone,
    email,
    address: read("address"),
    district: read("district"),
    city: read("city"),
    deviceId: columns.ids.device_id.read(read("device_id"), row) ?? "",
    ip: ipOf(read("ip"), row, columns),
    userAgent: read("user_agent"),
    paymentMethod,
    paymentId: columns.ids.payment_id.read(read("payment_id"), row) ?? "",
    sku: read("sku"),
  };
}

function damagedId(text: string): Fault {
  const { spreadsheetError, shortened } = FAULT_WORDS;
  return { column: "order_id", said: isSpreadsheetError(text) ? spreadsheetError : shortened };
}
