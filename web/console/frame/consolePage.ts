/* The console's HTML page: an empty frame for its program. */

import { overridesOf, textIn } from "../../../src/base/inLanguage.ts";
import type { Language } from "../../../src/base/language.ts";
import { dataBlock, html } from "../../ui/html.ts";
import { FRAME_WORDS } from "./words.ts";

/** The page. All content comes from the API after signing in. */
export function consolePage(language: Language): string {
  const noScript = textIn(FRAME_WORDS.noScript, language);
  const starting = textIn(FRAME_WORDS.starting, language);
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Giliran</title>
        <link rel="stylesheet" href="/assets/console/style.css" />
        <link rel="icon" href="/assets/mark.svg" />
      </head>
      <body class="app">
        <div id="app"><p class="small">${starting}</p></div>
        <noscript><p class="note">${noScript}</p></noscript>
        ${dataBlock("page-data", { language, overrides: overridesOf(language) })}
        <script type="module" src="/assets/console/main.js"></script>
      </body>
    </html>`.text;
}
