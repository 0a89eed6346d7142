import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Papa from "papaparse";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { runProgram } from "../../../../src/cli/program.ts";

/* `giliran audit --previous`: persons keep their ids from run to run. */

const folder = mkdtempSync(join(tmpdir(), "giliran-kept-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const HEAD = "order_id,ordered_at,name,phone,address\n";
const order = (id: string, name: string, phone: string) =>
  `${id},2026-11-11T05:00:0${id.slice(-1)}Z,${name},${phone},Jl. Kenanga ${phone.slice(-2)}\n`;
const siti = (id: string) => order(id, "Siti Nur Ayu", "081274567830");
const budi = (id: string) => order(id, "Budi Santoso", "085711112222");

async function audit(lines: readonly string[], previous?: string) {
  const [path, out] = [join(folder, "orders.csv"), mkdtempSync(join(folder, "out-"))];
  writeFileSync(path, HEAD + lines.join(""));
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const more = previous === undefined ? [] : ["--previous", previous];
  const code = await runProgram(["node", "giliran", "audit", path, "--out", out, ...more]);
  vi.restoreAllMocks();
  const decisions = join(out, "decisions.csv");
  if (code !== 0) return { code, said: said.join(""), decisions, text: "", persons: {} };
  const text = readFileSync(decisions, "utf8");
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  const persons: Record<string, string> = Object.fromEntries(
    data.map((row) => [row.order_id, row.person_id]),
  );
  return { code, said: said.join(""), decisions, text, persons };
}

it("who has the larger part of a person's orders keeps its id, whatever the order of rows", async () => {
  const first = await audit([siti("o1"), siti("o2"), budi("o3")]);
  expect(first.persons.o1).toBe(first.persons.o2);
  const lines = [siti("o2"), budi("o3"), siti("o4"), siti("o5")];
  const fresh = await audit(lines);
  expect(fresh.persons.o2).not.toBe(first.persons.o2);
  const kept = await audit(lines, first.decisions);
  const id = first.persons.o1;
  expect(kept.persons).toEqual({ o2: id, o3: first.persons.o3, o4: id, o5: id });
  expect(kept.said).toMatch(/2 of 3 orders of the last run are in these files/);
  expect((await audit(lines.toReversed(), first.decisions)).text).toBe(kept.text);
});

it("an id that starts like a formula is found again", async () => {
  const first = await audit([siti("-1"), budi("-2")]);
  const kept = await audit([siti("-1"), siti("-3"), budi("-2")], first.decisions);
  expect(Object.values(kept.persons).toSorted()).toEqual(
    [...Object.values(first.persons), first.persons["'-1"]].toSorted(),
  );
});

it("a file of another sale is told", async () => {
  const first = await audit([siti("o1")]);
  const other = await audit([siti("p1")], first.decisions);
  expect(other.code).toBe(0);
  expect(other.said).toMatch(
    /0 of 1 order of the last run are in these files: every person has a new id/,
  );
});

it.each([
  ["order_id,person_id\no1,p\n", /there is no column channel/],
  ["order_id,channel,person_id\n,own,p\n", /row 2, column order_id: there is no id/],
  [
    "order_id,channel,person_id\no1,own,p\no1,own,q\n",
    /row 3, column person_id: row 2 says another id for o1/,
  ],
])("a file that cannot be read is refused with its row: %j", async (text, why) => {
  const path = join(folder, "last.csv");
  writeFileSync(path, text);
  const refused = await audit([siti("o1")], path);
  expect(refused.code).toBe(2);
  expect(refused.said).toMatch(why);
});
