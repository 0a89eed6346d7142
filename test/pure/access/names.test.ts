import { describe, expect, it } from "vitest";
import { isNameFree, looksLike, readName } from "../../../src/access/staffName.ts";

describe("names of staff", () => {
  it("have one spelling", () => {
    expect(readName("  Andi   Wijaya ")).toBe("Andi Wijaya");
    expect(readName("Ame\u0301lie O’Neil-Putri, S.H.")).toBe("Amélie O’Neil-Putri, S.H.");
    expect(readName("佐藤 7")).toBe("佐藤 7");
  });

  it.each([
    ["a line break", "Andi\nGiliran"],
    ["a tab", "Andi\tS"],
    ["no-break space", "Andi\u00a0S"],
    ["zero width", "An\u200bdi"],
    ["soft hyphen", "An\u00addi"],
    ["right to left", "\u202eidnA"],
    ["a filler", "\u3164Andi"],
    ["markup", "<b>Andi</b>"],
    ["a slash", "Andi/Budi"],
    ["signs alone", "--"],
    ["nothing", "  "],
  ])("hold no %s", (_, name) => {
    expect(readName(name)).toBeNull();
  });

  it.each([
    ["Andi ", "Andi"],
    ["ANDI", "andi"],
    ["Аndi", "Andi"],
    ["Ändi", "Andi"],
    ["Ａndi", "Andi"],
    ["An di", "Andi"],
    ["A.ndi", "Andi"],
    ["AIi", "Ali"],
    ["A1i", "Ali"],
    ["R0sa", "Rosa"],
    ["Arnir", "Amir"],
    ["Evva", "Ewa"],
    ["Ѕіtі", "Siti"],
  ])("%s looks like %s", (one, other) => {
    expect(looksLike(one, other)).toBe(true);
    expect(isNameFree(one, [other])).toBe(false);
  });

  it.each([
    ["Lia", "Ila"],
    ["Andi", "Anda"],
    ["Budi S", "Budi T"],
    ["Rina 1", "Rina 2"],
    ["Аня", "Ana"],
  ])("%s and %s are two people", (one, other) => {
    expect(looksLike(one, other)).toBe(false);
    expect(isNameFree(one, [other])).toBe(true);
  });

  it.each(["Giliran", "giIiran", "G1liran", "Command Line", "demonstration", "key dash", "Кey x"])(
    "%s is nobody's: the log uses it",
    (name) => {
      expect(isNameFree(name, [])).toBe(false);
    },
  );

  it("may begin like a word of the log", () => {
    expect(isNameFree("Keyla Putri", [])).toBe(true);
  });
});
