import { dataBlock, html } from "../ui/html.ts";
import { layout } from "../ui/layout.ts";
import { DESK_TEXTS } from "./deskTexts.ts";

/** The trust desk: cases, batches, appeals. The script fills it for whoever is signed in. */
export function deskPage(language: "id" | "en"): string {
  const texts = DESK_TEXTS[language];
  const tab = (name: "queue" | "batches" | "appeals") =>
    html`<a href="#${name}" data-tab="${name}">${texts[name]}</a>`;
  return layout({
    language,
    title: `${texts.title} · Giliran`,
    script: "/assets/web/console/deskPage.client.ts",
    otherLanguageHref: `?lang=${language === "id" ? "en" : "id"}`,
    content: html`<h1 class="slim">${texts.title}</h1>
      <nav class="tabs" aria-label="${texts.title}">
        ${tab("queue")}${tab("batches")}${tab("appeals")}
      </nav>
      <div id="desk"></div>
      <p class="small" id="keys">${texts.help}</p>
      ${dataBlock("page-data", { language, texts })}`,
  });
}
