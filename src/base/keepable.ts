/**
 * Text that PostgreSQL refuses in `text` and `jsonb`: the character U+0000, and half of a surrogate pair. JSON
 * may carry both. It is refused where it enters, with its field, so that no later step meets it.
 */
function isKeepable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** Why such text is refused. */
export const UNKEEPABLE = "holds U+0000 or half of a surrogate pair, which cannot be kept";

/**
 * Places in a parsed document whose text, or whose own name, cannot be kept: `title.id`, below `root` where that is
 * not empty. A place with such a name is told by the place around it.
 */
export function unkeepablePlaces(document: unknown, root: string): string[] {
  const places: [string, unknown][] = [[root, document]];
  const found: string[] = [];
  // Not by recursion: a document can be nested deeper than a stack.
  for (let next = places.pop(); next; next = places.pop()) {
    const [place, value] = next;
    if (typeof value === "string") {
      if (!isKeepable(value)) found.push(place);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (isKeepable(name)) places.push([place === "" ? name : `${place}.${name}`, inner]);
        else found.push(place);
      }
    }
  }
  return found;
}

/**
 * A document with every such character replaced by U+FFFD: for what somebody else's file says, of which nothing
 * is refused for one character.
 */
export function keepable<Document>(document: Document): Document {
  const clean = (_name: string, value: unknown) =>
    typeof value === "string" ? value.replaceAll("\0", "\uFFFD").toWellFormed() : value;
  return JSON.parse(JSON.stringify(document, clean)) as Document;
}
