/*
 * A buyer's own page: a frame, filled by its script after signing in. The page itself contains
 * nothing personal.
 */

import { inLanguage, overridesFor } from "../../../src/base/inLanguage.ts";
import type { Language } from "../../../src/base/language.ts";
import type { Payments } from "../../../src/sale/payments.ts";
import { dataBlock, html } from "../../ui/html.ts";
import { layout } from "../../ui/layout.ts";
import { ANSWER_TEXTS } from "../answerTexts.ts";
import { sandboxNote } from "../sale/paymentNote.ts";
import { MINE_WORDS } from "./words.ts";
import { SALE_WORDS } from "../sale/words.ts";

/** Data for the page's script. */
function pageData(language: Language) {
  const { receipt, receiptNo, variant, receiptPrice, receiptMethod, print, methods } = inLanguage(
    SALE_WORDS,
    language,
  );
  const receiptTexts = { receipt, receiptNo, variant, receiptPrice, receiptMethod, print, methods };
  const texts = inLanguage(MINE_WORDS, language);
  const overrides = overridesFor(ANSWER_TEXTS, language);
  return { language, overrides, texts, receiptTexts };
}

export type MinePageClientData = ReturnType<typeof pageData>;

export function minePage(language: Language, payments: Payments): string {
  const texts = inLanguage(MINE_WORDS, language);
  return layout({
    language,
    title: `${texts.mineTitle} · Giliran`,
    script: "/assets/buyer/minePage.js",
    languageHref: "?lang=",
    content: html`<h1>${texts.mineTitle}</h1>
      <p class="lead">${texts.mineLead}</p>
      ${sandboxNote(language, payments)}
      <div id="mine" aria-live="polite"><noscript>JavaScript</noscript></div>
      ${dataBlock("page-data", pageData(language))}`,
  });
}
