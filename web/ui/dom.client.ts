/* Small helpers for the DOM. */

import { must } from "../../src/base/assert.ts";

type Child = Node | string | null | false | undefined;
type Attributes = Readonly<Record<string, string | boolean | EventListener>>;

/** Creates an element; attributes that are functions become listeners. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, value);
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

let data: unknown;

/** The data that the server put into the page for its script; read once, however many files ask. */
export function pageData<T>(): T {
  data ??= JSON.parse(byId("page-data").textContent);
  return data as T;
}

/** The element with an id; throws if it is missing. */
export function byId(id: string): HTMLElement {
  return must(document.getElementById(id), `element ${id}`);
}

/** Sets a text only if it differs: screen readers would read the same words again. */
export function setText(place: HTMLElement, text: string): void {
  if (place.textContent?.trim() !== text) place.textContent = text;
}
