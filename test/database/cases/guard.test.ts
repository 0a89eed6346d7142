import { beforeAll, expect, it } from "vitest";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";

/** A promise that was proved broken over several sales is not relied on again. */
describeOnDatabase("the running guard", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;
  const MORE = 60;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: MORE, rings: [8] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
    // Many small cases, as a large sale has them.
    const { sql } = test.database;
    const [saleNo, genuine] = [world.sale.saleNo, world.people.filter((one) => !one.ring)];
    for (const [index, { orderId }] of genuine.entries()) {
      const caseNo = 100 + index;
      await sql`
        insert into suspicion_case (sale_no, case_no, state, policy_digest, top_bits, order_count,
          account_count, document, opened_at, due_at)
        select sale_no, ${caseNo}, 'open', policy_digest, top_bits, 1, 1, document, opened_at, due_at
        from suspicion_case where sale_no = ${saleNo} and case_no = 1`;
      await sql`
        insert into case_order (sale_no, order_id, case_no, account_key, person_no, bits, reasons,
          counterfactual, region)
        select o.sale_no, p.order_id, ${caseNo}, p.account_key, ${caseNo}, o.bits, o.reasons,
          o.counterfactual, o.region
        from (select * from case_order where sale_no = ${saleNo} and case_no = 1 limit 1) o
          join purchase_order p on p.sale_no = o.sale_no and p.order_id = ${orderId}`;
    }
  });

  async function makeBatch(): Promise<{ batchId: string; sample: unknown[] }> {
    test.clock.ms += 60_000;
    const path = `/v1/operator/sales/${world.slug}/batches`;
    return body(await test.post(path, desk.operator, { select: "all" }), 201);
  }
  const ownError = async () => body(await test.get(`/v1/sales/${world.slug}/own-error`));
  const policyPage = async () => (await test.get(`/s/${world.slug}/policy?lang=en`)).body;

  it("while the promise is kept, a sample speaks for the rest", async () => {
    expect((await ownError()).guard).toMatchObject({ judgedCases: 0, capital: 1, broken: false });
    const { batchId, sample } = await makeBatch();
    expect(sample.length).toBeGreaterThan(10);
    expect(sample.length).toBeLessThan(MORE + 1);
    body(await test.post(`/v1/operator/batches/${batchId}/stop`, desk.operator));
    expect(await policyPage()).not.toContain("We did not keep this promise");
  });

  it("once it is proved broken, every case is decided by a person, and the public reads it", async () => {
    // Thirty cases of earlier sales under the same policy, half of them a genuine buyer's.
    const { sql } = test.database;
    const [batch] = await sql<{ batchId: string }[]>`select batch_id from batch limit 1`;
    for (let index = 0; index < 30; index++) {
      const orderId = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
      await sql`
        insert into decision (decision_id, sale_no, order_id, account_key, case_no, batch_id, state,
          record, record_digest, order_state_before, decided_by, decided_at, appeal_until, link_key)
        values (gen_random_uuid(), ${world.sale.saleNo}, ${orderId}, gen_random_uuid(), ${500 + index},
          ${batch!.batchId}, 'final', '{}', '', 'paid', '{}', now(), now(), gen_random_uuid())`;
      await sql`
        insert into error_sample (sample_id, sale_no, order_id, stratum, rules, channel_no, payment_method,
          drawn_at, found, found_by, found_at)
        values (gen_random_uuid(), ${world.sale.saleNo}, ${orderId}, 'refused', '{}', 1, 'va', now(),
          ${index % 2 === 0 ? "genuine" : "not_genuine"}, 'reviewer', now())`;
    }
    expect((await ownError()).guard).toMatchObject({
      judgedCases: 30,
      wrongCases: 15,
      broken: true,
    });
    expect((await makeBatch()).sample).toHaveLength(MORE + 1);
    expect(await policyPage()).toContain("We did not keep this promise");
  });
});
