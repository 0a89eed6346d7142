/* The public report of a sale as a page: the newest edition, and what earlier ones said. */

import { inLanguage, textIn } from "../../../src/base/inLanguage.ts";
import { fill, type Language, localeOf, type Text } from "../../../src/base/language.ts";
import { must } from "../../../src/base/assert.ts";
import { formatInstant } from "../../../src/base/zone.ts";
import { weights, type MeasuredShare } from "../../../src/cases/ownError/ownError.ts";
import type { SaleReport } from "../../../src/cases/report/saleReport.ts";
import { html, type Html } from "../../ui/html.ts";
import { layout, PAGE_SCRIPT } from "../../ui/layout.ts";
import { barLegend, stackedBar, type BarPart } from "../../ui/stackedBar.ts";
import { REPORT_WORDS, type ReportTexts } from "./words.ts";

export interface ReportPageData {
  readonly language: Language;
  readonly saleTitle: string;
  readonly slug: string;
  readonly timeZone: string;
  /** Names of the sale's channels by code, and of its variants by SKU. */
  readonly names: Readonly<Record<string, string>>;
  /** The sentence of each of the policy's rules. */
  readonly rules: Readonly<Record<string, Text>>;
  readonly editions: readonly {
    readonly edition: number;
    readonly publishedAtMs: number;
    readonly digest: string;
    readonly correction: string | null;
    readonly document: SaleReport;
  }[];
}

export function reportPage(data: ReportPageData): string {
  const { language, editions } = data;
  const texts = inLanguage(REPORT_WORDS, language);
  const [newest] = editions;
  const content = newest
    ? html`${figures(newest.document, language, texts)}
        <div class="grid two">
          <div>
            ${stockPart(newest.document, data, texts)} ${rulesPart(newest.document, data, texts)}
          </div>
          <aside>
            ${appealPart(newest.document, language, texts)}
            ${failurePart(newest.document, language, texts)}
            ${errorPart(newest.document, language, texts)}
            ${certificatePart(newest.document, language, texts)} ${editionPart(data, texts)}
          </aside>
        </div>`
    : html`<p class="note">${texts.noReport}</p>`;
  return layout({
    language,
    title: `${texts.reportTitle} · ${data.saleTitle}`,
    script: PAGE_SCRIPT,
    languageHref: "?lang=",
    content: html`<p><span class="pill">${data.saleTitle}</span></p>
      <h1>${texts.reportTitle}</h1>
      ${content}`,
  });
}

/** The key figures. */
function figures(report: SaleReport, language: Language, texts: ReportTexts): Html {
  const number = new Intl.NumberFormat(localeOf(language));
  const sum = (pick: (line: SaleReport["stock"][number]) => number) =>
    report.stock.reduce((total, line) => total + pick(line), 0);
  const one = (value: number, label: string) =>
    html`<div class="kpi"><b>${number.format(value)}</b><span>${label}</span></div>`;
  return html`<div class="kpis">
    ${one(report.entrants, texts.entrants)}
    ${one(
      sum((line) => line.offered),
      texts.offered,
    )}
    ${one(
      sum((line) => line.sold),
      texts.sold,
    )}
    ${one(report.refused, texts.refused)} ${one(report.appeals.filed, texts.appeals)}
    ${one(report.appeals.upheld, texts.upheldShort)}
  </div>`;
}

type Line = SaleReport["stock"][number];

/** Channel and variant in words; a code that the sale does not name stays as it is. */
const lineName = (line: Line, { names }: ReportPageData) =>
  `${names[line.channel] ?? line.channel} · ${names[line.sku] ?? line.sku}`;

/** Sold, held and returned units of a line; what is left of its bar was not sold. */
const lineParts = (line: Line, texts: ReportTexts): readonly BarPart[] => [
  { kind: "sold", units: line.sold, name: texts.sold },
  { kind: "moving", units: line.held, name: texts.held },
  { kind: "back", units: line.returned, name: texts.returned },
];

/** The units of one line as a bar. */
function stockBar(line: Line, data: ReportPageData, texts: ReportTexts): Html {
  const number = new Intl.NumberFormat(localeOf(data.language));
  return stackedBar({
    name: lineName(line, data),
    wholeUnits: line.offered,
    parts: lineParts(line, texts),
    sumText: `${number.format(line.sold)} ${texts.of} ${number.format(line.offered)}`,
  });
}

function stockPart(report: SaleReport, data: ReportPageData, texts: ReportTexts): Html {
  const number = new Intl.NumberFormat(localeOf(data.language));
  const [first] = report.stock;
  return html`<section class="card">
    <h2>${texts.stock}</h2>
    ${first ? barLegend(lineParts(first, texts), texts.unsold) : null}
    <div class="bars">${report.stock.map((line) => stockBar(line, data, texts))}</div>
    <details>
      <summary>${texts.asTable}</summary>
      <div class="scroll" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.channel}</th>
              <th scope="col">${texts.round}</th>
              <th scope="col">${texts.offered}</th>
              <th scope="col">${texts.sold}</th>
              <th scope="col">${texts.held}</th>
              <th scope="col">${texts.returned}</th>
              <th scope="col">${texts.unsold}</th>
              <th scope="col">${texts.aside}</th>
            </tr>
          </thead>
          <tbody>
            ${report.stock.map(
              (line) =>
                html`<tr>
                  <th scope="row">${lineName(line, data)}</th>
                  ${[line.roundNo, line.offered, line.sold, line.held, line.returned, line.unsold, line.setAsideForWronged].map((value) => html`<td>${number.format(value)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

/** Refused orders by rule; rules that refuse nothing any more are marked. */
function rulesPart(
  report: SaleReport,
  { rules: sentences, language }: ReportPageData,
  texts: ReportTexts,
): Html | null {
  const rules = Object.entries(report.refusedByRule);
  const number = new Intl.NumberFormat(localeOf(language));
  if (rules.length === 0) return null;
  return html`<section class="card">
    <h2>${texts.byRule}</h2>
    <p class="small">${texts.byRuleHelp}</p>
    <table>
      <tbody>
        ${rules.map(
          ([rule, orders]) =>
            html`<tr>
              <th scope="row">
                ${textIn(sentences[rule] ?? { id: "", en: "" }, language)}
                <span class="small mono">${rule}</span>
                ${report.reviewOnlyRules.includes(rule) && html` <span class="pill warm">${texts.reviewOnly}</span>`}
              </th>
              <td>${fill(texts.ordersCount, { n: number.format(orders) })}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** Appeals: outcomes, median times, units given back and owed. */
function appealPart(report: SaleReport, language: Language, texts: ReportTexts): Html {
  const { appeals, entitlements } = report;
  const hours = (value: number | null) =>
    value === null
      ? "–"
      : `${value.toLocaleString(localeOf(language), { maximumFractionDigits: 1 })} ${texts.hours}`;
  const rows: readonly (readonly [string, string | number])[] = [
    [texts.upheldShort, appeals.upheld],
    [texts.lateShort, appeals.upheldByDefault],
    [texts.rejectedShort, appeals.rejected],
    [texts.pendingShort, appeals.pending],
    [texts.hoursToNotice, hours(report.medianHoursToNotice)],
    [texts.hoursToAnswer, hours(report.medianHoursToAnswer)],
    [texts.unitsBack, report.unitsGivenBack],
    [texts.owed, entitlements.promised],
    [texts.served, entitlements.served],
  ];
  return html`<section class="card">
    <h2>${texts.appealsTitle}</h2>
    ${factsTable(rows)}
  </section>`;
}

/** A line for each fact. */
const factsTable = (rows: readonly (readonly [label: string, value: string | number])[]): Html =>
  html`<table>
    <tbody>
      ${rows.map(
        ([label, value]) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

/** Turns that the server failed, and units owed for them; older reports do not say. */
function failurePart(
  { failures }: SaleReport,
  language: Language,
  texts: ReportTexts,
): Html | null {
  if (!failures) return null;
  const number = new Intl.NumberFormat(localeOf(language));
  return html`<section class="card">
    <h2>${texts.failuresTitle}</h2>
    ${factsTable([
      [texts.failuresRecorded, number.format(failures.recorded)],
      [texts.failuresCredited, number.format(failures.credited)],
    ])}
  </section>`;
}

/** Both measured errors with their intervals, and a broken promise. */
function errorPart(report: SaleReport, language: Language, texts: ReportTexts): Html {
  const percent = new Intl.NumberFormat(localeOf(language), {
    style: "percent",
    maximumFractionDigits: 1,
  });
  const line = (label: string, share: MeasuredShare) =>
    html`<p>
      <strong>${label}</strong
      ><br />${share.audited === 0 ? "–" : html`${percent.format(share.share)} (${percent.format(share.low)}–${percent.format(share.high)}), ${fill(texts.inSample, { wrong: share.wrong, audited: share.audited })}`}
    </p>`;
  return html`<section class="card">
    <h2>${texts.errorTitle}</h2>
    ${line(texts.wronglyRefused, report.ownError.wronglyRefused)}
    ${line(texts.wronglyAccepted, report.ownError.wronglyAccepted)}
    ${weighingPart(report, language, texts)}
    ${report.ownError.guard?.broken === true && html`<p class="note warm">${texts.promiseBroken}</p>`}
    <p class="small">${texts.errorHelp}</p>
  </section>`;
}

/** How far orders could be held without a person; older editions do not say. */
function certificatePart(
  { ownError: { certificate } }: SaleReport,
  language: Language,
  texts: ReportTexts,
): Html | null {
  if (!certificate) return null;
  const locale = localeOf(language);
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const of = (count: number, all: number) =>
    fill(texts.certOf, { n: number.format(count), all: number.format(all) });
  const { cases, decidedCases, wrongCases, plainOrders, judgedOrders } = certificate;
  const confidence = percent.format(1 - certificate.delta);
  const counts: readonly (readonly [string, string])[] = [
    [texts.certCases, of(decidedCases, cases)],
    [texts.certWrong, number.format(wrongCases)],
    [texts.certJudged, of(judgedOrders, plainOrders)],
  ];
  const line = ({ alpha, bits, clustersNeeded }: (typeof certificate.promises)[number]) =>
    html`<tr>
      <th scope="row">${percent.format(alpha)}</th>
      <td>${bits === null ? texts.certNone : fill(texts.certBits, { n: number.format(bits) })}</td>
      <td>${number.format(clustersNeeded)}</td>
    </tr>`;
  return html`<section class="card">
    <h2>${texts.certTitle}</h2>
    <p class="small">${fill(texts.certLead, { confidence, k: certificate.holdsPerCase })}</p>
    ${factsTable(counts)}
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${texts.certPromise}</th>
            <th scope="col">${texts.certFrom}</th>
            <th scope="col">${texts.certNeeded}</th>
          </tr>
        </thead>
        <tbody>
          ${certificate.promises.map(line)}
        </tbody>
      </table>
    </div>
    <p class="small">${texts.certHelp}</p>
  </section>`;
}

/** The weights behind the share of wrongly accepted orders; older editions do not know them. */
function weighingPart(report: SaleReport, language: Language, texts: ReportTexts): Html | null {
  const kinds = weights(report.ownError);
  if (kinds.length === 0) return null;
  const locale = localeOf(language);
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  return html`<p class="small">${texts.weighed}</p>
    <details>
      <summary>${texts.weighing}</summary>
      <p class="small">${texts.weighingLead}</p>
      <div class="scroll" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.kind}</th>
              <th scope="col">${texts.allOrders}</th>
              <th scope="col">${texts.weight}</th>
              <th scope="col">${texts.wrongOfJudged}</th>
              <th scope="col">${texts.adds}</th>
            </tr>
          </thead>
          <tbody>
            ${kinds.map(
              ({ stratum, size, weight, wrong, audited, adds }) =>
                html`<tr>
                  <th scope="row">${texts.doubts[stratum]}</th>
                  <td>${number.format(size)}</td>
                  <td>${percent.format(weight)}</td>
                  <td>${wrong} ÷ ${audited}</td>
                  <td>${percent.format(adds)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
}

/** All editions with what they corrected, and the fictitious facts of a demonstration. */
function editionPart(data: ReportPageData, texts: ReportTexts): Html {
  const [newest] = data.editions;
  const { synthetic } = must(newest, "a published report has an edition").document;
  return html`<section class="card">
    ${data.editions.map(
      (one) =>
        html`<p class="small">
          ${texts.edition} ${one.edition},
          ${formatInstant(one.publishedAtMs, data.timeZone, data.language)}
          ${one.correction && html`<br />${texts.correction}: ${one.correction}`}<br />
          <span class="mono">${one.digest}</span>
        </p>`,
    )}
    <p><a href="/v1/sales/${data.slug}/report">JSON</a></p>
    ${
      synthetic.length > 0 &&
      html`<h3>${texts.synthetic}</h3>
        <ul class="small">
          ${synthetic.map((line) => html`<li>${line}</li>`)}
        </ul>`
    }
  </section>`;
}
