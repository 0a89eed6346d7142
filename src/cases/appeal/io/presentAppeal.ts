/* An appeal in the form of the wire contract, as lists show it: no statement, no files. */

import { iso } from "../../../base/instant.ts";
import { appealCan, reminderAtMs } from "../appeal.ts";
import type { StoredAppeal } from "./appealStore.ts";

/** Deadlines are judged at `nowMs`. */
export function presentAppeal(appeal: StoredAppeal, nowMs: number) {
  const open = appealCan.stillBeDecided(appeal);
  return {
    appealId: appeal.appealId,
    decisionId: appeal.decisionId,
    sale: appeal.slug,
    orderId: appeal.orderId,
    state: appeal.state,
    filedAt: iso(appeal.filedAtMs),
    dueAt: iso(appeal.dueAtMs),
    overdue: open && appeal.dueAtMs < nowMs,
    dueSoon: open && nowMs >= reminderAtMs(appeal),
    wantsHuman: appeal.wantsHuman,
    isFamily: appeal.isFamily,
    byDefault: appeal.byDefault,
    decidedBy: appeal.decidedBy,
  };
}
