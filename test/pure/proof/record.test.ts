import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordReader } from "../../../src/proof/recordReader.ts";
import { Verifier, type VerifyReport } from "../../../src/proof/verify.ts";
import { sampleRecord } from "../../helpers/record.ts";

const lines = sampleRecord().map((line) => JSON.stringify(line));
const index = fc.nat(lines.length - 1);
const indexOf = (part: string) => lines.findIndex((line) => line.includes(part));

/** Results of the command line and the browser's page for these bytes, which come in pieces. */
function verify(bytes: Uint8Array, pieceLength = 1_000): VerifyReport {
  const verifier = new Verifier();
  const reader = new RecordReader(verifier);
  for (let at = 0; at < bytes.length; at += pieceLength) {
    reader.take(bytes.subarray(at, at + pieceLength));
  }
  reader.end();
  return verifier.report();
}
const textOf = (some: readonly string[]) => `${some.join("\n")}\n`;
const faultsOf = (some: readonly string[]) => verify(Buffer.from(textOf(some))).faults;

describe("a record's lines", () => {
  it("prove themselves as they are, however they come in, with or without the last line break", () => {
    expect(lines.length).toBeGreaterThan(30);
    const bytes = Buffer.from(textOf(lines));
    for (const pieceLength of [1, 7, 64_000]) {
      const report = verify(bytes, pieceLength);
      expect(report.faults).toEqual([]);
      expect(report).toMatchObject({ windowCount: 2, entryCount: 12, offerCount: 4 });
    }
    expect(verify(bytes.subarray(0, -1)).faults).toEqual([]);
  });

  it("one that is there twice, anywhere, is a fault", () => {
    fc.assert(
      fc.property(index, fc.nat(lines.length), (which, where) => {
        expect(faultsOf(lines.toSpliced(where, 0, lines[which]!))).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
    for (const [at, line] of lines.entries()) {
      expect(faultsOf(lines.toSpliced(at, 0, line)), line).not.toEqual([]);
    }
  });

  it("one that is missing is a fault, the last one, too", () => {
    for (const [at, line] of lines.entries()) {
      expect(faultsOf(lines.toSpliced(at, 1)), line).not.toEqual([]);
    }
  });

  it("two that changed places are a fault", () => {
    fc.assert(
      fc.property(index, index, (a, b) => {
        fc.pre(a !== b);
        expect(faultsOf(lines.with(a, lines[b]!).with(b, lines[a]!))).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
    for (let at = 0; at + 1 < lines.length; at++) {
      const swapped = lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!);
      expect(faultsOf(swapped), lines[at]).not.toEqual([]);
    }
  });

  it("anything else between or after them is a fault", () => {
    const garbage = fc.oneof(
      fc.constantFrom("", " ", "null", "5", '"end"', "[]", "{}", '["x"]', '{"kind":"toString"}'),
      fc.json(),
      fc.string().filter((text) => !text.includes("\n")),
    );
    fc.assert(
      fc.property(garbage, fc.nat(lines.length), (text, where) => {
        expect(faultsOf(lines.toSpliced(where, 0, text))).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
    const tails = ["x", "\n", "\0", " ", "\n\n"];
    for (const tail of tails) {
      expect(verify(Buffer.from(textOf(lines) + tail)).faults, JSON.stringify(tail)).not.toEqual(
        [],
      );
    }
    expect(verify(Buffer.concat([Buffer.from(textOf(lines)), Buffer.of(0xff)])).faults).not.toEqual(
      [],
    );
    expect(verify(Buffer.alloc(5_000_000, "a"), 65_536).faults.join()).toMatch(/too long/);
  });

  it("a name that is there twice in one of them is a fault, and so is another way to write it", () => {
    const objects = [...lines.entries()].filter(([, line]) => line.startsWith("{"));
    fc.assert(
      fc.property(
        fc.constantFrom(...objects),
        fc.nat(),
        fc.boolean(),
        ([at, line], nth, before) => {
          const members = Object.entries(JSON.parse(line) as Record<string, unknown>);
          const [name, value] = members[nth % members.length]!;
          const other = JSON.stringify(before ? "other" : value);
          const text = before
            ? `{${JSON.stringify(name)}:${other},${line.slice(1)}`
            : `${line.slice(0, -1)},${JSON.stringify(name)}:${other}}`;
          expect(JSON.stringify(JSON.parse(text)).length).toBe(line.length);
          expect(faultsOf(lines.with(at, text))).not.toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
    const window = indexOf('"kind":"window"');
    for (const line of [
      `${lines[window]} `,
      lines[window]!.replace(":", ": "),
      `${lines[window]}\r`,
    ]) {
      expect(faultsOf(lines.with(window, line))).not.toEqual([]);
    }
  });

  it("a number or a name that a leaf has no room for is a fault", () => {
    const entry = indexOf('["e"');
    const [, id, tier, channelNo, preferences, arrivalNo] = JSON.parse(lines[entry]!);
    const changed = [
      ["e", id, tier + 256, channelNo, preferences, arrivalNo],
      ["e", id, tier, channelNo + 65_536, preferences, arrivalNo],
      ["e", id.toUpperCase(), tier, channelNo, preferences, arrivalNo],
      ["e", id, tier, channelNo, preferences, String(arrivalNo)],
      ["e", id, tier, channelNo, preferences, arrivalNo, null],
    ];
    for (const line of changed) {
      expect(faultsOf(lines.with(entry, JSON.stringify(line))), JSON.stringify(line)).not.toEqual(
        [],
      );
    }
  });

  it("totals that are missing, or there twice, are a fault", () => {
    const end = JSON.parse(lines.at(-1)!);
    for (const stock of [[], end.stock.slice(1), [...end.stock, end.stock[0]]]) {
      expect(faultsOf(lines.with(lines.length - 1, JSON.stringify({ ...end, stock })))).not.toEqual(
        [],
      );
    }
  });

  it("an announcement of no known form is a fault, and no crash", () => {
    for (const rounds of [[null], [5], [{ roundNo: 1 }], "x"]) {
      const head = { ...JSON.parse(lines[0]!), definition: { rounds } };
      expect(faultsOf(lines.with(0, JSON.stringify(head)))).not.toEqual([]);
    }
  });
});
