/* A receipt to keep or print. */

import { element } from "../../ui/dom.client.ts";
import type { SaleTexts } from "./words.ts";

export type ReceiptTexts = Pick<
  SaleTexts,
  "receipt" | "receiptNo" | "variant" | "receiptPrice" | "receiptMethod" | "print" | "methods"
>;

/** The receipt of an order. */
export function receipt(
  texts: ReceiptTexts,
  bought: {
    readonly orderId: string;
    readonly variant: string;
    readonly price: string;
    readonly paymentMethod: keyof SaleTexts["methods"];
  },
): HTMLElement {
  const print = element("button", { type: "button", class: "quiet" }, texts.print);
  print.addEventListener("click", () => window.print());
  const facts = [
    [texts.receiptNo, bought.orderId],
    [texts.variant, bought.variant],
    [texts.receiptPrice, bought.price],
    [texts.receiptMethod, texts.methods[bought.paymentMethod]],
  ];
  return element(
    "details",
    { class: "receipt" },
    element("summary", {}, texts.receipt),
    element(
      "dl",
      { class: "facts" },
      ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
    ),
    print,
  );
}
