import { beforeAll, expect, it } from "vitest";
import { runRetention } from "../../../src/cases/account/io/retentionStore.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SIZE = { genuine: 30, rings: [8] };

/**
 * Two sales with the same people, things and times. In one the ring is cancelled and paid back, and
 * somebody was asked a question; in the other everything was accepted.
 */
describeOnDatabase("the error sample", () => {
  let test: TestServer;
  let desk: Desk;
  let refusing: CaseSale;
  let accepting: CaseSale;

  const sampleOf = ({ slug }: CaseSale) => `/v1/operator/sales/${slug}/error-sample`;
  const listOf = async (world: CaseSale, who = desk.reviewer) =>
    body(await test.get(sampleOf(world), who)).orders as {
      sampleId: string;
      found: string | null;
      orderId: string | null;
    }[];
  const look = (world: CaseSale, sampleId: string, who = desk.reviewer) =>
    test.post(`${sampleOf(world)}/${sampleId}/look`, who);
  const judge = (world: CaseSale, sampleId: string, found = "genuine") =>
    test.post(`${sampleOf(world)}/${sampleId}`, desk.reviewer, { found });

  /** Numbers of the sample, by the person whose order it is: only the database knows. */
  async function numbersOf({ sale, people }: CaseSale): Promise<(string | undefined)[]> {
    const rows = await test.database.sql<{ orderId: string; sampleId: string }[]>`
      select order_id, sample_id from error_sample where sale_no = ${sale.saleNo}`;
    const byOrder = new Map(rows.map((row) => [row.orderId, row.sampleId]));
    return people.map(({ orderId }) => byOrder.get(orderId));
  }

  async function decideAll({ slug }: CaseSale, verdict: "cancel" | "release"): Promise<void> {
    const path = `/v1/operator/sales/${slug}/cases/1`;
    const { version } = body(await test.get(path, desk.reviewer));
    body(await test.post(`${path}/decision`, desk.reviewer, { version, verdict }));
  }

  async function cancelled(world: CaseSale): Promise<void> {
    await decideAll(world, "cancel");
    const path = `/v1/operator/sales/${world.slug}/batches`;
    const { batchId, selectionDigest } = body(await test.post(path, desk.operator, {}), 201);
    for (const who of [desk.operator, desk.approver]) {
      body(await test.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    }
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    await test.server.sender.run();
  }

  /** She was asked when she sent her order, and it was placed once she had answered. */
  const asked = ({ sale, people }: CaseSale) =>
    test.database.sql`
      with late as (update purchase_order set placed_at = placed_at + interval '70 s'
        where sale_no = ${sale.saleNo} and order_id = ${people[3]!.orderId}
        returning offer_id, account_key, placed_at - interval '70 s' as sent_at)
      insert into step_up (sale_no, offer_id, account_key, kinds, reasons, bits, asked_at, passed_at,
        passed_by)
      select ${sale.saleNo}, offer_id, account_key, '{code}', '[]', 3, sent_at,
        sent_at + interval '70 s', 'code' from late`;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    refusing = await endedSale(test, SIZE);
    accepting = await endedSale(test, SIZE, 2, refusing);
    await asked(refusing);
    for (const world of [refusing, accepting]) {
      await test.act(world.sale, "close");
      await test.server.caseWorker.run();
    }
    await cancelled(refusing);
    await decideAll(accepting, "release");
    for (const world of [refusing, accepting]) {
      body(await test.post(sampleOf(world), desk.operator, { refused: 40, accepted: 40 }));
    }
  });

  it("shows the same bytes for two orders that differ in the program's verdict alone", async () => {
    const { sql } = test.database;
    const states = await sql<{ state: string }[]>`
      select distinct d.state from decision d where d.sale_no = ${refusing.sale.saleNo}`;
    expect(states).toHaveLength(1);
    const [here, there] = [await numbersOf(refusing), await numbersOf(accepting)];
    let compared = 0;
    for (const [index, sampleId] of here.entries()) {
      const other = there[index];
      if (sampleId === undefined || other === undefined) continue;
      const [one, two] = [await look(refusing, sampleId), await look(accepting, other)];
      expect(one.status).toBe(200);
      // Byte for byte: all fields, in their order.
      expect(JSON.stringify(one.body)).toBe(JSON.stringify(two.body));
      expect(one.headers["content-length"]).toBe(two.headers["content-length"]);
      compared++;
    }
    expect(compared).toBe(38);
  });

  it("shows what an order shares with which others, and nobody's data in the clear", async () => {
    const numbers = await numbersOf(refusing);
    const ring = body(await look(refusing, numbers.at(-1)!));
    const shared = Object.fromEntries(
      ring.shared.map((one: { what: string; orderCount: number }) => [one.what, one.orderCount]),
    );
    expect(shared).toMatchObject({ payment: 7, device: 6 });
    const device = ring.shared.find((one: { what: string }) => one.what === "device");
    expect(device.with).toHaveLength(6);
    for (const no of device.with) {
      expect(ring.others[no - 1]).toMatchObject({ no, region: expect.stringContaining("gudang") });
    }
    const alone = body(await look(refusing, numbers[0]!));
    expect(
      alone.shared.filter((one: { what: string }) => !["ip", "name"].includes(one.what)),
    ).toEqual([]);
    const said = JSON.stringify([ring, alone]);
    for (const secret of ["Hartono", "Wijaya", "Cigondewah", "+6281", "ring-device", "wallet"]) {
      expect(said).not.toContain(secret);
    }
    for (const hint of [/"(state|status|orderId|refund\w*|decision|case\w*|bits|reasons)"/]) {
      expect(said).not.toMatch(hint);
    }
    expect(ring).toMatchObject({ found: null, first: null });
  });

  it("lists refused and accepted orders mixed, by numbers that lead nowhere", async () => {
    const orders = await listOf(refusing);
    expect(orders).toHaveLength(38);
    const ids = orders.map(({ sampleId }) => sampleId);
    expect(ids).toEqual(ids.toSorted());
    for (const one of orders) {
      expect(one).toEqual({ sampleId: expect.any(String), found: null, orderId: null });
    }
    const [{ logNo }] = body(await test.get("/v1/operator/log?limit=1", desk.auditor)).entries;
    await look(refusing, ids[0]!);
    const { entries } = body(await test.get("/v1/operator/log?limit=1", desk.auditor));
    expect(entries[0]).toMatchObject({
      action: "look at error sample",
      subject: `${refusing.slug} ${ids[0]}`,
    });
    expect(entries[0].logNo).toBeGreaterThan(logNo);
    expect((await look(refusing, ids[0]!, desk.auditor)).status).toBe(403);
    expect((await look(accepting, ids[0]!)).body.code).toBe("order_not_found");
  });

  it("tells the program's verdict after the answer, which stays", async () => {
    const numbers = await numbersOf(refusing);
    const sampleId = numbers.at(-1)!;
    const error = body(await judge(refusing, sampleId));
    expect(error.wronglyRefused).toMatchObject({ wrong: 1, audited: 1 });
    expect(error.acceptedSizes).toEqual({ released: 0, asked: 1, undoubted: 29 });
    const after = body(await look(refusing, sampleId));
    expect(after.found).toBe("genuine");
    expect(after.first).toMatchObject({
      orderId: refusing.people.at(-1)!.orderId,
      stratum: "refused",
      orderState: "cancelled",
      decision: "in_force",
      caseNo: 1,
    });
    expect(after.first.reasons.length).toBeGreaterThan(0);
    expect((await judge(refusing, sampleId, "not_genuine")).body.code).toBe(
      "sample_judged_already",
    );
    const listed = (await listOf(refusing)).find((one) => one.sampleId === sampleId);
    expect(listed).toEqual({ sampleId, found: "genuine", orderId: after.first.orderId });
    const question = body(await judge(refusing, numbers[3]!));
    expect(question.byAccepted.asked.audited).toBe(1);
    expect(body(await look(refusing, numbers[3]!)).first).toMatchObject({
      stratum: "accepted",
      acceptedAs: "asked",
      answeredBy: "code",
    });
  });

  it("ends for refused and accepted orders at the same moment, with its evidence", async () => {
    const { sql } = test.database;
    const open = (await listOf(refusing)).filter(({ found }) => found === null);
    const before = test.clock.ms;
    // The shipped policy keeps evidence for 90 days; what an appeal gave back for longer.
    test.clock.ms = START_MS + 91 * DAY_MS;
    const replies = await Promise.all(open.map(({ sampleId }) => look(refusing, sampleId)));
    expect(new Set(replies.map((reply) => reply.body.code))).toEqual(new Set(["facts_expired"]));
    const draw = await test.post(sampleOf(refusing), desk.operator, { refused: 1, accepted: 1 });
    expect(draw.body.code).toBe("facts_expired");
    await runRetention(sql, test.keyring, test.clock.ms);
    const kept = await sql`select 1 from error_sample where view_cipher is not null`;
    expect(kept).toHaveLength(0);
    test.clock.ms = before;
  });
});
