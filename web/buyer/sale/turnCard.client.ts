/* The card with the buyer's turn: its content, buttons and forms. */

import { byId, element, pageData } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import { say } from "./say.client.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts } = pageData<SalePageClientData>();
const turn = byId("turn");
let shownState = "";

/** The state shown; empty before the first. */
export const shown = (): string => shownState;

/** Shows a state; redrawn only if it differs. */
export function show(state: string, ...nodes: (Node | null | false)[]): void {
  // Otherwise screen readers would be interrupted every three seconds, and typed text would be
  // lost.
  if (state === shownState) return;
  shownState = state;
  turn.replaceChildren(...nodes.filter((node): node is Node => !!node));
  const heads = [...turn.querySelectorAll("h3, .note, .count, legend")];
  say(heads.map((node) => node.textContent).join(". "));
}

/** Shows an error below the card's content. */
export const problem = (error: unknown) => showProblem(turn, texts.failed, error);

/** A button of the card that shows its own errors. */
export function button(
  label: string,
  action: () => Promise<void>,
  quiet = false,
): HTMLButtonElement {
  const node = element("button", { type: "button", ...(quiet ? { class: "quiet" } : {}) }, label);
  node.addEventListener("click", () => void busy(node, problem, action));
  return node;
}

/** A form of the card. */
export function form(
  action: (values: FormData) => Promise<void>,
  ...children: (Node | null)[]
): HTMLFormElement {
  const node = element("form", {}, ...children);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    void busy(node, problem, () => action(new FormData(node)));
  });
  return node;
}

/** A line that stands out; warm where it needs a look. */
export const noteOf = (warm: boolean, text: string) =>
  element("p", { class: warm ? "note warm" : "note" }, text);
