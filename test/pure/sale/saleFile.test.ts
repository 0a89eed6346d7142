import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSaleFile, writeSaleFile } from "../../../src/sale/saleFile.ts";
import { START_MS } from "../../helpers/sale.ts";

describe("sale files", () => {
  const example = () => JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8"));

  it("reads the example: 50,000 units, three channels, six variants, IDR", () => {
    const read = readSaleFile(example());
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    const { definition } = read;
    expect(definition.rounds[0]!.allotments.reduce((sum, a) => sum + a.units, 0)).toBe(50_000);
    expect([definition.channels.length, definition.variants.length, definition.currency]).toEqual([
      3,
      6,
      "IDR",
    ]);
    expect(definition.rounds[0]!.opensAtMs).toBe(START_MS);
    expect(definition.variants[0]!.priceMinorUnits).toBe(189_900_000);
  });

  const cases: readonly [string, (file: any) => void, string][] = [
    ["a misspelled field", (file) => (file.unitPerPerson = 1), "(the file)"],
    ["a title with U+0000", (file) => (file.title.id = "HP\0"), "title.id"],
    ["half of a surrogate pair", (file) => (file.channels[1].name = "\ud83d"), "channels.1.name"],
    ["such a name", (file) => (file.rounds[0].stock["\0"] = {}), "rounds.0.stock"],
    ["a price with dots", (file) => (file.variants[0].price = "1.899.000"), "variants.0.price"],
    ["an unknown zone", (file) => (file.timeZone = "WIB"), "timeZone"],
    ["a currency nobody knows", (file) => (file.currency = "RPH"), "currency"],
    [
      "closing before opening",
      (file) => (file.rounds[0].closesAt = "2021-01-26T09:59:00"),
      "rounds.0.closesAt",
    ],
    [
      "a lobby after opening",
      (file) => (file.rounds[0].lobbyOpensAt = "2021-01-26T10:01:00"),
      "rounds.0.lobbyOpensAt",
    ],
    ["a time that is none", (file) => (file.rounds[0].opensAt = "26 Januari"), "rounds.0.opensAt"],
    [
      "stock on no channel",
      (file) => (file.rounds[0].stock.tokopedia = { "M3-4-64-BLUE": 1 }),
      "rounds.0.stock.tokopedia",
    ],
    [
      "stock of no variant",
      (file) => (file.rounds[0].stock.mi["M3-8-256"] = 1),
      "rounds.0.stock.mi.M3-8-256",
    ],
    ["a doubled sku", (file) => (file.variants[1].sku = file.variants[0].sku), "variants.1.sku"],
    [
      "windows in a draw",
      (file) => {
        file.rounds[0].mode = "draw";
        delete file.rounds[0].lobbyOpensAt;
      },
      "rounds.0.windowMs",
    ],
    ["a COD quota without COD", (file) => (file.channels[1].codQuota = 5), "channels.1.codQuota"],
    [
      "half a unit",
      (file) => (file.rounds[0].stock.mi["M3-4-64-BLUE"] = 0.5),
      "rounds.0.stock.mi.M3-4-64-BLUE",
    ],
    [
      "too many windows",
      (file) => {
        file.rounds[0].windowMs = 100;
        file.rounds[0].closesAt = "2021-01-27T10:00:00";
      },
      "rounds.0.windowMs",
    ],
    ["nothing to sell", (file) => (file.rounds[0].stock = {}), "rounds.0.stock"],
  ];
  for (const [name, spoil, field] of cases) {
    it(`refuses ${name}, naming the field`, () => {
      const file = example();
      spoil(file);
      const read = readSaleFile(file);
      expect(read.ok).toBe(false);
      if (!read.ok) {
        expect(read.issues.map((issue) => issue.field)).toContain(field);
        expect(read.issues.every((issue) => issue.reason.length > 5)).toBe(true);
      }
    });
  }

  it("written out and read again is the same sale, whatever the mode, zone and price", () => {
    const change = fc.record({
      mode: fc.constantFrom("draw", "shuffled_queue", "first_come"),
      timeZone: fc.constantFrom("Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin"),
      money: fc.constantFrom(["IDR", "1899000"], ["USD", "19.99"], ["JPY", "20000"]),
      unitsPerPerson: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(change, ({ mode, timeZone, money: [currency, price], unitsPerPerson }) => {
        const file = { ...example(), timeZone, currency, unitsPerPerson };
        file.variants = file.variants.map((one: object) => ({ ...one, price }));
        file.rounds[0].mode = mode;
        if (mode !== "shuffled_queue") {
          delete file.rounds[0].lobbyOpensAt;
          delete file.rounds[0].windowMs;
        }
        const read = readSaleFile(file);
        if (!read.ok) throw new Error(JSON.stringify(read.issues));
        expect(readSaleFile(writeSaleFile(read.definition))).toEqual(read);
      }),
    );
  });

  it("survives any JSON", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => readSaleFile(value).ok === false));
  });
});
