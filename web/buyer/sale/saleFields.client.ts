/* Form fields and small parts of the sale page. They keep no state. */

import { must } from "../../../src/base/assert.ts";
import { localeOf } from "../../../src/base/language.ts";
import { moneyLines, standingLines } from "../standing/standingText.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import type { Method, OwnStatus } from "./ownStatus.ts";
import { receipt } from "./receipt.client.ts";
import type { SalePageClientData } from "./salePage.ts";
import { wishList } from "./wishes.client.ts";

const data = pageData<SalePageClientData>();
const { texts, language } = data;
export const variantName = (sku: string) =>
  data.variants.find((variant) => variant.sku === sku)?.name ?? sku;

/** The fieldset in which a buyer orders her wishes. */
export function preferenceFields(skus: readonly string[]): HTMLFieldSetElement {
  const wishes = skus.map((sku) => {
    const { name, price } = must(
      data.variants.find((variant) => variant.sku === sku),
      "variant on sale",
    );
    return { sku, name, detail: `${name} · ${price}` };
  });
  return element(
    "fieldset",
    {},
    element("legend", {}, texts.preferences),
    element("p", { class: "small" }, texts.preferencesHelp),
    wishList(wishes),
  );
}

/** The wishes of a form, most wanted first. */
export function wishes(values: FormData): string[] {
  return [...values.entries()]
    .filter(([name, value]) => name.startsWith("rank ") && value !== "")
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map(([name]) => name.slice("rank ".length));
}

/** The choice of payment methods. */
export function methodChoices(methods: readonly Method[]): HTMLFieldSetElement {
  return element(
    "fieldset",
    {},
    element("legend", {}, texts.payHow),
    ...methods.map((method) =>
      element(
        "label",
        { class: "choice" },
        element("input", { type: "radio", name: "method", value: method, required: true }),
        texts.methods[method],
      ),
    ),
  );
}

const dayText = (iso: string) =>
  new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: data.timeZone,
  }).format(new Date(iso));

/** How an order stands, where its money is, and where the rest of it is told. */
export function standingParts(order: NonNullable<OwnStatus["order"]>): HTMLElement[] {
  const spoken = { texts, language, time: dayText };
  const money = moneyLines(order.standing, spoken);
  const warm = order.state === "cancelled";
  return [
    element(
      "p",
      { class: warm ? "note warm" : "note" },
      standingLines(order.standing, spoken).join(" "),
    ),
    ...money.map((line) => element("p", { class: "note warm" }, line)),
    // Reasons, appeal and the button for the money stand there.
    ...(warm ? [element("p", {}, element("a", { href: "/me" }, texts.mine))] : []),
  ];
}

/** The receipt of an order. */
export const receiptOf = (order: NonNullable<OwnStatus["order"]>): HTMLElement =>
  receipt(texts, {
    orderId: order.orderId,
    variant: variantName(order.sku),
    price: data.variants.find((variant) => variant.sku === order.sku)?.price ?? "",
    paymentMethod: order.paymentMethod,
  });
