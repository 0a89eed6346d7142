import { dataBlock, html } from "../ui/html.ts";
import { layout } from "../ui/layout.ts";
import { CONSOLE_TEXTS } from "./texts.ts";

/** The operator's page: a frame; everything in it comes from the API after signing in. */
export function consolePage(language: "id" | "en"): string {
  const texts = CONSOLE_TEXTS[language];
  return layout({
    language,
    title: `${texts.title} · Giliran`,
    script: "/assets/web/console/consolePage.client.ts",
    otherLanguageHref: `?lang=${language === "id" ? "en" : "id"}`,
    content: html`<h1>${texts.title}</h1>
      <p><a href="/console/cases">${texts.desk}</a></p>
      <div id="console"></div>
      ${dataBlock("page-data", { language, texts })}`,
  });
}
