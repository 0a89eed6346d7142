/** What a payment service must be able to do for us; one folder for each service. */
export interface PaymentProvider {
  readonly name: "sandbox" | "none";
  /** Where the buyer pays; null when the service sends the link itself. */
  payUrl(payment: PaymentRequest): string | null;
  /** Whether a message really comes from the service. `rawBody` is what was signed. */
  isGenuine(rawBody: string, signature: string | undefined): boolean;
  /**
   * Asks that money go back. The same id again is the same refund, however often it is asked. The service
   * reports `refunded` when the money went. Throws where it was not reached, or gave no clear answer.
   */
  refund(refund: RefundRequest): Promise<"taken" | "refused">;
}

export interface RefundRequest extends PaymentRequest {
  readonly refundId: string;
}

export interface PaymentRequest {
  /** Ours; comes back in every event. */
  readonly reference: string;
  readonly amountMinorUnits: number;
  readonly currency: string;
}

/** Sale and order in one reference, so that an event finds its sale without a search. */
export function paymentReference(saleNo: number, orderId: string): string {
  return `${saleNo}.${orderId}`;
}

export function readPaymentReference(text: string): { saleNo: number; orderId: string } | null {
  const match = /^(\d{1,9})\.([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text);
  return match ? { saleNo: Number(match[1]), orderId: match[2] as string } : null;
}

/** Nobody takes money: nothing can be paid, no report is genuine, and a refund waits until somebody does. */
export const NO_PAYMENTS: PaymentProvider = {
  name: "none",
  payUrl: () => null,
  isGenuine: () => false,
  refund: () => Promise.reject(new Error("no payment service is set up")),
};
