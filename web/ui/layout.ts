/* The frame of every page except the console. */

import { LANGUAGE_CODES, type Language } from "../../src/base/language.ts";
import { LANGUAGES } from "../../src/base/languages/list.ts";
import { html, type Html } from "./html.ts";

/** The script of pages without one of their own. */
export const PAGE_SCRIPT = "/assets/buyer/page.js";

export interface Layout {
  readonly language: Language;
  readonly title: string;
  readonly script: string | null;
  /**
   * The address of this page in another language, up to that language's code at its end; null if
   * there is none.
   */
  readonly languageHref: string | null;
  readonly content: Html;
}

/** One style sheet, one script, a language switch. */
export function layout(page: Layout): string {
  const { languageHref: href } = page;
  const others = LANGUAGE_CODES.filter((code) => code !== page.language);
  return html`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title}</title>
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="icon" href="/assets/mark.svg" />
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/assets/mark.svg" alt="" width="28" height="28" /><span>Giliran</span></a
          >
          ${href !== null && others.map((code) => html`<a class="language" lang="${code}" href="${href}${code}">${LANGUAGES[code].name}</a>`)}
        </header>
        <main id="main">${page.content}</main>
        ${page.script === null ? null : html`<script type="module" src="${page.script}"></script>`}
      </body>
    </html>`.text;
}
