import type { Text } from "../../base/language.ts";

/* Lengths of time in words, for reasons. */

const UNITS = {
  id: { seconds: "detik", minutes: "menit", hours: "jam", days: "hari" },
  en: { seconds: "seconds", minutes: "minutes", hours: "hours", days: "days" },
};

/** "119 seconds", "3 hours": whole numbers, each in the largest unit of which there are two. */
export function duration(seconds: number, side: keyof Text): string {
  const units = UNITS[side];
  if (seconds < 120) return `${seconds} ${units.seconds}`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} ${units.minutes}`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} ${units.hours}`;
  return `${Math.round(seconds / 86_400)} ${units.days}`;
}
