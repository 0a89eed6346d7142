/*
 * The texts of a decision for each audience: the buyer's notice, help desk, channel, courier. All
 * are rendered from the one record, so they cannot contradict each other.
 */

import { inLanguage, textIn } from "../../base/inLanguage.ts";
import { asText, fill, type Language, type Text } from "../../base/language.ts";
import { formatInstant } from "../../base/zone.ts";
import type { DecisionRecord } from "./decisionRecord.ts";
import type { DecisionState } from "./decisionState.ts";
import type { OrderStatus } from "./status.ts";
import { DECISION_WORDS } from "./words.ts";

export interface Rendered {
  readonly subject: string;
  readonly text: string;
}

const untilText = (record: DecisionRecord, timeZone: string, language: Language) =>
  formatInstant(Date.parse(record.appeal_until), timeZone, language);

const reasonList = (record: DecisionRecord, language: Language): string =>
  record.reasons
    .map((reason, index) => `${index + 1}. ${textIn(reason, language)} (${reason.rule_id})`)
    .join("\n");

/**
 * The notice to the buyer. Its subject says nothing about the decision: it shows on locked screens.
 */
export function noticeText(
  record: DecisionRecord,
  where: { readonly link: string; readonly timeZone: string },
  language: Language,
): Rendered {
  const { subject, cancelled, ground, seen, wouldChange, appeal } = inLanguage(
    DECISION_WORDS.notice,
    language,
  );
  const values = {
    order: record.order_id,
    ground: textIn(record.incompatible_content_explanation, language),
    rules: record.rule_ids.join(", "),
    policy: record.policy_name,
    version: record.policy_version,
    reasons: reasonList(record, language),
    counterfactual: textIn(record.counterfactual, language),
    until: untilText(record, where.timeZone, language),
    link: where.link,
  };
  const said = [cancelled, ground, seen, wouldChange, appeal].map((text) => fill(text, values));
  return {
    subject,
    text: [...said, textIn(record.remedy_if_wrong, language)].join("\n\n"),
  };
}

/** The help desk's text: the same reasons in the same words. */
export const helpDeskText = (record: DecisionRecord, timeZone: string): Text =>
  asText((language) =>
    fill(DECISION_WORDS.helpDesk[language], {
      decision: record.puid,
      reasons: reasonList(record, language),
      until: untilText(record, timeZone, language),
    }),
  );

/** The status that channels show for a state of the decision. */
export function channelStatus(state: DecisionState): OrderStatus {
  return state === "overturned" ? "preparing" : "cancelled_by_seller";
}

/** For the courier: what to do with the parcel, and nothing about the buyer. */
export const courierText = (state: DecisionState): Text =>
  state === "overturned" ? DECISION_WORDS.courier.ship : DECISION_WORDS.courier.keep;
