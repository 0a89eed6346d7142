import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, expect, it } from "vitest";
import { connect, sqlState, type Sql } from "../../../src/db/connect.ts";
import {
  holdLease,
  LeaseLostError,
  renewLease,
  takeLease,
  whileHeld,
} from "../../../src/sale/lease/io/leaseStore.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";
import { slowWorker } from "../../helpers/children/slowWorker.ts";

const ENTRIES = 40;
/** A root takes two leases. */
const ROOT_MS = 4_000;
const LEASE = { lengthMs: 2_000, beatMs: 250 };
const NEVER_MS = 3_600_000;

/** A sale of which the first window is over, with entries in it. */
async function saleToSeal(test: TestServer): Promise<StoredSale> {
  test.clock.ms = START_MS - 30_000;
  const sale = await test.createSale(smallSale({ slug: `s-${randomUUID().slice(0, 8)}` }));
  await test.database.sql`
    insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
      preferences, request_key, entered_at)
    select ${sale.saleNo}, 1, gen_random_uuid(), gen_random_uuid(), 0, n, 1, '1', gen_random_uuid(), now()
    from generate_series(1, ${ENTRIES}::int) n`;
  test.clock.ms = START_MS + 10;
  return sale;
}

async function windowOf(sql: Sql, { saleNo }: StoredSale) {
  const [window] = await sql<{ state: string; root: Buffer; rootFixedAt: Date; fence: number }[]>`
    select w.state, w.root, w.root_fixed_at, l.fence
    from sale_window w join sale_lease l using (sale_no)
    where w.sale_no = ${saleNo} and w.window_no = 0`;
  return window;
}

interface Race {
  readonly sealedAfterMs: number | null;
  readonly rootCount: number;
  readonly fence: number;
  readonly faults: readonly string[];
}

/** So many workers, each with its own connections, try to seal one window. */
async function race(workerCount: number, beatMs: number, mostMs: number): Promise<Race> {
  const test = await TestServer.start();
  const sale = await saleToSeal(test);
  const pools = Array.from({ length: workerCount }, (_, n) =>
    connect(test.database.target, { poolSize: 4, name: `worker ${n}` }),
  );
  const workers = pools.map((sql) =>
    slowWorker({
      sql,
      keyring: test.keyring,
      clock: test.clock,
      rootMs: ROOT_MS,
      lease: { ...LEASE, beatMs },
    }),
  );
  const start = performance.now();
  for (const { worker } of workers) worker.start();
  let sealedAfterMs: number | null = null;
  while (sealedAfterMs === null && performance.now() - start < mostMs) {
    await sleep(20);
    const window = await windowOf(test.database.sql, sale);
    if (window?.state === "sealed") sealedAfterMs = performance.now() - start;
  }
  await Promise.all(workers.map(({ worker }) => worker.stop()));
  await Promise.all(pools.map((sql) => sql.end()));
  const faults = await test.faults();
  const rootCount = workers.reduce((sum, { roots }) => sum + roots.askedCount, 0);
  const window = await windowOf(test.database.sql, sale);
  return { sealedAfterMs, rootCount, fence: window!.fence, faults };
}

describeOnDatabase("a root that takes longer than the lease", () => {
  let one: Race;
  let two: Race;
  let deaf: Race;
  beforeAll(async () => {
    [one, two, deaf] = await Promise.all([
      race(1, LEASE.beatMs, 30_000),
      race(2, LEASE.beatMs, 30_000),
      race(3, NEVER_MS, 3.5 * ROOT_MS),
    ]);
  });

  it("is computed once, by one of two workers, in the time of one", () => {
    expect(two).toMatchObject({ rootCount: 1, fence: 1, faults: [] });
    expect(one.sealedAfterMs).toBeGreaterThanOrEqual(ROOT_MS);
    expect(two.sealedAfterMs).toBeLessThan(1.3 * one.sealedAfterMs! + 1_000);
  });

  it("control: without beats workers take the sale from each other, and nothing is done in that time", () => {
    expect(deaf.fence).toBeGreaterThan(1);
    expect(deaf.rootCount).toBeGreaterThan(2);
    // By chance one may be left alone for once, but the first never is.
    expect(deaf.sealedAfterMs ?? Infinity).toBeGreaterThan(LEASE.lengthMs + ROOT_MS);
  });
});

describeOnDatabase("a worker that stood still", () => {
  let test: TestServer;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    test = await TestServer.start();
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** Starts a worker in a process, and stops the process while the root is being computed. */
  async function stopped(rootMs: number, beatMs: number): Promise<ChildProcess> {
    const options = {
      target: test.database.target,
      nowMs: test.clock.ms,
      rootMs,
      lease: { lengthMs: 1_000, beatMs },
    };
    const file = join(import.meta.dirname, "../../helpers/children/saleWorkerChild.ts");
    const child = fork(file, [JSON.stringify(options)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    children.push(child);
    await said(child, "asked");
    child.kill("SIGSTOP");
    return child;
  }
  const said = (child: ChildProcess, wanted?: string) =>
    new Promise<string>((done, failed) => {
      child.once("exit", (code) => failed(new Error(`the child ended with ${code}`)));
      child.on("message", (message) => {
        if (wanted === undefined || message === wanted) done(String(message));
      });
    });

  /** Another worker takes over and seals; then the first goes on. Returns how its work ended. */
  async function overtaken(sale: StoredSale, child: ChildProcess): Promise<string> {
    const sql = connect(test.database.target, { poolSize: 4, name: "second" });
    const deps = { sql, keyring: test.keyring, clock: test.clock, rootMs: 0 };
    const second = slowWorker({ ...deps, lease: { lengthMs: 60_000, beatMs: NEVER_MS } });
    while ((await windowOf(sql, sale))?.state !== "sealed") await second.worker.tick();
    const before = await windowOf(sql, sale);
    const ended = new Promise((done) => child.once("exit", done));
    const outcome = said(child);
    child.kill("SIGCONT");
    const word = await outcome;
    await ended;
    expect(await windowOf(sql, sale)).toEqual(before);
    expect(before).toMatchObject({ fence: 2 });
    await second.worker.stop();
    await sql.end();
    expect(await test.faults(sale.definition.slug)).toEqual([]);
    return word;
  }

  it("cannot write any more: the fence refuses it", async () => {
    const sale = await saleToSeal(test);
    const child = await stopped(500, NEVER_MS);
    expect(await overtaken(sale, child)).toBe("LeaseLostError");
  });

  it("gives up what it was computing at its next beat, long before it is done", async () => {
    const sale = await saleToSeal(test);
    const child = await stopped(NEVER_MS, 100);
    expect(await overtaken(sale, child)).toBe("LeaseLostError");
  });
});

describeOnDatabase("a lease", () => {
  let test: TestServer;
  let saleNo = 0;
  beforeAll(async () => {
    test = await TestServer.start();
    ({ saleNo } = await saleToSeal(test));
  });
  const sql = () => test.database.sql;
  const expire = () => sql()`
    update sale_lease set expires_at = to_timestamp(0) where sale_no = ${saleNo}`;
  /** A lease that was another's before. */
  const freshLease = async (lengthMs?: number) => {
    await expire();
    return (await takeLease(sql(), saleNo, randomUUID(), lengthMs))!;
  };

  it("beats while a transaction of its holder's goes on, and nobody takes it or waits for it", async () => {
    const lease = await freshLease();
    await sql().begin(async (tx) => {
      await holdLease(tx, lease);
      await expire();
      // Expired and still held: to the others it is not free, and they do not stand in a queue for it.
      expect(await takeLease(sql(), saleNo, randomUUID())).toBeNull();
      expect(await renewLease(sql(), lease)).toBe(true);
      expect(await takeLease(sql(), saleNo, randomUUID())).toBeNull();
    });
    await expire();
    expect(await takeLease(sql(), saleNo, randomUUID())).toMatchObject({ fence: lease.fence + 1 });
    expect(await renewLease(sql(), lease)).toBe(false);
  });

  it("control: held FOR SHARE it does not beat, and other workers wait", async () => {
    const lease = await freshLease();
    const hasty = connect(test.database.target, { poolSize: 1, name: "hasty", lockTimeoutMs: 50 });
    await sql().begin(async (tx) => {
      await tx`select 1 from sale_lease where sale_no = ${saleNo} for share`;
      await expect(renewLease(hasty, lease)).rejects.toSatisfy(
        (error) => sqlState(error) === "55P03",
      );
    });
    await hasty.end();
  });

  it("that another worker took is not held, even after waiting for it", async () => {
    const lease = await freshLease();
    await expire();
    let late: Promise<unknown> = Promise.resolve();
    await sql().begin(async (tx) => {
      await tx`select 1 from sale_lease where sale_no = ${saleNo} for update`;
      late = sql().begin((other) => holdLease(other, lease));
      late.catch(() => undefined);
      for (;;) {
        const [row] = await sql()<{ count: number }[]>`
          select count(*)::int as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        if (row!.count > 0) break;
      }
      await tx`update sale_lease set holder = ${randomUUID()}, fence = fence + 1 where sale_no = ${saleNo}`;
    });
    await expect(late).rejects.toBeInstanceOf(LeaseLostError);
  });

  it("is not kept by a transaction whose worker stands still in the middle", async () => {
    const lease = await freshLease(300);
    let taken: unknown = null;
    const still = sql().begin(async (tx) => {
      await holdLease(tx, lease);
      for (let look = 0; taken === null && look < 200; look++) {
        await sleep(50);
        taken = await takeLease(sql(), saleNo, randomUUID());
      }
      await tx`update sale set state = state where sale_no = ${saleNo}`;
    });
    await expect(still).rejects.toThrow();
    expect(taken).toMatchObject({ fence: lease.fence + 1 });
  });

  it("is renewed while work goes on, and tells the work once it is lost", async () => {
    const lease = await freshLease(1_000);
    const reason = await whileHeld(sql(), lease, 100, async (lost) => {
      await sleep(1_500);
      expect(await takeLease(sql(), saleNo, randomUUID())).toBeNull();
      await sql()`update sale_lease set holder = ${randomUUID()}, fence = fence + 1 where sale_no = ${saleNo}`;
      await new Promise((resume) => lost.addEventListener("abort", resume));
      return lost.reason as unknown;
    });
    expect(reason).toBeInstanceOf(LeaseLostError);
  });
});
