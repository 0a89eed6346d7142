/* Tells the fence which joins the database has acknowledged, so that their loss is noticed. */

import type { Sql } from "../../../db/connect.ts";
import type { Fence } from "../../../db/fence.ts";
import type { EntryWriter } from "./intake.ts";
import { isKept } from "./statusStore.ts";

/** A writer whose last join the fence can look for. */
export function watchedWriter(write: EntryWriter, fence: Fence, sql: Sql): EntryWriter {
  const probe = sql.within("probe");
  return async (target, entries, kind, atMs) => {
    const outcomes = await write(target, entries, kind, atMs);
    const { saleNo, round } = target;
    const entry = entries[outcomes.findLastIndex(({ ok }) => ok)];
    if (entry !== undefined) {
      const count = outcomes.filter(({ ok }) => ok).length;
      fence.saw(count, () => isKept(probe, { saleNo, roundNo: round.roundNo }, entry));
    }
    return outcomes;
  };
}
