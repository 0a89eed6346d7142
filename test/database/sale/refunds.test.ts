import { beforeAll, expect, it } from "vitest";
import pino from "pino";
import { MessageSender } from "../../../src/messages/io/sender.ts";
import { refundWay } from "../../../src/sale/payment/io/refunds.ts";
import type { PaymentProvider, RefundRequest } from "../../../src/connectors/payments/port.ts";
import { body, openDesk, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** A payment service that answers as it is told, and remembers what it was asked. */
class StubbornService implements PaymentProvider {
  readonly name = "sandbox" as const;
  readonly asked: RefundRequest[] = [];
  mode: "away" | "taken" | "refused" = "away";
  payUrl = () => null;
  isGenuine = () => false;
  async refund(refund: RefundRequest): Promise<"taken" | "refused"> {
    this.asked.push(refund);
    if (this.mode === "away") throw new Error("connection refused");
    return this.mode;
  }
}

/** Money that is due back is asked back, until the service says that it went. */
describeOnDatabase("refunds", () => {
  let test: TestServer;
  let desk: Desk;
  const slug = "refunded";
  const orders: { orderId: string; payUrl: string; priceMinorUnits: number; currency: string }[] =
    [];
  const sessions: string[] = [];

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale({ slug, units: 20, openMs: 60_000 }));
    for (let person = 0; person < 3; person++) {
      sessions.push(await test.signIn(4_000 + person));
      await test.enter(sessions[person]!, { slug });
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
    for (const session of sessions) {
      const { offer } = await test.mine(session, slug);
      const path = `/v1/sales/${slug}/offers/${offer.offerId}/order`;
      orders.push(body(await test.post(path, session, { paymentMethod: "va" }), 201));
    }
    // All three pay too late: the units went back, and the money must, too.
    test.clock.ms += 200_000;
    await test.tick();
    for (const order of orders.slice(0, 2)) {
      expect((await test.pay(order)).body).toEqual({ outcome: "refund_due" });
    }
  });

  const shown = async (person: number) => (await test.mine(sessions[person]!, slug)).order;
  const calls = async () =>
    await test.database.sql`
      select refund_no, state, attempts from refund_call order by order_id, refund_no`;

  it("a service that is away is asked again, later each time, and with the same id", async () => {
    const service = new StubbornService();
    const { sql } = test.database;
    const sender = new MessageSender({
      ways: [refundWay(sql, test.clock, service)],
      clock: test.clock,
      logger: pino({ level: "silent" }),
      chance: () => 0.5,
      report: null,
    });
    const run = () => sender.run();
    expect(await run()).toBe(0);
    expect(service.asked).toHaveLength(2);
    await run();
    expect(service.asked).toHaveLength(2);
    test.clock.ms += 5_000;
    await run();
    expect(service.asked).toHaveLength(4);
    test.clock.ms += 5_000;
    await run();
    expect(service.asked).toHaveLength(4);
    service.mode = "taken";
    test.clock.ms += 5_000;
    expect(await run()).toBe(2);
    expect(new Set(service.asked.map((one) => one.refundId)).size).toBe(2);
    expect(service.asked[0]).toMatchObject({ amountMinorUnits: 100_000, currency: "IDR" });
    expect(await shown(0)).toMatchObject({ refundDue: true });
    // Taken is not paid: with no report in an hour it is asked again.
    test.clock.ms += 3_600_000;
    service.mode = "refused";
    await run();
    expect((await calls()).map((row) => row["state"])).toEqual(["refused", "refused"]);
    test.clock.ms += 3_600_000;
    const before = service.asked.length;
    await run();
    expect(service.asked).toHaveLength(before);
  });

  it("what was refused is seen, and asked for again when somebody says so", async () => {
    const { sent } = body(await test.get("/v1/operator/webhooks", desk.auditor));
    const refunds = sent.filter((one: { kind: string }) => one.kind === "refund");
    expect(refunds.map((one: { state: string }) => one.state)).toEqual(["refused", "refused"]);
    for (const { orderId } of orders.slice(0, 2)) {
      const again = { sale: slug, orderId };
      body(await test.post("/v1/operator/webhooks/resend", desk.operator, again));
      expect(
        (await test.post("/v1/operator/webhooks/resend", desk.operator, again)).body.code,
      ).toBe("webhook_not_refused");
    }
    await test.server.sender.run();
    await test.server.sender.run();
    for (const person of [0, 1]) {
      expect(await shown(person)).toMatchObject({ state: "cancelled", refundDue: false });
    }
    expect((await calls()).map((row) => row["state"])).toEqual(["done", "done"]);
    expect(await shown(2)).toMatchObject({ state: "cancelled", refundDue: false });
  });

  it("an order that is paid late a second time is paid back a second time", async () => {
    const second = { paymentId: "second" };
    expect((await test.pay(orders[0]!, "paid", "again", second)).body).toEqual({
      outcome: "refund_due",
    });
    await test.server.sender.run();
    await test.server.sender.run();
    expect(await shown(0)).toMatchObject({ refundDue: false });
    const paidBack = await test.database.sql`
      select event_id from payment_event where order_id = ${orders[0]!.orderId}
        and kind = 'refunded' and outcome = 'applied' order by event_id`;
    expect(paidBack.map((row) => String(row["eventId"]).split(".").at(-1))).toEqual(["1", "2"]);
    expect(await test.faults(slug)).toEqual([]);
  });
});
