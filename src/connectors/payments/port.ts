/*
 * The port to a payment service: where a buyer pays, whether a report is genuine, refunds. One
 * folder for each service. Each report names the payment that it is about by the service's own
 * number.
 * Must never happen: a refund is paid twice. The service must treat a repeated refund id as the
 * same refund.
 */

/** A payment service. */
export interface PaymentProvider {
  readonly name: "sandbox" | "none";
  /** The address where the buyer pays; null if the service sends the link itself. */
  payUrl(payment: PaymentRequest): string | null;
  /** Whether a report comes from the service; `rawBody` is the signed text. */
  isGenuine(rawBody: string, signature: string | undefined): boolean;
  /**
   * Asks for a refund; a repeated id is the same refund. The service reports `refunded` later.
   * Throws if it could not be reached or gave no clear answer.
   */
  refund(refund: RefundRequest): Promise<"taken" | "refused">;
}

/** All or a part of one payment is to go back. */
export interface RefundRequest extends PaymentRequest {
  /** The service's report carries it back. */
  readonly refundId: string;
  /** The service's own number of the payment. */
  readonly paymentId: string;
}

export interface PaymentRequest {
  /** Our own number; every report carries it back. */
  readonly reference: string;
  readonly amountMinorUnits: number;
  readonly currency: string;
}

/** Sale and order in one reference, so that a report leads to its sale directly. */
export function paymentReference(saleNo: number, orderId: string): string {
  return `${saleNo}.${orderId}`;
}

/** The sale and order of a reference; null if it is malformed. */
export function readPaymentReference(text: string): { saleNo: number; orderId: string } | null {
  const match = /^(\d{1,9})\.([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text);
  return match ? { saleNo: Number(match[1]), orderId: match[2] as string } : null;
}

/**
 * No payment service: nothing can be paid, no report is genuine, refunds wait until a service is
 * set up.
 */
export const NO_PAYMENTS: PaymentProvider = {
  name: "none",
  payUrl: () => null,
  isGenuine: () => false,
  refund: () => Promise.reject(new Error("no payment service is set up")),
};
