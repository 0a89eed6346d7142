/*
 * Values that mean "not given". Nobody shares them: a form's zeros tie strangers as little as an empty cell does.
 *
 * Must never happen: a thing that somebody has is taken for nothing, because a list grew too wide. So a word counts
 * only where it is the whole value, and a row of digits only where no number looks like it.
 */

import { plainLetters } from "../../base/plainLetters.ts";
import { isAscii } from "./ascii.ts";

/** Raised with each change: what an older version said of a file may differ. */
export const PLACEHOLDERS_VERSION = 1;

/** The columns in which a value may mean nothing. */
export const PLACEHOLDER_KINDS = ["account", "phone", "email", "device", "payment"] as const;
export type PlaceholderKind = (typeof PLACEHOLDER_KINDS)[number];

const words = (...lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => line.split(" ")));

/** Said of anything, without spaces and marks. */
const NOTHING = words(
  "unknown unknow undefined null nil none nan na notavailable notapplicable notset notgiven",
  "notprovided notfound unavailable unspecified undisclosed missing empty blank void false true",
  "default test testing tester sample example dummy fake string object objectobject placeholder",
  "anonymous anonim anon hidden masked redacted private deleted removed disembunyikan rahasia",
  "tidakada tidakdiketahui tidaktersedia tidakdiisi takada kosong belumada belumdiisi nihil tbd",
  "xxx xxxx xxxxx xxxxxx other others lain lainnya lainlain noid nodata nodevice nopayment novalue",
);

/** Said of one kind of thing. */
const NOTHING_OF: Readonly<Record<PlaceholderKind, ReadonlySet<string>>> = {
  account: words(
    "guest guestuser guestcheckout tamu pelanggan pembeli customer buyer user admin system sistem",
    "walkin walkincustomer umum member nonmember offline pos kasir toko shop seller penjual",
  ),
  phone: words("nophone nohp notelp tanpanomor"),
  email: words("noemail noreply nomail tanpaemail"),
  device: words(
    "device deviceid android ios iphone ipad web browser desktop mobile emulator simulator generic",
    "androidemulator iphonesimulator windows mac macos linux chrome safari firefox app server api pos",
    // An emulator's and a faulty batch's Android id; the address that systems give for a hidden one.
    "9774d56d682e549c dead00beef 020000000000 unknowndevice",
  ),
  payment: words("payment paymentid paid lunas unpaid pending success settled token id"),
};

/** Ways to pay: as the id of a payment they say how, never whose. */
const METHODS = words(
  "cod cash tunai bayar bayarditempat ditempat tempat di at on the door delivery transfer bank va virtual account qris qr",
  "ewallet wallet e dompet digital gopay go pay ovo dana linkaja shopeepay spay shopee airpay spaylater",
  "paylater pay later bayarnanti nanti kredivo akulaku indodana atome home credit homecredit cicilan",
  "installment kartu kredit debit debet card cc creditcard debitcard visa mastercard master jcb amex",
  "bca bni bri mandiri cimb niaga permata danamon btn bsi mega maybank panin ocbc jago seabank blu",
  "livin brimo klikbca mbanking mobile banking internet atm alfamart indomaret alfamidi minimarket gerai",
  "doku midtrans xendit ipaymu faspay duitku tripay espay paypal stripe manual online lazada tokopedia",
  "saldo balance voucher poin points gratis free other lainnya method metode pembayaran payment via",
);

/** Mail boxes of nobody, before the "@", and mail domains of nobody. */
const NO_BOX = words(
  "noemail nomail noreply donotreply none null na unknown undefined test testing tester example sample",
  "dummy guest tamu customer pelanggan anonymous anonim tidakada kosong noname tanpanama",
);
const NO_DOMAIN =
  /@(?:(?:[a-z0-9-]+\.)*(?:example|invalid|test|localhost)|example\.(?:com|org|net|co\.id)|(?:no-?email|no-?mail|none|noreply|test|xxx|guest|null|unknown)\.(?:com|org|net|id|co\.id))$/;

const RUN = "01234567890123456789";
const RUN_BACK = "98765432109876543210";
/** A small shop counts its accounts from 1, so short ids of ordinary digits are somebody's. */
const LEAST_SAME = 4;
const LEAST_RUN = 6;
const LEAST_REPEATED = 8;

const HEX = "0123456789abcdef";
const RUNS = `${RUN} ${RUN_BACK} ${HEX}${HEX}0`;
/** Longer texts are known by their ends. */
const END = 6;

/**
 * Whether the end of a text is a part of a run, or one to three characters again and again. No other text is made up;
 * nearly all numbers and ids that people have are told by this alone.
 */
function mayBeMadeUp(text: string): boolean {
  const end = text.length - END;
  if (end < 0) return true;
  for (let period = 1; period <= 3; period++) {
    let at = end + period;
    while (at < text.length && text.charCodeAt(at) === text.charCodeAt(at - period)) at++;
    if (at === text.length) return true;
  }
  return RUNS.includes(text.slice(end));
}

/** Digits that nobody was given: zeros, all the same, one after the other, or a few again and again. */
function isMadeUpNumber(digits: string): boolean {
  if (!mayBeMadeUp(digits)) return false;
  if (/^0+$/.test(digits)) return true;
  if (digits.length >= LEAST_SAME && /^(.)\1+$/.test(digits)) return true;
  if (digits.length >= LEAST_RUN && (RUN.includes(digits) || RUN_BACK.includes(digits)))
    return true;
  return digits.length >= LEAST_REPEATED && isRepeated(digits);
}

/**
 * Whether a text is two or three characters again and again to the end: 1212 1212, 123 123 123. Of four characters it
 * would be one in ten thousand of the numbers that people have.
 */
function isRepeated(text: string): boolean {
  return [2, 3].some((length) => {
    const part = text.slice(0, length);
    return (
      text.length >= 4 * length - 3 && part.repeat(Math.ceil(text.length / length)).startsWith(text)
    );
  });
}

const MOBILE = /^(?:\+?62|0)8\d{8,11}$/;
const isOrdinaryMobile = (text: string): boolean => MOBILE.test(text) && !mayBeMadeUp(text);

/** A phone number without its beginning, which all of a country and a network share. */
function isNoPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (digits === "") return true;
  if (digits.length < text.length && /[*x•]/.test(text)) return false;
  const national = digits.replace(/^(?:00)?62/, "").replace(/^0+/, "");
  if (national === "" || isMadeUpNumber(digits) || isMadeUpNumber(national)) return true;
  // 0812-3456-7890, 0811-1111-1111, 0800-0000-0000: a sample on a form.
  if (!mayBeMadeUp(national)) return false;
  const own = [1, 2, 3].map((beginning) => national.slice(beginning));
  return own.some((rest) => rest.length >= 7 && isMadeUpNumber(rest));
}

function isNoEmail(text: string): boolean {
  const [box = "", domain] = text.toLowerCase().split("@");
  if (domain === undefined) return false;
  const plain = box.replace(/[^a-z0-9]/g, "");
  const isNumber = /^\d+$/.test(plain);
  return NO_BOX.has(plain) || NO_DOMAIN.test(`@${domain}`) || (isNumber && isMadeUpNumber(plain));
}

/** An id in which every hexadecimal digit is the same, zero and F before all, or all run on. */
function isMadeUpId(text: string): boolean {
  const plain = text.replace(/^0x/, "");
  if (!mayBeMadeUp(plain)) return false;
  return isMadeUpNumber(plain) || /^(?:0123456789abcdef)+$|^(?:123456789abcdef)+0?$/.test(plain);
}

const wordsIn = (text: string): readonly string[] => text.match(/[a-z]+/g) ?? [];

/** Whether a payment's id only says how somebody pays. */
function isMethod(text: string): boolean {
  const parts = wordsIn(text);
  return parts.length > 0 && !/\d{3}/.test(text) && parts.every((part) => METHODS.has(part));
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const AFTER_F = 102;

/** Digits beside letters that no hexadecimal number has: no word of a list, and no row of digits. Nearly all ids are. */
function isMixed(text: string): boolean {
  let digits = false;
  let letters = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= DIGIT_0 && code <= DIGIT_9) digits = true;
    else if ((code | 32) > AFTER_F && code < 128) letters = true;
    if (digits && letters) return true;
  }
  return false;
}

/** Whether a value means "not given" in a column of its kind. */
export function saysNothing(kind: PlaceholderKind, text: string): boolean {
  // First what nearly all values are: the rest takes ten times as long.
  if (kind === "phone") {
    if (isOrdinaryMobile(text)) return false;
  } else if (kind !== "email" && text.length > 4 && isMixed(text)) return false;
  const lower = (isAscii(text) ? text.toLowerCase() : plainLetters(text)).trim();
  const plain = lower.replace(/[^a-z0-9]/g, "");
  if (plain === "") return true;
  if (NOTHING.has(plain) || NOTHING_OF[kind].has(plain)) return true;
  switch (kind) {
    case "phone":
      return isNoPhone(lower);
    case "email":
      return isNoEmail(lower);
    case "payment":
      return isMadeUpId(plain) || isMethod(lower);
    case "account":
    case "device":
      return isMadeUpId(plain);
  }
}
