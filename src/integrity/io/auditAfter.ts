/*
 * Looks at orders of which some were answered before, under the fit of then and under one of now, and leaves answers as
 * they are where the fit alone would make them stricter.
 */

import { fitOf, type AuditOptions, type AuditResult } from "../audit.ts";
import { changesOf, staying, type AnswerChange, type GivenAnswers } from "../fit/answers.ts";
import type { EventFit } from "../fit/eventFit.ts";
import { partOfTable } from "../fit/partOfTable.ts";
import type { OrderTable } from "../table/orders.ts";
import { auditBeside } from "./auditBeside.ts";
import { answersIn, type PreviousAnswers } from "./readPrevious.ts";

/** Answers, and the fit by which they were given; null where it is not known any more. */
export interface Answered {
  readonly answers: GivenAnswers;
  readonly fit: EventFit | null;
}

export interface AfterAnswers {
  readonly result: AuditResult;
  readonly changes: readonly AnswerChange[];
}

/** The last run's answers in a table. Its fit is learned again from its orders, and is known if they say the same as then. */
export function answeredIn(table: OrderTable, previous: PreviousAnswers): Answered {
  const answers = answersIn(table, previous);
  if (previous.fitDigest === null || answers.size < previous.byOrder.size)
    return { answers, fit: null };
  const fit = fitOf(partOfTable(table, [...answers.keys()]));
  return { answers, fit: fit.digest === previous.fitDigest ? fit : null };
}

/** Takes three looks at most: what the fits say alone, and what follows with the answers that stay. */
export async function auditAfter(
  table: OrderTable,
  options: AuditOptions,
  { answers, fit }: Answered,
): Promise<AfterAnswers> {
  const now = await auditBeside(table, options);
  if (fit === null || fit.digest === now.fit.digest) {
    const looks = { underFitOfThen: fit && now, now, result: now };
    return { result: now, changes: changesOf(answers, looks) };
  }
  const underFitOfThen = await auditBeside(table, { ...options, fit });
  const stays = staying(answers, underFitOfThen, now);
  const result =
    stays.size === 0 ? now : await auditBeside(table, { ...options, fit: now.fit, stays });
  return { result, changes: changesOf(answers, { underFitOfThen, now, result }) };
}
