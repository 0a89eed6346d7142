import { describe, expect, it } from "vitest";
import { DELIVERY_PLACES } from "../../../src/integrity/delivery.ts";

interface Delivered {
  readonly name?: string;
  readonly address: string;
  readonly district?: string;
  readonly city?: string;
}

function same(a: Delivered, b: Delivered): boolean {
  const [left, right] = [a, b].map((one) =>
    DELIVERY_PLACES.resolve({ name: "Sari Wulandari", ...one }),
  );
  const { isSame } = DELIVERY_PLACES;
  const there = isSame(left!.place, right!.place);
  expect(isSame(right!.place, left!.place)).toBe(there);
  return there && left!.recipient === right!.recipient;
}

const HOME = { address: "Jl. Pahlawan Revolusi No. 12 RT 03", city: "Bekasi" };

describe("two deliveries", () => {
  it.each<[string, Delivered]>([
    ["other words for the same things", { address: "jalan pahlawan revolusi nomor 12" }],
    ["the city in the address", { address: "Pahlawan Revolusi 12, Kota Bekasi" }],
    ["the district added", { ...HOME, district: "Pondok Gede" }],
    ["words for the courier", { ...HOME, address: `${HOME.address}, depan masjid Al Ikhlas` }],
    ["one letter wrong", { ...HOME, address: "Jl. Pahlawan Revolusy No. 12" }],
    ["no house number", { ...HOME, address: "Jl. Pahlawan Revolusi" }],
    ["words made up on both sides", { ...HOME, address: "Pahlawan Revolusi 12 rumah biru" }],
    ["a title", { ...HOME, name: "Ibu Sari Wulandari" }],
    ["another order of the name", { ...HOME, name: "Wulandari, Sari" }],
    ["letters that keyboards change", { ...HOME, name: "Sàri Wulandari" }],
    ["a character that nobody sees", { ...HOME, name: "Sa\u200bri Wulan\u00addari" }],
    ["one in the address", { ...HOME, address: "Jl. Pahl\u200bawan Revolusi No. 1\u200b2" }],
    ["two letters in each other's place", { ...HOME, address: "Jl. Pahlawan Revolsui No. 12" }],
    ["the RT in another form", { ...HOME, address: "Jl. Pahlawan Revolusi 12 RT.003/05" }],
  ])("are one with %s", (_, other) => {
    expect(same({ ...HOME, address: `${HOME.address} pagar hijau` }, other)).toBe(true);
  });

  it.each<[string, Delivered]>([
    ["another house", { ...HOME, address: "Jl. Pahlawan Revolusi No. 14" }],
    ["another block", { ...HOME, address: "Pahlawan Revolusi Blok C No. 12" }],
    ["another room", { ...HOME, address: `${HOME.address} kamar 2` }],
    ["another RT", { ...HOME, address: "Jl. Pahlawan Revolusi No. 12 RT 04" }],
    ["a letter behind the number", { ...HOME, address: "Jl. Pahlawan Revolusi No. 12A" }],
    ["another city", { ...HOME, city: "Surabaya" }],
    ["another street", { ...HOME, address: "Jl. Melati Indah No. 12" }],
    ["one word in common", { ...HOME, address: "Jl. Pahlawan Seribu No. 12" }],
    ["another name", { ...HOME, name: "Sari Handayani" }],
  ])("are two with %s", (_, other) => {
    const home = { ...HOME, address: "Jl. Pahlawan Revolusi Blok A No. 12 RT 03 kamar 1" };
    expect(same(home, other)).toBe(false);
  });

  it("to two streets of one quarter are two, though number and quarter are the same", () => {
    const at = (street: string) => ({
      ...HOME,
      address: `Jl. ${street} No. 12, Kel. Jati Makmur, Kec. Pondok Gede`,
    });
    expect(same(at("Melati"), at("Kenanga"))).toBe(false);
    expect(same(at("Melati"), at("Mleati"))).toBe(true);
  });

  it("to a short address in two districts are two", () => {
    const melati = (district: string) => ({
      address: "Jl. Melati No. 5",
      city: "Bandung",
      district,
    });
    expect(same(melati("Coblong"), melati("Andir"))).toBe(false);
    expect(same(melati("Coblong"), melati("Kec. Coblong"))).toBe(true);
  });

  it("are one with an asterisk more", () => {
    expect(same(HOME, { ...HOME, name: "Sa*ri Wulan**dari*" })).toBe(true);
    expect(same(HOME, { ...HOME, address: `**${HOME.address}*` })).toBe(true);
  });

  it("that say no recipient or no place are not resolved", () => {
    for (const delivery of [
      {},
      { name: "***", address: HOME.address },
      { name: "Sari", address: "****" },
      { name: "Sari", address: "12 3" },
    ])
      expect(DELIVERY_PLACES.resolve(delivery)).toBeNull();
  });
});
