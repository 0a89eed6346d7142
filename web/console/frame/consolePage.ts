import { dataBlock, html } from "../../ui/html.ts";

/** The console's page: a frame for its program; everything in it comes from the API after signing in. */
export function consolePage(language: "id" | "en"): string {
  const noScript =
    language === "id"
      ? "Konsol memerlukan JavaScript. Halaman pembeli tidak."
      : "The console needs JavaScript. The buyers' pages do not.";
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
        <div id="app"></div>
        <noscript><p class="note">${noScript}</p></noscript>
        ${dataBlock("page-data", { language })}
        <script type="module" src="/assets/console/main.js"></script>
      </body>
    </html>`.text;
}
