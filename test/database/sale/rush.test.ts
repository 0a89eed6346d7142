import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { connect } from "../../../src/db/connect.ts";
import type { RecordEntry, RecordLine, RecordWindow } from "../../../src/proof/record.ts";
import { OwnPlace } from "../../../src/proof/ownPlace.ts";
import { Verifier } from "../../../src/proof/verify.ts";
import {
  enterBatch,
  markCrowded,
  type EntryOutcome,
  type NewEntry,
} from "../../../src/sale/entry/io/entryStore.ts";
import { databaseWriter, Intake } from "../../../src/sale/entry/io/intake.ts";
import { placeOnBoard } from "../../../src/sale/board.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { SaleCache } from "../../../src/sale/io/saleCache.ts";
import { takeLease } from "../../../src/sale/lease/io/leaseStore.ts";
import { RoundMemory, sealRound } from "../../../src/sale/line/io/seal.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { entryOf, smallSale, START_MS } from "../../helpers/sale.ts";
import { sealing as sealingWith } from "../../helpers/sealing.ts";
import { TestServer } from "../../helpers/server.ts";

describeOnDatabase("a rush", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await TestServer.start();
  });

  const fresh = async (change: Parameters<typeof smallSale>[0] = {}): Promise<StoredSale> => {
    test.clock.ms = START_MS - 30_000;
    return await test.createSale(smallSale({ slug: `r-${randomUUID().slice(0, 8)}`, ...change }));
  };
  const target = (sale: StoredSale) => ({ saleNo: sale.saleNo, round: sale.rounds[0]!.round });
  const pool = () => test.database.entryPool;
  const enter = (sale: StoredSale, count: number, nowMs: number, more: Partial<NewEntry> = {}) =>
    enterBatch(
      pool(),
      target(sale),
      Array.from({ length: count }, () => entryOf(more)),
      { nowMs, kind: "new" },
    );
  const mark = (sale: StoredSale, nowMs: number, more: object = {}) =>
    markCrowded(pool(), target(sale), {
      serverId: "00000000-0000-4000-8000-000000000001",
      fromWindowNo: Number.MAX_SAFE_INTEGER,
      throughAtMs: nowMs,
      turnedAwayCount: 3,
      longestWaitMs: 700,
      nowMs,
      ...more,
    });
  const at = async (ms: number) => {
    test.clock.ms = START_MS + ms;
    await test.tick();
  };
  const windowsOf = async (sale: StoredSale) =>
    await test.database.sql<
      { windowNo: number; state: string; entryCount: number; groupFrom: number }[]
    >`
      select window_no, state, entry_count, group_from from sale_window
      where sale_no = ${sale.saleNo} order by window_no`;
  const recordOf = async (sale: StoredSale): Promise<RecordLine[]> => {
    const url = `/v1/sales/${sale.definition.slug}/rounds/1/record`;
    const text: string = (await test.get(url)).body;
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  const faultsOf = (lines: readonly unknown[]) => {
    const verifier = new Verifier();
    for (const line of lines) verifier.add(line);
    return verifier.report();
  };
  const boardOf = async (sale: StoredSale) =>
    (await test.get(`/v1/sales/${sale.definition.slug}/rounds/1/board`)).body;

  /** Windows 1 and 2 crowded, 3 quiet, 4 quiet: with entries in each. */
  const played = async (change: Parameters<typeof smallSale>[0] = {}) => {
    const sale = await fresh({ units: 5, ...change });
    const people: EntryOutcome[] = [];
    for (const windowNo of [1, 2, 3, 4]) {
      const startMs = START_MS + (windowNo - 1) * 1_000;
      people.push(...(await enter(sale, 6, startMs + 100, { arrivedAtMs: startMs + 50 })));
      if (windowNo < 3) await mark(sale, startMs + 600);
    }
    return { sale, people };
  };

  it("its windows wait for the first in which nobody waits, and are sealed as one", async () => {
    const { sale, people } = await played();
    await at(2_050);
    expect((await windowsOf(sale)).map(({ state }) => state)).toEqual([
      "sealed",
      "open",
      "open",
      "open",
      "open",
    ]);
    const during = await boardOf(sale);
    expect(during.rush).toEqual({ fromWindowNo: 1, turnedAwayCount: 6, longestWaitMs: 700 });
    await at(3_050);
    const sealed = await windowsOf(sale);
    expect(sealed.slice(1, 4).map((row) => [row.state, row.entryCount, row.groupFrom])).toEqual([
      ["sealed", 0, 1],
      ["sealed", 0, 1],
      ["sealed", 18, 1],
    ]);
    await at(4_050);
    const board = await boardOf(sale);
    expect(board.rush).toBeNull();
    expect(board.windows).toMatchObject([
      { fromWindowNo: 1, windowNo: 3, entryCount: 18, firstPlaceNo: 1 },
      { fromWindowNo: 4, windowNo: 4, entryCount: 6, firstPlaceNo: 19 },
    ]);
    const places = await test.database.sql<{ entryId: string; placeNo: number }[]>`
      select entry_id, place_no from line_place where sale_no = ${sale.saleNo}`;
    const placeOf = new Map(places.map((row) => [row.entryId, row.placeNo]));
    expect(placeOf.size).toBe(24);
    for (const outcome of people) {
      if (!outcome.ok) throw new Error(outcome.why);
      const { entryId, windowNo } = outcome.entry;
      const own = placeOnBoard(board, { entryId, windowNo, setAside: false })!;
      expect(placeOf.get(entryId)).toBeGreaterThanOrEqual(own.earliestPlaceNo);
      expect(placeOf.get(entryId)).toBeLessThanOrEqual(own.latestPlaceNo);
    }
    expect(await test.faults(sale.definition.slug)).toEqual([]);
  });

  it("a crowd that meets a new process shares one sale, and so one queue", async () => {
    const { definition } = await fresh();
    const cache = new SaleCache(test.database.sql);
    const found = await Promise.all([1, 2, 3].map(() => cache.find(definition.slug)));
    expect(found[0]).not.toBeNull();
    expect(new Set(found).size).toBe(1);
    expect(cache.peek(definition.slug)).toBe(found[0]);
    expect(await cache.find("unknown")).toBeNull();
  });

  it("a late mark tells of the windows before it as well, also of those that nobody is in yet", async () => {
    const sale = await fresh();
    await enter(sale, 2, START_MS + 100);
    await mark(sale, START_MS + 3_600, { fromWindowNo: 1 });
    await at(4_050);
    expect((await windowsOf(sale)).slice(1).map(({ state }) => state)).not.toContain("sealed");
    await at(5_050);
    expect((await windowsOf(sale)).slice(1, 6).map(({ groupFrom }) => groupFrom)).toEqual([
      ...[1, 1, 1, 1, 1],
    ]);
    expect(faultsOf(await recordOf(sale)).faults).toEqual([]);
  });

  it("is in the record, and verify knows its rule", async () => {
    const { sale } = await played();
    await at(4_050);
    const lines = await recordOf(sale);
    const report = faultsOf(lines);
    expect(report).toMatchObject({ faults: [], windowCount: 2, entryCount: 24 });
    expect(report.rushes).toEqual([
      {
        ...{ fromWindowNo: 1, windowNo: 3, entryCount: 18 },
        ...{ turnedAwayCount: 6, longestWaitMs: 700, endedFull: false },
      },
    ]);
    expect(lines[0]).toMatchObject({ format: "giliran.record/2" });
    const index = lines.findIndex((line) => (line as RecordWindow).windowNo === 3);
    const group = lines[index] as RecordWindow;
    expect(group.group).toEqual({
      fromWindowNo: 1,
      crowded: [
        [1, 3, 700],
        [2, 3, 700],
      ],
    });
    // Nobody's arrival is public, and the order of arrival neither.
    expect(
      lines
        .filter((line) => Array.isArray(line) && line[0] === "e")
        .every((line) => (line as RecordEntry)[5] === 0),
    ).toBe(true);
    const changed = (change: Partial<NonNullable<RecordWindow["group"]>> | null) => {
      const { group: own, ...alone } = group;
      const line = change === null ? alone : { ...alone, group: { ...own!, ...change } };
      return faultsOf(lines.with(index, line as RecordLine)).faults.join("; ");
    };
    expect(changed({ crowded: [[1, 3, 700]] })).toContain("nobody waited");
    expect(changed({ crowded: [] })).toContain("nobody waited");
    expect(changed({ fromWindowNo: 2 })).toContain("nobody waited");
    expect(
      changed({
        crowded: [
          [1, 3, 700],
          [2, 3, 700],
          [3, 3, 700],
        ],
      }),
    ).toContain("ended while people waited");
    const first = lines.with(0, {
      ...(lines[0] as object),
      format: "giliran.record/1",
    } as RecordLine);
    expect(faultsOf(first).faults.join("; ")).toContain("a group, which this format does not know");
  });

  it("a round that an earlier version sealed keeps its record and has no fault", async () => {
    for (const mode of ["shuffled_queue", "first_come"] as const) {
      const sale = await fresh({ mode, units: 2 });
      await enter(sale, 1, START_MS + 100);
      await enter(sale, 1, START_MS + 200);
      await at(1_050);
      const before = await test.database.sql`
        update sale_window set group_from = null, group_no = null where sale_no = ${sale.saleNo}`;
      expect(before.count).toBeGreaterThan(0);
      if (mode === "first_come") {
        await test.database.sql`
          update line_place l set rank = int8send(e.arrival_no) from entry e
          where e.sale_no = ${sale.saleNo} and l.sale_no = e.sale_no and l.entry_id = e.entry_id`;
      }
      const lines = await recordOf(sale);
      expect(lines[0]).toMatchObject({ format: "giliran.record/1" });
      expect(faultsOf(lines).faults).toEqual([]);
      expect(await test.faults(sale.definition.slug)).toEqual([]);
    }
  });

  it("fsck finds a window that says something else than its servers", async () => {
    const { sale } = await played();
    await at(4_050);
    await test.database.sql`
      update sale_window set turned_away_count = 0 where sale_no = ${sale.saleNo} and window_no = 2`;
    const faults = await test.faults(sale.definition.slug);
    expect(faults.join("; ")).toContain("sale_window.turned_away_count, round 1, window 2");
  });

  it("first come goes by arrival, whoever's batch was written first; chance decides in one millisecond", async () => {
    const sale = await fresh({ mode: "first_come", units: 3 });
    const slow = entryOf();
    const quick = entryOf();
    const same = entryOf();
    const write = (entry: NewEntry, arrivedAtMs: number) =>
      enterBatch(pool(), target(sale), [{ ...entry, arrivedAtMs }], {
        nowMs: START_MS + 900,
        kind: "new",
      });
    await write(quick, START_MS + 40);
    await write(same, START_MS + 40);
    await write(slow, START_MS + 30);
    await at(1_050);
    const rows = await test.database.sql<{ entryId: string; arrivalNo: number; placeNo: number }[]>`
      select entry_id, e.arrival_no, l.place_no from entry e join line_place l using (sale_no, entry_id)
      where sale_no = ${sale.saleNo} order by l.place_no`;
    expect(rows.map((row) => row.arrivalNo)).toEqual([1, 2, 2]);
    expect(rows[0]!.entryId).toBe(slow.entryId);
    const record = await recordOf(sale);
    expect(faultsOf(record).faults).toEqual([]);
    // Everybody finds her own place in the record, as the server says it.
    for (const { entryId, placeNo } of rows) {
      const own = new OwnPlace({ entryId, windowNo: 0 });
      for (const line of record) own.take(line);
      expect(own.placeNo()).toBe(placeNo);
    }
    expect(await test.faults(sale.definition.slug)).toEqual([]);
  });

  it("a mark that is on its way when the seal comes counts", async () => {
    const sale = await fresh();
    await enter(sale, 2, START_MS + 100);
    const { sql } = test.database;
    const server = connect(test.database.target, { poolSize: 1, name: "marking server" });
    const lease = (await takeLease(sql, sale.saleNo, randomUUID()))!;
    const deps = sealingWith(sql, test.keyring, lease);
    const { round } = target(sale);
    let sealing: Promise<unknown> = Promise.resolve();
    await server.begin(async (tx) => {
      // As a mark does in its one statement: the window's row FOR SHARE, then its own.
      await tx`select 1 from sale_window where sale_no = ${sale.saleNo} and window_no = 1 for share`;
      sealing = sealRound(deps, new RoundMemory(), round, { nowMs: () => START_MS + 1_010 });
      for (;;) {
        const [row] = await sql<{ count: number }[]>`
          select count(*)::int as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        if (row!.count > 0) break;
      }
      await tx`
        insert into window_mark (sale_no, round_no, window_no, server_id, turned_away_count,
          longest_wait_ms, marked_at)
        values (${sale.saleNo}, 1, 1, ${randomUUID()}, 0, 700, ${new Date(START_MS + 900)})`;
    });
    await sealing;
    await server.end();
    const [, first] = await windowsOf(sale);
    expect(first).toMatchObject({ windowNo: 1, state: "open" });
    // A mark that comes after the seal goes to the window that is open then.
    await sealRound(deps, new RoundMemory(), round, { nowMs: () => START_MS + 2_010 });
    expect((await windowsOf(sale)).map(({ state }) => state)).not.toContain("closed");
    expect(await mark(sale, START_MS + 1_990)).toBe(3);
  });

  it("the last window waits for a server that marks it, and two seconds for one that died", async () => {
    const sale = await fresh({ openMs: 2_000 });
    await enter(sale, 2, START_MS + 1_500);
    await mark(sale, START_MS + 1_900);
    await at(2_500);
    expect((await windowsOf(sale)).at(-1)).toMatchObject({ windowNo: 2, state: "open" });
    // She came before closing and is written after it.
    const [late] = await enter(sale, 1, START_MS + 1_999);
    expect(late).toMatchObject({ ok: true, entry: { windowNo: 2 } });
    await at(3_950);
    expect((await windowsOf(sale)).at(-1)).toMatchObject({ state: "sealed", entryCount: 3 });
    expect(faultsOf(await recordOf(sale)).faults).toEqual([]);
  });

  it("who reached the server before closing is in, although her batch is written after it", async () => {
    const sale = await fresh({ openMs: 2_000 });
    const { sql } = test.database;
    let nowMs = START_MS + 1_990;
    const go = Promise.withResolvers<void>();
    const write = databaseWriter(pool());
    const intake = new Intake(
      async (...batch) => {
        await go.promise;
        return await write(...batch);
      },
      { clock: { nowMs: () => nowMs }, mark: () => Promise.resolve(null) },
    );
    const joining = intake.enter(target(sale), entryOf());
    nowMs = START_MS + 2_400;
    const tooLate = intake.enter(target(sale), entryOf());
    const lease = (await takeLease(sql, sale.saleNo, randomUUID()))!;
    const deps = { ...sealingWith(sql, test.keyring, lease), arrivals: intake };
    const seal = () =>
      sealRound(deps, new RoundMemory(), target(sale).round, { nowMs: () => nowMs });
    await seal();
    expect((await windowsOf(sale)).map(({ windowNo }) => windowNo)).not.toContain(2);
    go.resolve();
    expect(await joining).toMatchObject({ ok: true, entry: { windowNo: 2 } });
    expect(await tooLate).toEqual({ ok: false, why: "entry_closed" });
    await seal();
    expect((await windowsOf(sale)).at(-1)).toMatchObject({ state: "sealed", entryCount: 1 });
  });
});

describeOnDatabase("a full queue", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await TestServer.start({ queue: { mostQueuedCount: 1, random: () => 0.5 } });
  });

  it("tells a person her own second; her first arrival counts, also after closing", async () => {
    test.clock.ms = START_MS - 30_000;
    const sale = await test.createSale(smallSale({ slug: "full", openMs: 5_000 }));
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map((person) => test.signIn(person)),
    );
    await test.enter(third!, { slug: "full" });
    test.clock.ms = START_MS + 4_500;
    const work = await Promise.all([first!, second!].map((session) => test.work(session, "full")));
    const key = randomUUID();
    const { sql } = test.database;
    const join = () => test.enter(second!, { slug: "full", work: work[1]!, key });
    let waiting: Promise<{ status: number }> = Promise.resolve({ status: 0 });
    await sql.begin(async (tx) => {
      await tx`lock table sale_window in access exclusive mode`;
      waiting = test.enter(first!, { slug: "full", work: work[0]! });
      expect(await join()).toMatchObject({
        status: 503,
        body: { code: "come_again", retryAfterSeconds: 6 },
        headers: { "retry-after": "6" },
      });
    });
    expect((await waiting).status).toBe(201);
    test.clock.ms = START_MS + 5_800;
    const came = await join();
    expect(came).toMatchObject({ status: 201, body: { windowNo: 5 } });
    expect(Date.parse(came.body.enteredAt)).toBe(START_MS + 4_500);
    // The same key finds the same answer.
    expect((await join()).body).toEqual(came.body);
    // Somebody who comes only now is too late.
    const late = await test.enter(await test.signIn(4), { slug: "full" });
    expect(late.body.code).toBe("entry_closed");
    test.clock.ms = START_MS + 60_000;
    await test.tick();
    expect(await test.faults(sale.definition.slug)).toEqual([]);
  });

  it("and counts at any server that she comes to, for her alone", async () => {
    const roomy = await test.beside();
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ slug: "elsewhere", openMs: 5_000 }));
    const people = await Promise.all([11, 12, 13].map((person) => test.signIn(person)));
    const [first, second, third] = people as [string, string, string];
    const solved = await Promise.all(people.map((session) => test.work(session, "elsewhere")));
    test.clock.ms = START_MS + 4_500;
    const body = (at: number) => ({ channel: "shop", preferences: ["RED"], work: solved[at] });
    const url = "/v1/sales/elsewhere/rounds/1/entries";
    let arrival = "";
    let waiting: Promise<unknown> = Promise.resolve();
    await test.database.sql.begin(async (tx) => {
      await tx`lock table sale_window in access exclusive mode`;
      waiting = test.post(url, first, body(0));
      arrival = (await test.post(url, second, body(1))).body.arrival;
    });
    await waiting;
    test.clock.ms = START_MS + 5_800;
    const at = async (session: string, work: number, stamp: string | null) => {
      const headers: Record<string, string> = stamp === null ? {} : { "giliran-arrival": stamp };
      return await roomy.call("POST", url, { session, body: body(work), headers });
    };
    expect((await at(second, 1, null)).body.code).toBe("entry_closed");
    expect((await at(third, 2, arrival)).body.code).toBe("entry_closed");
    const came = await at(second, 1, arrival);
    expect(came).toMatchObject({ status: 201 });
    expect(Date.parse(came.body.enteredAt)).toBe(START_MS + 4_500);
  });
});
