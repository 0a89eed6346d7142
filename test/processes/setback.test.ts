import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { PlainPostgres } from "../helpers/outside/plainPostgres.ts";
import {
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../helpers/serverProcess.ts";
import { pause } from "../helpers/outside/waiting.ts";

const BIN = join(import.meta.dirname, "../../bin/giliran.js");

/* A backup is put back under a running server, and under one that starts afterwards. */

describe("a database that went back", () => {
  let postgres: PlainPostgres;
  let server: ServerProcess;
  let environment: Record<string, string>;
  let copy = "";
  let sql: Sql;
  const folder = mkdtempSync(join(tmpdir(), "giliran-setback-"));

  beforeAll(async () => {
    postgres = await PlainPostgres.create();
    postgres.start();
    sql = connect({ url: postgres.url() }, { poolSize: 1, name: "test setback" });
    environment = {
      ...serverEnvironment(new SimulatedBrand(), folder),
      GILIRAN_DATA: folder,
      DATABASE_URL: postgres.url(),
    };
    server = await startServerProcess(environment);
    await fenceGrows();
    postgres.stop();
    copy = postgres.copyData();
    postgres.start();
    await fenceGrows();
  });
  afterAll(async () => {
    server.child.kill("SIGKILL");
    await sql.end({ timeout: 1 });
    postgres.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const fenceNo = async () => {
    const rows = await sql<{ most: number | null }[]>`
      select max(fence_no) as most from server_fence`.then(
      (found) => found,
      () => [],
    );
    return rows[0]?.most ?? 0;
  };

  async function fenceGrows(): Promise<void> {
    // 0 means that the database does not answer yet: it would seem to have grown at once.
    let before = 0;
    for (let look = 0; look < 300 && (before = await fenceNo()) === 0; look++) await pause(100);
    for (let look = 0; look < 300 && (await fenceNo()) < before + 3; look++) await pause(100);
  }

  const writes = async () => {
    const answer = await fetch(`${server.address}/readyz?for=writes`);
    return ((await answer.json()) as { reason?: string }).reason ?? "ready";
  };

  /** How long until the server says this. */
  async function until(wanted: string): Promise<number> {
    const startMs = performance.now();
    while ((await writes()) !== wanted) {
      if (performance.now() - startMs > 20_000)
        throw new Error(`never ${wanted}: ${await writes()}`);
      await pause(50);
    }
    return performance.now() - startMs;
  }

  const giliran = (command: string) =>
    spawnSync(process.execPath, [BIN, command, "--json"], {
      env: { ...process.env, ...environment },
      encoding: "utf8",
    });

  it("is noticed within seconds under a running server, and opens when an operator says so", async () => {
    expect(await writes()).toBe("ready");
    postgres.stop();
    postgres.restore(copy);
    postgres.start();
    const ms = await until("database_went_back");
    console.log(`noticed ${Math.round(ms)} ms after the database was back`);
    // Two seconds are promised; the machine may be busy.
    expect(ms).toBeLessThan(6_000);
    expect(giliran("doctor").stdout).toContain("the database went back to");
    expect(giliran("go-on").status).toBe(0);
    await until("ready");
    expect(giliran("doctor").stdout).toContain("everything that servers acknowledged");
  });

  it("is noticed by a server that starts afterwards on the same data folder", async () => {
    await fenceGrows();
    server.child.kill("SIGTERM");
    await server.ended;
    postgres.stop();
    postgres.restore(copy);
    postgres.start();
    server = await startServerProcess(environment);
    await until("database_went_back");
  });
});
