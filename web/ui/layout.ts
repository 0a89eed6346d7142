/* The frame of every page except the console. */

import { LANGUAGE_CODES, type Language } from "../../src/base/language.ts";
import { LANGUAGES } from "../../src/base/languages/list.ts";
import { inLanguage } from "../../src/base/inLanguage.ts";
import { html, type Html } from "./html.ts";
import { WHO_WORDS } from "./words.ts";

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
  /** A preview: nothing in it runs. */
  readonly lookOnly?: boolean;
  readonly content: Html;
}

/**
 * The corner that says who is signed in, with the buttons to sign out. The page is the same for everybody, so its script
 * fills this in.
 */
function who(language: Language): Html {
  const words = inLanguage(WHO_WORDS, language);
  return html`<details
    class="who"
    id="who"
    hidden
    data-failed="${words.failed}"
    data-shop="${words.shopAccount}"
  >
    <summary><span class="who-name"></span></summary>
    <div class="card">
      <p class="small">${words.signedInAs} <strong class="who-name"></strong></p>
      <p><a href="/me">${words.matters}</a></p>
      <button type="button" data-path="/v1/me/sign-out">${words.signOut}</button>
      <button type="button" class="quiet" data-path="/v1/me/sessions/end">
        ${words.signOutEverywhere}
      </button>
      <p class="small">${words.everywhereHelp}</p>
      <p class="note warm" role="status" hidden></p>
    </div>
  </details>`;
}

/** One style sheet, one script, a language switch, and who is signed in. */
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
          <span class="corner"
            >${who(page.language)}${href !== null && others.map((code) => html`<a class="language" lang="${code}" href="${href}${code}">${LANGUAGES[code].name}</a>`)}</span
          >
        </header>
        <main id="main">${page.content}</main>
        ${page.lookOnly ? null : html`<script type="module" async src="/assets/buyer/who.js"></script>`}
        ${page.script === null ? null : html`<script type="module" src="${page.script}"></script>`}
      </body>
    </html>`.text;
}
