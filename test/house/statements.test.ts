import { describe, expect, it } from "vitest";
import { placeOf, statements } from "./syntax.ts";
import { files, isStore, text } from "./tree.ts";

describe("statements of SQL", () => {
  const product = files.filter((file) => /^(src|web)\//.test(file));

  it("stand in stores alone", () => {
    const stray = product
      .filter((file) => !isStore(file))
      .flatMap((file) =>
        statements(file, text(file)).map((node) => placeOf(file, text(file), node)),
      );
    expect(stray).toEqual([]);
    const kept = product.filter((file) => isStore(file));
    expect(kept.flatMap((file) => statements(file, text(file))).length).toBeGreaterThan(400);
  });

  it("are seen however they are written", () => {
    expect(isStore("src/sale/line/io/lineStore.ts")).toBe(true);
    expect(isStore("src/sale/line/lineStore.ts")).toBe(false);
    expect(isStore("src/sale/line/io/line.ts")).toBe(false);
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
