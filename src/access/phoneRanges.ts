/*
 * The numbers that sign-in codes are sent to. The owner of a premium or satellite number is paid for
 * each text that others send there, so a stranger must never choose one. A refused number costs a
 * buyer another way to sign in; a wrongly accepted one costs the seller money for every code.
 */

/** Calling codes of satellites, premium services and networks without a country (ITU-T E.164). */
const NO_COUNTRY = ["388", "800", "808", "870", "878", "881", "882", "883", "888", "979", "991"];

/** Ranges within a country that cost a multiple of an ordinary text, or lead to satellites. */
const COSTLY: Readonly<Record<string, readonly string[]>> = {
  // PSN's satellite phones, and premium calls.
  "62": ["868", "809"],
  "1": ["900", "976", "500", "521", "522", "533", "544", "566", "577", "588", "700", "710"],
  "44": ["70", "76", "84", "87", "9"],
  "60": ["600"],
  "61": ["19", "147"],
  "65": ["1900"],
  "31": ["90", "80"],
  "33": ["81", "82", "89"],
  "39": ["89", "70"],
  "49": ["900", "137", "180", "19"],
  "66": ["1900"],
  "81": ["990", "570"],
  "86": ["1349", "174"],
  "91": ["1860", "1900"],
  "7": ["803", "809", "954"],
};

/**
 * Countries that share the calling code 1 with the United States and Canada and are billed as far
 * abroad. To serve one, name it with its area code: "1876".
 */
const ISLANDS = [
  "242",
  "246",
  "264",
  "268",
  "284",
  "345",
  "441",
  "473",
  "649",
  "658",
  "664",
  "721",
  "758",
  "767",
  "784",
  "809",
  "829",
  "849",
  "868",
  "869",
  "876",
];

/** The form of an entry of the country list: a calling code, or more of the number. */
export const isCountryCode = (text: string): boolean => /^[1-9]\d{0,5}$/.test(text);

/**
 * Whether a code may be sent to a number (E.164, "+62…"), given the calling codes that the
 * installation serves. Premium and satellite ranges are never served, listed or not.
 */
export function mayBeTexted(phone: string, countries: readonly string[]): boolean {
  const digits = phone.slice(1);
  const begins = (start: string) => digits.startsWith(start);
  if (NO_COUNTRY.some(begins)) return false;
  const isCostly = ([code, ranges]: readonly [string, readonly string[]]) =>
    ranges.some((range) => begins(code + range));
  if (Object.entries(COSTLY).some(isCostly)) return false;
  const served = countries.filter(begins);
  if (served.length === 0) return false;
  const island = ISLANDS.some((area) => begins(`1${area}`));
  return !island || served.some((code) => code.length >= 4);
}
