import { randomUUID } from "node:crypto";
import pino from "pino";
import type { PaymentProvider, RefundRequest } from "../../../src/connectors/payments/port.ts";
import { MessageSender } from "../../../src/messages/io/sender.ts";
import { refundWay } from "../../../src/sale/payment/io/refunds.ts";
import { body } from "../../helpers/cases.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import type { TestServer } from "../../helpers/server.ts";

/* Orders, and a payment service that says about them whatever a test wants. */

/** A payment service that notes what it is asked, pays back once for each number, and reports when told to. */
export class NotingService implements PaymentProvider {
  readonly name = "sandbox" as const;
  readonly asked: RefundRequest[] = [];
  mode: "taken" | "refused" = "taken";
  payUrl = () => null;
  isGenuine = () => false;
  async refund(refund: RefundRequest): Promise<"taken" | "refused"> {
    this.asked.push(refund);
    return this.mode;
  }
}

/** One order, and what the payment service says about it. */
export interface Buyer {
  readonly session: string;
  readonly slug: string;
  readonly orderId: string;
  readonly order: any; // eslint-disable-line -- as the API gives it
  report(change: object): Promise<any>;
  own(): Promise<any>;
}

let saleCount = 0;
let personNo = 20_000;

/** Orders of a sale of their own, one for each person. */
export async function ordered(test: TestServer, count: number): Promise<Buyer[]> {
  const slug = `money-${++saleCount}`;
  test.clock.ms = START_MS - 30_000;
  await test.createSale(smallSale({ slug, units: count, openMs: 60_000 }));
  const sessions: string[] = [];
  for (let person = 0; person < count; person++) {
    sessions.push(await test.signIn(++personNo));
    await test.enter(sessions[person]!, { slug });
  }
  test.clock.ms = START_MS + 10;
  await test.tick();
  return await Promise.all(
    sessions.map(async (session) => {
      const { offer } = await test.mine(session, slug);
      const path = `/v1/sales/${slug}/offers/${offer.offerId}/order`;
      const order = body(await test.post(path, session, { paymentMethod: "va" }), 201);
      const report = async (change: object) => {
        const reply = await test.pay(order, "paid", randomUUID(), change);
        return reply.body.outcome ?? reply.body.code;
      };
      const own = async () => (await test.mine(session, slug)).order;
      return { session, slug, orderId: order.orderId, order, report, own };
    }),
  );
}

function senderOf(test: TestServer, service: PaymentProvider): MessageSender {
  return new MessageSender({
    ways: [refundWay(test.database.sql, test.clock, service)],
    clock: test.clock,
    logger: pino({ level: "silent" }),
    chance: () => 0.5,
    report: null,
  });
}

/** Asks for what is due; returns what was asked about an order. */
export async function ask(test: TestServer, { orderId }: Buyer, service = new NotingService()) {
  await senderOf(test, service).run();
  return service.asked
    .filter(({ reference }) => reference.endsWith(orderId))
    .map(({ paymentId, amountMinorUnits, currency }) => ({
      paymentId,
      amountMinorUnits,
      currency,
    }));
}

/** Numbers of payments: a service never gives one twice. */
export const numbers = () => ({ paymentId: randomUUID() as string });
