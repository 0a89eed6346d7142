import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import {
  ask as askOf,
  NotingService,
  numbers,
  ordered as orderedOf,
  type Buyer,
} from "./paymentService.ts";
import { TestServer } from "../../helpers/server.ts";

let test: TestServer;

const ordered = (count: number) => orderedOf(test, count);
const first = async () => (await ordered(1))[0]!;
const ask = (buyer: Buyer, service?: NotingService) => askOf(test, buyer, service);

interface Step {
  readonly what: "pay" | "deliver" | "ask" | "byHand" | "late";
  readonly no: number;
}

/** Reports of a real service would come like this: in any order, late, twice, between our own requests. */
describeOnDatabase("any story of an order's money", () => {
  beforeAll(async () => {
    test = await TestServer.start();
  });

  it("money in is money kept for a standing order and money that goes back, and nothing twice", async () => {
    const kinds = ["pay", "pay", "deliver", "deliver", "ask", "byHand", "late"] as const;
    const step = fc.record({ what: fc.constantFrom(...kinds), no: fc.nat(11) });
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 16 }),
      async (steps) => {
        expect(await play(await first(), steps)).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 8 });
  }, 300_000);

  async function play(buyer: Buyer, steps: readonly Step[]): Promise<string[]> {
    const paid = new Map<string, number>();
    const returned = new Map<string, number>();
    const reports: { eventId: string; change: object }[] = [];
    const left = (paymentId: string) => (paid.get(paymentId) ?? 0) - (returned.get(paymentId) ?? 0);
    const say = (change: object) => reports.push({ eventId: randomUUID(), change });
    const deliver = async ({ change }: { change: object }) => await buyer.report(change);
    const giveBack = (paymentId: string, refundId: string, amountMinorUnits: number) => {
      returned.set(paymentId, (returned.get(paymentId) ?? 0) + amountMinorUnits);
      say({ paymentId, refundId, kind: "refunded", amountMinorUnits });
    };
    const service = new NotingService();
    const done = new Set<string>();
    const asked = async () => {
      await ask(buyer, service);
      test.clock.ms += 4_000_000;
      for (const { paymentId, refundId, amountMinorUnits } of service.asked) {
        if (done.has(refundId) || amountMinorUnits > left(paymentId)) continue;
        done.add(refundId);
        giveBack(paymentId, refundId, amountMinorUnits);
      }
    };
    for (const { what, no } of steps) {
      const paymentId = `${buyer.orderId} ${no % 3}`;
      if (what === "pay" && !paid.has(paymentId)) {
        const amountMinorUnits = [100_000, 100_000, 60_000, 130_000][no % 4]!;
        paid.set(paymentId, amountMinorUnits);
        say({ paymentId, amountMinorUnits });
      } else if (what === "deliver" && reports.length > 0) {
        await deliver(reports[no % reports.length]!);
      } else if (what === "ask") await asked();
      else if (what === "byHand" && left(paymentId) > 0) {
        giveBack(paymentId, randomUUID(), no % 2 === 0 ? left(paymentId) : left(paymentId) / 2);
      } else if (what === "late") {
        test.clock.ms += 200_000;
        await test.tick();
      }
    }
    for (let round = 0; round < 3; round++) {
      for (const one of reports.toSorted(() => -1)) await deliver(one);
      await asked();
    }
    const [{ state } = { state: "" }] = await test.database.sql<{ state: string }[]>`
      select state from purchase_order where order_id = ${buyer.orderId}`;
    const books = await test.database.sql<
      { paymentId: string; received: number; returned: number; kept: boolean; due: number }[]
    >`
      select payment_id, received_minor_units as received, returned_minor_units as returned, kept,
        due_minor_units as due from payment where order_id = ${buyer.orderId}`;
    const wrongs = await test.faults(buyer.slug);
    const kept = books.filter((one) => one.kept);
    if (kept.length !== (state === "paid" ? 1 : 0)) wrongs.push(`${kept.length} kept: ${state}`);
    for (const one of books) {
      const { paymentId } = one;
      if (one.received !== paid.get(paymentId)) wrongs.push(`${paymentId} received`);
      if (one.returned !== (returned.get(paymentId) ?? 0)) wrongs.push(`${paymentId} returned`);
      if (one.returned > one.received) wrongs.push(`${paymentId} returned twice`);
      const standing = one.kept ? Math.min(left(paymentId), 100_000) : 0;
      if (left(paymentId) !== standing + one.due) wrongs.push(`${paymentId}: ${left(paymentId)}`);
    }
    return wrongs;
  }
});

/** Payments from before they had numbers. */
describeOnDatabase("payments from before", () => {
  beforeAll(async () => {
    test = await TestServer.start();
  });

  /** The tables as they were. */
  const BEFORE = `
    drop table payment_refund, payment_misfit, payment;
    alter table payment_event drop constraint payment_event_pkey, drop column payment_id,
      add primary key (provider, event_id), alter column sale_no set not null,
      alter column order_id set not null;
    alter table refund_call drop column provider, drop column payment_id,
      drop column amount_minor_units, drop column done_at_minor_units;`;

  it("keep their money, and a refund that was asked before keeps its number", async () => {
    const [paid, late, gone, open] = (await ordered(4)) as [Buyer, Buyer, Buyer, Buyer];
    await paid.report(numbers());
    test.clock.ms += 200_000;
    await test.tick();
    await late.report(numbers());
    const back = numbers();
    await gone.report(back);
    const service = new NotingService();
    await ask(late, service);
    const [{ refundId } = { refundId: "" }] = service.asked.filter(({ reference }) =>
      reference.endsWith(late.orderId),
    );
    await gone.report({ ...back, kind: "refunded" });
    await ask(gone);
    const { sql } = test.database;
    await sql.unsafe(BEFORE);
    await sql.unsafe(readFileSync("migrations/0033_payments.sql", "utf8"));
    const rows = await sql`
      select order_id, kept, received_minor_units - returned_minor_units as left, due_minor_units as due
      from payment`;
    const of = ({ orderId }: Buyer) => rows.find((row) => row["orderId"] === orderId);
    expect(of(paid)).toMatchObject({ kept: true, left: 100_000, due: 0 });
    expect(of(late)).toMatchObject({ kept: false, left: 100_000, due: 100_000 });
    expect(of(gone)).toMatchObject({ kept: false, left: 0, due: 0 });
    expect(of(open)).toBeUndefined();
    expect(await test.faults(paid.slug)).toEqual([]);
    test.clock.ms += 4_000_000;
    const after = new NotingService();
    await ask(late, after);
    expect(after.asked.map((one) => one.refundId)).toEqual([refundId]);
    const [asked] = after.asked;
    await late.report({ paymentId: asked!.paymentId, kind: "refunded", refundId });
    expect(await late.own()).toMatchObject({ refundDue: false });
    await ask(late);
    expect(await test.faults(late.slug)).toEqual([]);
  });
});
