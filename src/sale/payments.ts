/*
 * Which payments an installation can take. A buyer must learn it before joining, not when paying.
 */

import type { PaymentMethod } from "./definition.ts";

/** The payment service of an installation: the sandbox, which moves no money, or none yet. */
export type Payments = "sandbox" | "none";

/** Cash on delivery needs no payment service; everything else does. */
export function canTake(payments: Payments, method: PaymentMethod): boolean {
  return payments !== "none" || method === "cod";
}

/** A warning to buyers about payment. */
export type PaymentNotice = "sandbox" | "only_cod" | "nothing";

/** Null: no warning. */
export function paymentNotice(
  payments: Payments,
  sale: { readonly channels: readonly { readonly paymentMethods: readonly PaymentMethod[] }[] },
): PaymentNotice | null {
  if (payments === "sandbox") return "sandbox";
  const methods = sale.channels.flatMap((channel) => channel.paymentMethods);
  if (methods.every((method) => canTake(payments, method))) return null;
  return methods.some((method) => canTake(payments, method)) ? "only_cod" : "nothing";
}
