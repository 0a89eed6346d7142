import type { Asked } from "./call.ts";

/**
 * Text that PostgreSQL refuses in `text` and `jsonb`: the character U+0000, and half of a surrogate
 * pair. JSON may carry both. It is refused at the edge, for every route, so that no handler meets it.
 */
function isKeepable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** As they stand in a body, where they can only be escapes; a cheap look before the costly one. */
const SUSPECT_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** Names of the fields of a request whose text, or whose own name, cannot be kept. */
export function unkeepableFields(asked: Asked): string[] {
  const places: [string, unknown][] = [];
  if (asked.url.includes("%00")) places.push(["path", asked.params], ["query", asked.query]);
  if (SUSPECT_ESCAPE.test(asked.rawBody)) places.push(["body", asked.body]);
  const found: string[] = [];
  // Not by recursion: a body can be nested deeper than a stack.
  for (let next = places.pop(); next; next = places.pop()) {
    const [place, value] = next;
    if (typeof value === "string") {
      if (!isKeepable(value)) found.push(place);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (isKeepable(name)) places.push([`${place}.${name}`, inner]);
        else found.push(place);
      }
    }
  }
  return found;
}
