/* Lengths of time in words, for reasons. */

import { fillText, type Text } from "../../base/language.ts";
import { LENGTHS } from "./words.ts";

/** "119 seconds", "3 hours": whole numbers, each in the largest unit of which there are two. Never less than it was. */
export function duration(seconds: number): Text {
  if (seconds < 120) return fillText(LENGTHS.seconds, { n: seconds });
  if (seconds < 7_200) return fillText(LENGTHS.minutes, { n: Math.ceil(seconds / 60) });
  if (seconds < 172_800) return fillText(LENGTHS.hours, { n: Math.ceil(seconds / 3_600) });
  return fillText(LENGTHS.days, { n: Math.ceil(seconds / 86_400) });
}
