import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { connect, type Sql } from "../../../src/db/connect.ts";
import {
  enterBatch,
  type BatchKind,
  type NewEntry,
} from "../../../src/sale/entry/io/entryStore.ts";
import { databaseWriter, Intake } from "../../../src/sale/entry/io/intake.ts";
import { uuidArray } from "../../../src/db/uuidArray.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { takeLease } from "../../../src/sale/lease/io/leaseStore.ts";
import { RoundMemory, sealRound } from "../../../src/sale/line/io/seal.ts";
import { windowRoot } from "../../../src/sale/line/io/windowRoot.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { entryOf, smallSale, START_MS } from "../../helpers/sale.ts";
import { sealing as sealingWith } from "../../helpers/sealing.ts";
import { TestServer } from "../../helpers/server.ts";

describeOnDatabase("entries", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await TestServer.start();
  });

  const fresh = async (change: Parameters<typeof smallSale>[0] = {}): Promise<StoredSale> => {
    test.clock.ms = START_MS - 30_000;
    return await test.createSale(smallSale({ slug: `s-${randomUUID().slice(0, 8)}`, ...change }));
  };
  const target = (sale: StoredSale) => ({ saleNo: sale.saleNo, round: sale.rounds[0]!.round });
  /** Until so many really wait for a lock, as the server itself reports: outside a transaction, which sees one state. */
  const waitForLock = async (count: number): Promise<void> => {
    for (;;) {
      const [row] = await test.database.sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      if (row!.count >= count) return;
    }
  };
  const enter = (
    sale: StoredSale,
    entries: NewEntry[],
    nowMs = test.clock.ms,
    kind: BatchKind = "mixed",
  ) => enterBatch(test.database.entryPool, target(sale), entries, { nowMs, kind });

  it.each(["new", "mixed"] as const)(
    "takes one entry for an account, a phone number and an e-mail address, by unique keys (%s)",
    async (kind) => {
      const sale = await fresh();
      const enterAll = (entries: NewEntry[]) => enter(sale, entries, test.clock.ms, kind);
      const first = entryOf({ phoneKey: randomUUID(), emailKey: randomUUID() });
      expect((await enterAll([first]))[0]!.ok).toBe(true);
      const outcomes = await enterAll([
        entryOf({ accountKey: first.accountKey }),
        entryOf({ phoneKey: first.phoneKey }),
        entryOf({ emailKey: first.emailKey }),
        entryOf(),
      ]);
      expect(outcomes.map((outcome) => (outcome.ok ? "in" : outcome.why))).toEqual([
        "already_entered",
        "contact_already_entered",
        "contact_already_entered",
        "in",
      ]);
      const phoneKey = randomUUID();
      const twins = await enterAll([entryOf({ phoneKey }), entryOf({ phoneKey })]);
      expect(twins.filter((outcome) => outcome.ok)).toHaveLength(1);
    },
  );

  it("repeated entries travel apart from new ones, through whichever process they came", async () => {
    const sale = await fresh();
    const write = databaseWriter(test.database.entryPool);
    const kinds: [BatchKind, number][] = [];
    const process = () =>
      new Intake(
        (where, entries, kind, atMs) => {
          kinds.push([kind, entries.length]);
          return write(where, entries, kind, atMs);
        },
        { clock: { nowMs: () => test.clock.ms }, mark: () => Promise.resolve(null) },
      );
    const [one, other] = [process(), process()];
    const first = entryOf({ phoneKey: randomUUID() });
    const join = (intake: Intake, entries: NewEntry[]) =>
      Promise.all(entries.map((entry) => intake.enter(target(sale), entry)));
    const said = async (intake: Intake, entries: NewEntry[]) =>
      (await join(intake, entries)).map((outcome) => (outcome!.ok ? "in" : outcome!.why));
    expect(await said(one, [first, entryOf()])).toEqual(["in", "in"]);
    // Another account with the same number, and the first answer once more, beside somebody who is new.
    const twin = entryOf({ phoneKey: first.phoneKey });
    expect(await said(one, [twin, entryOf(), first])).toEqual([
      "contact_already_entered",
      "in",
      "in",
    ]);
    expect(kinds).toEqual([
      ["new", 2],
      ["new", 1],
      ["mixed", 2],
    ]);
    // A process that has not seen her takes her for new: that batch fails, and goes again as it is.
    expect(await said(other, [entryOf(), entryOf({ accountKey: first.accountKey })])).toEqual([
      "in",
      "already_entered",
    ]);
    expect(kinds.at(-1)).toEqual(["new", 2]);
  });

  it("keys arrive as they were sent, with dashes or without, and what is no key is an error here", async () => {
    const dashed = randomUUID();
    const list = [dashed, null, dashed.replaceAll("-", "").toUpperCase(), randomUUID()];
    for (const keys of [list, [null], []]) {
      const sent = uuidArray(keys, (key) => key);
      const [row] = await test.database.sql.unsafe<{ same: boolean }[]>(
        "select $1::uuid[] is not distinct from $2::uuid[] as same",
        [sent, keys],
      );
      expect(row).toEqual({ same: true });
    }
    for (const wrong of [
      "",
      dashed.slice(1),
      `${dashed}0`,
      dashed.replace(/.$/, "g"),
      dashed.replace("-", "0"),
      dashed.replace("-", "ä"),
      "ä".repeat(32),
      "İ".repeat(36),
    ]) {
      expect(() => uuidArray([wrong], (key) => key)).toThrow("this is no uuid");
    }
  });

  it("negative control: without the unique keys the same person is in several times", async () => {
    const sale = await fresh();
    const { sql } = test.database;
    await sql
      .begin(async (tx) => {
        await tx`alter table entry drop constraint entry_pkey`;
        await tx`drop index entry_phone`;
        const phoneKey = randomUUID();
        for (let i = 0; i < 3; i++) {
          const { saleNo, round } = target(sale);
          await tx`
          insert into entry (sale_no, round_no, account_key, phone_key, entry_id, window_no, arrival_no,
            channel_no, preferences, request_key, entered_at)
          values (${saleNo}, ${round.roundNo}, ${randomUUID()}, ${phoneKey}, ${randomUUID()}, 0, ${i}, 1,
            '1', ${randomUUID()}, now())
          on conflict do nothing`;
        }
        const [row] =
          await tx`select count(*)::int as count from entry where phone_key = ${phoneKey}`;
        expect(row!.count).toBe(3);
        throw new Error("undo");
      })
      .catch((error: Error) => expect(error.message).toBe("undo"));
  });

  it("gives a repeated request its first answer, and refuses the key for another one", async () => {
    const sale = await fresh();
    const first = entryOf();
    const [one] = await enter(sale, [first]);
    const [two] = await enter(sale, [first]);
    expect(two).toEqual(one);
    for (const change of [{ channelNo: 2 }, { preferences: "2" }, { entryId: randomUUID() }]) {
      const [other] = await enter(sale, [{ ...first, ...change }]);
      expect(other).toEqual({ ok: false, why: "idempotency_key_reused" });
    }
    const [second] = await enter(sale, [entryOf({ accountKey: first.accountKey })]);
    expect(second).toEqual({ ok: false, why: "already_entered" });
  });

  it("gives the first answer also after entry has closed", async () => {
    const sale = await fresh();
    const first = entryOf();
    const [one] = await enter(sale, [first]);
    const [late, other] = await enter(sale, [first, entryOf()], START_MS + 3_600_000);
    expect(late).toEqual(one);
    expect(other).toEqual({ ok: false, why: "entry_closed" });
  });

  it("refuses before the lobby opens, and in a draft", async () => {
    const sale = await fresh();
    const [early] = await enter(sale, [entryOf()], START_MS - 3_600_000);
    expect(early).toEqual({ ok: false, why: "not_open_yet" });
    const draft = await test.createSale(
      smallSale({ slug: `d-${randomUUID().slice(0, 8)}` }),
      false,
    );
    expect((await enter(draft, [entryOf()]))[0]).toEqual({ ok: false, why: "not_open_yet" });
  });

  it("puts an arrival into the window of its time", async () => {
    const sale = await fresh();
    const at = async (ms: number) => {
      const [outcome] = await enter(sale, [entryOf()], ms);
      return outcome!.ok ? outcome!.entry.windowNo : outcome!.why;
    };
    expect(await at(START_MS - 1)).toBe(0);
    expect(await at(START_MS)).toBe(1);
    expect(await at(START_MS + 999)).toBe(1);
    expect(await at(START_MS + 1_000)).toBe(2);
    expect(await at(START_MS + 59_999)).toBe(60);
    expect(await at(START_MS + 60_000)).toBe("entry_closed");
  });

  it("counts a proof of work once, also after a withdrawal", async () => {
    const sale = await fresh();
    const { slug } = sale.definition;
    const session = await test.signIn(1);
    const work = await test.work(session, slug);
    expect((await test.enter(session, { slug, work })).status).toBe(201);
    expect((await test.post(`/v1/sales/${slug}/rounds/1/withdrawal`, session)).status).toBe(200);
    expect((await test.enter(session, { slug, work })).body.code).toBe("work_used");
    expect((await test.enter(session, { slug })).status).toBe(201);
  });

  it("lets an entry be withdrawn before sealing and not after", async () => {
    const sale = await fresh();
    const { slug } = sale.definition;
    const [stays, leaves] = [await test.signIn(2), await test.signIn(3)];
    await test.enter(stays, { slug });
    await test.enter(leaves, { slug });
    const path = `/v1/sales/${slug}/rounds/1/withdrawal`;
    expect((await test.post(path, leaves)).status).toBe(200);
    expect((await test.post(path, leaves)).body.code).toBe("entry_not_found");
    test.clock.ms = START_MS + 5;
    await test.tick();
    expect((await test.post(path, stays)).body.code).toBe("window_sealed");
    const board = (await test.get(`/v1/sales/${slug}/rounds/1/board`)).body;
    expect(board.sealedEntryCount).toBe(1);
  });

  it("joins the window that is open when this machine's clock is behind", async () => {
    const sale = await fresh();
    await enter(sale, [entryOf()]);
    test.clock.ms = START_MS + 1_500;
    await test.tick();
    const [behind] = await enter(sale, [entryOf()], START_MS + 200);
    expect(behind).toMatchObject({ ok: true, entry: { windowNo: 2 } });
  });

  it("first come keeps the order of arrival", async () => {
    const sale = await fresh({ mode: "first_come", units: 1 });
    const { slug } = sale.definition;
    test.clock.ms = START_MS + 10;
    const sessions: string[] = [];
    for (let person = 10; person < 15; person++) {
      test.clock.ms++;
      sessions.push(await test.signIn(person));
      await test.enter(sessions.at(-1)!, { slug, preferences: ["RED"] });
    }
    test.clock.ms = START_MS + 1_100;
    await test.tick();
    const places = await Promise.all(
      sessions.map(async (session) => (await test.mine(session, slug)).place),
    );
    expect(places.map((place) => place.placeNo)).toEqual([1, 2, 3, 4, 5]);
    expect(places[0].state).toBe("offered");
    expect(places[1].state).toBe("waiting");
  });

  /** Writers on several connections that never stop, while windows are sealed under them. */
  it("no commit slips past a seal: what is in a window after sealing is what its root covers", async () => {
    const sale = await fresh({ openMs: 600_000 });
    const pools = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        connect(test.database.target, { poolSize: 1, name: `writer ${n}` }),
      ),
    );
    let nowMs = START_MS - 1_000;
    let stop = false;
    const acknowledged: { entryId: string; windowNo: number }[] = [];
    const writer = async (entryPool: Sql) => {
      while (!stop) {
        const outcomes = await enterBatch(
          entryPool,
          target(sale),
          [entryOf(), entryOf(), entryOf()],
          {
            nowMs,
            kind: "new",
          },
        );
        for (const outcome of outcomes) if (outcome.ok) acknowledged.push(outcome.entry);
      }
    };
    const writers = pools.map(writer);
    const lease = (await takeLease(test.database.sql, sale.saleNo, randomUUID()))!;
    const chains = new RoundMemory();
    const deps = sealingWith(test.database.sql, test.keyring, lease);
    const roots = new Map<number, string>();
    for (let i = 0; i < 40; i++) {
      nowMs += 500;
      await sealRound(deps, chains, target(sale).round, { nowMs: () => nowMs });
      const sealed = await test.database.sql<{ windowNo: number; root: Buffer }[]>`
        select window_no, root from sale_window
        where sale_no = ${sale.saleNo} and state = 'sealed' and entry_count > 0`;
      for (const row of sealed) {
        const root = row.root.toString("hex");
        expect(roots.get(row.windowNo) ?? root).toBe(root);
        roots.set(row.windowNo, root);
      }
    }
    stop = true;
    await Promise.all(writers);
    await Promise.all(pools.map((entryPool) => entryPool.end()));
    expect(roots.size).toBeGreaterThan(10);
    for (const [windowNo, root] of roots) {
      const computed = await windowRoot(test.database.sql, {
        ...target(sale),
        fromWindowNo: windowNo,
        windowNo,
      });
      expect(toHex(computed.root)).toBe(root);
    }
    const rows = await test.database.sql<{ entryId: string; windowNo: number }[]>`
      select entry_id, window_no from entry where sale_no = ${sale.saleNo}`;
    const stored = new Map(rows.map((row) => [row.entryId, row.windowNo]));
    expect(acknowledged.length).toBeGreaterThan(100);
    for (const entry of acknowledged) expect(stored.get(entry.entryId)).toBe(entry.windowNo);
  });

  it("negative control: sealing by the clock alone misses an entry that commits late", async () => {
    const sale = await fresh();
    await enter(sale, [entryOf()]);
    const slow = connect(test.database.target, { poolSize: 1, name: "slow writer" });
    const { saleNo, round } = target(sale);
    const { sql } = test.database;
    let rootByClock = "";
    await slow.begin(async (tx) => {
      // The same insert, without the share lock on the window's row.
      await tx`
        insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
          preferences, request_key, entered_at)
        values (${saleNo}, ${round.roundNo}, ${randomUUID()}, ${randomUUID()}, 0, 1, 1, '1',
          ${randomUUID()}, now())`;
      rootByClock = toHex(
        (await windowRoot(sql, { saleNo, round, fromWindowNo: 0, windowNo: 0 })).root,
      );
    });
    const after = toHex(
      (await windowRoot(sql, { saleNo, round, fromWindowNo: 0, windowNo: 0 })).root,
    );
    await slow.end();
    expect(after).not.toBe(rootByClock);
  });

  it("a seal waits for a batch that is on its way into the window", async () => {
    const sale = await fresh();
    await enter(sale, [entryOf()]);
    const { saleNo } = target(sale);
    const { sql } = test.database;
    const writer = connect(test.database.target, { poolSize: 1, name: "open batch" });
    const lease = (await takeLease(sql, saleNo, randomUUID()))!;
    let sealed = false;
    let sealing: Promise<unknown> = Promise.resolve();
    await writer.begin(async (tx) => {
      await tx`select 1 from sale_window where sale_no = ${saleNo} and window_no = 0 for share`;
      const deps = sealingWith(sql, test.keyring, lease);
      const clock = { nowMs: () => START_MS + 10 };
      sealing = sealRound(deps, new RoundMemory(), target(sale).round, clock).then(
        () => (sealed = true),
      );
      await waitForLock(1);
      expect(sealed).toBe(false);
    });
    await sealing;
    expect(sealed).toBe(true);
    await writer.end();
  });

  it("a batch that opens the window which a seal is closing waits for it, and not both for each other", async () => {
    const sale = await fresh();
    await enter(sale, [entryOf()]);
    const { saleNo, round } = target(sale);
    // The database does not look for circles here: who is in one waits in vain, and says so.
    const url = `${test.database.url}&options=${encodeURIComponent("-c deadlock_timeout=60s")}`;
    const patient = connect({ url }, { poolSize: 4, name: "patient" });
    const lease = (await takeLease(patient, saleNo, randomUUID()))!;
    const deps = sealingWith(patient, test.keyring, lease);
    let working: Promise<readonly unknown[]> = Promise.resolve([]);
    await test.database.sql.begin(async (tx) => {
      await tx`select 1 from sale_window where sale_no = ${saleNo} and window_no = 0 for share`;
      const sealing = sealRound(deps, new RoundMemory(), round, { nowMs: () => START_MS + 2_100 });
      await waitForLock(1);
      // Window 2 is not there yet for anybody else, and over by the clock of the seal.
      const late = enterBatch(patient, target(sale), [entryOf()], {
        nowMs: START_MS + 1_900,
        kind: "new",
      });
      working = Promise.all([sealing, late]);
      await waitForLock(2);
    });
    const [, outcomes] = await working;
    expect(outcomes).toMatchObject([{ ok: true, entry: { windowNo: 3 } }]);
    await patient.end();
  });
});
