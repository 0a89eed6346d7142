import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { must } from "../../../../src/base/assert.ts";
import { audit } from "../../../../src/integrity/audit.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { readColumnMap, type ColumnMap } from "../../../../src/integrity/table/columnMap.ts";

/* The guide's table of shared things says what each grade does to the result; here it is done. */

const FILE = "examples/shared-things.csv";
const guide = readFileSync("docs/guide/audit.md", "utf8");
const lines = readFileSync(FILE, "utf8").trim().split("\n");
const headers = must(lines[0], "headers").split(",");

/** The guide's map, as a reader copies it. */
function guidesMap(): ColumnMap {
  const block = must(/\n( {4}\{\n {6}"links"[\s\S]*?\n {4}\})\n/.exec(guide)?.[1], "a map");
  const read = readColumnMap(JSON.parse(block), "refused");
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.map;
}

/** The guide's rows. */
const said = [...guide.matchAll(/^\| `(\w+)` \| .* \| (.*) \| (.*) \| (weak|strong) \|$/gm)].map(
  ([, column = "", weak = "", strong = "", right = ""]) => ({ column, weak, strong, right }),
);

/** Whether an order is stopped among the orders with a value in each column; of the rest under "". */
async function stoppedBy(map: ColumnMap): Promise<Map<string, string>> {
  const { table, files } = await importOrders([FILE], { map });
  expect(files.flatMap(({ doubts }) => doubts)).toEqual([]);
  const { verdicts } = audit(table);
  const found = new Map<string, string>();
  for (const [row, line] of lines.slice(1).entries()) {
    const cells = line.split(",");
    const column = said.find((one) => cells[headers.indexOf(one.column)] !== "")?.column ?? "";
    const isStopped = must(verdicts[row], "a verdict").outcome !== "accept";
    if (isStopped || !found.has(column))
      found.set(column, isStopped ? "some stopped" : "nobody stopped");
  }
  return found;
}

const graded = (map: ColumnMap, grade: "weak" | "strong"): ColumnMap => ({
  ...map,
  links: map.links.map((link) => ({ ...link, grade })),
});

describe("the guide's shared things", () => {
  it("are five, with the grades of its map", () => {
    expect(said).toHaveLength(5);
    const grades = guidesMap().links.map(({ name, grade }) => ({ column: name, right: grade }));
    expect(said.map(({ column, right }) => ({ column, right }))).toEqual(grades);
    expect(guide).toContain(`has ${lines.length - 1} orders`);
  });

  it.each(["weak", "strong"] as const)(
    "do to the result what it says, as %s ones",
    async (grade) => {
      const found = await stoppedBy(graded(guidesMap(), grade));
      expect(said.map(({ column }) => [column, found.get(column)])).toEqual(
        said.map((one) => [one.column, one[grade]]),
      );
      expect(found.get("")).toBe("nobody stopped");
    },
  );

  it("are stopped by its map where they are strong, and nowhere else", async () => {
    const found = await stoppedBy(guidesMap());
    const stopped = [...found].filter(([, word]) => word !== "nobody stopped");
    expect(stopped).toEqual([["wallet", "some stopped"]]);
  });
});
