/* The list of wishes, ordered by dragging or by numbers; both always agree. */

import { must } from "../../../src/base/assert.ts";
import { element } from "../../ui/dom.client.ts";

const numberOf = (row: Element) => must(row.querySelector("select"), "a row of wishes");

/** Redraws the rows: wanted ones first, numbered from 1, then the others. */
function arrange(list: HTMLElement, wanted: readonly Element[]): void {
  const unwanted = [...list.children].filter((row) => !wanted.includes(row));
  const focused = document.activeElement;
  list.replaceChildren(...wanted, ...unwanted);
  for (const row of list.children) {
    const place = wanted.indexOf(row) + 1;
    numberOf(row).value = place === 0 ? "" : String(place);
  }
  // A drag is no input of its own, and what was wished is kept.
  list.dispatchEvent(new Event("input", { bubbles: true }));
  // A moved row loses the focus, and keyboard users would start over.
  if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
}

const wantedRows = (list: HTMLElement) =>
  [...list.children].filter((row) => numberOf(row).value !== "");

/** After choosing a number, the row moves there and the others make room. */
function place(list: HTMLElement, row: Element): void {
  const { value } = numberOf(row);
  const wanted = wantedRows(list).filter((other) => other !== row);
  if (value !== "") wanted.splice(Number(value) - 1, 0, row);
  arrange(list, wanted);
}

/** Pointer events, because the browser's drag and drop does not work on all touch screens. */
function letDrag(list: HTMLElement): void {
  let row: HTMLElement | null = null;
  list.addEventListener("pointerdown", (event) => {
    const grip = (event.target as Element).closest(".grip");
    row = grip?.closest("li") ?? null;
    if (row === null) return;
    event.preventDefault();
    list.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
  });
  list.addEventListener("pointermove", (event) => {
    if (row === null) return;
    for (const other of list.children) {
      const { top, bottom } = other.getBoundingClientRect();
      if (other === row || event.clientY < top || event.clientY > bottom) continue;
      const isBelow = row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      other.insertAdjacentElement(isBelow ? "afterend" : "beforebegin", row);
      return;
    }
  });
  const end = () => {
    if (row === null) return;
    const dropped = row;
    row = null;
    dropped.classList.remove("dragged");
    arrange(
      list,
      [...list.children].filter((other) => other === dropped || numberOf(other).value !== ""),
    );
  };
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", end);
}

export interface Wish {
  readonly sku: string;
  readonly name: string;
  readonly detail: string;
  /** How many are left of it. */
  readonly left: Node;
}

/** Wishes for all variants, in the order of the list. */
export const wishAll = (list: HTMLElement): void => arrange(list, [...list.children]);

/** Nothing is wanted at first: an offer of something that nobody chose would use up the turn. */
export function wishList(wishes: readonly Wish[]): HTMLOListElement {
  const list = element("ol", { class: "wishes" });
  for (const { sku, name, detail, left } of wishes) {
    const select = element(
      "select",
      { name: `rank ${sku}`, "aria-label": name },
      element("option", { value: "" }, "–"),
      ...wishes.map((_, i) => element("option", { value: String(i + 1) }, String(i + 1))),
    );
    const row = element(
      "li",
      { class: "choice" },
      select,
      element("span", {}, detail, left),
      wishes.length > 1 && element("span", { class: "grip", "aria-hidden": "true" }, "⠿"),
    );
    select.addEventListener("change", () => place(list, row));
    list.append(row);
  }
  letDrag(list);
  return list;
}
