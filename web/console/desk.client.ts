import { caller, CallError } from "../ui/call.client.ts";
import { byId, element, pageData } from "../ui/dom.client.ts";
import type { DeskTexts } from "./deskTexts.ts";

/* What the desk's views share: words, calls, times. */

export const { language, texts } = pageData<{ language: "id" | "en"; texts: DeskTexts }>();
export const root = byId("desk");
const LOCALE = language === "id" ? "id-ID" : "en-GB";

export const { get, post } = caller(language, texts.failed);

export const number = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
export const percent = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  maximumFractionDigits: 1,
});
export const money = (minorUnits: number) =>
  new Intl.NumberFormat(LOCALE, {
    style: "currency",
    currency: "IDR",
    notation: "compact",
    maximumFractionDigits: 1,
  }).format(minorUnits / 100);
export const moment = (iso: string) =>
  new Date(iso).toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "medium" });

/** "5 h 12 min", or that the time is over; a story of the past has no time left. */
export function timeLeft(iso: string): string {
  const minutes = Math.round((Date.parse(iso) - Date.now()) / 60_000);
  if (minutes < 0) return texts.overdue;
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Says what went wrong at the top of the view, and keeps everything else. */
export function trouble(error: unknown): void {
  const text = error instanceof CallError ? error.message : texts.failed;
  root.querySelector(".note.bad")?.remove();
  root.prepend(element("p", { class: "note bad", role: "alert" }, text));
}

/** A button that does one thing and says what went wrong with it. */
export function action(
  label: string,
  work: () => Promise<void>,
  kind: "plain" | "quiet" = "plain",
): HTMLButtonElement {
  const node = element(
    "button",
    { type: "button", ...(kind === "quiet" ? { class: "quiet" } : {}) },
    label,
  );
  node.addEventListener("click", () => {
    node.disabled = true;
    work()
      .catch(trouble)
      .finally(() => (node.disabled = false));
  });
  return node;
}

export const card = (title: string, ...children: (Node | string | null | false)[]) =>
  element("section", { class: "card" }, element("h2", {}, title), ...children);

/** Two columns: a word and a number. */
export function countTable(rows: readonly (readonly [string, string])[]): HTMLTableElement {
  return element(
    "table",
    {},
    element(
      "tbody",
      {},
      ...rows.map(([label, value]) =>
        element("tr", {}, element("th", { scope: "row" }, label), element("td", {}, value)),
      ),
    ),
  );
}
