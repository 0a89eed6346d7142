import { PROBLEMS, type ProblemCode } from "../../src/api/problems.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";

const TEXTS = {
  id: { onward: "Ke daftar penjualan" },
  en: { onward: "To the list of sales" },
} as const;

/** What went wrong, in the reader's language, and a way on. */
export function problemPage(language: "id" | "en", code: ProblemCode): string {
  const title = PROBLEMS[code].title[language];
  return layout({
    language,
    title: `${title} · Giliran`,
    script: null,
    otherLanguageHref: `?lang=${language === "id" ? "en" : "id"}`,
    content: html`<h1>${title}</h1>
      <p><a href="/">${TEXTS[language].onward}</a></p>`,
  });
}
