import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { writeRecord } from "../../../src/proof/io/recordStore.ts";
import { Verifier } from "../../../src/proof/verify.ts";
import { enterBatch, markCrowded, type NewEntry } from "../../../src/sale/entry/io/entryStore.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import type { TurnSharing } from "../../../src/sale/io/turnStore.ts";
import { LeaseLostError, takeLease, type Lease } from "../../../src/sale/lease/io/leaseStore.ts";
import { RoundMemory, sealRound } from "../../../src/sale/line/io/seal.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { MortalProcess, type Moment } from "../../helpers/children/mortal.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { sealing } from "../../helpers/sealing.ts";
import { TestServer } from "../../helpers/server.ts";

/*
 * The life of a window (docs/decisions/0019), cut off at every statement: a worker seals the group of a rush, dies
 * before a statement or before its answer, and another one goes on. There is one group, one root, one line.
 */

const EACH = 4;
/** Windows 1 and 2 are crowded, 3 ends their group. */
const SEALED_MS = START_MS + 3_010;

describeOnDatabase("a worker that dies at any statement of a seal", () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await TestServer.start();
  });

  const target = (sale: StoredSale) => ({ saleNo: sale.saleNo, round: sale.rounds[0]!.round });
  const enter = async (sale: StoredSale, count: number, atMs: number) => {
    const people = Array.from({ length: count }, (_, index): NewEntry => ({
      ...{ accountKey: randomUUID(), phoneKey: null, emailKey: null },
      ...{ entryId: randomUUID(), requestKey: randomUUID() },
      ...{ channelNo: 1, preferences: "1", arrivedAtMs: atMs + (index >> 1) },
    }));
    return await enterBatch(test.database.entryPool, target(sale), people, {
      nowMs: atMs + 50,
      kind: "new",
    });
  };

  async function rush(mode: "shuffled_queue" | "first_come"): Promise<StoredSale> {
    test.clock.ms = START_MS - 30_000;
    const definition = smallSale({ slug: `l-${randomUUID().slice(0, 8)}`, mode });
    const rounds = definition.rounds.map((round) => ({ ...round, windowMs: 1_000 }));
    const sale = await test.createSale({ ...definition, rounds });
    const first = mode === "first_come" ? 0 : 1;
    for (const no of [0, 1, 2]) {
      const atMs = START_MS + no * 1_000;
      await enter(sale, EACH, atMs + 50);
      if (no === 2) continue;
      const marked = await markCrowded(test.database.entryPool, target(sale), {
        serverId: "00000000-0000-4000-8000-000000000001",
        ...{ fromWindowNo: first + no, throughAtMs: atMs + 600, nowMs: atMs + 600 },
        ...{ turnedAwayCount: 2, longestWaitMs: 600 },
      });
      expect(marked).toBe(first + no);
    }
    test.clock.ms = SEALED_MS;
    return sale;
  }

  /** Two entries of the group share a turn. */
  const turns = ({ saleNo }: StoredSale): TurnSharing => ({
    find: async ({ fromWindowNo, windowNo }) => {
      const rows = await test.database.sql<
        { entryId: string; accountKey: string; windowNo: number }[]
      >`
        select entry_id, account_key, window_no from entry
        where sale_no = ${saleNo} and window_no between ${fromWindowNo} and ${windowNo}
        order by entered_at, entry_id limit 2`;
      const [first, second] = rows;
      if (!first || !second) return [];
      return [{ ...second, turnId: first.entryId, bits: 20, likeness: "same" }];
    },
    stop: () => Promise.resolve(),
  });

  const stateOf = async ({ saleNo }: StoredSale) => {
    const rows = await test.database.sql<
      {
        windowNo: number;
        state: string;
        root: Buffer | null;
        secret: Buffer | null;
        groupFrom: number | null;
        groupNo: number | null;
        lineCount: number;
      }[]
    >`
      select window_no, state, root, secret, group_from, group_no,
        (select count(*)::int from line_place l
          where l.sale_no = w.sale_no and l.window_no = w.window_no) as line_count
      from sale_window w where sale_no = ${saleNo}
        and window_no in (select window_no from entry e where e.sale_no = w.sale_no)
      order by window_no limit 3`;
    expect(rows).toHaveLength(3);
    return rows;
  };
  type Rows = Awaited<ReturnType<typeof stateOf>>;

  /** The state of a group, by the names of the decision; anything in between is a fault. */
  function nameOf(rows: Rows): string {
    const [first, last] = [rows[0]!, rows[2]!];
    const states = new Set(rows.map(({ state }) => state));
    expect(states.size, "the windows of a group move together").toBe(1);
    if (first.state === "open") return "open";
    for (const row of rows) {
      expect([row.groupFrom, row.groupNo]).toEqual([first.windowNo, last.windowNo]);
    }
    const rooted = rows.filter(({ root }) => root !== null);
    if (first.state === "closed") {
      // The secret is out with the line, never before.
      expect(rows.every(({ secret, lineCount }) => secret === null && lineCount === 0)).toBe(true);
      expect(rooted.length).toBeLessThanOrEqual(1);
      return rooted.length === 0 ? "closed" : "root";
    }
    expect(rooted).toEqual([last]);
    expect(last.secret).not.toBeNull();
    expect(last.lineCount).toBe(3 * EACH);
    return "line";
  }

  const seal = (sql: MortalProcess["sql"], sale: StoredSale, lease: Lease) =>
    sealRound(
      { ...sealing(sql, test.keyring, lease), turns: turns(sale) },
      new RoundMemory(),
      target(sale).round,
      test.clock,
    );

  /** The lease of the dead runs out. */
  async function nextLease({ saleNo }: StoredSale): Promise<Lease> {
    const { sql } = test.database;
    for (;;) {
      await sql`update sale_lease set expires_at = to_timestamp(0) where sale_no = ${saleNo}`;
      const lease = await takeLease(sql, saleNo, randomUUID());
      if (lease) return lease;
    }
  }

  async function expectProven(sale: StoredSale): Promise<void> {
    const verifier = new Verifier();
    const write = async (lines: readonly unknown[]) => lines.forEach((line) => verifier.add(line));
    await writeRecord(test.database.sql, sale, 1, { nowMs: test.clock.ms, write });
    const { faults, rushes } = verifier.report();
    expect(faults).toEqual([]);
    expect(rushes).toMatchObject([{ entryCount: 3 * EACH, turnedAwayCount: 4 }]);
  }

  for (const mode of ["shuffled_queue", "first_come"] as const) {
    for (const moment of ["before", "after"] as Moment[]) {
      it(
        `${mode}, ${moment}: the next one goes on, with one root and one line`,
        { timeout: 180_000 },
        async () => {
          const left = new Set<string>();
          let deaths = 0;
          for (let statementNo = 1; ; statementNo++) {
            const sale = await rush(mode);
            const lease = (await takeLease(test.database.sql, sale.saleNo, randomUUID()))!;
            const mortal = new MortalProcess(test.database.target, { statementNo, moment });
            const outcome = await seal(mortal.sql, sale, lease).then(
              () => "done",
              () => "died",
            );
            await mortal.end();
            if (!mortal.isDead) {
              expect(outcome).toBe("done");
              break;
            }
            deaths++;
            const told = `${mode}, died ${moment} statement ${statementNo}: ${mortal.statements.at(-1)}`;
            const next = await nextLease(sale);
            const before = await stateOf(sale);
            left.add(nameOf(before));
            // People who come meanwhile are in a later window.
            const [late] = await enter(sale, 1, SEALED_MS);
            const { windowNo } = before[2]!;
            expect(late, told).toMatchObject({ ok: true, entry: { windowNo: windowNo + 1 } });
            await seal(test.database.sql, sale, next);
            const after = await stateOf(sale);
            expect(nameOf(after), told).toBe("line");
            const fixed = before[2]!.root;
            if (fixed !== null) expect(after[2]!.root, told).toEqual(fixed);
            // The lease of the dead lets nobody write any more.
            const tooLate = seal(test.database.sql, sale, lease);
            await expect(tooLate, told).rejects.toBeInstanceOf(LeaseLostError);
            await expectProven(sale);
          }
          expect(deaths).toBeGreaterThan(20);
          expect([...left].toSorted()).toEqual(["closed", "line", "open", "root"]);
          expect(await test.faults()).toEqual([]);
        },
      );
    }
  }
});
