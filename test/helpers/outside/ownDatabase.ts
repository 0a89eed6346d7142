import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDatabase, openBackend, type Backend } from "../../../src/db/backend.ts";
import { connect, type Sql } from "../../../src/db/connect.ts";
import { migrate, readMigrations } from "../../../src/db/migrate.ts";

/** A folder with a database of its own, for several server processes at once. */
export class OwnDatabase {
  readonly folder: string;
  readonly sql: Sql;
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly #backend: Backend;

  private constructor(folder: string, backend: Backend, sql: Sql) {
    this.folder = folder;
    this.#backend = backend;
    this.sql = sql;
    const { socketFolder } = backend.target as { socketFolder: string };
    this.url = `postgres://giliran@localhost/giliran?host=${socketFolder}`;
  }

  static async open(name: string, poolSize: number): Promise<OwnDatabase> {
    const folder = mkdtempSync(join(tmpdir(), `giliran-${name}-`));
    chmodSync(folder, 0o755);
    const backend = await openBackend({ homeFolder: folder, purpose: `test ${name}`, as: "alone" });
    await ensureDatabase(backend);
    const sql = connect(backend.target, { poolSize, name: `test ${name}` });
    await migrate(sql, readMigrations());
    return new OwnDatabase(folder, backend, sql);
  }

  async close(): Promise<void> {
    await this.sql.end();
    await this.#backend.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
