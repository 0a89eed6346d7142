import { describe, expect, it } from "vitest";
import { placeOf, statements } from "./syntax.ts";
import { files, text } from "./tree.ts";

describe("statements of SQL", () => {
  /** Stores, and the database's own folder. */
  const STORE = /^src\/(db\/.*|.*\/io\/\w*[sS]tore)\.ts$/;
  const product = files.filter((file) => /^(src|web)\//.test(file));

  it("stand in stores alone", () => {
    const stray = product
      .filter((file) => !STORE.test(file))
      .flatMap((file) =>
        statements(file, text(file)).map((node) => placeOf(file, text(file), node)),
      );
    expect(stray).toEqual([]);
    const kept = product.filter((file) => STORE.test(file));
    expect(kept.flatMap((file) => statements(file, text(file))).length).toBeGreaterThan(400);
  });

  it("are seen however they are written", () => {
    expect(STORE.test("src/sale/line/io/lineStore.ts")).toBe(true);
    expect(STORE.test("src/sale/line/lineStore.ts")).toBe(false);
    expect(STORE.test("src/sale/line/io/line.ts")).toBe(false);
    const planted = (line: string) => statements("src/sale/io/entryRoutes.ts", line).length;
    expect(planted("const rows = await sql`select 1`;")).toBe(1);
    expect(planted("const rows = await tx<{ a: number }[]>`select 1`;")).toBe(1);
    expect(planted("const rows = await this.#deps.sql`select 1`;")).toBe(1);
    expect(planted("const rows = await anyName`select 1`;")).toBe(1);
    expect(planted('await sql.unsafe("select 1");')).toBe(1);
    expect(planted('await client.query("select 1");')).toBe(1);
    expect(planted("const page = html`<p>${text}</p>`;")).toBe(0);
    expect(planted("const text = `select 1`;")).toBe(0);
  });
});
