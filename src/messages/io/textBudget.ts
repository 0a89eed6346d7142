/*
 * The budget of texts with sign-in codes. Strangers choose who is sent one and the seller pays, so
 * their number an hour is bounded, whatever work was done. Used up, it stops codes by text and
 * nothing else: codes by mail and the brand's login go on.
 */

import type { Logger } from "pino";
import type { Query, Transaction } from "../../db/connect.ts";
import { countText, countTexts, raiseTextAlarm } from "../../access/io/codeStore.ts";
import { logOperatorAction } from "../../access/io/operatorStore.ts";

const HOUR_MS = 3_600_000;
/** Shares of the budget that raise an alarm, in percent. */
const ALARMS = [80, 100] as const;

type TextState = "ok" | "warn" | "used_up";

/** The present hour's budget, for staff. */
interface TextBudget {
  readonly perHourCount: number;
  readonly sentCount: number;
  readonly state: TextState;
}

function textState({ sentCount, perHourCount }: Omit<TextBudget, "state">): TextState {
  if (sentCount >= perHourCount) return "used_up";
  return sentCount * 100 >= perHourCount * ALARMS[0] ? "warn" : "ok";
}

/** The budget of the present hour. */
export async function readTextBudget(
  sql: Query,
  { perHourCount, nowMs }: { readonly perHourCount: number; readonly nowMs: number },
): Promise<TextBudget> {
  const counts = { perHourCount, sentCount: await countTexts(sql, nowMs) };
  return { ...counts, state: textState(counts) };
}

/** The hour's texts as one process last saw them: a price needs them before the database is asked. */
export class TextsSeen {
  #seen = { sentCount: 0, atMs: 0 };

  note(seen: { readonly sentCount: number; readonly atMs: number }): void {
    this.#seen = seen;
  }

  /** Texts of the present hour, as far as this process knows. */
  sentCount(nowMs: number): number {
    const { sentCount, atMs } = this.#seen;
    return Math.floor(atMs / HOUR_MS) === Math.floor(nowMs / HOUR_MS) ? sentCount : 0;
  }
}

/** The sign of the system in the operator log. */
const SYSTEM = "Giliran";

/**
 * Counts one text, as the transaction's last work: its row is one that all requests share. Raises
 * each alarm once an hour, in the operator log and the server's. Requests at the same moment may
 * exceed the budget by their number. Returns the texts of the hour so far.
 */
export async function spendText(
  tx: Transaction,
  { perHourCount, logger }: { readonly perHourCount: number; readonly logger: Logger },
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): Promise<number> {
  await countText(tx, { nowMs, chance });
  const sentCount = await countTexts(tx, nowMs);
  for (const percent of ALARMS) {
    if (sentCount * 100 < perHourCount * percent) continue;
    if (!(await raiseTextAlarm(tx, { percent, nowMs }))) continue;
    const subject = `${percent} % of ${perHourCount} an hour`;
    await logOperatorAction(tx, { operatorName: SYSTEM, action: "text budget", subject, nowMs });
    logger.warn({ sentCount, perHourCount }, `texts with sign-in codes: ${subject} used`);
  }
  return sentCount;
}
