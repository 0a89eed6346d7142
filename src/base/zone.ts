/* Wall-clock time and IANA time zones ("Asia/Jakarta"), by the zone data of the runtime. */

import { localeOf, type Language } from "./language.ts";

/** Whether the runtime knows the zone. */

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Offset from UTC in ms at an instant: +25,200,000 for Asia/Jakarta. */
function offsetMs(instantMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(instantMs);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const wallMs = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wallMs - Math.floor(instantMs / 1000) * 1000;
}

const LOCAL_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/;

/**
 * The instant (ms since 1970 UTC) of a wall-clock time such as "2021-01-26T10:00:00" in a zone.
 * Null for a time that the zone skips (spring) or has twice (autumn): a sale must not open at an
 * ambiguous hour.
 */
export function instantOfLocalTime(text: string, timeZone: string): number | null {
  const match = LOCAL_TIME.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((n) => Number(n ?? 0));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wallMs);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const dayMs = 86_400_000;
  const candidates = new Set(
    [offsetMs(wallMs - dayMs, timeZone), offsetMs(wallMs + dayMs, timeZone)]
      .map((offset) => wallMs - offset)
      .filter((instantMs) => instantMs + offsetMs(instantMs, timeZone) === wallMs),
  );
  return candidates.size === 1 ? ([...candidates][0] as number) : null;
}

const INDONESIAN_ZONES: Readonly<Record<string, string>> = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Jayapura": "WIT",
};

/** "WIB", "WITA", "WIT" for Indonesia's zones, else the zone's own short name at that instant. */
export function zoneLabel(instantMs: number, timeZone: string): string {
  const known = INDONESIAN_ZONES[timeZone];
  if (known) return known;
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "short" }).formatToParts(
    instantMs,
  );
  return parts.find((p) => p.type === "timeZoneName")?.value ?? timeZone;
}

/** For display: "26 Januari 2021 10.00.00 WIB". */
export function formatInstant(instantMs: number, timeZone: string, language: Language): string {
  const text = new Intl.DateTimeFormat(localeOf(language), {
    timeZone,
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(instantMs);
  return `${text} ${zoneLabel(instantMs, timeZone)}`;
}

/** "10.00 WIB" on the day of `nowMs`, else "26 Jan 10.00 WIB": short enough for a text message. */
export function formatClock(
  instantMs: number,
  about: { readonly nowMs: number; readonly timeZone: string; readonly language: Language },
): string {
  const { nowMs, timeZone, language } = about;
  const today =
    localTimeOf(instantMs, timeZone).slice(0, 10) === localTimeOf(nowMs, timeZone).slice(0, 10);
  const text = new Intl.DateTimeFormat(localeOf(language), {
    timeZone,
    ...(today ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(instantMs);
  return `${text} ${zoneLabel(instantMs, timeZone)}`;
}

/**
 * The same instant in all zones of Indonesia, "10.00 WIB · 11.00 WITA · 12.00 WIT"; null for a sale
 * elsewhere.
 */
export function onIndonesianClocks(instantMs: number, timeZone: string): string | null {
  if (INDONESIAN_ZONES[timeZone] === undefined) return null;
  return ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
    .map(
      (zone) =>
        `${localTimeOf(instantMs, zone).slice(11, 16).replace(":", ".")} ${zoneLabel(instantMs, zone)}`,
    )
    .join(" · ");
}

/**
 * The wall-clock time of an instant in a zone, "2021-01-26T10:00:00": the inverse of
 * `instantOfLocalTime`.
 */
export function localTimeOf(instantMs: number, timeZone: string): string {
  return new Date(instantMs + offsetMs(instantMs, timeZone)).toISOString().slice(0, 19);
}
