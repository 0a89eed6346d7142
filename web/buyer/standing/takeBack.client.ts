/* The button that gives the money of a disputed order back at once. It says first what is given up. */

import { showProblem } from "../../ui/form.client.ts";
import { askTwice } from "../../ui/twice.client.ts";
import type { StandingTexts } from "./words.ts";

interface TakeBack {
  readonly texts: StandingTexts & { readonly failed: string };
  /** Sends the second word, and shows the page again. */
  readonly send: () => Promise<void>;
}

/** The button; pressed, it becomes the question. */
export const takeBackPart = ({ texts, send }: TakeBack): HTMLElement =>
  askTwice({
    words: {
      first: texts.takeBack,
      means: texts.money.giveBack,
      sure: texts.takeBackSure,
      not: texts.notNow,
    },
    act: send,
    problem: (error, part) => showProblem(part, texts.failed, error),
  });
