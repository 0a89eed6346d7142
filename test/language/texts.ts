import type { Overrides } from "../../src/base/languages/list.ts";
import { parse, placeOf, walk, type Node } from "../house/syntax.ts";
import { files, text } from "../house/tree.ts";

/* The texts of the sources, found by how they are written: Indonesian beside English. */

export interface WrittenText {
  readonly file: string;
  readonly id: string;
  readonly en: string;
}

/** Where texts may stand besides a `words.ts`: each of these is the home of what it says. */
const HOMES = [
  /(^|\/)words\.ts$/,
  /^src\/api\/problems(\/\w+)?\.ts$/,
  /^src\/integrity\/signals\/(together\/)?\w+\.ts$/,
  /^src\/connectors\/formats\/\w+\.ts$/,
  /^src\/cases\/policy\/shippedPolicy\.ts$/,
  // The story that the simulator tells is in the languages of the sources.
  /^sim\//,
];

export const isHome = (file: string): boolean => HOMES.some((home) => home.test(file));

/** The text of a literal; null for a composed one. */
function literal(node: Node | undefined): string | null {
  if (node?.type === "Literal" && typeof node["value"] === "string") return node["value"];
  if (node?.type !== "TemplateLiteral" || (node["expressions"] as unknown[]).length > 0)
    return null;
  const [quasi] = node["quasis"] as { value: { cooked: string } }[];
  return quasi?.value.cooked ?? null;
}

/** The two sides of a text: `{ id: …, en: … }`, or the last two arguments of `problem`. */
function sides(node: Node): readonly [Node | undefined, Node | undefined] | null {
  if (node.type === "CallExpression") {
    if ((node["callee"] as Node)["name"] !== "problem") return null;
    const [, id, en] = node["arguments"] as Node[];
    return [id, en];
  }
  if (node.type !== "ObjectExpression") return null;
  const properties = node["properties"] as Node[];
  const value = (name: string) =>
    properties.find((one) => (one["key"] as Node | undefined)?.["name"] === name)?.["value"] as
      | Node
      | undefined;
  const [id, en] = [value("id"), value("en")];
  return id && en ? [id, en] : null;
}

/** A word that is the same in both languages, as a third one may say it otherwise: "operator". */
function plainText(node: Node): string | null {
  if (node.type !== "Property") return null;
  const name = (node["key"] as Node)["name"];
  if (name === "id" || name === "en") return null;
  const value = literal(node["value"] as Node);
  return value !== null && /\p{L}{2}/u.test(value) ? value : null;
}

/**
 * The texts of a file, the places where one is put together, which no other language can say, and those where one
 * language says nothing.
 */
export function textsOf(
  file: string,
  source: string,
): { readonly texts: WrittenText[]; readonly gluedAt: string[]; readonly halfAt: string[] } {
  const texts: WrittenText[] = [];
  const gluedAt: string[] = [];
  const halfAt: string[] = [];
  walk(parse(file, source), (node) => {
    const plain = file.endsWith("/words.ts") ? plainText(node) : null;
    if (plain !== null) texts.push({ file, id: plain, en: plain });
    const both = sides(node);
    if (!both) return;
    const [id, en] = both.map(literal);
    // A form begins with an empty text.
    if (id && en) texts.push({ file, id, en });
    else if (id === "" ? en : en === "" && id) halfAt.push(placeOf(file, source, node));
    else if (both.some((side) => side?.type === "TemplateLiteral")) {
      gluedAt.push(placeOf(file, source, node));
    }
  });
  return { texts, gluedAt, halfAt };
}

/** Every text of the product, in the order of the files. */
export const allTexts = (): WrittenText[] =>
  files
    .filter((file) => /^(src|web)\//.test(file) && isHome(file))
    .flatMap((file) => textsOf(file, text(file)).texts);

/** Missing texts of a language, and its texts that no longer exist. */
export function missingIn(
  texts: readonly WrittenText[],
  overrides: Overrides,
): { readonly missing: WrittenText[]; readonly stale: string[] } {
  const known = new Set(texts.map(({ en }) => en));
  return {
    missing: texts.filter(({ en }) => !Object.hasOwn(overrides, en)),
    stale: Object.keys(overrides).filter((english) => !known.has(english)),
  };
}
