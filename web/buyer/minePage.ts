import { dataBlock, html } from "../ui/html.ts";
import { layout } from "../ui/layout.ts";
import { RIGHTS_TEXTS } from "./rightsTexts.ts";

/** One's own matters: decisions, units owed, data. Filled by the script for whoever is signed in. */
export function minePage(language: "id" | "en"): string {
  const texts = RIGHTS_TEXTS[language];
  return layout({
    language,
    title: `${texts.mineTitle} · Giliran`,
    script: "/assets/buyer/minePage.js",
    otherLanguageHref: `?lang=${language === "id" ? "en" : "id"}`,
    content: html`<h1>${texts.mineTitle}</h1>
      <p class="lead">${texts.mineLead}</p>
      <div id="mine" aria-live="polite"><noscript>JavaScript</noscript></div>
      ${dataBlock("page-data", { language, texts })}`,
  });
}
