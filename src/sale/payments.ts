import type { PaymentMethod } from "./definition.ts";

/** Who takes the money of an installation: the sandbox, in which none moves, or nobody yet. */
export type Payments = "sandbox" | "none";

/** Cash on delivery needs no payment service; everything else does. */
export function canTake(payments: Payments, method: PaymentMethod): boolean {
  return payments !== "none" || method === "cod";
}

/** What buyers must know of how a sale can be paid. */
export type PaymentNotice = "sandbox" | "only_cod" | "nothing";

/** Null: nothing to say. */
export function paymentNotice(
  payments: Payments,
  sale: { readonly channels: readonly { readonly paymentMethods: readonly PaymentMethod[] }[] },
): PaymentNotice | null {
  if (payments === "sandbox") return "sandbox";
  const methods = sale.channels.flatMap((channel) => channel.paymentMethods);
  if (methods.every((method) => canTake(payments, method))) return null;
  return methods.some((method) => canTake(payments, method)) ? "only_cod" : "nothing";
}
