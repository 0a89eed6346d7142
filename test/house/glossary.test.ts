import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { ROUTES } from "../../src/api/routes.ts";
import { files, ROOT, text } from "./tree.ts";

/* Every house word stands in the glossary, and every word of the glossary is used. */

/** Words of the routes, tables and rooms that mean what they mean everywhere. */
const ORDINARY = new Set(
  (
    "access account address api apart base call cancellation check cli client close cluster code confirmation connector " +
    "crowd data db decline delivery device end error event fact file finding format good http in invitation " +
    "installation io key language leave link live log make me message method mine normalise note open operator out own page " +
    "pause payment people person planning preview problem proxy purchase question removal request resend resume revocation " +
    "role same saved search sender session sign status stop suspicion table test thread token undo unit unmasked " +
    "verified view webhook withdrawal withdrawn"
  ).split(" "),
);

interface Row {
  readonly code: readonly string[];
  readonly screens: readonly string[];
}

function glossary(): Row[] {
  const rows = text("docs/guide/glossary.md").matchAll(/^\| ([^|]+) \| ([^|]+) \| (.+) \|$/gm);
  return [...rows]
    .filter(([, code]) => code !== "code")
    .map(([, code = "", screens = ""]) => ({ code: words(code), screens: words(screens) }));
}

const words = (list: string) =>
  list
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "–");

/** Without marks between its parts: `wait-list`, `waitList` and `wait_list` are one word. */
const flat = (word: string) => word.toLowerCase().replaceAll(/[\s_-]/g, "");

/** The single words of a name, in lower case and without the s of a plural. */
function partsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part.length > 1)
    .map(singular);
}

function singular(word: string): string {
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(ch|ss)es$/.test(word)) return word.slice(0, -2);
  return /[^suia]s$|[aeo]les$/.test(word) ? word.slice(0, -1) : word;
}

/** Names of the house: parts of addresses, tables and rooms. */
function houseNames(): string[] {
  const paths = ROUTES.flatMap(({ path }) => path.split("/").filter((part) => /^[a-z]/.test(part)));
  const tables = readdirSync(`${ROOT}/migrations`).flatMap((file) =>
    [...text(`migrations/${file}`).matchAll(/create table (?:if not exists )?(\w+)/g)].map(
      (match) => match[1] ?? "",
    ),
  );
  const rooms = files
    .filter((file) => file.startsWith("src/"))
    .flatMap((file) => dirname(file).split("/").slice(1));
  return [...new Set([...paths, ...tables, ...rooms])];
}

function missing(names: readonly string[], known: readonly Row[]): string[] {
  const explained = new Set(known.flatMap(({ code }) => code.flatMap(partsOf)));
  return names.flatMap((name) =>
    partsOf(name)
      .filter((part) => !explained.has(part) && !ORDINARY.has(part))
      .map((part) => `${part} (${name})`),
  );
}

const source = files
  .filter((file) => /^(src|web)\//.test(file))
  .map(text)
  .join("\n")
  .toLowerCase();
const rows = glossary();

describe("the glossary", () => {
  it("has every house word of addresses, tables and rooms", () => {
    expect(houseNames().length).toBeGreaterThan(150);
    expect(missing(houseNames(), rows)).toEqual([]);
  });

  it("a word that it does not have is seen", () => {
    expect(missing(["order", "zonk_table"], rows)).toEqual(["zonk (zonk_table)"]);
  });

  it("has no word that the code does not use", () => {
    const everything = flat(source);
    const unused = rows.flatMap(({ code }) =>
      code.filter((word) => !everything.includes(flat(word))),
    );
    expect(rows.length).toBeGreaterThan(60);
    expect(unused).toEqual([]);
  });

  it("says what the screens say", () => {
    const shown = (word: string) => new RegExp(`\\b${word}\\b`).test(source);
    const unseen = rows.flatMap(({ screens }) => screens.filter((word) => !shown(word)));
    expect(unseen).toEqual([]);
    expect(shown("keterkaitan identitas")).toBe(false);
  });
});
