/*
 * The page behind a notice's link: the decision, its reasons, what would have changed it, and how
 * to appeal.
 */

import type { Answer } from "../../../src/api/contract.ts";
import type { rightsRoutes } from "../../../src/api/rightsRoutes.ts";
import { inLanguage, textIn } from "../../../src/base/inLanguage.ts";
import { type Language, fill } from "../../../src/base/language.ts";
import { formatMoney } from "../../../src/base/money.ts";
import { formatInstant } from "../../../src/base/zone.ts";
import type { DecisionRecord } from "../../../src/cases/decision/decisionRecord.ts";
import { dataBlock, html, type Html } from "../../ui/html.ts";
import { layout } from "../../ui/layout.ts";
import { moneyLines, standingLines } from "../standing/standingText.ts";
import { DECISION_WORDS, type DecisionTexts } from "./words.ts";

/** A decision as its buyer sees it: the API's answer, whose record is the one of the rules. */
export type DecisionShown = Omit<Answer<typeof rightsRoutes.showOwnDecision>, "record"> & {
  readonly record: DecisionRecord;
};

export interface DecisionPageData {
  readonly language: Language;
  readonly timeZone: string;
  readonly decision: DecisionShown;
  /** Base path of the appeal and of the complete record. */
  readonly apiPath: string;
}

/** The page. It works without signing in and contains nothing about others. */
export function decisionPage(data: DecisionPageData): string {
  const { language, decision, timeZone } = data;
  const texts = inLanguage(DECISION_WORDS, language);
  const time = (iso: string) => formatInstant(Date.parse(iso), timeZone, language);
  const content = html`<p>
      <span class="pill${decision.state === "overturned" ? "" : " warm"}">${texts.order}</span>
    </p>
    <h1>${texts.decisionTitle}</h1>
    <p class="lead">${standingLines(decision.standing, { texts, language, time }).join(" ")}</p>
    <div class="grid two">
      <div>${whatAndWhy(data, texts)}</div>
      <aside>
        ${objection(data, texts, time)} ${money(data, texts, time)} ${remedy(data, texts, time)}
        <section class="card">
          <h2>${texts.outside}</h2>
          ${decision.outsideRoutes.map(
            (route) =>
              html`<p><strong>${route.name}</strong><br />${textIn(route.text, language)}</p>`,
          )}
          <p class="small"><a href="${data.apiPath}">${texts.record}</a></p>
        </section>
      </aside>
    </div>
    ${dataBlock("page-data", { language, timeZone, apiPath: data.apiPath, orderId: decision.record.order_id, texts })}`;
  return layout({
    language,
    title: `${texts.decisionTitle} · Giliran`,
    script: "/assets/buyer/decisionPage.js",
    languageHref: "?lang=",
    content,
  });
}

/** The decision, its reasons, and what would have changed it. */
function whatAndWhy({ decision, language }: DecisionPageData, texts: DecisionTexts): Html {
  const { record } = decision;
  return html`<section class="card">
      <h2>${texts.what}</h2>
      <dl class="facts">
        <dt>${texts.order}</dt>
        <dd class="mono">${record.order_id}</dd>
        <dt>${texts.channel}</dt>
        <dd>${record.channel}</dd>
        <dt>${texts.ground}</dt>
        <dd>${textIn(record.incompatible_content_explanation, language)}</dd>
        <dt>${texts.policy}</dt>
        <dd>
          <a href="/s/${record.sale_id}/policy"
            >${record.policy_name}, ${texts.version} ${record.policy_version}</a
          >
        </dd>
        <dt>${texts.how}</dt>
        <dd>${texts.byPeople}</dd>
      </dl>
    </section>
    <section class="card">
      <h2>${texts.seen}</h2>
      <p class="small">${texts.seenHelp}</p>
      <ol class="reasons">
        ${record.reasons.map(
          (reason) =>
            html`<li>
              ${textIn(reason, language)}
              <span class="small">${reason.rule_id} · ${texts[reason.grade]}</span>
            </li>`,
        )}
      </ol>
      <h3>${texts.counterfactual}</h3>
      <p>${textIn(record.counterfactual, language)}</p>
    </section>`;
}

/**
 * The form for an appeal, or the appeal's state and answer; nothing once the deadline has passed.
 */
function objection(
  { decision, language }: DecisionPageData,
  texts: DecisionTexts,
  time: (iso: string) => string,
): Html | null {
  const { appeal, record } = decision;
  if (appeal) {
    const line =
      appeal.state === "pending"
        ? fill(texts.pending, { time: time(appeal.dueAt) })
        : appeal.byDefault
          ? texts.byDefault
          : texts[appeal.state];
    return html`<section class="card">
      <h2>${texts.appealsTitle}</h2>
      <p class="note${appeal.state === "rejected" ? " warm" : ""}">${line}</p>
      ${
        appeal.answer &&
        html`<h3>${texts.answer}</h3>
          <p>${textIn(appeal.answer, language)}</p>`
      }
    </section>`;
  }
  if (!decision.mayAppeal) return null;
  return html`<section class="card">
    <h2>${texts.appealTitle}</h2>
    <p>${texts.appealLead}</p>
    <p class="small">${fill(texts.appealUntil, { time: time(record.appeal_until) })}</p>
    <form id="appeal">
      <label for="statement">${texts.statement}</label>
      <textarea
        id="statement"
        name="statement"
        rows="6"
        minlength="10"
        maxlength="4000"
        required
        aria-describedby="statement-help"
      ></textarea>
      <p class="small" id="statement-help">${texts.statementHelp}</p>
      <label class="choice"><input type="checkbox" name="isFamily" />${texts.family}</label>
      <label class="choice"><input type="checkbox" name="wantsHuman" />${texts.human}</label>
      <label for="files">${texts.files}</label>
      <input
        id="files"
        name="files"
        type="file"
        multiple
        accept="image/jpeg,image/png,image/webp,application/pdf"
      />
      <p class="small">${texts.filesHelp}</p>
      <div class="row"><button>${texts.send}</button></div>
    </form>
  </section>`;
}

/** The money of the order, and the place of the button that gives it back at once. */
function money(
  { decision, language }: DecisionPageData,
  texts: DecisionTexts,
  time: (iso: string) => string,
): Html | null {
  const lines = moneyLines(decision.standing, { texts, language, time });
  if (lines.length === 0) return null;
  return html`<section class="card">
    <h2>${texts.moneyTitle}</h2>
    ${lines.map((line) => html`<p>${line}</p>`)}
    ${decision.mayTakeMoneyBack && html`<div id="take-back"></div>`}
  </section>`;
}

/** The unit owed after a wrong decision; nothing if none is. */
function remedy(
  { decision, language }: DecisionPageData,
  texts: DecisionTexts,
  time: (iso: string) => string,
): Html | null {
  const { entitlement } = decision;
  if (!entitlement) return null;
  const money = { minorUnits: entitlement.priceMinorUnits, currency: entitlement.currency };
  const line = fill(texts.entitlement[entitlement.state], {
    price: formatMoney(money, language),
    time: time(entitlement.expiresAt),
    sale: entitlement.sale ?? "",
  });
  return html`<section class="card">
    <h2>${texts.entitlementTitle}</h2>
    <p class="note">${line}</p>
    ${entitlement.sale && html`<p><a href="/s/${entitlement.sale}">${entitlement.sale}</a></p>`}
  </section>`;
}
