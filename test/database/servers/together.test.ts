import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { shareOf } from "../../../src/http/limits.ts";
import { GONE_MS, listServers } from "../../../src/http/io/serverStore.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { isBehind, REVISION_HEADER } from "../../../src/sale/board.ts";
import { readBoard } from "../../../src/sale/io/boardStore.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** Analyses that ran; each waits until the test lets it go. */
const analyses = vi.hoisted(() => ({ count: 0, hold: false, release: [] as (() => void)[] }));

vi.mock("../../../src/cases/review/io/auditSale.ts", async (original) => {
  const real = await original<typeof import("../../../src/cases/review/io/auditSale.ts")>();
  return {
    ...real,
    analyseSale: async (...args: Parameters<typeof real.analyseSale>) => {
      analyses.count++;
      if (analyses.hold) await new Promise<void>((go) => analyses.release.push(go));
      return await real.analyseSale(...args);
    },
  };
});

const addressRule = { burst: 90, perSecond: 9 };

describeOnDatabase("servers on one database", () => {
  let first: TestServer;
  let second: TestServer;
  let third: TestServer;
  let sale: StoredSale;

  const beatAll = async () => {
    // Twice: the first to beat sees the last only then.
    for (const { server } of [first, second, third, first, second]) await server.servers.beat();
  };

  beforeAll(async () => {
    first = await TestServer.start({ addressRule, process: { childNo: 1, codeDigest: "aaa" } });
    second = await first.beside({ addressRule, process: { childNo: 2, codeDigest: "aaa" } });
    third = await first.beside({ addressRule, process: { childNo: null, codeDigest: "bbb" } });
    sale = await first.createSale(smallSale());
  });
  beforeEach(async () => {
    first.clock.ms += 600_000;
    await beatAll();
  });

  const ready = async (test: TestServer) => (await test.get("/readyz")).body;

  it("know each other, and who is gone", async () => {
    expect(await ready(first)).toMatchObject({ childNo: 1, serverCount: 3, sameCode: false });
    const listed = await listServers(first.database.sql, first.clock.ms);
    expect(listed.map(({ childNo }) => childNo).sort()).toEqual([1, 2, null]);
    // One stops in order, another is killed.
    await third.server.servers.stop();
    await first.server.servers.beat();
    expect(await ready(first)).toMatchObject({ serverCount: 2, sameCode: true });
    first.clock.ms += GONE_MS;
    await first.server.servers.beat();
    expect(await ready(first)).toMatchObject({ serverCount: 1 });
    first.clock.ms += 120_000;
    await first.server.servers.beat();
    const [row] = await first.database.sql<{ count: number }[]>`
      select count(*)::int as count from server`;
    expect(row!.count).toBe(1);
  });

  it("share the limit of an address out, with a floor", async () => {
    const ask = async (test: TestServer) =>
      (await test.server.app.inject({ method: "GET", url: "/v1/tickets/none" })).statusCode;
    const taken = async (test: TestServer) => {
      let count = 0;
      while ((await ask(test)) !== 429) count++;
      return count;
    };
    // A third each: together what one server alone would take.
    expect([await taken(first), await taken(second), await taken(third)]).toEqual([30, 30, 30]);
    expect(shareOf({ burst: 3_000, perSecond: 300 }, 1_000)).toEqual({ burst: 20, perSecond: 2 });
    expect(shareOf({ burst: 5, perSecond: 1 }, 4)).toEqual({ burst: 5, perSecond: 1 });
  });

  it("show figures of all of them, whichever is asked", async () => {
    const owner = await operator(first, "watcher", "operator");
    const errorsBefore = (await first.get("/v1/operator/sales/small/live", owner)).body.answers;
    expect(errorsBefore.errorCount).toBe(0);
    second.server.times.failed();
    third.server.times.failed();
    await beatAll();
    for (const test of [first, second, third]) {
      const { answers } = (await test.get("/v1/operator/sales/small/live", owner)).body;
      expect(answers.errorCount).toBe(2);
    }
  });

  it("analyse a sale that ended once, not once each; a lapsed claim is taken over", async () => {
    await first.act(sale, "close");
    first.clock.ms += 3_600_000 * 24;
    analyses.count = 0;
    analyses.hold = true;
    const running = first.server.caseWorker.run();
    while (analyses.release.length === 0) await new Promise((go) => setImmediate(go));
    await second.server.caseWorker.run();
    await third.server.caseWorker.run();
    expect(analyses.count).toBe(1);
    // The first hangs: its claim lapses, and another does the work.
    const { sql } = first.database;
    await sql`update audit_claim set expires_at = ${new Date(0)}`;
    analyses.hold = false;
    await second.server.caseWorker.run();
    expect(analyses.count).toBe(2);
    for (const go of analyses.release.splice(0)) go();
    await running;
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from sale_audit where sale_no = ${sale.saleNo}`;
    expect(row!.count).toBe(1);
    expect(await sql`select 1 from audit_claim`).toHaveLength(0);
  });

  it("read boards that a page can put in order: one that lags takes nothing back", async () => {
    const slug = "ordered";
    const sale = await first.createSale(smallSale({ slug }));
    const board = async (test: TestServer) => {
      const { headers, body } = await test.get(`/v1/sales/${slug}/rounds/1/board`);
      return { revisionNo: Number(headers[REVISION_HEADER]), state: body.saleState };
    };
    const lagging = await board(first);
    await second.act(sale, "pause");
    const newer = await board(second);
    expect([lagging.state, newer.state]).toEqual(["live", "paused"]);
    expect(newer.revisionNo).toBeGreaterThan(lagging.revisionNo);
    // The first answers from its memory for a second; the page keeps what it has.
    expect(await board(first)).toEqual(lagging);
    const shown = { revisionNo: newer.revisionNo, cameAtMs: 0 };
    expect(isBehind(shown, { revisionNo: lagging.revisionNo, cameAtMs: 1_000 })).toBe(true);
    first.clock.ms += 1_000;
    const caughtUp = await board(first);
    expect(caughtUp.state).toBe("paused");
    expect(isBehind(shown, { revisionNo: caughtUp.revisionNo, cameAtMs: 1_000 })).toBe(false);
  });

  it("number boards by what was ended, also while transactions overlap", async () => {
    const { sql } = first.database;
    const sale = await first.createSale(smallSale({ slug: "overlapping" }));
    const round = sale.definition.rounds[0]!;
    const revision = async () => (await readBoard(sql, sale, round, first.clock.ms)).revisionNo;
    const said: number[] = [];
    await sql.begin(async (outer) => {
      // It has a number of its own from here on, and ends after the one that began later.
      await outer`select pg_current_xact_id()`;
      said.push(await revision());
      await sql`select pg_current_xact_id()`;
      said.push(await revision());
    });
    said.push(await revision());
    expect(said[1]).toBeGreaterThan(said[0]!);
    expect(said[2]).toBeGreaterThan(said[1]!);
  });
});
