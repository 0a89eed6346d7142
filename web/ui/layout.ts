import { html, type Html } from "./html.ts";

/** The script of a page that has none of its own. */
export const PAGE_SCRIPT = "/assets/buyer/page.js";

export interface Layout {
  readonly language: "id" | "en";
  readonly title: string;
  readonly script: string | null;
  /** The same page in the other language. */
  readonly otherLanguageHref: string | null;
  readonly content: Html;
}

/** The frame of every page: one style sheet, one script, a language switch. */
export function layout(page: Layout): string {
  const other = page.language === "id" ? "English" : "Bahasa Indonesia";
  const otherCode = page.language === "id" ? "en" : "id";
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
          ${page.otherLanguageHref === null ? null : html`<a class="language" lang="${otherCode}" href="${page.otherLanguageHref}">${other}</a>`}
        </header>
        <main id="main">${page.content}</main>
        ${page.script === null ? null : html`<script type="module" src="${page.script}"></script>`}
      </body>
    </html>`.text;
}
