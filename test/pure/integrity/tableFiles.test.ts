import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { canonicalCsv } from "../../../sim/exports.ts";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import {
  readExport,
  UPLOAD_LIMITS,
  type ExportLimits,
} from "../../../src/cases/imports/io/readExport.ts";
import { Refusal } from "../../../src/http/problem.ts";
import { SHIPPED_THRESHOLDS } from "../../../src/integrity/audit.ts";
import { importOrders } from "../../../src/integrity/io/importOrders.ts";
import { NO_LIMITS, type ReadLimits } from "../../../src/integrity/io/rows.ts";
import { TableFileError } from "../../../src/integrity/io/tableFileError.ts";

const folder = mkdtempSync(join(tmpdir(), "giliran-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const orders = new OrderMaker(3).make({ count: 40, ringShare: 0.1 }).map(({ order }) => order);
const csv = canonicalCsv(orders);

function upload(content: string | Buffer): string {
  const path = join(folder, "upload");
  writeFileSync(path, content);
  return path;
}

/** How many orders a file has, or what somebody is told who hands it in. */
async function read(content: string | Buffer, limits: Partial<ReadLimits> = {}) {
  try {
    const { table } = await importOrders([upload(content)], {
      limits: { ...NO_LIMITS, ...limits },
    });
    return table.count;
  } catch (error) {
    if (!(error instanceof TableFileError)) throw error;
    return error.message;
  }
}

/** The same in a thread of its own, as an upload is read. */
async function handIn(content: string | Buffer, limits: Partial<ExportLimits> = {}) {
  const asked = { map: null, thresholds: SHIPPED_THRESHOLDS };
  const file = { path: upload(content), name: "orders" };
  try {
    const answer = await readExport(file, { ...asked, limits: { ...UPLOAD_LIMITS, ...limits } });
    return answer.preview.orders;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe("import_refused");
    return error.errors![0]!.reason;
  }
}

/** A zip archive with one entry that claims whatever one likes. */
function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  local.copy(central, 6, 4, 30);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

describe("files that are handed in", () => {
  it("that are no table, or a damaged one, are refused with a sentence", async () => {
    const parquet = Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: "order_id", data: ["a", "b"], type: "STRING" },
          { name: "ordered_at", data: ["2021-01-26", "2021-01-26"], type: "STRING" },
        ],
      }),
    );
    expect(await read(parquet)).toBe(2);
    const spoiled = (file: Buffer, at: number) => {
      const copy = Buffer.from(file);
      copy.fill(0xff, at, at + 12);
      return copy;
    };
    const gzip = gzipSync(csv);
    for (const [kind, file] of [
      ["Parquet", Buffer.from("PAR1 and then nothing that makes sense")],
      ["Parquet", parquet.subarray(0, parquet.length - 9)],
      ["Parquet", spoiled(parquet, 8)],
      ["Parquet", spoiled(parquet, parquet.length - 40)],
      ["gzip", Buffer.concat([gzip.subarray(0, 10), Buffer.from("garbage, all of it")])],
      ["gzip", gzip.subarray(0, gzip.length - 20)],
      ["gzip", spoiled(gzip, 200)],
      ["XLSX", Buffer.from("PK\u0003\u0004 and then nothing")],
      ["XLSX", zip("xl/workbook.xml", Buffer.from("<workbook><broken"))],
    ] as const) {
      expect(await read(file), kind).toMatch(new RegExp(`this ${kind} file is damaged`));
    }
  });

  it("that unpack to too much, or have too many rows, are refused while they are read", async () => {
    expect(await read(gzipSync(csv))).toBe(orders.length);
    const bytes = 2_000_000;
    const long = csv + csv.repeat(bytes / csv.length);
    expect(await read(gzipSync(long), { bytes })).toMatch(/more than 2 MB.*giliran/);
    expect(await read(csv, { rows: orders.length })).toMatch(/more than 40 rows/);
    expect(await read(csv, { rows: orders.length + 1 })).toBe(orders.length);
    // Its rows are only a number: no file could be as long as the list of them.
    const many = Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: "order_id", data: Array<string>(5_000).fill("a"), type: "STRING" },
          { name: "ordered_at", data: Array<string>(5_000).fill("b"), type: "STRING" },
        ],
      }),
    );
    expect(await read(many, { rows: 5_000 })).toMatch(/more than 5,000 rows/);
  });

  it("that are spreadsheets which unpack to more than a thread may hold are refused", async () => {
    const blown = zip("xl/sharedStrings.xml", Buffer.alloc(300_000_000, " "));
    expect(blown.length).toBeLessThan(400_000);
    expect(await handIn(blown, { buffersMb: 64 })).toMatch(/unpacks to more than 200 MB/);
  });

  it("that take too long, or too much memory, are refused, and their thread is over", async () => {
    expect(await handIn(csv, { timeoutMs: 1 })).toMatch(/takes more than 0.001 s/);
    const large = canonicalCsv(
      new OrderMaker(5).make({ count: 20_000, ringShare: 0.1 }).map(({ order }) => order),
    );
    expect(await handIn(large, { heapMb: 16 })).toMatch(/takes more memory/);
  });
});
