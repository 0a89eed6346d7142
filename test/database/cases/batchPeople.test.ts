import { beforeAll, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { TestServer } from "../../helpers/server.ts";

interface Listed {
  readonly people: readonly {
    readonly account: string;
    readonly caseNo: number;
    readonly orders: number;
  }[];
  readonly isMore: boolean;
}

/** The people whom a batch would hit, before anybody approves it. */
describeOnDatabase("the people of a batch", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;
  let batchId = "";

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 24, rings: [8, 6] }, 1);
    await test.act(world.sale, "close");
    test.clock.ms += 600_000;
    await test.server.caseWorker.run();
    const sale = `/v1/operator/sales/${world.slug}`;
    const { version } = body(await test.get(`${sale}/cases/1`, desk.reviewer));
    const decision = { version, verdict: "cancel" };
    body(await test.post(`${sale}/cases/1/decision`, desk.reviewer, decision));
    batchId = body(await test.post(`${sale}/batches`, desk.operator, {}), 201).batchId;
  });

  const people = async (who: string | undefined, id = batchId) =>
    await test.get(`/v1/operator/batches/${id}/people`, who);

  it("are those of its cancelled orders, each once, and of no other case", async () => {
    const listed = body(await people(desk.auditor)) as Listed;
    const hit = await test.database.sql<{ accountKey: string; orders: number }[]>`
      select p.account_key, count(*)::int as orders
      from batch_order b join purchase_order p using (sale_no, order_id)
      where b.batch_id = ${batchId} group by p.account_key`;
    expect(hit.length).toBeGreaterThan(1);
    expect(listed.people).toHaveLength(hit.length);
    expect(new Set(listed.people.map(({ account }) => account)).size).toBe(hit.length);
    expect(new Set(listed.people.map(({ caseNo }) => caseNo))).toEqual(new Set([1]));
    const sum = (rows: readonly { readonly orders: number }[]) =>
      rows.reduce((total, { orders }) => total + orders, 0);
    expect(sum(listed.people)).toBe(sum(hit));
    expect(listed.isMore).toBe(false);
  });

  it("stand with one order first: they are hit hardest by a mistake", async () => {
    const sale = world.sale.saleNo;
    const [first] = await test.database.sql<{ accountKey: string }[]>`
      select p.account_key from batch_order b join purchase_order p using (sale_no, order_id)
      where b.batch_id = ${batchId} order by b.case_no, p.account_key limit 1`;
    // A second order of the account that is listed first.
    await test.database.sql`
      update purchase_order set account_key = ${first!.accountKey}
      where sale_no = ${sale} and order_id = (
        select p.order_id from batch_order b join purchase_order p using (sale_no, order_id)
        where b.batch_id = ${batchId} and p.account_key <> ${first!.accountKey}
        order by p.account_key desc limit 1)`;
    const { people: shown } = body(await people(desk.auditor)) as Listed;
    const orders = shown.map((one) => one.orders);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(orders.at(-1)).toBe(2);
  });

  it("are named by a label only, to those who work at the desk", async () => {
    const reply = await people(desk.auditor);
    const keys = await test.database.sql<{ accountKey: string }[]>`
      select account_key from purchase_order where sale_no = ${world.sale.saleNo}`;
    const text = JSON.stringify(body(reply));
    expect(keys.filter(({ accountKey }) => text.includes(accountKey))).toEqual([]);
    expect((await people(undefined)).status).toBe(401);
    const nowhere = await people(desk.auditor, "00000000-0000-4000-8000-000000000000");
    expect(nowhere.body.code).toBe("batch_not_found");
  });
});
