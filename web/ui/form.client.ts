/* Small helpers for forms. */

import { CallError } from "./call.client.ts";
import { element } from "./dom.client.ts";

/** Shows an error below the place; typed text stays. */
export function showProblem(place: HTMLElement, failed: string, error: unknown): void {
  const text = error instanceof CallError ? error.message : failed;
  place.querySelector(".bad")?.remove();
  place.append(element("p", { class: "note bad", role: "alert" }, text));
}

/** Disables a button or form while its work runs, and shows its error. */
export async function busy(
  control: HTMLElement,
  failed: (error: unknown) => void | Promise<void>,
  action: () => Promise<void>,
): Promise<void> {
  const buttons =
    control instanceof HTMLButtonElement ? [control] : [...control.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  try {
    await action();
  } catch (error) {
    await failed(error);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/**
 * A label and the input for a one-time code. The browser refuses nothing: what is typed or pasted goes
 * to the server as it is, which reads past spaces, dashes and marks that nobody sees.
 */
export const codeField = (name: string, label: string) =>
  field(name, label, { inputmode: "numeric", autocomplete: "one-time-code" });

/** A label and its input. */
export const field = (name: string, label: string, attributes: Record<string, string>) => [
  element("label", { for: name }, label),
  element("input", { id: name, name, required: true, ...attributes }),
];
