import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { FakeChannel } from "../../../sim/fakes/fakeChannel.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";

const CHILD = join(import.meta.dirname, "../../helpers/children/caseWorkerChild.ts");
const HOUR_MS = 3_600_000;
/** On the second server a sample of the runs: what differs there is the server, not our steps. */
const RUNS = process.env.GILIRAN_TEST_DATABASE === "embedded" ? 100 : 20;
const RING = 120;
const APPEALS = 40;

/** kill -9 at a random moment, a hundred times: every case, batch, notice, call and appeal goes on, once. */
describeOnDatabase("cases under kill -9", () => {
  let test: TestServer;
  let channel: FakeChannel;
  let desk: Desk;
  let world: CaseSale;
  let batchId = "";
  let orders = 0;
  /** Records of decisions as the program wrote them. */
  const written = new Map<string, unknown>();

  beforeAll(async () => {
    channel = await FakeChannel.start();
    channel.answerAfterMs = 12;
    test = await TestServer.start();
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 10, rings: [RING] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
    const { cases } = body(await test.get(`/v1/operator/cases?sale=${world.slug}`, desk.auditor));
    for (const { caseNo, version } of cases) {
      const casePath = `/v1/operator/sales/${world.slug}/cases/${caseNo}`;
      const decision = { version, verdict: "cancel" };
      body(await test.post(`${casePath}/decision`, desk.reviewer, decision));
    }
    const path = `/v1/operator/sales/${world.slug}/batches`;
    const batch = body(await test.post(path, desk.operator, {}), 201);
    ({ batchId } = batch);
    orders = batch.preview.orders;
    expect(orders).toBeGreaterThan(RING / 2);
    const { selectionDigest } = batch;
    for (const who of [desk.operator, desk.approver]) {
      body(await test.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    }
    test.clock.ms += HOUR_MS;
  });
  afterAll(() => channel.stop());

  function child(rounds: number) {
    const { socketFolder, database } = test.database.target as {
      socketFolder: string;
      database: string;
    };
    const hook = channel.settings;
    const task = JSON.stringify({ socketFolder, database, nowMs: test.clock.ms, hook, rounds });
    const started = spawn(process.execPath, [CHILD, task], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<void>((done) => started.once("exit", () => done()));
    const ready = new Promise<void>((done) => started.stdout.once("data", () => done()));
    return { started, ended, ready };
  }

  async function fileAppeals(): Promise<void> {
    const links = await test.decisionLinks();
    const { sql } = test.database;
    for (const link of links.slice(0, APPEALS)) {
      const filed = body(
        await test.post(`/v1/decisions/${link}/appeal`, undefined, {
          statement: "Ini pesanan saya sendiri.",
        }),
        201,
      );
      // Of one kind of evidence, so that the missed clock decides for her.
      const [decision] = await sql<{ record: unknown }[]>`
        select record from decision where decision_id = ${filed.decisionId}`;
      written.set(filed.decisionId, decision!.record);
      await sql`
        update decision set record = jsonb_set(record, '{reasons}',
          jsonb_build_array(record->'reasons'->0)) where decision_id = ${filed.decisionId}`;
    }
    test.clock.ms += 40 * HOUR_MS;
  }

  /** Puts the records back that `fileAppeals` changed: `fsck` would name each. */
  async function restoreRecords(): Promise<void> {
    for (const [decisionId, record] of written) {
      await test.database.sql`
        update decision set record = ${test.database.sql.json(record as never)}
        where decision_id = ${decisionId}`;
    }
  }

  it(`does everything once, over ${RUNS} runs`, { timeout: 300_000 }, async () => {
    const chance = new SeededChance(26);
    let appealed = false;
    for (let run = 0; run < RUNS; run++) {
      test.clock.ms += 61_000;
      const { started, ended, ready } = child(0);
      await ready;
      await sleep(chance.below(350));
      started.kill("SIGKILL");
      await ended;
      const { progress } = body(await test.get(`/v1/operator/batches/${batchId}`, desk.auditor));
      if (!appealed && progress.cancelled >= APPEALS && run >= RUNS / 3) {
        appealed = true;
        await fileAppeals();
      }
    }
    await child(1).ended;
    if (!appealed) await fileAppeals();
    await child(40).ended;

    const { sql } = test.database;
    const { state, progress } = body(
      await test.get(`/v1/operator/batches/${batchId}`, desk.auditor),
    );
    expect(state).toBe("done");
    expect(progress.cancelled + progress.leftAlone).toBe(orders);
    const [once] = await sql`
      select (select count(*)::int from decision) as decisions,
        (select count(distinct order_id)::int from decision) as orders,
        (select count(*)::int from outbox where kind = 'decision') as notices,
        (select count(*)::int from outbox where kind = 'appeal_answer') as answers,
        (select count(*)::int from appeal where state = 'upheld' and by_default) as upheld,
        (select count(*)::int from decision d where state = 'overturned' and not exists
          (select 1 from entitlement e where e.decision_id = d.decision_id) and not exists
          (select 1 from purchase_order p where p.order_id = d.order_id and p.state = 'paid'))
          as forgotten`;
    expect(once).toMatchObject({ decisions: orders, orders, notices: orders });
    expect(once).toMatchObject({ answers: APPEALS, upheld: APPEALS, forgotten: 0 });
    // No order was called about twice; those given back before their call were never called about.
    expect([...channel.calls.values()].filter((times) => times !== 1)).toEqual([]);
    const [calls] = await sql`
      select count(*) filter (where state = 'done')::int as done,
        count(*) filter (where state in ('due', 'calling'))::int as open from channel_call`;
    expect(calls!.open).toBe(0);
    expect(channel.calls.size).toBe(calls!.done);
    await restoreRecords();
    expect(await test.faults(world.slug)).toEqual([]);
  });
});
