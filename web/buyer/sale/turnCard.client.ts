/* The card with the buyer's turn: its content, buttons and forms. */

import { CallError } from "../../ui/call.client.ts";
import { byId, element, pageData } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import { askTwice, type Twice } from "../../ui/twice.client.ts";
import { restoreTyped } from "../../ui/typed.client.ts";
import { say } from "./say.client.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts } = pageData<SalePageClientData>();
const turn = byId("turn");
let shownState = "";

/** The state shown; empty before the first. */
export const shown = (): string => shownState;

/** Shows a state; redrawn only if it differs. Typed text and the cursor stay. */
export function show(state: string, ...nodes: (Node | null | false)[]): void {
  // Otherwise screen readers would be interrupted every three seconds.
  if (state === shownState) return;
  shownState = state;
  const typing = document.activeElement;
  turn.replaceChildren(...nodes.filter((node): node is Node => !!node));
  restoreTyped(turn);
  if (typing instanceof HTMLTextAreaElement || typing instanceof HTMLInputElement)
    focusAgain(typing);
  const heads = [...turn.querySelectorAll("h3, .note, .count, legend")];
  say(heads.map((node) => node.textContent).join(". "));
}

/** Puts the cursor where it was before the card was drawn again. */
function focusAgain(typing: HTMLTextAreaElement | HTMLInputElement): void {
  const again = document.getElementById(typing.id);
  if (again === typing || !turn.contains(again)) return;
  again?.focus();
  const { selectionStart: from, selectionEnd: to } = typing;
  // Null where a field has no text.
  if (from !== null) (again as typeof typing).setSelectionRange(from, to);
}

let readAgain = async (): Promise<void> => undefined;

/** Tells how the own state is read again: after a refusal that says it has changed. */
export const onConflict = (refresh: () => Promise<void>): void => void (readAgain = refresh);

/** Shows an error below the card's content, and what has happened meanwhile, on another device perhaps. */
export async function problem(error: unknown): Promise<void> {
  if (error instanceof CallError && error.status === 409) await readAgain();
  showProblem(turn, texts.failed, error);
}

/** A button of the card that asks once more. */
export const twice = (words: Omit<Twice["words"], "not">, act: () => Promise<void>): HTMLElement =>
  askTwice({ words: { ...words, not: texts.goBack }, act, problem });

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
