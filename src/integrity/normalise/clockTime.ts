/* The parts of a date and time as people and programs write them, before it is known which number is the day. */

/** A date of three parts, in the order that they stand in; a month that is a word is its number, and known. */
export interface DateParts {
  /** By where the year stands: that decides which orders are possible. */
  readonly family: "yearFirst" | "yearLast" | "twoDigits" | "word";
  readonly parts: readonly [number, number, number];
  /** Milliseconds since midnight. */
  readonly clockMs: number;
  /** Minutes east of Greenwich that the text itself names; null where it names none. */
  readonly zoneMinutes: number | null;
}

const ZONES: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  wib: 420,
  wita: 480,
  wit: 540,
};

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
/** Indonesian names by their first letters, where they differ from the English ones. */
const MONTHS_ID: Readonly<Record<string, string>> = {
  peb: "feb",
  mei: "may",
  agu: "aug",
  agt: "aug",
  ags: "aug",
  okt: "oct",
  nop: "nov",
  des: "dec",
};

/** 1 to 12; NaN for a word that is no month. */
function monthOf(word: string): number {
  const start = word.toLowerCase().slice(0, 3);
  const month = MONTHS.indexOf(MONTHS_ID[start] ?? start) + 1;
  return month === 0 ? Number.NaN : month;
}

/** A clock at the end of a text: "10:00:55.182", "10.00 PM", "10:00 WIB", "10:00:55 GMT+7", "10:00 (+0700)". */
const CLOCK =
  /[t\s,]\s*(?:-\s+|pukul\s+|jam\s+|at\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?(?:\.?m\.?)?\s*\(?(z|utc|gmt|wib|wita|wit)?\s*([+-]\d{1,2}(?::?\d{2})?)?\)?(?:\s*\([^)]*\))?$/i;
const DAY_NAME =
  /^(?:mon|tue|wed|thu|fri|sat|sun|sen|sel|rab|kam|jum|sab|min|ahad)[a-z']*\.?,?\s+/i;

interface Clock {
  readonly ms: number;
  readonly zoneMinutes: number | null;
}

/** Minutes east of Greenwich of "+7", "+07", "+0700", "-03:30". */
export function zoneMinutesOf(zone: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
  const east = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -east : east;
}

/** NaN where there is no such time of day. */
function clockOf(match: RegExpExecArray): Clock {
  const [, hour, minute, second = "0", fraction = "0", half, name, offset] = match;
  const afternoon = half?.toLowerCase() === "p";
  let hours = Number(hour);
  // "22:00 PM" is written, and can mean one thing only.
  if (half !== undefined && hours <= 12) hours = (hours % 12) + (afternoon ? 12 : 0);
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const ms = ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + milliseconds;
  const isTime = hours < 24 && Number(minute) < 60 && Number(second) < 60;
  const named = name === undefined ? null : (ZONES[name.toLowerCase()] ?? null);
  const zoneMinutes = offset === undefined ? named : zoneMinutesOf(offset);
  return { ms: isTime ? ms : Number.NaN, zoneMinutes };
}

const NO_CLOCK: Clock = { ms: 0, zoneMinutes: null };

/** The parts of a date with or without a time of day; null for a text that is none. */
export function dateParts(text: string): DateParts | null {
  const match = CLOCK.exec(text);
  const clock = match === null ? NO_CLOCK : clockOf(match);
  if (Number.isNaN(clock.ms)) return null;
  const date = (match === null ? text : text.slice(0, match.index)).trim().replace(DAY_NAME, "");
  const found = dateOnly(date.replace(/[,\s-]+$/, ""));
  if (found === null) return null;
  return { ...found, clockMs: clock.ms, zoneMinutes: clock.zoneMinutes };
}

type DateOnly = Pick<DateParts, "family" | "parts">;

function dateOnly(text: string): DateOnly | null {
  const compact = /^(20\d{2})(\d{2})(\d{2})$/.exec(text);
  const first = compact ?? /^(\d{4})[-/. ]+(\d{1,2}|[a-z]{3,9})\.?[-/. ]+(\d{1,2})$/i.exec(text);
  if (first) return withWord(first, "yearFirst");
  const last = /^(\d{1,2})[-/. ]+(\d{1,2}|[a-z]{3,9})\.?,?[-/. ]+'?(\d{4}|\d{2})$/i.exec(text);
  if (last) return withWord(last, last[3]?.length === 4 ? "yearLast" : "twoDigits");
  const american =
    /^([a-z]{3,9})\.?[-/. ]+(\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+'?(\d{4}|\d{2})$/i.exec(text);
  if (!american) return null;
  const [, word = "", day, year] = american;
  return { family: "word", parts: [fullYear(Number(year)), monthOf(word), Number(day)] };
}

const fullYear = (year: number): number => (year < 100 ? 2_000 + year : year);

/** A month that is a word leaves nothing open: the parts are then year, month, day. */
function withWord(
  match: RegExpExecArray,
  family: "yearFirst" | "yearLast" | "twoDigits",
): DateOnly {
  const [, a = "", b = "", c = ""] = match;
  if (/^\d/.test(b)) return { family, parts: [Number(a), Number(b), Number(c)] };
  const [year, day] = family === "yearFirst" ? [a, c] : [c, a];
  return { family: "word", parts: [fullYear(Number(year)), monthOf(b), Number(day)] };
}
