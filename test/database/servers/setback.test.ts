import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { Fence, listOpenSetbacks, setbackWords, settleSetbacks } from "../../../src/db/fence.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/* Rows that were acknowledged and are gone: what a server sees of a database that went back. */

describeOnDatabase("a database that lost what it acknowledged", () => {
  let test: TestServer;
  const beat = () => test.server.fence.beat();
  const readyz = async (query = "") => (await test.get(`/readyz${query}`)).body;

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ units: 10, openMs: 3_600_000 }));
    await beat();
  });

  const open = () => listOpenSetbacks(test.database.sql);

  it("a withdrawn entry, and one that is still there, are no loss", async () => {
    const session = await test.signIn(1);
    expect((await test.enter(session)).status).toBe(201);
    await test.post("/v1/sales/small/rounds/1/withdrawal", session);
    await beat();
    expect((await test.enter(await test.signIn(2))).status).toBe(201);
    await beat();
    expect(await open()).toHaveLength(0);
    expect(await readyz()).not.toHaveProperty("writes");
  });

  it("the last acknowledged entry is missed at the next beat", async () => {
    const { sql } = test.database;
    const joined = await test.enter(await test.signIn(3));
    expect(joined.status).toBe(201);
    await sql`delete from entry where entry_id = ${joined.body.entryId}`;
    await beat();
    // Two answers were in the row's last number, the third was not.
    expect((await open()).map(({ lostEntryCount }) => lostEntryCount)).toEqual([1]);
    expect(setbackWords(await open())).toContain("1 acknowledged joins are lost");
    expect(await readyz()).toMatchObject({ ok: true, writes: "database_went_back" });
    expect(await readyz("?for=writes")).toMatchObject({ ok: false, reason: "database_went_back" });
  });

  it("joins are refused by every server until somebody says go on; reading goes on", async () => {
    const beside = await test.beside();
    await beside.server.fence.beat();
    for (const server of [test, beside]) {
      const session = await server.signIn(4);
      const refused = await server.enter(session, { work: "x" });
      expect([refused.status, refused.body.code]).toEqual([503, "database_went_back"]);
      expect((await server.get("/v1/sales/small")).status).toBe(200);
    }
    expect(await settleSetbacks(test.database.sql, "test")).toBe(1);
    for (const server of [test, beside]) {
      await server.server.fence.beat();
      expect((await server.get("/readyz?for=writes")).body).toMatchObject({ ok: true });
    }
    expect((await test.enter(await test.signIn(4))).status).toBe(201);
    await beat();
    expect(await open()).toHaveLength(0);
  });

  it("a number that is lower than the acknowledged one, or gone, is a loss", async () => {
    const { sql } = test.database;
    await sql`update server_fence set fence_no = 1`;
    await beat();
    expect(await open()).toHaveLength(1);
    await settleSetbacks(sql, "test");
    await beat();
    await sql`delete from server_fence`;
    await beat();
    expect((await open()).map(({ backTo }) => backTo)).toEqual([null]);
    await settleSetbacks(sql, "test");
    await beat();
    expect(await open()).toHaveLength(0);
  });

  it("a number that was left by another database says nothing about this one", async () => {
    const { sql } = test.database;
    await sql`
      insert into installation (secret_fingerprint, created_at)
      values ('test', to_timestamp(1600000000.25)) on conflict do nothing`;
    const folder = mkdtempSync(join(tmpdir(), "giliran-fences-"));
    const start = async (setUpAt: string) => {
      const last = { serverId: randomUUID(), fenceNo: 9, entryCount: 3, setUpAt };
      writeFileSync(join(folder, `fence-${last.serverId}.json`), JSON.stringify(last));
      const logger = { error: () => undefined };
      const fence = new Fence({ sql, serverId: randomUUID(), folder, logger });
      await fence.start();
      await fence.stop();
      return fence.isClosed;
    };
    expect(await start("1500000000.000000")).toBe(false);
    // It stays for its own database.
    expect(readdirSync(folder)).toHaveLength(2);
    const [row] = await sql<{ own: string }[]>`
      select extract(epoch from created_at)::text as own from installation`;
    expect(await start(row!.own)).toBe(true);
    await settleSetbacks(sql, "test");
    await beat();
    rmSync(folder, { recursive: true, force: true });
  });
});
