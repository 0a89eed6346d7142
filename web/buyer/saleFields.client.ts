import { element, pageData } from "../ui/dom.client.ts";
import type { Method, OwnStatus } from "./ownStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

/* Parts of the sale page that show and ask, and keep nothing. */

const data = pageData<SalePageClientData>();
const { texts } = data;
export const variantName = (sku: string) =>
  data.variants.find((variant) => variant.sku === sku)?.name ?? sku;

export function preferenceFields(skus: readonly string[]): HTMLFieldSetElement {
  const rows = skus.map((sku, index) => {
    const options = ["", ...skus.map((_, i) => String(i + 1))].map((value) =>
      element(
        "option",
        { value, ...(value === String(index + 1) ? { selected: true } : {}) },
        value || "–",
      ),
    );
    const variant = data.variants.find((candidate) => candidate.sku === sku)!;
    return element(
      "label",
      { class: "choice" },
      element("select", { name: `rank ${sku}`, "aria-label": variant.name }, ...options),
      element("span", {}, `${variant.name} · ${variant.price}`),
    );
  });
  return element(
    "fieldset",
    {},
    element("legend", {}, texts.preferences),
    element("p", { class: "small" }, texts.preferencesHelp),
    ...rows,
  );
}

/** The wishes of a filled form, most wanted first. */
export function wishes(values: FormData): string[] {
  return [...values.entries()]
    .filter(([name, value]) => name.startsWith("rank ") && value !== "")
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map(([name]) => name.slice("rank ".length));
}

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

/** What was bought, to keep or to print. */
export function receipt(order: NonNullable<OwnStatus["order"]>): HTMLElement {
  const price = data.variants.find((variant) => variant.sku === order.sku)?.price ?? "";
  const print = element("button", { type: "button", class: "quiet" }, texts.print);
  print.addEventListener("click", () => window.print());
  const facts = [
    [texts.receiptNo, order.orderId],
    [texts.variant, variantName(order.sku)],
    [texts.receiptPrice, price],
    [texts.receiptMethod, texts.methods[order.paymentMethod]],
  ];
  return element(
    "details",
    {},
    element("summary", {}, texts.receipt),
    element(
      "dl",
      { class: "facts" },
      ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
    ),
    print,
  );
}
