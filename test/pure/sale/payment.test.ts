import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderState } from "../../../src/sale/order.ts";
import {
  decideForeign,
  decidePayment,
  decideWithoutOrder,
  dueBack,
  leftOf,
  type PayableOrder,
  type Payment,
  type PaymentDecision,
  type PaymentEventKind,
  type PaymentReport,
} from "../../../src/sale/payment/payment.ts";

/* Payments are told apart by the payment, never by the message: every order of reports ends with the same money. */

const PRICE = 100;

function payable(state: OrderState): PayableOrder {
  return { state, priceMinorUnits: PRICE, currency: "IDR", refundDue: false };
}

let reportNo = 0;
function report(
  paymentId: string,
  kind: PaymentEventKind,
  change: Partial<PaymentReport> = {},
): PaymentReport {
  const refundId = `refund ${++reportNo}`;
  const amounts = { amountMinorUnits: PRICE, currency: "IDR" };
  return { provider: "bank", paymentId, kind, refundId, ...amounts, ...change };
}

/** An order with its payments, as reports change it. */
class Books {
  order: PayableOrder;
  payments: Payment[] = [];
  readonly movements: string[] = [];

  constructor(state: OrderState = "awaiting_payment") {
    this.order = payable(state);
  }

  hear(heard: PaymentReport): PaymentDecision {
    const decision = decidePayment(this.order, this.payments, heard);
    for (const payment of decision.payments) {
      const at = this.payments.findIndex((one) => one.paymentId === payment.paymentId);
      if (at < 0) this.payments.push(payment);
      else this.payments[at] = payment;
    }
    const { change } = decision;
    if (change?.movement) this.movements.push(change.movement);
    this.order = {
      ...this.order,
      state: change?.state ?? this.order.state,
      refundDue: change?.refundDue ?? this.order.refundDue,
    };
    return decision;
  }

  due = (payment: Payment) => dueBack(payment, PRICE);
  kept = () => this.payments.filter((payment) => payment.kept).map((one) => one.paymentId);
  dueSum = () => this.payments.reduce((sum, payment) => sum + this.due(payment), 0);
  end = () => ({ state: this.order.state, kept: this.kept(), due: this.dueSum() });
}

describe("one report about a payment", () => {
  /** By the order's state: what "paid" answers and does, then a refund of that payment. */
  const table: Readonly<Record<OrderState, readonly string[]>> = {
    awaiting_confirmation: ["applied paid order_paid 0", "applied cancelled order_refunded 0"],
    awaiting_payment: ["applied paid order_paid 0", "applied cancelled order_refunded 0"],
    paid: ["refund_due paid - 100", "applied paid - 0"],
    cod_confirmed: ["refund_due cod_confirmed - 100", "applied cod_confirmed - 0"],
    cancelled: ["refund_due cancelled - 100", "applied cancelled - 0"],
  };
  for (const [state, lines] of Object.entries(table)) {
    it(`of an order that is ${state}`, () => {
      const books = new Books(state as OrderState);
      const said = (kind: PaymentEventKind) => {
        const before = books.movements.length;
        const { outcome } = books.hear(report("a", kind));
        const movement = books.movements[before] ?? "-";
        expect(books.order.refundDue).toBe(books.dueSum() > 0);
        return `${outcome} ${books.order.state} ${movement} ${books.dueSum()}`;
      };
      for (const nothing of ["pending", "failed"] as const) {
        expect(books.hear(report("a", nothing))).toEqual({
          outcome: "ignored",
          misfit: null,
          payments: [],
        });
      }
      expect([said("paid"), said("refunded")]).toEqual(lines);
    });
  }

  it("says nothing new under another message, also after its refund", () => {
    const books = new Books();
    for (const kind of ["paid", "refunded"] as const) {
      const first = report("a", kind);
      expect(books.hear(first).outcome).toBe("applied");
      expect(books.hear(first).outcome).toBe("ignored");
      for (const late of ["paid", "pending", "failed"] as const)
        expect(books.hear(report("a", late)).outcome).toBe("ignored");
    }
    expect(books.end()).toEqual({ state: "cancelled", kept: [], due: 0 });
    expect(books.movements).toEqual(["order_paid", "order_refunded"]);
  });

  it("is refunded before it is paid: the same end as in order", () => {
    const books = new Books();
    expect(books.hear(report("a", "refunded")).outcome).toBe("applied");
    expect(books.order.state).toBe("awaiting_payment");
    expect(books.hear(report("a", "paid")).outcome).toBe("applied");
    expect(books.end()).toEqual({ state: "cancelled", kept: [], due: 0 });
    expect(books.movements).toEqual(["order_paid_and_refunded"]);
    const late = new Books("cancelled");
    late.hear(report("a", "refunded"));
    expect(late.hear(report("a", "paid")).outcome).toBe("ignored");
    expect(late.end()).toEqual({ state: "cancelled", kept: [], due: 0 });
  });
});

describe("two payments of one order", () => {
  it("the second goes back, whichever it is", () => {
    const books = new Books();
    expect(books.hear(report("va", "paid")).outcome).toBe("applied");
    expect(books.hear(report("qris", "paid")).outcome).toBe("refund_due");
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 100 });
    books.hear(report("qris", "refunded"));
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 0 });
  });

  it("one of the two refunded leaves the order paid by the other", () => {
    const books = new Books();
    books.hear(report("va", "paid"));
    books.hear(report("qris", "paid"));
    books.hear(report("va", "refunded"));
    expect(books.end()).toEqual({ state: "paid", kept: ["qris"], due: 0 });
    books.hear(report("qris", "refunded"));
    expect(books.end()).toEqual({ state: "cancelled", kept: [], due: 0 });
  });

  it("a payment that the service was asked to pay back is not kept any more", () => {
    const books = new Books();
    books.hear(report("va", "paid"));
    books.hear(report("qris", "paid"));
    books.payments = books.payments.map((one) => ({ ...one, asked: one.paymentId === "qris" }));
    books.hear(report("va", "refunded"));
    expect(books.end()).toEqual({ state: "cancelled", kept: [], due: 100 });
  });

  it("during a dispute the money of the order stays, and another payment goes back", () => {
    const books = new Books();
    books.hear(report("va", "paid"));
    books.order = { ...books.order, state: "cancelled" };
    expect(books.hear(report("qris", "paid")).outcome).toBe("refund_due");
    expect(books.end()).toEqual({ state: "cancelled", kept: ["va"], due: 100 });
    books.hear(report("va", "refunded"));
    expect(books.end()).toEqual({ state: "cancelled", kept: ["qris"], due: 0 });
    expect(books.movements).toEqual(["order_paid"]);
  });
});

describe("amounts", () => {
  it("a partial refund leaves the order paid, and only the rest is left", () => {
    const books = new Books();
    books.hear(report("va", "paid"));
    books.hear(report("va", "refunded", { amountMinorUnits: 40, refundId: "goodwill" }));
    expect(
      books.hear(report("va", "refunded", { amountMinorUnits: 40, refundId: "goodwill" })),
    ).toEqual({ outcome: "ignored", misfit: null, payments: [] });
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 0 });
    expect(books.payments.map(leftOf)).toEqual([60]);
    books.hear(report("va", "refunded", { amountMinorUnits: 60 }));
    expect(books.end()).toEqual({ state: "cancelled", kept: [], due: 0 });
  });

  it("too little goes back whole, and the order can still be paid", () => {
    const books = new Books();
    const little = books.hear(report("va", "paid", { amountMinorUnits: 99 }));
    expect(little).toMatchObject({ outcome: "refund_due", misfit: "other_amount" });
    expect(books.end()).toEqual({ state: "awaiting_payment", kept: [], due: 99 });
    expect(books.hear(report("qris", "paid")).outcome).toBe("applied");
    expect(books.end()).toEqual({ state: "paid", kept: ["qris"], due: 99 });
    books.hear(report("va", "refunded", { amountMinorUnits: 99 }));
    expect(books.end()).toEqual({ state: "paid", kept: ["qris"], due: 0 });
  });

  it("too much pays for the order, and the rest goes back", () => {
    const books = new Books();
    const much = books.hear(report("va", "paid", { amountMinorUnits: 130 }));
    expect(much).toMatchObject({ outcome: "applied", misfit: "other_amount" });
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 30 });
    expect(books.order.refundDue).toBe(true);
    books.hear(report("va", "refunded", { amountMinorUnits: 30 }));
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 0 });
    expect(books.order.refundDue).toBe(false);
  });

  it("a payment that grows is its largest amount", () => {
    const books = new Books();
    for (const amountMinorUnits of [60, 100, 60])
      books.hear(report("va", "paid", { amountMinorUnits }));
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 0 });
    expect(books.payments.map(leftOf)).toEqual([100]);
  });

  it("stays kept while what is too much is asked back", () => {
    const books = new Books();
    books.hear(report("va", "paid", { amountMinorUnits: 130 }));
    books.payments = books.payments.map((one) => ({ ...one, asked: true }));
    expect(books.hear(report("qris", "paid")).outcome).toBe("refund_due");
    expect(books.end()).toEqual({ state: "paid", kept: ["va"], due: 130 });
  });

  it("another currency pays for nothing, and goes back", () => {
    const books = new Books();
    const dollars = { currency: "USD" };
    expect(books.hear(report("va", "paid", dollars))).toMatchObject({
      outcome: "refund_due",
      misfit: "other_currency",
    });
    expect(books.hear(report("va", "refunded"))).toEqual({
      outcome: "unmatched",
      misfit: "other_currency",
      payments: [],
    });
    expect(books.end()).toEqual({ state: "awaiting_payment", kept: [], due: 100 });
    books.hear(report("va", "refunded", dollars));
    expect(books.end()).toEqual({ state: "awaiting_payment", kept: [], due: 0 });
  });

  it("more back than was paid is shown to a person", () => {
    const books = new Books();
    books.hear(report("va", "paid"));
    books.hear(report("va", "refunded"));
    expect(books.hear(report("va", "refunded"))).toMatchObject({
      outcome: "applied",
      misfit: "returned_too_much",
    });
    expect(books.end()).toEqual({ state: "cancelled", kept: [], due: 0 });
  });

  it("an amount of nothing is no news", () => {
    const books = new Books();
    const nothing = { amountMinorUnits: 0 };
    expect(books.hear(report("va", "paid", nothing)).outcome).toBe("ignored");
    expect(books.hear(report("va", "refunded", nothing)).outcome).toBe("ignored");
    expect(books.payments).toEqual([]);
  });
});

describe("reports that fit no order", () => {
  it("their money is noted once, and shown to a person", () => {
    const first = decideWithoutOrder(undefined, report("x", "paid"));
    expect(first).toMatchObject({ outcome: "unmatched", misfit: "no_order" });
    const [payment] = first.payments;
    expect(decideWithoutOrder(payment, report("x", "paid")).outcome).toBe("ignored");
    const back = decideWithoutOrder(payment, report("x", "refunded"));
    expect(back.payments.map(leftOf)).toEqual([0]);
    expect(decideWithoutOrder(payment, report("x", "paid", { currency: "USD" }))).toMatchObject({
      outcome: "unmatched",
      misfit: "other_currency",
    });
    expect(decideWithoutOrder(undefined, report("x", "failed")).outcome).toBe("ignored");
  });

  it("named with its order later, their money counts for it", () => {
    const [strayed] = decideWithoutOrder(undefined, report("x", "paid")).payments;
    const hear = (kind: PaymentEventKind, known = strayed) =>
      decidePayment(payable("awaiting_payment"), [], report("x", kind), known);
    expect(hear("paid")).toMatchObject({ outcome: "applied", change: { state: "paid" } });
    expect(hear("refunded")).toMatchObject({ outcome: "applied", change: { state: "cancelled" } });
    const [back] = decideWithoutOrder(strayed, report("x", "refunded")).payments;
    expect(hear("paid", back)).toMatchObject({ change: { cancelReason: "refunded" } });
    expect(hear("pending").outcome).toBe("ignored");
  });

  it("the number of another order's payment moves no money", () => {
    expect(decideForeign(report("x", "paid"))).toEqual({
      outcome: "unmatched",
      misfit: "other_payment",
      payments: [],
    });
    expect(decideForeign(report("x", "pending")).outcome).toBe("ignored");
  });
});

/** The payment service: what really happened, and what it has to say about it. */
class Service {
  readonly paid = new Map<string, number>();
  readonly returned = new Map<string, number>();
  readonly reports: PaymentReport[] = [];
  readonly refunds = new Set<string>();

  pay(paymentId: string, amountMinorUnits: number): void {
    if (this.paid.has(paymentId)) return;
    this.paid.set(paymentId, amountMinorUnits);
    this.reports.push(report(paymentId, "paid", { amountMinorUnits }));
  }

  left(paymentId: string): number {
    return (this.paid.get(paymentId) ?? 0) - (this.returned.get(paymentId) ?? 0);
  }

  /** Pays back what it is told to, once for each number. `careful`: never more than is left. */
  refund(paymentId: string, refundId: string, amount: number, careful: boolean): void {
    if (this.refunds.has(refundId) || (careful && amount > this.left(paymentId))) return;
    this.refunds.add(refundId);
    this.returned.set(paymentId, (this.returned.get(paymentId) ?? 0) + amount);
    this.reports.push(report(paymentId, "refunded", { refundId, amountMinorUnits: amount }));
  }
}

interface Step {
  readonly what: "pay" | "deliver" | "ask" | "byHand" | "end" | "dispute" | "disputeEnds";
  readonly no: number;
}

const AMOUNTS = [100, 100, 60, 130];

/** An order, its payment service, and our requests for refunds between them. */
class Story {
  readonly books = new Books();
  readonly service = new Service();
  readonly #open = new Map<string, { id: string; amount: number; doneAt: number }>();
  readonly #wrongs: string[] = [];
  #no = 0;
  #disputed = false;

  play({ what, no }: Step): void {
    const paymentId = `p${no % 3}`;
    if (what === "pay") this.service.pay(paymentId, AMOUNTS[no % 4]!);
    else if (what === "deliver") this.deliver(no);
    else if (what === "ask") this.ask();
    else if (what === "byHand") this.byHand(paymentId, no);
    else if (what === "end" && this.books.order.state === "awaiting_payment") {
      this.books.order = { ...this.books.order, state: "cancelled" };
    } else if (what === "dispute" && this.books.order.state === "paid") {
      this.books.order = { ...this.books.order, state: "cancelled" };
      this.#disputed = true;
    } else if (what === "disputeEnds" && this.#disputed) {
      this.#disputed = false;
      this.books.payments = this.books.payments.map((one) => ({ ...one, kept: false }));
    }
  }

  deliver(no: number): void {
    const heard = this.service.reports[no % Math.max(1, this.service.reports.length)];
    if (heard) this.books.hear(heard);
    const kept = this.books.kept();
    if (kept.length > 1) this.#wrongs.push(`two kept: ${kept.join()}`);
    const standing = this.books.order.state === "paid" || this.#disputed;
    if (kept.length > 0 && !standing) this.#wrongs.push(`kept for ${this.books.order.state}`);
    if (kept.length === 0 && this.books.order.state === "paid")
      this.#wrongs.push("paid by nothing");
  }

  /** Our server: one open refund for a payment, its amount fixed when it is asked for. */
  ask(): void {
    for (const payment of this.books.payments) {
      const { paymentId } = payment;
      const open = this.#open.get(paymentId);
      if (open && payment.returnedMinorUnits >= open.doneAt) this.#open.delete(paymentId);
      const due = this.books.due(payment);
      if (due === 0) continue;
      const call = this.#open.get(paymentId) ?? {
        id: `ours ${++this.#no}`,
        amount: due,
        doneAt: payment.returnedMinorUnits + due,
      };
      this.#open.set(paymentId, call);
      this.service.refund(paymentId, call.id, call.amount, this.careful);
    }
    this.books.payments = this.books.payments.map((one) => ({
      ...one,
      asked: this.#open.has(one.paymentId),
    }));
  }

  careful = false;

  /** Somebody pays back a part or all in the service's own console. */
  byHand(paymentId: string, no: number): void {
    this.careful = true;
    const left = this.service.left(paymentId);
    const amount = no % 2 === 0 ? left : Math.floor(left / 2);
    if (amount > 0) this.service.refund(paymentId, `by hand ${++this.#no}`, amount, true);
  }

  /** Everything is delivered, and asked for, until nothing happens any more. */
  finish(): void {
    for (let round = 0; round < 6; round++) {
      for (let no = 0; no < this.service.reports.length; no++) this.deliver(no);
      this.ask();
    }
  }

  wrongs(): string[] {
    const wrongs = [...this.#wrongs];
    let [left, kept, due] = [0, 0, 0];
    for (const payment of this.books.payments) {
      const { paymentId, receivedMinorUnits, returnedMinorUnits } = payment;
      const returned = this.service.returned.get(paymentId) ?? 0;
      if (receivedMinorUnits !== this.service.paid.get(paymentId)) wrongs.push("received");
      if (returnedMinorUnits !== returned) wrongs.push("returned");
      if (returned > receivedMinorUnits) wrongs.push(`${paymentId} returned twice`);
      left += this.service.left(paymentId);
      due += this.books.due(payment);
      if (payment.kept) kept += Math.min(leftOf(payment), PRICE);
    }
    if (left !== kept + due) wrongs.push(`${left} in, ${kept} kept, ${due} due`);
    if (due > 0 !== this.books.order.refundDue && !this.#disputed) wrongs.push("refundDue");
    // A refund that the service refused (somebody was faster by hand) waits for a person.
    if (due > 0 && !this.careful) wrongs.push(`${due} never went back`);
    return wrongs;
  }
}

const steps = (most: number, kinds: readonly Step["what"][]) =>
  fc.array(fc.record({ what: fc.constantFrom(...kinds), no: fc.nat(11) }), { maxLength: most });

const told = (played: readonly Step[]) => {
  const story = new Story();
  for (const step of played) story.play(step);
  story.finish();
  return story;
};

describe("any story of an order's money", () => {
  const OURS = [
    "pay",
    "pay",
    "deliver",
    "deliver",
    "ask",
    "end",
    "dispute",
    "disputeEnds",
  ] as const;

  it("money in is money kept for a standing order and money that goes back, and nothing twice", () => {
    const property = fc.property(steps(24, OURS), (played) => {
      expect(told(played).wrongs()).toEqual([]);
    });
    fc.assert(property, { numRuns: 1_500 });
  });

  it("also while somebody pays back by hand", () => {
    const property = fc.property(steps(24, [...OURS, "byHand"]), (played) => {
      expect(told(played).wrongs()).toEqual([]);
    });
    fc.assert(property, { numRuns: 1_500 });
  });

  it("reports about one payment end the same in every order", () => {
    const one = fc.uniqueArray(
      fc.constantFrom("paid", "again", "back 40", "back 60", "back 40 again", "pending", "failed"),
    );
    const heard = (name: string): PaymentReport => {
      const [what, amount] = name.split(" ");
      if (what !== "back") return report("va", what === "again" ? "paid" : (what as "paid"));
      const refund = { amountMinorUnits: Number(amount), refundId: `r ${amount}` };
      return report("va", "refunded", refund);
    };
    const end = (names: readonly string[]) => {
      const books = new Books();
      for (const name of names) books.hear(heard(name));
      return books.end();
    };
    fc.assert(
      fc.property(
        one.chain((names) =>
          fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })),
        ),
        ([names, shuffled]) => {
          expect(end(shuffled)).toEqual(end(names));
        },
      ),
    );
  });
});
