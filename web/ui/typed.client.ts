/*
 * Keeps what is typed into a form until it was sent: over a redraw, a reload, a change of language.
 * Must never happen: one-time codes are kept, or the next person on a shared phone finds what was
 * typed. It stays in the tab, under a name that belongs to one offer or entry, and goes with signing out.
 */

import { forgetKept, readKept, writeKept } from "./kept.client.ts";

const PREFIX = "typed ";

/** Keeps the form's fields under a name from now on; files are not kept. */
export function keepTyped(name: string, form: HTMLFormElement): HTMLFormElement {
  form.dataset.keep = name;
  form.addEventListener("input", () => {
    const typed = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    writeKept(PREFIX + name, JSON.stringify(typed));
  });
  return form;
}

/** Fills in what was kept for the forms of a part of the page. */
export function restoreTyped(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-keep]")) {
    const kept = readKept(PREFIX + (form.dataset.keep ?? ""));
    if (kept === null) continue;
    for (const [name, value] of JSON.parse(kept) as [string, string][]) fillIn(form, name, value);
    // A statement that was begun is not hidden.
    const details = form.closest("details");
    if (details) details.open = true;
  }
}

function fillIn(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement && /checkbox|radio/.test(field.type))
    field.checked = field.value === value;
  else if (field && "value" in field) field.value = value;
  // A list may show more fields now, or sort itself.
  if (field instanceof HTMLSelectElement) field.dispatchEvent(new Event("change"));
}

/** Forgets what was typed under a name: it was sent, or is of no use any more. */
export const forgetTyped = (name: string): void => writeKept(PREFIX + name, null);

/** Forgets everything that was typed in this tab. */
export const forgetAllTyped = (): void => forgetKept(PREFIX);
