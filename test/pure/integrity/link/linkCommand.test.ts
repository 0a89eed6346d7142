import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { runProgram } from "../../../../src/cli/program.ts";

/* `giliran link` as its user types it. */

const folder = mkdtempSync(join(tmpdir(), "giliran-link-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a map for giliran link", () => {
  const link = async (csv: string, fields: unknown, ...more: string[]) => {
    const [path, map] = [file("rows.csv", csv), file("rows.json", JSON.stringify({ fields }))];
    const out = join(folder, "linked.csv");
    rmSync(out, { force: true });
    const said: string[] = [];
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
    const argv = ["node", "giliran", "link", path, "--map", map, "--out", out, ...more];
    const code = await runProgram(argv);
    vi.restoreAllMocks();
    return { code, said: said.join(""), out: existsSync(out) ? readFileSync(out, "utf8") : null };
  };
  const name = { column: "name", kind: "name" };
  const phone = { column: "phone", kind: "phone" };

  it("by which no row says anything is refused with the reason", async () => {
    const masked = "name,phone\nS****i,-\nB****o,n/a\n";
    const refused = await link(masked, [name, phone]);
    expect(refused).toMatchObject({ code: 2, out: null });
    expect(refused.said).toMatch(/No row says anything in the columns that the map names/);
  });

  it("by which no two rows meet is told, and each row is an entity", async () => {
    const two = await link("name,phone\nSiti,0812345678\nBudi,0813999911\n", [name, phone]);
    expect(two).toMatchObject({ code: 0, out: "row_id,entity_id\n1,1\n2,2\n" });
    expect(two.said).toMatch(/NOTE: no two rows have a value in common/);
  });

  it("may join columns and compare addresses alone", async () => {
    const rows =
      "street,town\nJl. Kenanga 17,Bandung\njalan kenanga no 17,Kota Bandung\nJl. Dago 5,Bandung\n";
    const joined = { column: ["street", "town"], kind: "address" };
    const { out } = await link(rows, [joined]);
    expect(out).toBe("row_id,entity_id\n1,1\n2,1\n3,3\n");
  });

  it("may ask for surer links", async () => {
    const rows = "name,phone\nSiti Ayu,0812345678\nSiti Ayu,0812345678\n";
    expect((await link(rows, [name, phone])).out).toBe("row_id,entity_id\n1,1\n2,1\n");
    const sure = await link(rows, [name, phone], "--threshold", "0.9999");
    expect(sure.out).toBe("row_id,entity_id\n1,1\n2,2\n");
    for (const none of ["0.3", "1", "sure"]) {
      const refused = await link(rows, [name, phone], "--threshold", none);
      expect(refused).toMatchObject({ code: 2, out: null });
      expect(refused.said).toContain(
        `--threshold wants a chance from 0.5 to below 1, not ${none}.`,
      );
    }
  });

  it("that names a column that is not there is refused, joined ones too", async () => {
    const rows = "name,phone\nSiti,0812345678\n";
    const refused = await link(rows, [{ column: ["name", "surname"], kind: "name" }]);
    expect(refused.code).toBe(2);
    expect(refused.said).toContain("surname");
  });
});
