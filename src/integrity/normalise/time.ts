/* Moments as exports write them, in milliseconds since 1970 UTC; NaN for a moment that there is not. */

/** Which of the first two numbers of 2/3/2026 is the day. */
export type DateOrder = "dmy" | "mdy";

/**
 * A moment in milliseconds from the ways that exports write one; NaN when it cannot be read. Times
 * without a zone are taken as of `offsetMinutes` east of Greenwich (Jakarta: 420).
 */
export function readMoment(text: string, offsetMinutes: number, order: DateOrder = "dmy"): number {
  const clean = text.trim();
  if (clean === "") return Number.NaN;
  if (/^\d{12,13}$/.test(clean)) return Number(clean);
  if (/^\d{9,10}$/.test(clean)) return Number(clean) * 1_000;
  const iso =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
      clean,
    );
  if (iso) {
    const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "0", zone] = iso;
    const parts = [
      Number(year),
      Number(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      Number(fraction.padEnd(3, "0")),
    ] as const;
    return moment(parts, zone === undefined ? offsetMinutes : zoneMinutes(zone));
  }
  return readOther(clean, offsetMinutes, order);
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTHS_ID: Readonly<Record<string, string>> = {
  mei: "may",
  agu: "aug",
  okt: "oct",
  des: "dec",
  agt: "aug",
};

/** "24/11/2026 13:45:10", "26 Nov 2026 13:45"; in the given order, unless one of the numbers cannot be a month. */
function readOther(text: string, offsetMinutes: number, order: DateOrder): number {
  const match =
    /^(\d{1,2})[-/. ](\d{1,2}|[a-z]{3})[a-z]*[-/. ](\d{4})(?:[ ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*(am|pm)?)?$/i.exec(
      text,
    );
  if (!match) return Number.NaN;
  const [, first, second = "", year, hour = "0", minute = "0", seconds = "0", half] = match;
  let day = Number(first);
  const word = second.toLowerCase();
  let month = /^\d+$/.test(word) ? Number(word) : MONTHS.indexOf(MONTHS_ID[word] ?? word) + 1;
  const swapped = month > 12 || (order === "mdy" && /^\d+$/.test(word) && day <= 12);
  if (swapped) [day, month] = [month, day];
  const clock = (Number(hour) % (half ? 12 : 24)) + (half?.toLowerCase() === "pm" ? 12 : 0);
  return moment(
    [Number(year), month, day, clock, Number(minute), Number(seconds), 0],
    offsetMinutes,
  );
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const digits = zone.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return digits.startsWith("-") ? -minutes : minutes;
}

/** Milliseconds since 1970 UTC of a wall clock's time; NaN where there is no such time. */
function moment(
  [year, month, day, hour, minute, second, milliseconds]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ],
  offsetMinutes: number,
): number {
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const back = new Date(utc);
  // 31 February and hour 25 are no moments.
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || minute > 59)
    return Number.NaN;
  return utc - offsetMinutes * 60_000;
}
