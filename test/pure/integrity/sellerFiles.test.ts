import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { importOrders, type Imported } from "../../../src/integrity/io/importOrders.ts";
import { readColumnMap } from "../../../src/integrity/table/columnMap.ts";

/* Files as sellers have them: saved from spreadsheets, in other letters, with titles, sheets and rows that were cut. */

const folder = mkdtempSync(join(tmpdir(), "giliran-seller-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string | Buffer | Uint8Array, name = "orders"): string {
  const path = join(folder, `${++files}-${name}`);
  writeFileSync(path, content);
  return path;
}

const read = async (content: string | Buffer, name?: string) =>
  await importOrders([file(content, name)]);
const refusal = async (content: string | Buffer | Uint8Array) =>
  await importOrders([file(content)]).then(
    () => "read",
    (error: Error) => error.message.replace(/^.*?orders: /, ""),
  );
const times = ({ table }: Imported) =>
  Array.from(table.orderedAtMs, (ms) => new Date(ms).toISOString().slice(0, 19));
const doubts = ({ files: [one] }: Imported) => (one?.doubts ?? []).map(({ en }) => en).join("\n");
const reading = ({ files: [one] }: Imported) => (one?.reading ?? []).map(({ en }) => en).join("\n");
const places = ({ troubles }: Imported) => troubles.map(({ row, column }) => [row, column]);

const HEAD = "order_id,ordered_at,name,phone,units,unit_price\n";
const row = (no: number, cells: Partial<Record<string, string>> = {}) =>
  [
    cells.id ?? `o${no}`,
    cells.at ?? "2021-01-26 10:00:00",
    cells.name ?? `Siti ${no}`,
    cells.phone ?? `08123456${1_000 + no}`,
    cells.units ?? "1",
    cells.price ?? "1899000",
  ].join(",");
const table = (rows: readonly Partial<Record<string, string>>[]) =>
  HEAD + rows.map((cells, no) => row(no, cells)).join("\n");

describe("dates of a column", () => {
  it("are read in one order, which one sure cell decides, however late it comes", async () => {
    const many = Array.from({ length: 2_500 }, () => ({ at: "02/03/2021 10:00" }));
    const open = await read(table(many));
    expect(times(open)[0]).toBe("2021-03-02T03:00:00");
    expect(doubts(open)).toMatch(/no cell settles the order of day and month/);
    const american = await read(table([...many, { at: "01/29/2021 10:00" }]));
    expect(new Set(times(american))).toEqual(
      new Set(["2021-02-03T03:00:00", "2021-01-29T03:00:00"]),
    );
    expect(doubts(american)).toBe("");
    expect(reading(american)).toMatch(/month first/);
  });

  it("are near to each other in the right order, where no cell is sure", async () => {
    const days = ["03", "04", "05", "06"].map((day) => ({ at: `02/${day}/2021 10:00` }));
    const near = await read(table(days));
    expect(times(near)[1]).toBe("2021-02-04T03:00:00");
    expect(doubts(near)).toMatch(/no cell settles/);
  });

  it("speak against each other where two files were put together, and that is said with a row", async () => {
    const mixed = await read(
      table([
        ...Array.from({ length: 5 }, () => ({ at: "01/29/2021 10:00" })),
        ...Array.from({ length: 3 }, () => ({ at: "29/01/2021 10:00" })),
        { at: "02/03/2021 10:00" },
      ]),
    );
    expect(doubts(mixed)).toMatch(/read month first.* but 3 rows \(from row 7 on\)/);
    // A cell that could be two dates is not read as truth in such a column.
    expect(places(mixed)).toEqual([7, 8, 9, 10].map((no) => [no, "ordered_at"]));
  });

  it("follow a map that names their order, and another column of the file", async () => {
    const text = "id,at,made\na,2/3/2021,1/29/2019\nb,2/3/2021,2/3/2019\n";
    const map = (dateOrder?: string) => {
      const columns = { order_id: "id", ordered_at: "at", account_created_at: "made" };
      const got = readColumnMap({ columns, ...(dateOrder ? { dateOrder } : {}) }, "allowed");
      if (!got.ok) throw new Error("map");
      return got.map;
    };
    const beside = await importOrders([file(text)], { map: map() });
    expect(times(beside)[0]).toBe("2021-02-02T17:00:00");
    const given = await importOrders([file("id,at,made\na,2/3/2021,\n")], { map: map("mdy") });
    expect(times(given)[0]).toBe("2021-02-02T17:00:00");
  });

  it("are read with WIB, WITA, WIT, +07, AM and PM, words, two digits and numbers", async () => {
    const at = "2021-01-26T03:00:55";
    for (const text of [
      "26-01-2021 10:00:55 WIB",
      "26-01-2021 11:00:55 WITA",
      "26/01/2021 12:00:55 WIT",
      "26/01/2021 10:00:55 +07",
      "2021-01-26T10:00:55+0700",
      "2021-01-26 10:00:55 GMT+7",
      "26-01-2021 10:00:55 (WIB)",
      "26/01/2021 10:00:55 AM",
      '"Selasa, 26 Januari 2021 pukul 10.00.55 WIB"',
      '"Jan 26, 2021 10:00:55 am"',
      "Tue Jan 26 2021 10:00:55 GMT+0700 (Western Indonesia Time)",
      "26/01/21 10:00:55",
      "26-01-2021 - 10:00:55",
      "20210126100055",
      "1611630055",
      "1611630055.0",
      "44222.4173032407",
    ]) {
      expect([text, times(await read(table([{ at: text }])))]).toEqual([text, [at]]);
    }
    const noon = await read(table([{ at: "26/01/2021 12:05 AM" }, { at: "26/01/2021 12:05 PM" }]));
    expect(times(noon)).toEqual(["2021-01-25T17:05:00", "2021-01-26T05:05:00"]);
  });

  it("of impossible years are named with row and column, and years far from the rest are doubted", async () => {
    const years = ["1900-01-26 10:00", "0021-01-26 10:00", "2201-01-26 10:00", "26/01/1970 10:00"];
    const given = await read(table([{}, ...years.map((at) => ({ at }))]));
    expect(places(given)).toEqual([3, 4, 5, 6].map((no) => [no, "ordered_at"]));
    expect(given.troubles[0]?.reason).toMatch(/has the year 1900/);
    const stray = await read(
      table([...Array.from({ length: 60 }, () => ({})), { at: "2012-01-26 10:00" }]),
    );
    expect(doubts(stray)).toMatch(/row 62 has the year 2012, far from the other rows/);
  });
});

describe("numbers of a column", () => {
  it("have one decimal mark: 1.0000 is one, 1.899.000 is a price", async () => {
    const decimals = await read(
      table([{ units: "1.0000", price: "1899000.0000" }, { units: "2.0000" }]),
    );
    expect(Array.from(decimals.table.units)).toEqual([1, 2]);
    expect(decimals.table.unitPriceMinorUnits[0]).toBe(1_899_000);
    const three = await read(table([{ units: "1.000" }, { units: "2.000" }]));
    expect(Array.from(three.table.units)).toEqual([1, 2]);
    expect(doubts(three)).toMatch(/one or a thousand; read with a decimal dot/);
    const prices = ["Rp 1.899.000", "1.899", '"1,899"', "Rp1.899.000", "1 899 000"];
    const indonesian = await read(table(prices.map((price) => ({ price }))));
    expect(Array.from(indonesian.table.unitPriceMinorUnits)).toEqual([
      1_899_000, 1_899, 1.899, 1_899_000, 1_899_000,
    ]);
  });

  it("a phone, an address, two numbers or a fraction too large are no units", async () => {
    const units = [
      "081234567890",
      "81234567890",
      "Jl. Kenanga 5",
      "1 2",
      "1-2",
      "0",
      "-1",
      "1.2.3",
    ];
    const given = await read(table([{}, ...units.map((one) => ({ units: one }))]));
    expect(places(given)).toEqual(units.map((_, at) => [at + 3, "units"]));
    expect(given.table.count).toBe(1);
  });
});

describe("numbers that a spreadsheet has spoiled", () => {
  it("are no phones: taken as not given, and said", async () => {
    for (const phone of ["6.28123E+12", '"6,28123E+12"', "6.28123e+12", "6281230000000", "#N/A"]) {
      const given = await read(table([{ phone }, { phone }, { phone: "081274567830" }]));
      expect([...given.table.columns.phone.values]).toEqual(["81274567830"]);
      expect(doubts(given)).toMatch(/phone: 2 rows \(from row 2 on\).*taken as not given/);
    }
    const zeros = await read(table([{ phone: "6281274567830.0" }]));
    expect([...zeros.table.columns.phone.values]).toEqual(["81274567830"]);
    expect(doubts(zeros)).toMatch(/with ".0" at the end/);
  });

  it("are no order ids: every row is named, and a file of nothing else is refused", async () => {
    const given = await read(
      table([{}, { id: "5.76461E+17" }, { id: "5.76461E+17" }, { id: "#REF!" }]),
    );
    expect(places(given)).toEqual([3, 4, 5].map((no) => [no, "order_id"]));
    expect(given.troubles[0]?.said.id).toMatch(/dipendekkan oleh lembar kerja/);
    const all = table([{ id: "5.76461E+17" }, { id: "5.76461E+17" }]);
    expect(await refusal(all)).toMatch(/none of its 2 rows can be read\. Row 2, column order_id/);
  });

  it("with zeros after the fifteenth digit were rounded, which the whole column tells", async () => {
    const ids = Array.from({ length: 6 }, (_, no) => ({ id: `57646107523034${no}000` }));
    expect(await refusal(table(ids))).toMatch(/none of its 6 rows/);
    const whole = Array.from({ length: 40 }, (_, no) => ({ id: `5764610752303423${10 + no}` }));
    const given = await read(table(whole));
    expect(given.troubleCount).toBe(0);
    expect(given.table.count).toBe(40);
  });
});

describe("rows of a file", () => {
  it("that are too wide, cut off or shifted are named with row and column", async () => {
    const text = `${HEAD}${row(1)}\no2,2021-01-26 10:00,Budi,Jl. Kenanga, 5,081234567890,1,5\n${row(3)}\no4,2021-01-26 10:00,Ayu\n${Array.from({ length: 20 }, (_, no) => row(5 + no)).join("\n")}\no99,2021-01-26 10:00,081234567890,Jl. Merak Raya,1,Rp\n`;
    const given = await read(text);
    expect(places(given)).toEqual([
      [3, "–"],
      [5, "–"],
      [26, "–"],
    ]);
    expect(given.troubles.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/has 8 cells under 6 headers/),
      expect.stringMatching(/has 3 cells under 6 headers; was the row cut off/),
      expect.stringMatching(/seems to have shifted/),
    ]);
  });

  it("may be short where the program leaves empty cells away, and are counted with the empty ones", async () => {
    const short = `${HEAD}o1,2021-01-26 10:00,Siti\n\no2,2021-01-26 10:00\no3,never,x\n`;
    const given = await read(short);
    expect(given.table.count).toBe(2);
    expect(places(given)).toEqual([[5, "ordered_at"]]);
  });

  it("of one order id that differ are a conflict, with both rows; the same again is not", async () => {
    const given = await read(
      table([
        { id: "a", name: "Siti Ayu", phone: "081234567890" },
        { id: "a", name: "Budi Santoso", phone: "081234567891" },
        { id: "c", units: "1" },
        { id: "c", units: "2", name: "Siti 2", phone: "081234561002" },
        { id: "b" },
        { id: "b", name: "Siti 4", phone: "081234561004" },
      ]),
    );
    expect(given.table.orderIds).toEqual(["a", "c", "b"]);
    expect(given.troubles.map(({ row: no, reason }) => [no, reason])).toEqual([
      [3, expect.stringMatching(/is there already, in row 2, and the two rows differ in name/)],
      [5, expect.stringMatching(/in row 4, and the two rows differ in units/)],
    ]);
    expect(given.files[0]).toMatchObject({ repeated: 1 });
  });

  it("under headers that stand twice in the file are read once", async () => {
    const given = await read(`${HEAD}${row(1)}\n${HEAD}${row(2)}\n`);
    expect([given.table.count, given.troubleCount]).toEqual([2, 0]);
  });
});

const SHOPIFY =
  "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem price,Lineitem sku,Shipping Name,Shipping Phone,Shipping Address1,Canceled at\n";
const shopify = (id: string, cells: Partial<Record<string, string>> = {}) =>
  [
    id,
    `${id}@contoh.id`,
    cells.status ?? "paid",
    "2021-01-26 10:00:55 +0700",
    cells.units ?? "1",
    cells.price ?? "1899000.00",
    cells.sku ?? "M3",
    cells.status === "" ? "" : `Siti ${id}`,
    "",
    "",
    cells.cancelledAt ?? "",
  ].join(",");

describe("orders with several rows, and orders that no longer stand", () => {
  it("count the article on sale, whichever row it is in, and the same file again changes nothing", async () => {
    const text =
      SHOPIFY +
      [
        shopify("a", { sku: "CASE", price: "50000.00" }),
        shopify("a", { status: "", units: "3" }),
        shopify("b"),
        shopify("b", { status: "", units: "2" }),
        shopify("c"),
        shopify("c", { status: "" }),
        shopify("c", { status: "" }),
        shopify("d"),
        shopify("e"),
      ].join("\n");
    const path = file(text);
    const twice = await importOrders([path, path]);
    expect(Array.from(twice.table.units)).toEqual([3, 3, 3, 1, 1]);
    expect(twice.table.unitPriceMinorUnits[0]).toBe(1_899_000);
    expect(twice.files.map((one) => [one.orders, one.addedUnits, one.repeated])).toEqual([
      [5, 4, 0],
      [0, 0, 9],
    ]);
    const texts = twice.files[1]?.reading.map(({ en }) => en).join();
    expect(texts).toMatch(/Units that count: M3\.,In the same orders, not counted: CASE\.$/);
    const said = await importOrders([path], { articles: ["CASE"] });
    expect(Array.from(said.table.units)).toEqual([1, 0, 0, 0, 0]);
  });

  it("stand apart when they were cancelled, not paid or refunded", async () => {
    const text =
      SHOPIFY +
      [
        shopify("a", { status: "voided" }),
        shopify("b", { status: "refunded" }),
        shopify("c", { status: "expired" }),
        shopify("d", { status: "pending" }),
        shopify("e", { cancelledAt: "2021-01-26 10:00:55 +0700" }),
        shopify("f", { status: "partially_refunded" }),
        shopify("g"),
      ].join("\n");
    const given = await read(text);
    expect(given.table.orderIds).toEqual(["f", "g"]);
    expect(given.files[0]?.apart).toEqual({ cancelled: 2, unpaid: 2, refunded: 1 });
    expect(given.apart.map(({ orderId }) => orderId)).toEqual(["a", "b", "c", "d", "e"]);
    const shopee =
      "No. Pesanan,Status Pesanan,Status Pembatalan/ Pengembalian,Waktu Pesanan Dibuat,Username (Pembeli),Metode Pembayaran\n" +
      [
        "a,Batal,,",
        "b,Belum Bayar,,",
        "c,Selesai,,",
        "d,Perlu Dikirim,Pembatalan Diajukan,",
        "e,Belum Bayar,,",
      ]
        .map((start, at) => `${start}2021-01-26 10:00,siti${at},${at === 4 ? "COD" : "QRIS"}`)
        .join("\n");
    expect((await read(shopee)).table.orderIds).toEqual(["c", "d", "e"]);
  });
});

describe("text in other letters and other dress", () => {
  const names = table([{ name: "José Ñandú" }, { name: "Zoë" }]);
  const namesOf = ({ table: { columns } }: Imported) => [...columns.name.values].length;

  it("is read in UTF-16, with and without a mark, UTF-8 and Windows-1252", async () => {
    const wide = Buffer.from(names, "utf16le");
    const swapped = Buffer.from(wide).swap16();
    for (const [content, name] of [
      [Buffer.concat([Buffer.from([0xff, 0xfe]), wide]), "UTF-16LE"],
      [Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]), "UTF-16BE"],
      [wide, "UTF-16LE"],
      [Buffer.from(`\uFEFF${names}`), "UTF-8"],
      [gzipSync(Buffer.concat([Buffer.from([0xff, 0xfe]), wide])), "UTF-16LE"],
      [Buffer.from(names, "latin1"), "WINDOWS-1252"],
      [gzipSync(Buffer.from(names, "latin1")), "WINDOWS-1252"],
    ] as const) {
      const given = await read(content);
      expect(reading(given)).toContain(name);
      expect([given.table.count, namesOf(given)]).toEqual([2, 2]);
      const again = await read(names);
      expect(given.table.columns.name.values).toEqual(again.table.columns.name.values);
    }
    expect(doubts(await read(Buffer.from(names, "latin1")))).toMatch(/not UTF-8/);
    // One bad byte among letters of UTF-8 changes one name, and not all of them.
    const bad = Buffer.concat([
      Buffer.from(`${names}\n`),
      Buffer.from(row(3)),
      Buffer.from([0xe9]),
    ]);
    expect(reading(await read(bad))).toMatch(/UTF-8/);
  });

  it("is known under a title of another delimiter, with pipes, and with headers in other case and stars", async () => {
    for (const [mark, title] of [
      [";", "Laporan Pesanan, Januari 2021\n\n"],
      ["\t", "Laporan; Pesanan\n"],
      ["|", ""],
      [";", "sep=;\n"],
    ] as const) {
      const given = await read(title + names.replaceAll(",", mark));
      expect([mark, given.table.count]).toEqual([mark, 2]);
    }
    const dressed = names.replace(HEAD, "*Order_ID, Ordered At ,NAME*,Phone,Units,Unit Price\n");
    expect((await read(dressed)).table.count).toBe(2);
    expect((await read(names.replace("units", "Units"))).files[0]?.missing).not.toContain("units");
  });

  it("is told how near it was to a format that is known", async () => {
    const without = SHOPIFY.replace("Lineitem sku", "SKU") + shopify("a");
    expect(await refusal(without)).toMatch(/looks like Shopify, but has no column "Lineitem sku"/);
  });

  it("in cells of several addresses and phones counts the buyer's own first one", async () => {
    const ips = [
      "::ffff:203.0.113.5",
      "::ffff:cb00:7105",
      "203.0.113.5:51234",
      "10.0.0.7, 203.0.113.5",
      "203.0.113.5",
      "[2001:db8::1]:443",
      "unknown",
    ];
    const text = `order_id,ordered_at,ip,phone\n${ips
      .map((ip, no) => `o${no},2021-01-26 10:00,"${ip}",081234567890 / 0813987654${10 + no}`)
      .join("\n")}`;
    const given = await read(text);
    expect([...given.table.columns.ip.values]).toEqual(["203.0.113.5", "2001:db8:0:0:0:0:0:1"]);
    expect([...given.table.columns.phone.values]).toEqual(["81234567890"]);
    expect(doubts(given)).toMatch(/phone: 7 rows.*two numbers in one cell/);
    expect(doubts(given)).toMatch(/ip: 1 row \(row 5\) with several addresses/);
  });
});

describe("workbooks, and files that are none", () => {
  const cells = (rows: readonly (readonly unknown[])[]) =>
    rows.map((line) =>
      line.map((value) =>
        value instanceof Date
          ? { value, type: Date, format: "yyyy-mm-dd hh:mm:ss" }
          : typeof value === "number"
            ? { value, type: Number }
            : { value: String(value), type: String },
      ),
    );

  it("have date cells that mean what the same text means, on every sheet with known headers", async () => {
    const at = new Date(Date.UTC(2021, 0, 26, 10, 0, 4));
    const path = join(folder, "sheets.xlsx");
    await writeXlsxFile([
      { sheet: "Petunjuk", data: cells([["Lihat lembar berikutnya"]]) },
      {
        sheet: "Senin",
        data: cells([
          ["order_id", "ordered_at", "phone"],
          ["a", at, 81274567830],
        ]),
      },
      {
        sheet: "Selasa",
        data: cells([
          ["Order ID*", "Ordered_At"],
          ["b", "2021-01-26 10:00:04"],
          ["c", "never"],
        ]),
      },
    ] as never).toFile(path);
    const given = await importOrders([path]);
    expect(times(given)).toEqual(["2021-01-26T03:00:04", "2021-01-26T03:00:04"]);
    expect([...given.table.columns.phone.values]).toEqual(["81274567830"]);
    expect(reading(given)).toMatch(/were read: Senin, Selasa\.[\s\S]*not read: Petunjuk/);
    expect(given.troubles[0]).toMatchObject({ file: "sheets.xlsx [Selasa]", row: 3 });
  });

  it("are read when their cells do not say where they stand, and keep numbers whole", async () => {
    const sheet = (rows: readonly string[]) =>
      `<worksheet><sheetData>${rows.map((line) => `<row>${line}</row>`).join("")}</sheetData></worksheet>`;
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const lean = zipSync({
      "[Content_Types].xml": strToU8("<Types/>"),
      "xl/workbook.xml": strToU8(
        '<workbook xmlns:r="r"><sheets><sheet name="orders" sheetId="1" r:id="rId1"/></sheets></workbook>',
      ),
      "xl/_rels/workbook.xml.rels": strToU8(
        '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
      "xl/worksheets/sheet1.xml": strToU8(
        sheet([
          text("order_id") + text("ordered_at"),
          `<c><v>576460752303423488</v></c>${text("2021-01-26 10:00")}`,
          `<c><v>5.7646075230342349E17</v></c>${text("2021-01-26 10:00")}`,
        ]),
      ),
    });
    const given = await read(Buffer.from(lean));
    expect(given.table.orderIds).toEqual(["576460752303423488"]);
    expect(given.troubles).toMatchObject([{ row: 3, column: "order_id" }]);
  });

  it("that are something else are one sentence each", async () => {
    const old = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]);
    const locked = Buffer.concat([old, Buffer.from("EncryptedPackage", "utf16le")]);
    for (const [content, sentence] of [
      [old, /old Excel workbook \(\.xls\)/],
      [locked, /protected by a password/],
      ["<html><table><tr><td>order_id</td></tr></table></html>", /web page \(HTML\)/],
      ["\uFEFF\n <!DOCTYPE html><html>", /web page/],
      ["<table border=1><tr><td>x", /web page/],
      [
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        /XML \(2003\)/,
      ],
      ['[{"order_id": 1}]', /JSON/],
      ["%PDF-1.7", /PDF/],
      [zipSync({ "orders.csv": strToU8("a,b") }), /ZIP archive with one file\. Unpack it/],
      [zipSync({ "content.xml": strToU8("x"), mimetype: strToU8("y") }), /LibreOffice document/],
      [gzipSync(zipSync({ "a.csv": strToU8("a") })), /packed twice/],
    ] as const) {
      const said = await refusal(Buffer.from(content as string));
      expect(said).toMatch(sentence);
    }
  });
});
