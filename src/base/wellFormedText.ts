/*
 * Malformed text: U+0000 and unpaired surrogates. JSON may carry both, PostgreSQL refuses both in
 * `text` and `jsonb`. Input with such text is refused at the entrance with its field, so that no
 * later step meets it.
 */

/** Whether PostgreSQL can store the text. */
function isWellFormed(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** The reason in the refusal. */
export const MALFORMED_TEXT = "holds U+0000 or half of a surrogate pair, which cannot be kept";

/**
 * Fields of a parsed document with malformed text in value or name: `title.id`, below `root` unless
 * that is empty. A malformed name is reported by its parent's path.
 */
export function malformedTextPlaces(document: unknown, root: string): string[] {
  const places: [string, unknown][] = [[root, document]];
  const found: string[] = [];
  // Iterative: a document can be nested deeper than the stack.
  for (let next = places.pop(); next; next = places.pop()) {
    const [place, value] = next;
    if (typeof value === "string") {
      if (!isWellFormed(value)) found.push(place);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (isWellFormed(name)) places.push([place === "" ? name : `${place}.${name}`, inner]);
        else found.push(place);
      }
    }
  }
  return found;
}

/**
 * Replaces malformed characters by U+FFFD. For uploaded files of others, which are not refused for
 * one character.
 */
export function wellFormedText<Document>(document: Document): Document {
  const clean = (_name: string, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\0", "\uFFFD").toWellFormed() : value;
  return JSON.parse(JSON.stringify(document, clean)) as Document;
}
