import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startCluster } from "../../src/db/cluster/cluster.ts";
import { connect } from "../../src/db/connect.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Socket folder of the run's cluster; null when there is no such PostgreSQL on this machine. */
    socketFolder: string | null;
  }
}

export const TEMPLATE = "giliran_template";

/**
 * One cluster for a run, with a migrated template that every test file copies. Without fsync: these
 * tests do not kill the server; those in test/processes do, on clusters of their own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const only = project.config.env?.GILIRAN_TEST_DATABASE as "installed" | "embedded";
  const homeFolder = mkdtempSync(join(tmpdir(), `giliran-test-${only}-`));
  chmodSync(homeFolder, 0o755);
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
  const cluster = await startCluster({ homeFolder, only, settings }).catch((error: unknown) => {
    if (/No PostgreSQL found/.test(String(error))) return null;
    throw error;
  });
  if (!cluster) {
    console.warn(`No ${only} PostgreSQL on this machine: its leg of the suite is skipped.`);
    project.provide("socketFolder", null);
    return async () => undefined;
  }
  const target = { socketFolder: cluster.socketFolder, database: "postgres" };
  const admin = connect(target, { poolSize: 1, name: "test setup" });
  await admin.unsafe(`create database ${TEMPLATE}`);
  const sql = connect({ ...target, database: TEMPLATE }, { poolSize: 1, name: "test setup" });
  await migrate(sql, readMigrations());
  await sql.end();
  await admin.end();
  project.provide("socketFolder", cluster.socketFolder);
  return async () => {
    await cluster.stop();
    rmSync(homeFolder, { recursive: true, force: true });
  };
}
