/*
 * The page about the method: how a turn is drawn, how rings are found, what happens after a
 * mistake, what nobody can know.
 */

import { inLanguage } from "../../../src/base/inLanguage.ts";
import type { Language } from "../../../src/base/language.ts";
import { html } from "../../ui/html.ts";
import { layout, PAGE_SCRIPT } from "../../ui/layout.ts";
import { METHOD_WORDS } from "./words.ts";

export function methodPage(language: Language): string {
  const texts = inLanguage(METHOD_WORDS, language);
  const content = html`<h1>${texts.title}</h1>
    <p class="lead">${texts.lead}</p>
    ${texts.parts.map(
      (part) =>
        html`<section class="card">
          <h2>${part.title}</h2>
          ${part.lines.map((line) => html`<p>${line}</p>`)}
        </section>`,
    )}
    <p class="small">${texts.check}</p>`;
  return layout({
    language,
    title: `${texts.title} · Giliran`,
    script: PAGE_SCRIPT,
    languageHref: "?lang=",
    content,
  });
}
