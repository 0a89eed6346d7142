/* Form fields and small parts of the sale page. They keep no state. */

import { must } from "../../../src/base/assert.ts";
import { fill, localeOf } from "../../../src/base/language.ts";
import { moneyLines, standingLines } from "../standing/standingText.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import { formatMoney } from "../../../src/base/money.ts";
import type { Board } from "../../../src/sale/board.ts";
import type { Method, OwnStatus } from "./ownStatus.ts";
import { receipt } from "./receipt.client.ts";
import type { SalePageClientData } from "./salePage.ts";
import { leftText } from "./saleStatus.ts";
import { wishAll, wishList } from "./wishes.client.ts";

const data = pageData<SalePageClientData>();
const { texts, language } = data;
export const variantName = (sku: string) =>
  data.variants.find((variant) => variant.sku === sku)?.name ?? sku;

/** The fieldset in which a buyer orders her wishes, and the function that says that one is missing. */
export function preferenceFields(
  channel: string,
  skus: readonly string[],
  board: Board | null,
): readonly [HTMLFieldSetElement, () => void] {
  const wishes = skus.map((sku) => {
    const { name, price } = must(
      data.variants.find((variant) => variant.sku === sku),
      "variant on sale",
    );
    const said = board === null ? "" : leftText(texts, language, board, { channel, sku });
    const left = element(
      "span",
      { class: "small left", "data-channel": channel, "data-sku": sku },
      said,
    );
    return { sku, name, detail: `${name} · ${price} `, left };
  });
  const list = wishList(wishes);
  const all = element("button", { type: "button", class: "quiet" }, texts.wishAll);
  all.addEventListener("click", () => wishAll(list));
  const missing = element("p", { class: "note bad", role: "alert", hidden: true });
  const fields = element(
    "fieldset",
    {},
    element("legend", {}, texts.preferences),
    element("p", { class: "small" }, texts.preferencesHelp),
    element("div", { class: "row" }, all),
    list,
    missing,
  );
  fields.addEventListener("input", () => (missing.hidden = true));
  return [
    fields,
    () => {
      missing.hidden = false;
      missing.textContent = texts.wishMissing;
      list.querySelector("select")?.focus();
    },
  ];
}

/** The price of a unit for its buyer: offers and orders are of one unit each. */
export function priceLine(money: {
  readonly priceMinorUnits: number;
  readonly currency: string;
}): HTMLElement {
  const price = formatMoney(
    { minorUnits: money.priceMinorUnits, currency: money.currency },
    language,
  );
  return element(
    "p",
    { class: "to-pay" },
    `${texts.toPay} `,
    element("strong", {}, price),
    element("span", { class: "small" }, ` ${fill(texts.unitsTimes, { price })}`),
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
    price: formatMoney({ minorUnits: order.priceMinorUnits, currency: order.currency }, language),
    paymentMethod: order.paymentMethod,
  });
