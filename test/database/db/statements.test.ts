import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asRows } from "../../../src/db/sql.ts";
import { createTestDatabase, describeOnDatabase } from "../../helpers/database.ts";
import { declarationsOf, rowTypesOf, type RowType } from "../../house/rowTypes.ts";
import { statementsOf, type FoundStatement } from "../../house/statementTexts.ts";
import { files, isStore, text } from "../../house/tree.ts";

/** Where statements stand; that they stand nowhere else is a test of the house. */
const STORES = files.filter(isStore);

/** Files whose statements cannot be seen or prepared, each with the reason and the test that runs them. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  "src/db/backend.ts": "makes a database by a name from the settings: test/processes/lives.test.ts",
  "src/db/connect.ts": "sends what others wrote: every test with a database",
  "src/db/doctor.ts": "makes and drops tables of its own: test/database/cli/commandLine.test.ts",
  "src/db/migrate.ts": "runs the files of migrations/: every test with a database",
};

/** Where `moveUnits` takes units from and puts them: a column of the table for each account but the outside. */
const ACCOUNTS = ["free", "offered", "ordered", "sold", "held", "returned"];

/** The columns of a statement, as the database describes them without running it. */
class Description {
  /** By the names that they have in a row; none for a statement without rows. */
  readonly properties: Promise<readonly string[]>;
  readonly #text: string;
  readonly #end = Promise.withResolvers<readonly string[]>();
  #properties: readonly string[] = [];

  constructor(text: string) {
    this.#text = text;
    this.properties = this.#end.promise;
  }

  submit(connection: pg.Connection): void {
    connection.parse({ name: "", text: this.#text, types: [] }, false);
    connection.describe({ type: "S", name: "" }, false);
    connection.sync();
  }

  handleRowDescription({
    fields,
  }: {
    readonly fields: readonly { readonly name: string }[];
  }): void {
    const [row] = asRows(fields, [fields.map(() => null)]);
    this.#properties = Object.keys(row ?? {});
  }

  handleReadyForQuery(): void {
    this.#end.resolve(this.#properties);
  }

  handleError(error: Error): void {
    this.#end.reject(error);
  }
}

/** Where the rows of a statement are others than their type says. */
function typeFaults(properties: readonly string[], type: RowType | undefined): string[] {
  if (!type) return [];
  const { sure, possible } = type;
  const missing = [...sure].filter((name) => !properties.includes(name));
  const unread = properties.filter((name) => possible !== null && !possible.has(name));
  return [
    ...missing.map((name) => `no column for ${name}`),
    ...unread.map((name) => `nobody reads ${name}`),
  ];
}

describeOnDatabase("every statement of the stores", () => {
  let client: pg.Client;
  beforeAll(async () => {
    const { url } = await createTestDatabase();
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(() => client.end());

  /** The properties of a statement's rows, or what the database has against it. */
  async function propertiesOf(statement: string): Promise<readonly string[] | Error> {
    try {
      // Of a command that is not run the tables are not looked at.
      if (/^analyze [^;]*$/.test(statement)) await client.query(statement);
      return await client.query(new Description(statement)).properties;
    } catch (error) {
      return error as Error;
    }
  }

  /** Faults of statements on the migrated tables, and of the types written for their rows. */
  async function faultsOf(
    found: readonly FoundStatement[],
    types: ReadonlyMap<string, RowType> = new Map(),
  ): Promise<string[]> {
    const faults: string[] = [];
    for (const { place, texts } of found) {
      if (texts.length === 0) faults.push(`${place}: its text cannot be seen`);
      for (const one of texts) {
        const properties = await propertiesOf(one);
        if (properties instanceof Error) faults.push(`${place}: ${properties.message}`);
        else
          faults.push(...typeFaults(properties, types.get(place)).map((why) => `${place}: ${why}`));
      }
    }
    return faults;
  }

  it("can be prepared, and gives the rows that its type says", async () => {
    const declarations = declarationsOf(
      files.filter((file) => file.startsWith("src/")).map((file) => [file, text(file)] as const),
    );
    const prepared = STORES.filter((file) => !(file in RUN_ELSEWHERE));
    const found = prepared.flatMap((file) => statementsOf(file, text(file), ACCOUNTS));
    const types = new Map(
      prepared.flatMap((file) => [...rowTypesOf(file, text(file), declarations)]),
    );
    expect(found.length).toBeGreaterThan(400);
    expect(types.size).toBeGreaterThan(180);
    expect(await faultsOf(found, types)).toEqual([]);
    expect(Object.keys(RUN_ELSEWHERE).filter((file) => !STORES.includes(file))).toEqual([]);
  });

  it("with another row than its type says is seen", async () => {
    const planted = async (source: string) =>
      await faultsOf(
        statementsOf("src/a.ts", source),
        rowTypesOf("src/a.ts", source, declarationsOf([["src/a.ts", source]])),
      );
    const of = (type: string, rest = "") =>
      planted(
        `${rest} const a = (sql: Query) => sql<${type}[]>\`select sale_no, slug from sale\`;`,
      );
    expect(await of("{ saleNo: number; slug: string }")).toEqual([]);
    expect(await of("{ sale_no: number; slug: string }")).toEqual([
      "src/a.ts:1: no column for sale_no",
      "src/a.ts:1: nobody reads saleNo",
    ]);
    const row = "interface Row { readonly saleNo: number; readonly slug: string }";
    expect(await of("Row", row)).toEqual([]);
    expect(await of("Omit<Row, 'slug'>", row)).toEqual(["src/a.ts:1: nobody reads slug"]);
    expect(await of("Pick<Row, 'slug' | 'saleNo'>", row)).toEqual([]);
    expect(await of("Row & { state: string }", row)).toEqual(["src/a.ts:1: no column for state"]);
    expect(await of("Row & ({ state: string } | { id: null })", row)).toEqual([]);
    expect(await of("More", `${row} interface More extends Row { wrong: string }`)).toEqual([
      "src/a.ts:1: no column for wrong",
    ]);
    expect(await of("List['first'][number]", `${row} interface List { first: Row[] }`)).toEqual([]);
    expect(await of("{ slug: string; [key: string]: unknown }")).toEqual([]);
    await expect(of("Unseen")).rejects.toThrow("Unseen is not seen");
  });

  it("with a wrong column is seen, however it is written", async () => {
    const planted = (source: string) => faultsOf(statementsOf("src/a.ts", source));
    const wrong = /^src\/a\.ts:\d+: column "wrong" (of relation "sale" )?does not exist$/;
    for (const source of [
      "const a = (sql: Query) => sql`select wrong from sale`;",
      "const a = async (tx: Query) => { await tx<Row[]>`select slug from sale where wrong = ${1}`; };",
      "const a = (tx: Query) => tx`update sale set wrong = 1`;",
      "const a = (tx: Query) => tx`insert into sale (wrong) select 1`;",
      "class A { b() { return this.#sql`select wrong from sale`; } }",
      // In a part: at its place, under a name, as the answer of a function, as one of two or of many.
      "const a = (sql: Query) => sql`select ${sql`wrong`} from sale`;",
      "const a = (sql: Query) => { const b = sql`wrong`; return sql`select ${b} from sale`; };",
      "const b = (sql: Query) => sql`wrong`; const a = (sql: Query) => sql`select ${b(sql)} from sale`;",
      "const a = (sql: Query, b: boolean) => sql`select ${b ? sql`slug` : sql`wrong`} from sale`;",
      "const a = (sql: Query, b: 'c') => { const d = { c: sql`slug`, e: sql`wrong` }[b]; return sql`select ${d} from sale`; };",
      // In a text that is run as it stands.
      'const a = (sql: Query) => sql.unsafe("select wrong from sale where sale_no = $1", [1]);',
      "const B = `wrong`; const a = (sql: Query) => sql.unsafe(`select ${B} from sale`);",
      "const B = { c: `slug`, d: `wrong` }; const a = (sql: Query, c: 'd') => sql.unsafe(`select ${B[c]} from sale`);",
      "const b = (c: string) => `select ${c} from sale`; const D = b('wrong'); const a = (sql: Query) => sql.unsafe(D);",
    ]) {
      expect(await planted(source), source).toEqual([expect.stringMatching(wrong)]);
      expect(await planted(source.replaceAll("wrong", "slug")), source).toEqual([]);
    }
    expect(await planted("const a = (sql: Query) => sql`select 1 from wrong`;")).toHaveLength(1);
    expect(await planted("const a = (sql: Query) => sql`analyze wrong`;")).toHaveLength(1);
    expect(await planted("const a = (sql: Query, b: string) => sql.unsafe(b);")).toEqual([
      "src/a.ts:1: its text cannot be seen",
    ]);
  });
});
