/*
 * The button that gives the money of a disputed order back at once. It says first what is given up:
 * nothing irreversible happens on one tap.
 */

import { element } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import type { StandingTexts } from "./words.ts";

interface TakeBack {
  readonly texts: StandingTexts & { readonly failed: string };
  /** Sends the second word, and shows the page again. */
  readonly send: () => Promise<void>;
}

/** The button; pressed, it becomes the question. */
export function takeBackPart({ texts, send }: TakeBack): HTMLElement {
  const part = element("div");
  const ask = element("button", { type: "button", class: "quiet" }, texts.takeBack);
  const sure = element("button", { type: "button" }, texts.takeBackSure);
  const not = element("button", { type: "button", class: "quiet" }, texts.takeBackNot);
  const first = () => part.replaceChildren(element("div", { class: "row" }, ask));
  ask.addEventListener("click", () => {
    part.replaceChildren(
      element("p", { class: "note warm", role: "status" }, texts.money.giveBack),
      element("div", { class: "row" }, not, sure),
    );
    not.focus();
  });
  not.addEventListener("click", () => {
    first();
    ask.focus();
  });
  sure.addEventListener("click", () => {
    void busy(part, (error) => showProblem(part, texts.failed, error), send);
  });
  first();
  return part;
}
