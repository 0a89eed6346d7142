import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { RouteContract } from "../../src/api/contract.ts";
import type { Sql } from "../../src/db/connect.ts";

/** Values that are one of a kind, so that each is found wherever it turns up, also encoded. */
export class Canaries {
  readonly #kinds = new Map<string, string>();
  readonly #forms: { readonly form: string; readonly kind: string }[] = [];
  #count = 0;

  /** A word of a kind: nothing else has these letters. */
  word(kind: string): string {
    const word = `Zq${kind}${String(++this.#count).padStart(3, "0")}Xv`;
    this.add(kind, word);
    return word;
  }

  /** A phone number; in whatever form, the last eight digits are there. */
  phone(kind: string): string {
    const digits = String(57_210_043 + 1_357 * ++this.#count);
    this.add(kind, digits);
    return `+628${digits}`;
  }

  add(kind: string, value: string): void {
    if (this.#kinds.has(value)) return;
    this.#kinds.set(value, kind);
    const bytes = Buffer.from(value);
    // Base64 has three ways to write the same bytes, by where they stand. Letters that also depend
    // on what is around are left out, and no other: a form of four letters is met by chance.
    const base64 = [0, 1, 2].map((offset) =>
      Buffer.concat([Buffer.alloc(offset), bytes])
        .toString("base64")
        .slice(Math.ceil((8 * offset) / 6), Math.floor((8 * (offset + bytes.length)) / 6)),
    );
    const encoded = bytes.length >= 8 ? [...base64, bytes.toString("hex")] : [];
    for (const form of [value, ...encoded]) this.#forms.push({ form: form.toLowerCase(), kind });
  }

  /** The kinds that a text holds. */
  kindsIn(text: string): string[] {
    const folded = text.toLowerCase();
    const found = this.#forms.filter(({ form }) => folded.includes(form)).map(({ kind }) => kind);
    return [...new Set(found)].sort();
  }
}

type Schema = {
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: Schema[];
  readonly oneOf?: Schema[];
  readonly allOf?: Schema[];
};

function textsOf(schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties, items } = schema;
  const free =
    schema.type === "string" &&
    [schema.enum, schema.const, schema.format, schema.pattern].every((one) => one === undefined);
  const anything = Object.keys(schema).length === 0;
  const below = [
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((one) =>
      textsOf(one, path),
    ),
    ...Object.entries(properties).flatMap(([name, one]) => textsOf(one, `${path}.${name}`)),
    ...(typeof additionalProperties === "object" ? textsOf(additionalProperties, `${path}.*`) : []),
    ...(items ? textsOf(items, `${path}[]`) : []),
  ];
  return free || anything ? [path, ...below] : below;
}

/** Where a route takes free text, by its contract: "fileAppeal body.statement". */
export function textInputs(route: RouteContract): string[] {
  const of = (schema: z.ZodType | undefined, place: string) =>
    schema === undefined
      ? []
      : textsOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema, place);
  const found = [...of(route.body, "body"), ...of(route.query, "query")];
  if (route.upload) found.push("files[].name", "files[].content");
  return [...new Set(found)].map((path) => `${route.id} ${path}`);
}

/** The paths of a value at which a text stands that passes the test, as `textInputs` names them. */
export function pathsWith(
  value: unknown,
  test: (text: string) => boolean,
  path = "body",
): string[] {
  if (typeof value === "string") return test(value) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((one) => pathsWith(one, test, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => pathsWith(one, test, `${path}.${name}`));
}

/** Every column of every table as one text; bytes also as the text that they may be. */
export async function storedColumns(
  sql: Sql,
): Promise<{ place: string; rows: number; text: string }[]> {
  const columns = await sql<{ table: string; column: string; type: string }[]>`
    select c.table_name as "table", c.column_name as "column", c.data_type as "type"
    from information_schema.columns c join information_schema.tables t
      using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
    order by c.table_name, c.ordinal_position`;
  const texts = [];
  for (const { table, column, type } of columns) {
    const cell =
      type === "bytea"
        ? sql`encode(${sql(column)}, 'hex') || ' ' || encode(${sql(column)}, 'escape')`
        : sql`${sql(column)}::text`;
    const rows = await sql<{ text: string | null }[]>`select ${cell} as text from ${sql(table)}`;
    const text = rows.map((row) => row.text ?? "").join("\n");
    texts.push({ place: `${table}.${column}`, rows: rows.length, text });
  }
  return texts;
}

const MOST_BYTES = 20_000_000;

/** Files below a folder that changed since a moment, and can be read. */
export function filesSince(
  folder: string,
  sinceMs: number,
  skip: (path: string) => boolean,
): string[] {
  const found: string[] = [];
  const look = (path: string, depth: number): void => {
    if (skip(path) || depth > 6) return;
    try {
      const stats = lstatSync(path);
      if (stats.isDirectory())
        for (const name of readdirSync(path)) look(join(path, name), depth + 1);
      else if (stats.isFile() && stats.mtimeMs >= sinceMs && stats.size < MOST_BYTES)
        found.push(path);
    } catch {
      // gone meanwhile, or somebody else's
    }
  };
  look(folder, 0);
  return found;
}

export function textOfFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
