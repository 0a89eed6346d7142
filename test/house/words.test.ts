import { describe, expect, it } from "vitest";
import { isHome, textsOf } from "../language/texts.ts";
import { files, text } from "./tree.ts";

/* Texts stand in homes, whole, and only `src/base` knows which languages there are. */

const product = files.filter((file) => /^(src|web|sim)\//.test(file));
const found = new Map(product.map((file) => [file, textsOf(file, text(file))]));

/** Where a file asks for a language by its code, or lists the codes. */
const codesIn = (source: string): string[] =>
  source.match(/[!=]== "(?:id|en)"|"id" \| "en"|"en" \| "id"|\? "en" : "id"|\["id", "en"\]/g) ?? [];

describe("texts", () => {
  it("stand in a words.ts, or in another home", () => {
    const stray = product
      .filter((file) => !isHome(file))
      .filter((file) => found.get(file)?.texts.length !== 0);
    expect(stray).toEqual([]);
    expect([...found.values()].flatMap(({ texts }) => texts).length).toBeGreaterThan(1_000);
  });

  it("are whole: one that is put together by code can be said in no other language", () => {
    const glued = [...found.values()].flatMap(({ gluedAt }) => gluedAt);
    expect(glued.filter((place) => !place.startsWith("sim/"))).toEqual([]);
  });

  it("say something in both languages", () => {
    expect([...found.values()].flatMap(({ halfAt }) => halfAt)).toEqual([]);
  });

  it("are seen however they are written", () => {
    const planted = (line: string) => textsOf("src/sale/line.ts", line);
    expect(planted('const A = { id: "ya", en: "yes" };').texts).toHaveLength(1);
    expect(planted("f({ id: `ya`, en: `yes` });").texts).toHaveLength(1);
    expect(planted('x = problem(404, "Tidak ada.", "There is none.");').texts).toHaveLength(1);
    expect(planted("f({ id: `${n} unit`, en: `${n} units` });").gluedAt).toHaveLength(1);
    expect(planted('const A = { id: "", en: "yes" };').halfAt).toHaveLength(1);
    expect(planted('x = problem(404, "Tidak ada.", "");').halfAt).toHaveLength(1);
    expect(planted('const A = { id: "", en: "" };').halfAt).toEqual([]);
    expect(planted('const A = { id: "", en: "" }, route = { id: "showSale" };').texts).toEqual([]);
    expect(isHome("src/sale/line.ts")).toBe(false);
  });

  it("are chosen by nobody but the base", () => {
    const asks = product
      .filter((file) => !file.startsWith("src/base/"))
      .flatMap((file) => codesIn(text(file)).map((asked) => `${file}: ${asked}`));
    expect(asks).toEqual([]);
    for (const line of ['a === "id"', 'let a: "id" | "en"', 'b ? "en" : "id"', '["id", "en"]']) {
      expect(codesIn(line)).toHaveLength(1);
    }
  });
});
