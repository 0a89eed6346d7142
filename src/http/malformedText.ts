/* Finds malformed text in a request before any schema sees it. */

import { malformedTextPlaces } from "../base/wellFormedText.ts";
import type { RequestInput } from "./requestInput.ts";

/** Escapes of malformed characters in JSON; a cheap test before the costly search. */
const SUSPECT_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** The fields of a request with malformed text in value or name. */
export function malformedTextFields(asked: RequestInput): string[] {
  const places: [string, unknown][] = [];
  if (asked.url.includes("%00")) places.push(["path", asked.params], ["query", asked.query]);
  // A form carries its text without escapes.
  if (asked.upload || SUSPECT_ESCAPE.test(asked.rawBody)) places.push(["body", asked.body]);
  return places.flatMap(([place, value]) => malformedTextPlaces(value, place));
}
