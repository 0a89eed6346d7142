import { beforeAll, expect, it } from "vitest";
import { inTransaction } from "../../../src/db/connect.ts";
import { files, text } from "../../house/tree.ts";
import {
  createTestDatabase,
  describeOnDatabase,
  type TestDatabase,
} from "../../helpers/database.ts";
import { statementsOf, type FoundStatement } from "../../house/statementTexts.ts";

/** Where statements stand; that they stand nowhere else is a test of the house. */
const STORES = files.filter((file) => /^src\/(.*\/io\/\w*[sS]tore|db\/.*)\.ts$/.test(file));

/** Files whose statements cannot be seen or prepared, each with the reason and the test that runs them. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  "src/db/backend.ts": "makes a database by a name from the settings: test/processes/lives.test.ts",
  "src/db/connect.ts": "sends what others wrote: every test with a database",
  "src/db/doctor.ts": "makes and drops tables of its own: test/database/cli/commandLine.test.ts",
  "src/db/migrate.ts": "runs the files of migrations/: every test with a database",
};

/** What PostgreSQL cannot prepare is run here as it stands. */
const COMMAND = /^(analyze|set local|savepoint|rollback to savepoint) [^;]*$/;

/** Where `moveUnits` takes units from and puts them: a column of the table for each account but the outside. */
const ACCOUNTS = ["free", "offered", "ordered", "sold", "held", "returned"];

describeOnDatabase("every statement of the stores", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });

  /** What the database says of statements that it cannot prepare on the migrated tables. */
  async function faultsOf(found: readonly FoundStatement[]): Promise<string[]> {
    const faults: string[] = [];
    await inTransaction(database.sql, async (tx) => {
      for (const { place, texts } of found) {
        if (texts.length === 0) faults.push(`${place}: its text cannot be seen`);
        for (const one of texts) {
          await tx.unsafe("savepoint before");
          const asked = COMMAND.test(one) ? one : `prepare one as ${one}; deallocate one`;
          await tx.unsafe(asked).catch(async (error: Error) => {
            faults.push(`${place}: ${error.message}`);
            await tx.unsafe("rollback to savepoint before");
          });
        }
      }
    });
    return faults;
  }

  it("can be prepared", async () => {
    const found = STORES.filter((file) => !(file in RUN_ELSEWHERE)).flatMap((file) =>
      statementsOf(file, text(file), ACCOUNTS),
    );
    expect(found.length).toBeGreaterThan(400);
    expect(await faultsOf(found)).toEqual([]);
    expect(Object.keys(RUN_ELSEWHERE).filter((file) => !STORES.includes(file))).toEqual([]);
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
