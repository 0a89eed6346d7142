import { beforeAll, expect, it } from "vitest";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;

/* The look at a sale's orders, and a decision, each end once. */
describeOnDatabase("an end", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    // With fewer genuine buyers the ring's bits lie about the threshold, on either side by chance among times.
    world = await endedSale(test, { genuine: 20, rings: [9] });
    await test.act(world.sale, "close");
  });

  const post = (path: string, who: string, content?: object) => test.post(path, who, content);
  const audits = async () => {
    const { entries } = body(await test.get("/v1/operator/log", desk.owner));
    return entries.filter((one: { action: string }) => one.action === "audit");
  };

  /** The server's transactions: those that wait for a lock, and those that wait for the server. */
  async function transactions(): Promise<{ locked: number; idle: number }> {
    const [row] = await test.database.entryPool<{ locked: number; idle: number }[]>`
      select count(*) filter (where wait_event_type = 'Lock')::int as locked,
        count(*) filter (where state = 'idle in transaction' and pid <> ${holder})::int as idle
      from pg_stat_activity where datname = current_database()`;
    return row!;
  }
  let holder = 0;

  it("of a look at all orders: no transaction is open while it is taken, and its line comes with it", async () => {
    const path = `/v1/operator/sales/${world.slug}/audit`;
    let looking: Promise<{ status: number; body: any }> | undefined;
    await test.database.sql.begin(async (tx) => {
      const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      holder = own!.pid;
      await tx`lock table sale_audit in exclusive mode`;
      looking = post(path, desk.operator);
      await expect.poll(async () => (await transactions()).locked, { timeout: 20_000 }).toBe(1);
      // The look is over and waits to be written down; nothing else was held open for it.
      expect((await transactions()).idle).toBe(0);
      expect(await audits()).toEqual([]);
    });
    expect(body((await looking) as never)).toMatchObject({ orders: 29, cases: 1, fault: null });
    expect(await audits()).toHaveLength(1);
    expect((await post(path, desk.operator)).body.code).toBe("audited_already");
    expect(await audits()).toHaveLength(1);
  });

  it("of a case that was let stand: it is taken back until one of its orders was reported on", async () => {
    const path = `/v1/operator/sales/${world.slug}`;
    const shown = async () => body(await test.get(`${path}/cases/1`, desk.reviewer));
    const release = async () => {
      const { version } = await shown();
      const content = { version, verdict: "release" };
      return body(await post(`${path}/cases/1/decision`, desk.reviewer, content));
    };
    const undo = () => post(`${path}/cases/1/undo`, desk.reviewer);
    expect((await release()).state).toBe("closed");
    expect(body(await undo()).state).toBe("open");
    await release();
    const { orderId } = (await shown()).orders[0];
    body(await post(`${path}/orders/${orderId}/status`, desk.operator, { status: "preparing" }));
    expect((await undo()).body.code).toBe("undo_too_late");
    await test.database.sql`delete from order_status where order_id = ${orderId}`;
    expect(body(await undo()).state).toBe("open");
  });

  it("of a decision: what has ended is not ended again by an appeal that was left open", async () => {
    const casePath = `/v1/operator/sales/${world.slug}/cases/1`;
    const { version } = body(await test.get(casePath, desk.reviewer));
    body(await post(`${casePath}/decision`, desk.reviewer, { version, verdict: "cancel" }));
    const batch = body(
      await post(`/v1/operator/sales/${world.slug}/batches`, desk.operator, {}),
      201,
    );
    const { batchId, selectionDigest } = batch;
    for (const who of [desk.operator, desk.approver]) {
      body(await post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    }
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    const [link, other] = await test.decisionLinks();
    const file = async (of: string) =>
      body(
        await test.post(`/v1/decisions/${of}/appeal`, undefined, {
          statement: "Ini pesanan saya sendiri.",
        }),
        201,
      );
    const { sql } = test.database;
    const answer = { id: "Dokumennya menunjukkan satu orang.", en: "The papers show one person." };
    for (const [of, verdict] of [
      [link!, "upheld"],
      [other!, "rejected"],
    ] as const) {
      const { decisionId } = await file(of);
      const [appeal] = await sql<{ appealId: string }[]>`
        select appeal_id from appeal where decision_id = ${decisionId}`;
      await sql`update decision set state = 'final' where decision_id = ${decisionId}`;
      const path = `/v1/operator/appeals/${appeal!.appealId}/decision`;
      const reply = await post(path, desk.owner, { outcome: verdict, answer });
      expect(reply.status, verdict).toBe(500);
      const [after] = await sql<{ state: string }[]>`
        select state from appeal where appeal_id = ${appeal!.appealId}`;
      expect(after!.state, verdict).toBe("pending");
      await sql`update decision set state = 'in_force' where decision_id = ${decisionId}`;
    }
  });

  it("of an order is no end for a comparison of policies: cancelled ones count as well", async () => {
    const { document } = body(await test.get(`/v1/sales/${world.slug}/policy`));
    const path = `/v1/operator/sales/${world.slug}/backtest`;
    const [row] = await test.database.sql<{ count: number }[]>`
      select count(*)::int as count from purchase_order where cancel_reason = 'by_decision'`;
    expect(row!.count).toBeGreaterThan(4);
    const compared = body(await post(path, desk.operator, { a: document, b: document }));
    expect(compared.orders).toBe(world.people.length);
    expect(compared.a.cases).toBe(1);
    expect(compared.a.held).toBeGreaterThan(4);
  });
});
