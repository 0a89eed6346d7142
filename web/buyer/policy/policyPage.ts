/* The policy of a sale as a page, before the sale opens. */

import { inLanguage, textIn } from "../../../src/base/inLanguage.ts";
import { type Language, fill } from "../../../src/base/language.ts";
import type { Policy, PolicyRule } from "../../../src/cases/policy/policy.ts";
import { REFUND_DAYS } from "../../../src/sale/standing/standing.ts";
import { html, type Html } from "../../ui/html.ts";
import { layout, PAGE_SCRIPT } from "../../ui/layout.ts";
import { POLICY_WORDS, type PolicyTexts } from "./words.ts";

export interface PolicyPageData {
  readonly language: Language;
  readonly saleTitle: string;
  readonly policy: Policy;
  readonly digest: string;
  readonly reviewOnlyRules: readonly string[];
  /** More genuine buyers were hit than promised: people now decide every case. */
  readonly promiseBroken: boolean;
}

const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;

/** Rules with their identifiers; those for review only are marked. */
function ruleList(
  rules: readonly PolicyRule[],
  { language, reviewOnlyRules }: PolicyPageData,
  texts: PolicyTexts,
): Html {
  return html`<ul class="reasons">
    ${rules.map(
      (rule) =>
        html`<li>
          ${textIn(rule.text, language)}
          <span class="small mono">${rule.ruleId}${rule.oat ? ` · ${rule.oat}` : ""}</span>
          ${reviewOnlyRules.includes(rule.ruleId) && html`<p class="note warm">${texts.reviewOnly}</p>`}
        </li>`,
    )}
  </ul>`;
}

export function policyPage(data: PolicyPageData): string {
  const { language, policy } = data;
  const texts = inLanguage(POLICY_WORDS, language);
  const { batch, appeal } = policy;
  const brake = fill(texts.brake, {
    share: percent(batch.wrongCasesShare),
    confidence: percent(batch.confidence),
    approvals: batch.approvals,
    grace: batch.graceMinutes,
  });
  const clock = fill(texts.appealClock, {
    file: appeal.fileHours,
    decide: appeal.decideHours,
  });
  const content = html`<p><span class="pill">${data.saleTitle}</span></p>
    <h1>${texts.policyTitle}</h1>
    <p class="lead">${textIn(policy.summary, language)}</p>
    <div class="grid two">
      <div>
        <section class="card">
          <h2>${texts.rules}</h2>
          ${ruleList(
            policy.rules.filter((rule) => rule.effect === "refuse"),
            data,
            texts,
          )}
        </section>
        <section class="card">
          <h2>${texts.checks}</h2>
          ${ruleList(
            policy.rules.filter((rule) => rule.effect === "check"),
            data,
            texts,
          )}
        </section>
      </div>
      <aside>
        <section class="card">
          <h2>${texts.appealsTitle}</h2>
          <p>${clock}</p>
          <p>${fill(texts.remedy, { days: policy.remedy.entitlementDays })}</p>
          <p>${fill(texts.refund, { days: policy.remedy.refundDays ?? REFUND_DAYS })}</p>
          <p>${texts.shipBy} ${texts.openAtShipBy[appeal.openAtShipBy ?? "release"]}</p>
          <p>${fill(texts.retention, { days: policy.retention.evidenceDays })}</p>
        </section>
        <section class="card">
          <h2>${texts.brakeTitle}</h2>
          <p>${brake}</p>
          ${data.promiseBroken && html`<p class="note warm">${texts.promiseBroken}</p>`}
          <h3>${texts.codTitle}</h3>
          <p>${textIn(policy.cod.text, language)}</p>
        </section>
        <section class="card">
          <p class="small">
            ${policy.name}, ${texts.version} ${policy.version}<br />${texts.fingerprint}
            <a class="mono" href="/v1/policies/${data.digest}">${data.digest}</a>
          </p>
        </section>
      </aside>
    </div>`;
  return layout({
    language,
    title: `${texts.policyTitle} · ${data.saleTitle}`,
    script: PAGE_SCRIPT,
    languageHref: "?lang=",
    content,
  });
}
