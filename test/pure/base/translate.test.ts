import { describe, expect, it } from "vitest";
import { fill, fillText, inEach, languageOfTag, pick } from "../../../src/base/language.ts";
import type { Language } from "../../../src/base/language.ts";
import { translate, translateAll } from "../../../src/base/translate.ts";

/* A language that nobody speaks: it is in no list, and so takes the way of one that is not in the sources. */
const XX = "xx" as Language;

const DEVICE = "{accounts} accounts ordered from the same device ({value})";
const WITHIN = "{orders} orders came within {duration}, far closer than others";
const OVERRIDES = {
  Paid: "Xpaid",
  [DEVICE]: "X{value} X{accounts}",
  [WITHIN]: "X{orders} X{duration}",
  "{n} minutes": "{n} xmin",
};

describe("a text as a reader sees it", () => {
  const paid = { id: "Lunas", en: "Paid" };

  it("is one of its sides, or what a third language says for the English one", () => {
    expect(translate(paid, "id", OVERRIDES)).toBe("Lunas");
    expect(translate(paid, "en", OVERRIDES)).toBe("Paid");
    expect(translate(paid, XX, OVERRIDES)).toBe("Xpaid");
  });

  it("is English where the third language says nothing, and never something of JavaScript's own", () => {
    expect(translate({ id: "Baru", en: "New" }, XX, OVERRIDES)).toBe("New");
    expect(translate(paid, XX)).toBe("Paid");
    for (const en of ["constructor", "toString", "__proto__"]) {
      expect(translate({ id: "a", en }, XX, OVERRIDES)).toBe(en);
    }
  });

  it("is found when its places are filled already, as records keep it", () => {
    const stored = fillText({ id: "…", en: DEVICE }, { accounts: 5, value: "p1…9z (a)" });
    expect(translate(stored, XX, OVERRIDES)).toBe("Xp1…9z (a) X5");
    const moment = fillText({ id: "…", en: WITHIN }, { orders: 3, duration: "4 minutes" });
    expect(translate(moment, XX, OVERRIDES)).toBe("X3 X4 xmin");
  });

  it("is not taken for a short sentence: an operator may have written it", () => {
    expect(translate({ id: "Emas", en: "Five golden minutes" }, XX, OVERRIDES)).toBe(
      "Five golden minutes",
    );
  });

  it("keeps a tree's form; a word that is the same everywhere may still differ", () => {
    const words = { a: { b: paid, c: [paid, "QRIS"] }, d: { id: "x", en: "y", path: "/z" } };
    expect(translateAll(words, XX, { ...OVERRIDES, QRIS: "XQ" })).toEqual({
      a: { b: "Xpaid", c: ["Xpaid", "XQ"] },
      d: { id: "x", en: "y", path: "/z" },
    });
    expect(translateAll(words, "id").a).toEqual({ b: "Lunas", c: ["Lunas", "QRIS"] });
  });
});

describe("places", () => {
  it("are filled once, by name; one without a value stays", () => {
    expect(fill("{a} {b} {a} {toString}", { a: "{b}", b: 2 })).toBe("{b} 2 {b} {toString}");
  });
});

describe("what was made for each language", () => {
  it("is read in English where it was stored before the reader's language came", () => {
    const made = inEach((language) => `for ${language}`);
    expect(made).toEqual({ id: "for id", en: "for en" });
    expect(pick(made, "id")).toBe("for id");
    expect(pick(made, XX)).toBe("for en");
  });

  it("a browser's tag names its language", () => {
    expect(["en-GB,id;q=0.5", " EN", "id", "fr-FR", "", undefined].map(languageOfTag)).toEqual([
      ..."en en id id id id".split(" "),
    ]);
  });
});
