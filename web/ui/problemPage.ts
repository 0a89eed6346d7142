/* The error page for people. */

import { PROBLEMS, type ProblemCode } from "../../src/api/problems.ts";
import { textIn } from "../../src/base/inLanguage.ts";
import type { Language } from "../../src/base/language.ts";
import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { PROBLEM_PAGE_WORDS } from "./words.ts";

/** The refusal in the reader's language, and a way on. */
export function problemPage(language: Language, code: ProblemCode): string {
  const title = textIn(PROBLEMS[code].title, language);
  return layout({
    language,
    title: `${title} · Giliran`,
    script: null,
    languageHref: "?lang=",
    content: html`<h1>${title}</h1>
      <p><a href="/">${textIn(PROBLEM_PAGE_WORDS.onward, language)}</a></p>`,
  });
}
