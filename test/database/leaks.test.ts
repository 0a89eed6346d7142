import { Writable } from "node:stream";
import pino from "pino";
import { beforeAll, expect, it } from "vitest";
import { ROUTES } from "../../src/api/routes.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../helpers/cases.ts";
import { describeOnDatabase } from "../helpers/database.ts";
import { TestServer } from "../helpers/server.ts";

const HOUR_MS = 3_600_000;

/** Names, numbers, addresses, devices and wallets of people must turn up nowhere but where they are asked for. */
describeOnDatabase("leaks", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;
  let log = "";
  const canaries: string[] = [];

  beforeAll(async () => {
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        log += chunk.toString();
        done();
      },
    });
    test = await TestServer.start({ logger: pino({ level: "trace" }, stream) });
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 30, rings: [8] });
    const { sql, keyring } = { ...test.database, keyring: test.keyring };
    const rows = await sql<{ facts_cipher: Buffer; account_key: string; instrument_key: string }[]>`
      select f.facts_cipher, f.instrument_key, p.account_key
      from order_facts f join purchase_order p using (sale_no, order_id)`;
    for (const row of rows) {
      const facts = JSON.parse(keyring.decrypt(row.facts_cipher)) as Record<string, string>;
      const { name, phone, address, deviceId } = facts;
      canaries.push(...[name, phone, address, deviceId].filter((value) => value !== undefined));
      // Keyed hashes are no names, but whoever has two could join them.
      canaries.push(row.account_key, row.instrument_key);
    }
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
  });

  const leaksIn = (text: string) => canaries.filter((canary) => text.includes(canary));

  async function runDispute(): Promise<{ links: string[]; decisionIds: string[] }> {
    const casePath = `/v1/operator/sales/${world.slug}/cases/1`;
    const { version } = body(await test.get(casePath, desk.reviewer));
    const verdict = { version, verdict: "cancel", note: "two devices" };
    body(await test.post(`${casePath}/decision`, desk.reviewer, verdict));
    const path = `/v1/operator/sales/${world.slug}/batches`;
    const batch = body(await test.post(path, desk.operator, {}), 201);
    const { selectionDigest, batchId } = batch;
    for (const who of [desk.operator, desk.approver]) {
      body(await test.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    }
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    const { messages } = body(await test.get("/v1/operator/outbox", desk.owner));
    const links = messages
      .filter((one: { kind: string }) => one.kind === "decision")
      .map((one: { text: string }) => /\/d\/([0-9a-f]{48})/.exec(one.text)![1]);
    const decisionIds = [];
    for (const link of links) {
      decisionIds.push(body(await test.get(`/v1/decisions/${link}`)).decisionId);
    }
    body(await test.post(`/v1/operator/sales/${world.slug}/report`, desk.operator, {}), 201);
    return { links, decisionIds };
  }

  it("the canaries are real: the one way to see them shows them", async () => {
    const casePath = `/v1/operator/sales/${world.slug}/cases/1`;
    const { orders } = body(await test.get(casePath, desk.reviewer));
    const asked = { orderId: orders[0].orderId, purpose: "compare addresses" };
    const reply = await test.post(`${casePath}/unmasked`, desk.reviewer, asked);
    expect(leaksIn(JSON.stringify(reply.body)).length).toBeGreaterThanOrEqual(4);
  });

  it("no page, no answer and no log shows them", async () => {
    const { links, decisionIds } = await runDispute();
    const fill = (path: string) =>
      path
        .replace(":slug", world.slug)
        .replace(":roundNo", "1")
        .replace(":caseNo", "1")
        .replace(":link", links[0]!)
        .replace(":decisionId", decisionIds[0]!);
    const paths = ROUTES.filter((route) => route.method === "GET" && route.auth !== "buyer")
      .map((route) => fill(route.path))
      .filter((path) => !path.includes(":"));
    paths.push(`/d/${links[0]}`, `/s/${world.slug}`, `/s/${world.slug}/policy`);
    paths.push(`/s/${world.slug}/report`, "/console/cases", "/me", "/docs");
    let seen = 0;
    for (const path of paths) {
      const reply = await test.get(path, path.startsWith("/v1/operator") ? desk.owner : undefined);
      if (reply.status === 200) seen++;
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
      expect({ path, leaks: leaksIn(text) }).toEqual({ path, leaks: [] });
    }
    expect(seen).toBeGreaterThan(25);
    expect(leaksIn(log)).toEqual([]);
    for (const link of links) expect(log).not.toContain(link);
  });

  it("the database alone shows none of them in the clear", async () => {
    const { sql } = test.database;
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
    const plain = canaries.filter((canary) => !/^[0-9a-f-]{36}$/.test(canary));
    for (const { name } of tables) {
      const rows = await sql`select row_to_json(t)::text as line from ${sql(name)} t`;
      const text = rows.map((row) => row.line as string).join("\n");
      expect({ name, leaks: plain.filter((canary) => text.includes(canary)) }).toEqual({
        name,
        leaks: [],
      });
    }
  });
});
