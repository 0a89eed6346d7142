/*
 * The texts for each audience: the buyer's letters, help desk, channel, courier. The reasons come
 * from the one record and everything else from the order's standing, so they cannot contradict each
 * other.
 */

import { inLanguage, textIn } from "../../base/inLanguage.ts";
import { asText, fill, type Language, type Text } from "../../base/language.ts";
import { formatMoney } from "../../base/money.ts";
import { formatClock, formatInstant } from "../../base/zone.ts";
import {
  isDecided,
  AUDIENCES,
  type OrderMoney,
  type OrderStatus,
  type Standing,
  type StandingCode,
} from "../../sale/standing/standing.ts";
import { METHOD_WORDS } from "../../sale/words.ts";
import type { DecisionRecord } from "./decisionRecord.ts";
import {
  AFTER_APPEAL_WORDS,
  COURIER_WORDS,
  DECISION_WORDS,
  HELP_DESK_WORDS,
  MONEY_WORDS,
  SHIP_BY_WORDS,
} from "./words.ts";

export interface Rendered {
  readonly subject: string;
  readonly text: string;
  /** For a text message: two segments at most. */
  readonly brief: string;
}

const timeText = (iso: string, timeZone: string, language: Language) =>
  formatInstant(Date.parse(iso), timeZone, language);

const reasonList = (record: DecisionRecord, language: Language): string =>
  record.reasons
    .map((reason, index) => `${index + 1}. ${textIn(reason, language)} (${reason.rule_id})`)
    .join("\n");

/** The sentences about a channel's own deadline; none where it has none. */
function deadlineTexts(record: DecisionRecord, timeZone: string, language: Language): string[] {
  const { channel_deadline: deadline, unit_kept_until: kept } = record;
  if (!deadline || kept === undefined) return [];
  const values = {
    channel: record.channel,
    shipBy: timeText(deadline.ship_by, timeZone, language),
    kept: timeText(kept, timeZone, language),
  };
  return [
    fill(textIn(SHIP_BY_WORDS.deadline, language), values),
    textIn(SHIP_BY_WORDS.open[deadline.appeal_still_open], language),
  ];
}

/** The money of a cancelled order, at the moment of the decision. */
function moneyOfRecord(record: DecisionRecord, timeZone: string, language: Language): string[] {
  const { money } = record;
  if (money === undefined) return [];
  if (money === null) return [textIn(MONEY_WORDS.none, language)];
  const values = {
    amount: formatMoney({ minorUnits: money.minor_units, currency: money.currency }, language),
    method: textIn(METHOD_WORDS[money.payment_method], language),
    time: timeText(money.back_by, timeZone, language),
  };
  return [fill(textIn(MONEY_WORDS.kept, language), values), textIn(MONEY_WORDS.mayAsk, language)];
}

/** The notice as a text message: what happened to order, unit and money, and the link. */
function briefText(
  record: DecisionRecord,
  of: { readonly values: Readonly<Record<string, string | number>>; readonly timeZone: string },
  language: Language,
): string {
  const { brief, briefMoney } = inLanguage(DECISION_WORDS.notice, language);
  const { money } = record;
  const at = { nowMs: Date.parse(record.application_date), timeZone: of.timeZone, language };
  const short = (iso: string) => formatClock(Date.parse(iso), at);
  const paid =
    money &&
    fill(briefMoney, {
      amount: formatMoney({ minorUnits: money.minor_units, currency: money.currency }, language),
      time: short(money.back_by),
    });
  const until = short(record.appeal_until);
  const order = record.order_id.slice(0, 8);
  return fill(brief, { ...of.values, order, until, money: paid ?? "" }).replace(/ {2,}/g, " ");
}

/**
 * The notice to the buyer. Its subject says nothing about the decision: it shows on locked screens.
 */
export function noticeText(
  record: DecisionRecord,
  where: { readonly link: string; readonly timeZone: string },
  language: Language,
): Rendered {
  const { timeZone } = where;
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
    until: timeText(record.appeal_until, timeZone, language),
    kept: timeText(record.unit_kept_until ?? record.appeal_until, timeZone, language),
    link: where.link,
  };
  const said = [cancelled, ground, seen, wouldChange, appeal].map((text) => fill(text, values));
  const money = moneyOfRecord(record, timeZone, language).join(" ");
  const deadline = deadlineTexts(record, timeZone, language).join(" ");
  const remedy = textIn(record.remedy_if_wrong, language);
  return {
    subject,
    text: [...said, deadline, money, remedy].filter((text) => text !== "").join("\n\n"),
    brief: briefText(record, { values, timeZone }, language),
  };
}

/** The sentences about the money, in the words of one audience. */
export function moneyTexts(
  words: Readonly<Record<OrderMoney["kind"], Text>>,
  { money, surplus }: Pick<Standing, "money" | "surplus">,
  timeZone: string,
): Text[] {
  return [money, surplus]
    .filter((one) => one !== null)
    .map((one) =>
      asText((language) =>
        fill(words[one.kind][language], {
          amount: formatMoney(one, language),
          method: METHOD_WORDS[one.paymentMethod][language],
          time: one.atMs === null ? "…" : formatInstant(one.atMs, timeZone, language),
        }),
      ),
    );
}

/** Orders of which the reasons are still said: the decision has not been taken back. */
const REASONED: ReadonlySet<StandingCode> = new Set(["by_decision", "let_go", "final"]);

/** The help desk's text about an order, with its newest decision if there is one. */
export function helpDeskText(
  standing: Standing,
  record: DecisionRecord | null,
  timeZone: string,
): Text {
  const { code, restored, byTime, appealPending, atShipBy, disputed } = standing;
  const words = HELP_DESK_WORDS;
  const money = moneyTexts(words.money, standing, timeZone);
  return asText((language) => {
    const values = {
      decision: record?.puid ?? "",
      reasons: record && REASONED.has(code) ? reasonList(record, language) : "",
      until: record ? timeText(record.appeal_until, timeZone, language) : "",
    };
    const appeal = appealPending ? words.appealPending : words.mayAppeal;
    const parts: (Text | null)[] = [
      restored ? words.restored : null,
      words.standing[code],
      byTime ? words.byTime : null,
      disputed ? appeal : null,
      atShipBy && words.open[atShipBy],
      ...money,
    ];
    return parts
      .filter((part) => part !== null)
      .map((part) => fill(part[language], values))
      .join(" ");
  });
}

/** The status that channels show; null where none of theirs is true. */
export const channelStatus = ({ code }: Standing): OrderStatus | null => AUDIENCES[code].channel;

/** For the courier: what to do with the parcel, and nothing about the buyer. */
export const courierText = ({ code }: Standing): Text => COURIER_WORDS[AUDIENCES[code].parcel];

/** The letter's part after the answer to an appeal: how the order stands now. */
export function afterAppealText(standing: Standing, timeZone: string): Text {
  const { code } = standing;
  const main = isDecided(code)
    ? AFTER_APPEAL_WORDS[code === "final" ? "stands" : "owed"]
    : AFTER_APPEAL_WORDS.back;
  const said = moneyTexts(MONEY_WORDS, standing, timeZone);
  const outside = code === "final" ? AFTER_APPEAL_WORDS.outside : null;
  return asText((language) =>
    [main, ...said, outside]
      .filter((part) => part !== null)
      .map((part) => part[language])
      .join(" "),
  );
}
