/* The page on which a buyer recomputes a round in her own browser. */

import { inLanguage } from "../../../src/base/inLanguage.ts";
import type { Language } from "../../../src/base/language.ts";
import { dataBlock, html } from "../../ui/html.ts";
import { layout } from "../../ui/layout.ts";
import type { BeaconKind } from "../../../src/sale/beacon/beacon.ts";
import { CHECK_WORDS, type CheckTexts } from "./words.ts";

export interface CheckPageData {
  readonly language: Language;
  readonly slug: string;
  readonly saleTitle: string;
  readonly rounds: readonly { readonly roundNo: number; readonly beacon: BeaconKind | "off" }[];
}

function beaconLines(beacon: BeaconKind | "off", texts: CheckTexts): string[] {
  if (beacon === "off") return [];
  return [beacon === "public" ? texts.beacon : texts.beaconPrivate];
}

/** The page; its script does the work. */
export function checkPage(data: CheckPageData): string {
  const { language, slug, saleTitle, rounds } = data;
  const texts = inLanguage(CHECK_WORDS, language);
  return layout({
    language,
    title: `${texts.title} · ${saleTitle}`,
    script: "/assets/buyer/checkPage.js",
    languageHref: "?lang=",
    content: html`<p>
        <span class="pill"><a href="/s/${slug}">${saleTitle}</a></span>
      </p>
      <h1>${texts.title}</h1>
      <p class="lead">${texts.lead}</p>
      <p>${texts.size}</p>
      ${rounds.map(
        ({ roundNo, beacon }) =>
          html`<section class="card" data-round="${roundNo}" data-beacon="${beacon}">
            <h2>${texts.round} ${roundNo}</h2>
            <ul class="reasons">
              ${[...Object.values(texts.checks), ...beaconLines(beacon, texts)].map(
                (line) => html`<li>${line}</li>`,
              )}
            </ul>
            <div class="row"><button type="button">${texts.start}</button></div>
            <div class="result" aria-live="polite"></div>
          </section>`,
      )}
      ${dataBlock("page-data", { language, slug, texts })}`,
  });
}
