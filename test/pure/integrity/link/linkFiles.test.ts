import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { runProgram } from "../../../../src/cli/program.ts";

/* `giliran link` over several files, and with the ids of the last run, as its user types it. */

const folder = mkdtempSync(join(tmpdir(), "giliran-link-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const MAP = {
  id: "id",
  fields: [
    { column: "name", kind: "name" },
    { column: "phone", kind: "phone" },
  ],
};

async function link(paths: readonly string[], more: readonly string[] = [], given: object = MAP) {
  const [map, out, pairs] = [
    file("map.json", JSON.stringify(given)),
    join(folder, "entities.csv"),
    join(folder, "pairs.csv"),
  ];
  for (const old of [out, pairs]) rmSync(old, { force: true });
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const argv = ["link", ...paths, "--map", map, "--out", out, "--pairs", pairs, ...more];
  const code = await runProgram(["node", "giliran", ...argv]);
  vi.restoreAllMocks();
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : null);
  return { code, said: said.join(""), out: read(out), pairs: read(pairs) };
}

const HEAD = "id,name,phone\n";
const siti = (id: string) => `${id},Siti Nur Ayu,081274567830\n`;
const budi = (id: string) => `${id},Budi Santoso,085711112222\n`;

describe("two files", () => {
  const left = () => file("left.csv", `${HEAD}${siti("a1")}${siti("a2")}${budi("a3")}`);
  const right = () => file("right.csv", `${HEAD}${budi("b1")}${siti("b2")}`);

  it("with --two have one partner for each row, and none within a file", async () => {
    const { code, out, pairs } = await link([left(), right()], ["--two"]);
    expect(code).toBe(0);
    expect(out).toBe(
      "row_id,entity_id,source\n" +
        "a1,a1,left.csv\na2,a2,left.csv\na3,a3,left.csv\nb1,a3,right.csv\nb2,a1,right.csv\n",
    );
    const written = pairs?.trim().split("\n") ?? [];
    expect(written[0]).toBe("row_a,row_b,bits");
    expect(
      written
        .slice(1)
        .map((line) => line.slice(0, 5))
        .sort(),
    ).toEqual(["a1,b2", "a3,b1"]);
  });

  it("are one table without it", async () => {
    const { out } = await link([left(), right()]);
    expect(out).toBe(
      "row_id,entity_id,source\n" +
        "a1,a1,left.csv\na2,a1,left.csv\na3,a3,left.csv\nb1,a3,right.csv\nb2,a1,right.csv\n",
    );
  });

  it("with the same ids have entities that are named by their file, too", async () => {
    const paths = [file("x.csv", HEAD + siti("1") + budi("2")), file("y.csv", HEAD + budi("1"))];
    const { out } = await link(paths, ["--two"]);
    expect(out).toBe(
      "row_id,entity_id,source\n1,x.csv:1,x.csv\n2,x.csv:2,x.csv\n1,x.csv:2,y.csv\n",
    );
    const explained = await link(paths, ["--two", "--explain", "2", "1"]);
    expect(explained.said).toContain("One entity.");
    const other = await link(paths, ["--two", "--explain", "1", "1"]);
    expect(other.said).toContain("Two entities.");
  });

  it("may be one, with a column that names the table", async () => {
    const path = file(
      "both.csv",
      "id,name,phone,shop\n1,Siti Nur Ayu,081274567830,web\n2,Siti Nur Ayu,081274567830,shop\n3,Siti Nur Ayu,081274567830,web\n",
    );
    const { out } = await link([path], ["--source", "shop"]);
    expect(out).toBe("row_id,entity_id,source\n1,2,web\n2,2,shop\n3,3,web\n");
  });

  it.each([
    ["three files", ["left", "right", "third"], ["--two"], /--two wants two files.*3 were given/],
    ["one file", ["left"], ["--two"], /--two wants two files.*one was given.*--source COLUMN/],
    [
      "a source in two files",
      ["left", "right"],
      ["--source", "name"],
      /one file.*2 files were given/,
    ],
    [
      "a source with one value",
      ["left"],
      ["--source", "one"],
      /names one table \(x\); --source wants two/,
    ],
    ["a source with three", ["left"], ["--source", "name"], /names 3 tables \(Ani, Budi, Siti\)/],
    ["a source that is not there", ["left"], ["--source", "shop"], /there is no column shop/],
    [
      "a source that is not given",
      ["left"],
      ["--source", "gap"],
      /left\.csv, row 3, column gap: no table is named/,
    ],
  ])("that cannot be are refused: %s", async (_, names, more, why) => {
    const text = "id,name,phone,one,gap\n1,Siti,081274567830,x,p\n2,Budi,,x,\n3,Ani,,x,q\n";
    const refused = await link(
      names.map((name) => file(`${name}.csv`, text)),
      more,
    );
    expect(refused).toMatchObject({ code: 2, out: null, pairs: null });
    expect(refused.said.replace(/\s+/g, " ")).toMatch(why);
  });
});

describe("the ids of the last run", () => {
  const rows = (...lines: string[]) => file("rows.csv", HEAD + lines.join(""));
  const last = (text: string) => ["--previous", file("last.csv", text)];

  it("stay, though the row that gave the id has gone and another was added", async () => {
    const first = await link([rows(siti("1"), siti("2"), budi("3"))]);
    expect(first.out).toBe("row_id,entity_id\n1,1\n2,1\n3,3\n");
    const path = rows(siti("0"), budi("3"), siti("2"));
    expect((await link([path])).out).toBe("row_id,entity_id\n0,0\n3,3\n2,0\n");
    const kept = await link([path], last(first.out ?? ""));
    expect(kept.out).toBe("row_id,entity_id\n0,1\n3,3\n2,1\n");
  });

  it("stay in two tables, whose rows have one id", async () => {
    const paths = [file("x.csv", HEAD + siti("1")), file("y.csv", HEAD + budi("1") + siti("2"))];
    const kept = await link(paths, [
      ...["--two", ...last("row_id,entity_id,source\n1,old,y.csv\n1,older,x.csv\n")],
    ]);
    expect(kept.out).toBe("row_id,entity_id,source\n1,older,x.csv\n1,old,y.csv\n2,older,y.csv\n");
  });

  it.each([
    ["no entity_id", "row_id,entity\n1,1\n", /last\.csv: there is no column entity_id/],
    ["no row", "row_id,entity_id\n", /last\.csv: the headers are there, but no row/],
    [
      "a row without an entity",
      "row_id,entity_id\n1,1\n2,\n",
      /last\.csv, row 3, column entity_id: there is no id/,
    ],
    [
      "an entity without a row",
      "row_id,entity_id\n,1\n",
      /last\.csv, row 2, column row_id: there is no id/,
    ],
    [
      "a row twice",
      "row_id,entity_id\n1,1\n1,2\n",
      /last\.csv, row 3, column entity_id: row 2 says another id for 1/,
    ],
    [
      "a shortened id",
      "row_id,entity_id\n8.12E+14,1\n",
      /last\.csv, row 2, column row_id: a spreadsheet has shortened it/,
    ],
  ])("are refused with file, row and column: %s", async (_, text, why) => {
    const refused = await link([rows(siti("1"))], last(text));
    expect(refused).toMatchObject({ code: 2, out: null });
    expect(refused.said).toMatch(why);
  });

  it("want an id for each row, another for each", async () => {
    const previous = last("row_id,entity_id\n1,1\n");
    const { id: _, ...noId } = MAP;
    expect((await link([rows(siti("1"))], previous, noId)).said).toMatch(/names no id column/);
    const twice = await link([rows(siti("1"), budi("1"))], previous);
    expect(twice.said).toMatch(/rows\.csv, row 3: the id 1 is that of .*rows\.csv, row 2, too/);
    const none = await link([rows(siti(""))], previous);
    expect(none.said).toMatch(/rows\.csv, row 2: --previous wants an id for each row/);
  });
});
