/* Asks once more before something that cannot be undone, and says what it does. */

import { element } from "./dom.client.ts";
import { busy } from "./form.client.ts";

export interface Twice {
  /** The button; what happens; yes; no. */
  readonly words: {
    readonly first: string;
    readonly means: string;
    readonly sure: string;
    readonly not: string;
  };
  readonly act: () => Promise<void>;
  /** Shows an error; the question stays. */
  readonly problem: (error: unknown, part: HTMLElement) => void | Promise<void>;
  /** For screen readers, where several buttons say the same. */
  readonly label?: string;
}

/** The button; pressed, it becomes the question. */
export function askTwice({ words, act, problem, label }: Twice): HTMLElement {
  const part = element("div");
  const quiet = { type: "button", class: "quiet" };
  const ask = element("button", label ? { ...quiet, "aria-label": label } : quiet, words.first);
  const sure = element("button", { type: "button" }, words.sure);
  const not = element("button", quiet, words.not);
  const begin = () => part.replaceChildren(element("div", { class: "row" }, ask));
  ask.addEventListener("click", () => {
    part.replaceChildren(
      element("p", { class: "note warm", role: "status" }, words.means),
      element("div", { class: "row" }, not, sure),
    );
    not.focus();
  });
  not.addEventListener("click", () => {
    begin();
    ask.focus();
  });
  sure.addEventListener("click", () => void busy(part, (error) => problem(error, part), act));
  begin();
  return part;
}
