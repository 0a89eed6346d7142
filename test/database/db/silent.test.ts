import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chooseClusterUser } from "../../../src/db/cluster/clusterUser.ts";
import { connect, type Sql } from "../../../src/db/connect.ts";
import { createTestDatabase, describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";
import { openSilentProxy, type SilentProxy } from "../../helpers/outside/silentProxy.ts";

/** A disk of a few megabytes; null where none can be made, which takes root. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "giliran-small-disk-"));
  chmodSync(folder, 0o755);
  const made = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", folder]);
  if (made.status === 0) return folder;
  rmSync(folder, { recursive: true, force: true });
  return null;
}

/* A database that is there and does not answer, or that answers "not now": 503 at most, and joins go on. */

const PEOPLE = 24;
/** A join every so often, from the moment of the silence on. */
const EVERY_MS = 250;
/** The deadline of a batch is five seconds; without one nobody ever hears anything. */
const MOST_MS = 20_000;

const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describeOnDatabase("a database that falls silent", () => {
  let test: TestServer;
  let proxy: SilentProxy;
  const pools: Sql[] = [];
  const people: { session: string; work: string }[] = [];

  beforeAll(async () => {
    const { socketFolder, database } = (await createTestDatabase()).target;
    proxy = await openSilentProxy(socketFolder);
    const url = `postgres://giliran@127.0.0.1:${proxy.port}/${database}`;
    pools.push(
      connect({ url }, { poolSize: 10, name: "test over TCP" }),
      connect({ url }, { poolSize: 2, name: "test entry pool over TCP", deadline: "entries" }),
    );
    test = await TestServer.start({ sql: pools[0]!, entryPool: pools[1]! });
    // The test's own statements go by the same way.
    Object.assign(test.database, { sql: pools[0] });
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ units: 10, openMs: 3_600_000 }));
    for (let person = 0; person < PEOPLE + 2; person++) {
      const session = await test.signIn(person);
      people.push({ session, work: await test.work(session) });
    }
  });

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })));
    proxy.close();
  });

  /** Joins, and comes again with the same key while told to; how long it took, and what came in between. */
  async function join(person: number, key: string) {
    const { session, work } = people[person]!;
    const startMs = performance.now();
    const statuses: number[] = [];
    for (;;) {
      const reply = await test.enter(session, { work, key });
      statuses.push(reply.status);
      if (reply.status === 201) {
        return { ms: performance.now() - startMs, statuses, entryId: reply.body.entryId as string };
      }
      if (performance.now() - startMs > MOST_MS) return { ms: MOST_MS, statuses, entryId: "" };
      await pause(200);
    }
  }

  it("its connections are dropped, joins go on, nothing is doubled, and /readyz knew", async () => {
    // Connections that were used before, as those of a busy server were.
    await Promise.all([join(PEOPLE, "warm-up-0"), join(PEOPLE + 1, "warm-up-1")]);
    await Promise.all(Array.from({ length: 8 }, () => pools[0]!`select pg_sleep(0.05)`));
    expect((await test.get("/readyz")).status).toBe(200);
    proxy.silence();
    const startMs = performance.now();
    const joining: ReturnType<typeof join>[] = [];
    const readiness = (async () => {
      for (;;) {
        const askedMs = performance.now();
        const { body } = await test.get("/readyz");
        const ms = performance.now() - askedMs;
        if (!body.ok) return { reason: body.reason, ms, atMs: performance.now() - startMs };
        await pause(50);
      }
    })();
    for (let person = 0; person < PEOPLE; person++) {
      joining.push(join(person, `silent-${person}`));
      await pause(EVERY_MS);
    }
    const joined = await Promise.all(joining);
    const worst = Math.max(...joined.map((one) => one.ms));
    console.log(`silent database: the slowest join took ${Math.round(worst)} ms`);
    expect(worst).toBeLessThan(MOST_MS);
    expect(
      joined.flatMap((one) => one.statuses).every((status) => [201, 503].includes(status)),
    ).toBe(true);
    const noticed = await readiness;
    console.log(`/readyz said so after ${Math.round(noticed.atMs)} ms`);
    expect(noticed.reason).toBe("database_silent");
    // Named are two seconds from being asked; the machine may be busy.
    expect(noticed.ms).toBeLessThan(4_000);
    // Callers of the other pool come through, too.
    const looked = await test.get("/v1/sales/small/rounds/1/mine", people[0]!.session);
    expect(looked.status).toBe(200);
    expect(new Set(joined.map((one) => one.entryId)).size).toBe(PEOPLE);
    const again = await test.enter(people[3]!.session, { work: people[3]!.work, key: "silent-3" });
    expect(again.body.entryId).toBe(joined[3]!.entryId);
    const [row] = await pools[0]!<{ count: number }[]>`select count(*)::int as count from entry`;
    expect(row!.count).toBe(PEOPLE + 2);
    expect((await test.get("/readyz")).body).toMatchObject({ ok: true });
    expect(await test.faults("small")).toEqual([]);
  });

  it("a statement is ended by the server at its own limit; the connection stays", async () => {
    const pool = pools[0]!.within("probe");
    const [before] = await pool<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await expect(pool`select pg_sleep(30)`).rejects.toMatchObject({ code: "57014" });
    const [after] = await pool<{ pid: number }[]>`select pg_backend_pid() as pid`;
    expect(after!.pid).toBe(before!.pid);
  });

  it("long work has a limit of its own, in a pool and in a transaction", async () => {
    const limit = async (sql: Pick<Sql, "begin">, allow: boolean) =>
      await sql.begin(async (tx) => {
        if (allow) await tx.allow("work");
        const [row] = await tx<{ value: string }[]>`
          select current_setting('statement_timeout') as value`;
        return row!.value;
      });
    const pool = pools[0]!;
    expect(await limit(pool, false)).toBe("5500ms");
    expect(await limit(pool, true)).toBe("1min");
    expect(await limit(pool, false)).toBe("5500ms");
    expect(await limit(pool.within("work"), false)).toBe("1min");
    expect(await limit(pool.within("bulk"), false)).toBe("0");
  });
});

describeOnDatabase("a database that takes no writes", () => {
  let test: TestServer;
  let session = "";

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ units: 10, openMs: 3_600_000 }));
    session = await test.signIn(1);
  });

  const database = () => test.database.target.database;

  /** Asks until the kept answer has run out. */
  async function readiness(wanted: string | null): Promise<string | null> {
    let reason: string | null = null;
    for (let look = 0; look < 100; look++) {
      const { body } = await test.get("/readyz");
      reason = body.ok ? null : body.reason;
      if (reason === wanted) break;
      await pause(100);
    }
    return reason;
  }

  it("read-only: writes are 503, never 500, reads go on, and it is over by itself", async () => {
    const admin = connect(
      { ...test.database.target, database: "postgres" },
      { poolSize: 1, name: "test admin" },
    );
    await admin.unsafe(`alter database ${database()} set default_transaction_read_only = on`);
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database()}`;
    await pause(100);
    const work = await test.work(session);
    const refused = await test.enter(session, { work, key: "read-only-join" });
    expect([refused.status, refused.body.code]).toEqual([503, "server_busy"]);
    const codes = await test.post("/v1/sign-in/token", undefined, { token: "x.y.z" });
    expect(codes.status).not.toBe(500);
    expect((await test.get("/v1/sales/small")).status).toBe(200);
    expect((await test.get("/livez")).body).toEqual({ ok: true });
    expect(await readiness("database_read_only")).toBe("database_read_only");
    await admin.unsafe(`alter database ${database()} reset default_transaction_read_only`);
    await admin.end();
    // No connection of before is used any more: a change-over leaves some at the old server.
    const first = await test.enter(session, { work, key: "read-only-join" });
    const second = await test.enter(session, { work, key: "read-only-join" });
    expect([201, 503]).toContain(first.status);
    expect(second.status).toBe(201);
    expect(await readiness(null)).toBeNull();
  });

  it("a full disk is found by /readyz before anybody is refused, and found empty again", async (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip();
    const admin = connect(
      { ...test.database.target, database: "postgres" },
      { poolSize: 1, name: "test admin" },
    );
    const space = `small_${database()}`;
    try {
      const folder = join(disk, "space");
      mkdirSync(folder);
      const { switchTo } = chooseClusterUser();
      if (switchTo) chownSync(folder, switchTo.uid, switchTo.gid);
      await admin.unsafe(`create tablespace ${space} location '${folder}'`);
      await admin.unsafe(`alter database ${database()} set temp_tablespaces = '${space}'`);
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database()}`;
      expect(await readiness(null)).toBeNull();
      // The rest is less than any write needs.
      writeFileSync(join(disk, "filler"), Buffer.alloc(3_800_000));
      expect(await readiness("disk_full")).toBe("disk_full");
      expect((await test.get("/livez")).body).toEqual({ ok: true });
      rmSync(join(disk, "filler"));
      expect(await readiness(null)).toBeNull();
    } finally {
      await admin.unsafe(`alter database ${database()} reset temp_tablespaces`);
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database()}`;
      await admin.unsafe(`drop tablespace if exists ${space}`).catch(() => undefined);
      await admin.end();
      spawnSync("umount", ["-l", disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  });

  it("an error of a full disk is 503, and /readyz says so for a while", async () => {
    const { sql } = test.database;
    expect(await readiness(null)).toBeNull();
    const statement = "do $$ begin raise exception 'full' using errcode = '53100'; end $$";
    // First a connection may be met that the test before has ended.
    await expect
      .poll(() => sql.unsafe(statement).catch((error: { code?: string }) => error.code))
      .toBe("53100");
    expect((await test.get("/readyz")).body).toMatchObject({ ok: false, reason: "disk_full" });
  });
});
