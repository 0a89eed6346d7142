/*
 * HTML templates that escape what is filled in.
 * Must never happen: text from outside reaches a page unescaped. Only values made by this tag are
 * left as they are.
 */

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Html | null | false | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text of a filled-in value, escaped unless it is HTML from this module. */
function render(piece: Piece): string {
  if (piece === null || piece === false) return "";
  if (piece instanceof Html) return piece.text;
  if (Array.isArray(piece)) return piece.map(render).join("");
  return String(piece).replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/** HTML from a template literal. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  const parts = strings.map((text, i) =>
    i < pieces.length ? text + render(pieces[i] as Piece) : text,
  );
  return new Html(parts.join(""));
}

/** Data for the page's script, in a block that is never executed. */
export function dataBlock(id: string, data: unknown): Html {
  const json = JSON.stringify(data).replace(/</g, "\\u003c");
  return new Html(`<script type="application/json" id="${id}">${json}</script>`);
}
