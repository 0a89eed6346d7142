import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ensureDatabase, openBackend, type Backend } from "../../src/db/backend.ts";
import { clusterPid, startCluster } from "../../src/db/cluster/cluster.ts";
import { connect } from "../../src/db/connect.ts";
import { findBinaries } from "../../src/db/cluster/binaries.ts";
import { OWNER_LOCK } from "../../src/db/ownerLock.ts";

const folders: string[] = [];

function folder(mode = 0o755): string {
  const path = mkdtempSync(join(tmpdir(), "giliran-cluster-"));
  chmodSync(path, mode);
  folders.push(path);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

const open = (
  homeFolder: string,
  as: "alone" | "guest" = "alone",
  only: "embedded" | "installed" = "embedded",
) => openBackend({ homeFolder, purpose: `test ${as}`, as, only });

async function write(backend: Backend, value: number): Promise<void> {
  await ensureDatabase(backend);
  const sql = connect(backend.target, { poolSize: 1, name: "test" });
  await sql`create table if not exists kept (value integer)`;
  await sql`insert into kept values (${value})`;
  await sql.end();
}

async function values(backend: Backend): Promise<number[]> {
  const sql = connect(backend.target, { poolSize: 1, name: "test" });
  const rows = await sql<{ value: number }[]>`select value from kept order by value`;
  await sql.end();
  return rows.map((row) => row.value);
}

/** A process of its own that opens a folder and then waits to be killed. */
async function startHolder(homeFolder: string): Promise<ChildProcess> {
  const script = `
    const { openBackend } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/db/backend.ts"))});
    await openBackend({ homeFolder: ${JSON.stringify(homeFolder)}, purpose: "holder", as: "alone", only: "embedded" });
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((done, failed) => {
    child.stdout!.once("data", () => done());
    child.once("exit", (code) => failed(new Error(`holder ended with ${code}`)));
  });
  return child;
}

describe("the database under our own supervisor", () => {
  it("starts, keeps data, stops and starts again", async () => {
    const home = folder();
    const first = await open(home);
    await write(first, 1);
    await first.close();
    const second = await open(home);
    expect(second.cluster!.adopted).toBe(false);
    expect(await values(second)).toEqual([1]);
    const { socketFolder } = second.cluster!;
    expect(existsSync(socketFolder)).toBe(true);
    await second.close();
    // Else each rehearsal would leave an empty folder outside its own.
    expect(existsSync(socketFolder)).toBe(false);
  });

  it("needs no install script: makes the library links itself", () => {
    const binaries = findBinaries({
      cacheFolder: folder(),
      reachable: () => true,
      dataMajorVersion: null,
      only: "embedded",
    });
    expect(binaries?.majorVersion).toBeGreaterThanOrEqual(18);
    expect(Object.values(binaries!.environment)[0]).toContain("library-links");
  });

  it("adopts the server of a parent that was killed", async () => {
    const home = folder();
    const holder = await startHolder(home);
    const ended = new Promise((done) => holder.once("exit", done));
    holder.kill("SIGKILL");
    await ended;
    const backend = await open(home);
    expect(backend.cluster!.adopted).toBe(true);
    await write(backend, 2);
    expect(await values(backend)).toEqual([2]);
    await backend.close();
  });

  it("one that is stopped in the moment it is taken over is started again", async () => {
    const home = folder();
    const cluster = await startCluster({ homeFolder: home, only: "embedded" });
    // It waits for this one's end before it is gone, and takes nobody in meanwhile.
    const target = { socketFolder: cluster.socketFolder, database: "postgres" };
    const last = connect(target, { poolSize: 1, name: "last client" });
    await last`select 1`;
    process.kill(clusterPid(cluster)!, "SIGTERM");
    setTimeout(() => void last.end(), 1_000);
    const startMs = performance.now();
    const backend = await open(home);
    expect(performance.now() - startMs).toBeLessThan(20_000);
    expect(backend.cluster!.adopted).toBe(false);
    await backend.close();
  });

  it("waits for the lock of an owner that was killed, and for no other's", async () => {
    const home = folder();
    const cluster = await startCluster({ homeFolder: home, only: "embedded" });
    const target = { socketFolder: cluster.socketFolder, database: "postgres" };
    const held = async (pid: number) => {
      const sql = connect(target, { poolSize: 1, name: `giliran pid ${pid}: holder` });
      await sql`select pg_advisory_lock(${OWNER_LOCK}::bigint)`;
      return sql;
    };
    const living = await held(process.pid);
    await expect(open(home)).rejects.toThrow(/already in use/);
    await living.end();
    // The database has not noticed yet that this one is gone.
    const gone = await held(spawnSync("true").pid);
    setTimeout(() => void gone.end(), 500);
    const backend = await open(home);
    expect(backend.cluster!.adopted).toBe(true);
    await backend.close();
  });

  it("recovers after the server itself was killed", async () => {
    const home = folder();
    const first = await open(home);
    await write(first, 3);
    process.kill(clusterPid(first.cluster!)!, "SIGKILL");
    await first.close().catch(() => undefined);
    const second = await open(home);
    expect(await values(second)).toEqual([3]);
    await second.close();
  });

  it("recovers after both were killed", async () => {
    const home = folder();
    const holder = await startHolder(home);
    const guest = await open(home, "guest");
    await write(guest, 4);
    const pid = clusterPid(guest.cluster!)!;
    holder.kill("SIGKILL");
    process.kill(pid, "SIGKILL");
    await guest.close().catch(() => undefined);
    const backend = await open(home);
    expect(await values(backend)).toEqual([4]);
    await backend.close();
  });

  it("two starts on one folder give one clear error, and the first goes on", async () => {
    const home = folder();
    const first = await open(home);
    await write(first, 5);
    await expect(open(home)).rejects.toThrow(/already in use \(pid \d+: test alone\).*--data/s);
    expect(await values(first)).toEqual([5]);
    const guest = await open(home, "guest");
    await guest.close();
    expect(await values(first)).toEqual([5]);
    await first.close();
  });

  it("two first starts at the same instant: one gets it, one is told, each time", async () => {
    for (let round = 0; round < 6; round++) {
      const home = folder();
      const results = await Promise.allSettled([open(home), open(home)]);
      const opened = results.filter((result) => result.status === "fulfilled");
      expect(opened).toHaveLength(1);
      const told = results.find((result) => result.status === "rejected")!.reason as Error;
      expect(told.message).not.toMatch(/initdb|ENOTEMPTY/);
      await (opened[0] as PromiseFulfilledResult<Backend>).value.close();
    }
  });

  it("half a folder that a killed start left goes, one that is being made stays", async () => {
    const home = folder();
    const gone = spawnSync("true").pid;
    const names = [`data.new-${gone}-00aa`, `data.new-${process.pid}-00bb`];
    for (const name of names) mkdirSync(join(home, "database", name), { recursive: true });
    const backend = await open(home);
    await backend.close();
    expect(names.map((name) => existsSync(join(home, "database", name)))).toEqual([false, true]);
  });

  it("a folder that is deleted and made again does not meet its old server", async () => {
    const home = folder();
    const holder = await startHolder(home);
    const ended = new Promise((done) => holder.once("exit", done));
    holder.kill("SIGKILL");
    await ended;
    rmSync(home, { recursive: true, force: true });
    const backend = await open(home);
    await write(backend, 6);
    expect(await values(backend)).toEqual([6]);
    await backend.close();
  });

  it("says what is missing when the data are of another release", async () => {
    const home = folder();
    const first = await open(home);
    await first.close();
    const other = open(home, "alone", "installed");
    await expect(other).rejects.toThrow(/made by PostgreSQL 18, which is not here/);
  });

  it.skipIf(process.getuid?.() !== 0)(
    "as root, moves out of a folder that is closed to the server's user",
    async () => {
      const home = folder(0o700);
      const lines: string[] = [];
      const backend = await openBackend({
        homeFolder: home,
        purpose: "test",
        as: "alone",
        only: "embedded",
        say: (line) => lines.push(line),
      });
      expect(backend.cluster!.dataFolder).toMatch(/^\/var\/lib\/giliran\//);
      expect(lines.join()).toMatch(/is closed to the user/);
      await write(backend, 7);
      await backend.close();
      rmSync(join(backend.cluster!.dataFolder, "../.."), { recursive: true, force: true });
    },
  );

  it.skipIf(process.getuid?.() !== 0)("starts as a plain user too", () => {
    const home = folder(0o777);
    const script = `
      const { openBackend } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/db/backend.ts"))});
      const b = await openBackend({ homeFolder: ${JSON.stringify(join(home, "data"))}, purpose: "plain", as: "alone" });
      await b.close(); console.log("plain ok");`;
    const plain = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      uid: 65534,
      gid: 65534,
      encoding: "utf8",
      cwd: "/",
    });
    expect(plain.stdout + plain.stderr).toContain("plain ok");
  });
});
