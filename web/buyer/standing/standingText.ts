/* Sentences about how an order stands, for pages and their scripts. */

import { fill, type Language } from "../../../src/base/language.ts";
import { formatMoney } from "../../../src/base/money.ts";
import type { StandingTexts } from "./words.ts";

/** The standing as answers carry it (src/api/schemas.ts). */
export interface StandingShown {
  readonly code: keyof StandingTexts["ownStatus"];
  readonly restored: boolean;
  readonly unitKeptUntil: string | null;
  readonly appealAtDeadline: "release" | "cancel_and_owe" | null;
  readonly letGoBy: "buyer" | "ship_by" | null;
  readonly money: MoneyShown | null;
  readonly surplus: MoneyShown | null;
}

interface MoneyShown {
  readonly kind: "none" | "kept" | "due" | "back" | "beside";
  readonly minorUnits: number;
  readonly currency: string;
  readonly paymentMethod: keyof StandingTexts["methods"];
  readonly at: string | null;
}

interface Shown {
  readonly texts: StandingTexts;
  readonly language: Language;
  readonly time: (iso: string) => string;
}

/** The order's standing, and the sentences about its unit. */
export function standingLines(standing: StandingShown, { texts, time }: Shown): string[] {
  const { code, restored, unitKeptUntil, appealAtDeadline, letGoBy } = standing;
  return [
    restored ? texts.restored : "",
    texts.ownStatus[code],
    unitKeptUntil === null ? "" : fill(texts.keptUntil, { time: time(unitKeptUntil) }),
    appealAtDeadline === null ? "" : texts.atDeadline[appealAtDeadline],
    letGoBy === "ship_by" ? texts.letGoAtDeadline : "",
  ].filter((line) => line !== "");
}

/** How much goes back, where to, by when: the order's own money, and what was paid beside it. */
export function moneyLines(
  { money, surplus }: StandingShown,
  { texts, language, time }: Shown,
): string[] {
  return [money, surplus]
    .filter((one) => one !== null)
    .map((one) =>
      fill(texts.money[one.kind], {
        amount: formatMoney(one, language),
        method: texts.methods[one.paymentMethod],
        time: one.at === null ? "" : time(one.at),
      }),
    );
}
