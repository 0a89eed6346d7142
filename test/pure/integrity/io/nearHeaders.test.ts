import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CANONICAL_COLUMNS } from "../../../../src/connectors/formats/format.ts";
import { FORMATS } from "../../../../src/connectors/formats/list.ts";
import { SHOPEE_INDONESIAN } from "../../../../src/connectors/formats/shopee.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { readColumnMap } from "../../../../src/integrity/table/columnMap.ts";
import { columnNearTo } from "../../../../src/integrity/normalise/nearColumns.ts";

/* Headers that are nearly ours: named with what to do, and never read without a word. */

const folder = mkdtempSync(join(tmpdir(), "giliran-headers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function read(headers: readonly string[], map: unknown = null) {
  const path = join(folder, `${++files}.csv`);
  const cells = headers.map((header, at) => {
    if (/waktu|at$|tanggal|time/i.test(header)) return "2026-01-02 10:00";
    return /jumlah|harga/i.test(header) ? "1" : `c${at}`;
  });
  writeFileSync(path, `${headers.join(",")}\n${cells.join(",")}\n`);
  const given = map === null ? null : readColumnMap(map, "allowed");
  if (given?.ok === false) throw new Error(JSON.stringify(given.issues));
  const { table, files: told } = await importOrders([path], { map: given?.map ?? null });
  const doubts = told[0]!.doubts;
  return { table, doubts: doubts.map(({ en }) => en), kata: doubts.map(({ id }) => id) };
}

const OWN = ["order_id", "ordered_at"];

describe("a column that is almost a known one", () => {
  it.each([
    ["alamat", "address"],
    ["addres", "address"],
    ["no_hp", "phone"],
    ["Nama Penerima", "name"],
    ["Kab/Kota", "city"],
    ["e_mial", "email"],
    ["Metode Bayar", "payment_method"],
  ])("%s is not read, and %s is asked about", async (header, column) => {
    const { table, doubts, kata } = await read([...OWN, header]);
    expect(doubts).toEqual([
      `Column "${header}" is not read; did you mean ${column}? Call it "${column}", or put "${column}": "${header}" into "columns" of a column map.`,
    ]);
    expect(kata[0]).toContain(`Kolom "${header}" tidak dibaca`);
    expect(JSON.stringify(table.columns)).not.toContain("c2");
    // As the sentence says: a map with this one column, all others by their own headers.
    const mapped = await read([...OWN, header], { columns: { [column]: header } });
    expect(mapped.doubts).toEqual([]);
  });

  it("is not asked about where the known one is there, or where it is another word", async () => {
    expect((await read([...OWN, "address", "alamat"])).doubts).toEqual([]);
    expect((await read([...OWN, "catatan", "kategori", "berat", "no", "resi"])).doubts).toEqual([]);
  });

  it("is asked about in a marketplace's file by its own headers only", async () => {
    const own = Object.values(SHOPEE_INDONESIAN.columns).flat();
    expect((await read([...new Set([...own, "Alamat", "Perangkat"])])).doubts).toEqual([]);
    const typo = own.map((header) =>
      header === "Alamat Pengiriman" ? "Alamat Pengirimn" : header,
    );
    expect((await read([...new Set(typo)])).doubts).toEqual([
      expect.stringContaining('Call it "Alamat Pengiriman", or put "address": "Alamat Pengirimn"'),
    ]);
  });

  it("changes a marketplace's file by a map with that one column", async () => {
    const own = Object.values(SHOPEE_INDONESIAN.columns).flat();
    const other = [
      ...new Set(own.map((header) => (header === "Alamat Pengiriman" ? "Kirim ke" : header))),
    ];
    const { table } = await read(other, { columns: { address: "Kirim ke" } });
    expect(table.columns.address.values).toHaveLength(1);
    expect(table.columns.channel.values).toEqual(["Shopee"]);
  });

  it("has one meaning: no name stands for two columns, and each column has its own", () => {
    for (const column of CANONICAL_COLUMNS) expect(columnNearTo(column)).toBe(column);
    // A marketplace's header means what its format reads it as, wherever the list knows it.
    const others = FORMATS.flatMap(({ name, columns }) =>
      Object.entries(columns).flatMap(([column, headers]) => {
        const [only, ...more] = headers;
        const near = only === undefined || more.length > 0 ? null : columnNearTo(only);
        return near === null || near === column
          ? []
          : [`${name}: ${only} is ${column}, not ${near}`];
      }),
    );
    // Two shops have headers that do not say what they mean.
    expect(others).toEqual([
      "lazada: shippingAddress5 is district, not address",
      "shopify: Name is order_id, not name",
      "shopify: Email is account_id, not email",
    ]);
  });
});

describe("a column that a map names and the file has not", () => {
  const refusal = async (headers: readonly string[], map: unknown) =>
    await read(headers, map).then(
      () => "read",
      (error: Error) => error.message,
    );

  it("is named beside the nearest headers, whatever share of the map is there", async () => {
    const columns = { order_id: "No Pesanan", ordered_at: "Tanggal", address: "Alamat Kirim" };
    const said = await refusal(["No. Pesanan", "Tanggal Order", "Nama", "Alamat"], { columns });
    expect(said).toContain('It lacks "Tanggal" (did you mean "Tanggal Order"?)');
    expect(said).toContain('"Alamat Kirim" (did you mean "Alamat"?)');
    expect(said).not.toContain('"No Pesanan"');
  });

  it("is named where the map changes a known format, and where it ties orders", async () => {
    const said = await refusal([...OWN, "no_hp"], { columns: { phone: "nomor_hp" } });
    expect(said).toContain('It lacks "nomor_hp" (did you mean "no_hp"?)');
    const links = [{ name: "dompet", grade: "weak", column: "dompt" }];
    const { doubts } = await read([...OWN, "dompet"], { links });
    expect(doubts).toEqual([
      'The column map names the column "dompt" for "dompet", and this file has none of that name. Nearest: "dompet".',
    ]);
  });

  it("is spared by a map that the refusal of an unknown table suggests", async () => {
    const headers = ["No. Pesanan", "Tanggal Order", "Nama Penerima", "No HP", "Alamat"];
    const said = await refusal(headers, null);
    const map: unknown = JSON.parse(/this map would do: (\{.*\}\})/.exec(said)?.[1] ?? "null");
    const { table, doubts } = await read(headers, map);
    expect(table.orderIds).toEqual(["c0"]);
    expect(doubts).toEqual([]);
    expect(await refusal(["kota", "berat"], null)).not.toContain("map would do");
  });
});
