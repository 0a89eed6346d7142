import { unkeepablePlaces } from "../base/keepable.ts";
import type { RequestInput } from "./requestInput.ts";

/** As they stand in a body, where they can only be escapes; a cheap look before the costly one. */
const SUSPECT_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** Names of the fields of a request whose text, or whose own name, cannot be kept. */
export function unkeepableFields(asked: RequestInput): string[] {
  const places: [string, unknown][] = [];
  if (asked.url.includes("%00")) places.push(["path", asked.params], ["query", asked.query]);
  // A form holds its text as it is, without escapes.
  if (asked.upload || SUSPECT_ESCAPE.test(asked.rawBody)) places.push(["body", asked.body]);
  return places.flatMap(([place, value]) => unkeepablePlaces(value, place));
}
