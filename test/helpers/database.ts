import { randomUUID } from "node:crypto";
import { afterAll, describe, inject } from "vitest";
import { connect, type Sql } from "../../src/db/connect.ts";
import { TEMPLATE } from "./globalCluster.ts";

export interface TestDatabase {
  readonly sql: Sql;
  readonly entryPool: Sql;
  readonly target: { readonly socketFolder: string; readonly database: string };
  readonly url: string;
}

/** A describe block that is skipped, with its reason said at the start, where there is no such server. */
export const describeOnDatabase = inject("socketFolder") === null ? describe.skip : describe;

/** A database of the file's own, copied from the template; dropped when the file is done. */
export async function createTestDatabase(lockTimeoutMs = 2_000): Promise<TestDatabase> {
  const socketFolder = inject("socketFolder")!;
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  const admin = connect({ socketFolder, database: "postgres" }, { poolSize: 1, name: "test" });
  // Copies of one template must not start at the same instant: try again until nobody else copies.
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.unsafe(`create database ${database} template ${TEMPLATE}`);
      break;
    } catch (error) {
      if (attempt > 50) throw error;
      await new Promise((resume) => setTimeout(resume, 100));
    }
  }
  const target = { socketFolder, database };
  const sql = connect(target, { poolSize: 10, name: "test", lockTimeoutMs });
  const entryPool = connect(target, { poolSize: 2, name: "test entry pool" });
  afterAll(async () => {
    await Promise.all([sql.end({ timeout: 5 }), entryPool.end({ timeout: 5 })]);
    const left = await admin`
      select application_name from pg_stat_activity where datname = ${database}`;
    await admin.unsafe(`drop database ${database} with (force)`);
    await admin.end();
    if (left.length > 0) throw new Error(`connections left open: ${JSON.stringify(left)}`);
  });
  return {
    sql,
    entryPool,
    target,
    url: `postgres://giliran@localhost/${database}?host=${socketFolder}`,
  };
}
