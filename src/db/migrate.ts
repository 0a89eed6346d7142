/* Migrations: numbered SQL files, each applied once and never edited afterwards. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "./connect.ts";

export const MIGRATIONS_FOLDER = join(import.meta.dirname, "../../migrations");

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly digest: string;
}

export class MigrationError extends Error {
  override name = "MigrationError";
}

/** The numbered SQL files of a folder, in order. */
export function readMigrations(folder: string = MIGRATIONS_FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const digest = createHash("sha256").update(text).digest("hex");
      return { number: Number(name.slice(0, 4)), name, text, digest };
    });
}

/**
 * Applies all missing migrations and returns their names. All of them run in one transaction under
 * a table lock, so of several starting servers one migrates. A database newer than this program and
 * a migration edited after it ran are refused.
 */
export async function migrate(sql: Sql, migrations: readonly Migration[]): Promise<string[]> {
  await sql`
    create table if not exists schema_migration (
      number integer primary key,
      name text not null,
      digest text not null,
      applied_at timestamptz not null default now()
    )`;
  return await sql.begin(async (tx) => {
    await tx`lock table schema_migration in exclusive mode`;
    const applied = await tx<{ number: number; name: string; digest: string }[]>`
      select number, name, digest from schema_migration order by number`;
    const known = new Map(migrations.map((migration) => [migration.number, migration]));
    for (const row of applied) {
      const migration = known.get(row.number);
      if (!migration) {
        throw new MigrationError(
          `The database has migration ${row.name}, which this program does not know: it was used by ` +
            "a newer Giliran. Nothing was changed. Start the newer program instead.",
        );
      }
      if (migration.digest !== row.digest) {
        throw new MigrationError(
          `Migration ${row.name} was edited after it had run here. Nothing was changed. ` +
            "Restore the file; changes go into a new migration.",
        );
      }
    }
    const done = new Set(applied.map((row) => row.number));
    const names: string[] = [];
    for (const migration of migrations) {
      if (done.has(migration.number)) continue;
      await tx.unsafe(migration.text);
      await tx`insert into schema_migration (number, name, digest)
        values (${migration.number}, ${migration.name}, ${migration.digest})`;
      names.push(migration.name);
    }
    return names;
  });
}
