import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CITY_NAMES, CITY_SHORT } from "../../../src/integrity/normalise/gazetteer.ts";
import { normalCity, normalDistrict } from "../../../src/integrity/normalise/region.ts";
import { OrderTableBuilder } from "../../../src/integrity/table/orders.ts";

describe("cities and regencies", () => {
  const same: readonly [string, readonly string[]][] = [
    [
      "jakarta selatan",
      [
        "KOTA JAKARTA SELATAN",
        "Kota Adm. Jakarta Selatan",
        "Jaksel",
        "jkt sel",
        "DKI Jakarta Selatan",
        "Jakarta Selata",
        "Jakrta Selatan",
      ],
    ],
    ["bekasi", ["Kab. Bekasi", "Kota Bekasi", "bekasi", "Bekas", "Bekazi", "Kota Bekasi, Bekasi"]],
    ["baubau", ["Bau-Bau", "Kota Baubau"]],
    ["yogyakarta", ["Jogja", "DIY", "Kota Yogyakarta", "yogyakrta"]],
    ["lima puluh kota", ["Kab. Lima Puluh Kota", "LIMA PULUH KOTA"]],
    ["pangkalpinang", ["Pangkal Pinang", "Kota Pangkalpinang"]],
    ["kutai kartanegara", ["Kukar", "Kutai Kartane"]],
    ["nusa tenggara raya", ["Nusa Tenggara Raya"]],
  ];
  for (const [name, forms] of same) {
    it(`${name}, however it is written`, () => {
      expect(forms.map(normalCity)).toEqual(forms.map(() => name));
    });
  }

  it("that are several people's guess are nobody's", () => {
    // Five cities begin so; one is not chosen.
    expect(normalCity("Jakarta")).toBe("jakarta");
    expect(normalCity("Sol")).toBe("sol");
    // Solok and Solo are two cities, although one letter is between them.
    expect(normalCity("Solok")).toBe("solok");
    expect(normalCity("Solo")).toBe("surakarta");
  });

  it("stay what they are, every one of them, and every short form leads to one", () => {
    expect(CITY_NAMES.length).toBeGreaterThan(470);
    for (const name of CITY_NAMES) expect(normalCity(name)).toBe(name);
    for (const name of CITY_NAMES) expect(normalCity(`KAB. ${name.toUpperCase()}`)).toBe(name);
    for (const [short, name] of CITY_SHORT) {
      expect(CITY_NAMES).toContain(name);
      expect(normalCity(short)).toBe(name);
    }
  });

  it("are the same when made normal twice, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(normalCity(normalCity(text))).toBe(normalCity(text));
      }),
    );
  });

  it("below them only the kind is left away", () => {
    expect(normalDistrict("Kec. Coblong")).toBe("coblong");
    expect(normalDistrict("KELURAHAN DAGO")).toBe("dago");
    expect(normalDistrict("Kelapa Dua")).toBe("kelapa dua");
  });

  it("two channels that write one place in their own way have one place", () => {
    const builder = new OrderTableBuilder();
    const order = { orderedAtMs: 0, name: "Sari" };
    builder.add({ ...order, orderId: "1", district: "Kec. Coblong", city: "KOTA BANDUNG" });
    builder.add({ ...order, orderId: "2", district: "coblong", city: "Bandung" });
    builder.add({ ...order, orderId: "3", district: "Cicendo", city: "Bandung" });
    const { district } = builder.build().columns;
    expect([...district.valueOf]).toEqual([0, 0, 1]);
    expect(district.values).toEqual(["coblong, bandung", "cicendo, bandung"]);
  });
});
