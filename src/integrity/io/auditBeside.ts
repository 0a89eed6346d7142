/*
 * The audit in two threads: groups are found in one while persons are found in the other. The result is the same.
 */

import {
  audit,
  auditOf,
  lookAt,
  ordered,
  orHeldWhole,
  personsIn,
  type AuditOptions,
  type AuditResult,
} from "../audit.ts";
import type { Sharing } from "../attributes.ts";
import { componentsByView, unpacked, type ComponentsByView } from "../groups.ts";
import type { OrderTable } from "../table/orders.ts";
import type { SharedIdentifiers } from "../sharedIdentifiers.ts";
import type { GroupsTask, GroupsThread } from "./groupsThread.ts";
import { askThread } from "../../threads/thread.ts";

const THREAD = new URL("./groupsThread.ts", import.meta.url);
/** Below this a thread takes longer to start than it spares. */
const THREAD_FROM_ORDERS = 100_000;

/**
 * What `audit` finds, sooner: of many orders, which hang together is found in a thread, and who the persons
 * are beside it. The result is the same.
 */
export async function auditBeside(
  table: OrderTable,
  options: AuditOptions = {},
  { fromOrders = THREAD_FROM_ORDERS, threadFile = THREAD } = {},
): Promise<AuditResult> {
  if (table.count < fromOrders) return audit(table, options);
  const begun = orHeldWhole(table, options, () => {
    const given = ordered(table, options);
    const looked = lookAt(given.table, given.options, given.places);
    const looking = componentsBeside(looked.shared, given.table, threadFile);
    return { ...looked, given, looking, personOf: personsIn(given.table, looked, given.options) };
  });
  if (!("looking" in begun)) return begun;
  const found = await begun.looking;
  return orHeldWhole(table, options, () => {
    const { given } = begun;
    const components = found ?? componentsByView(begun.shared, given.table);
    return given.result(auditOf(given.table, given.options, { ...begun, components }, given.fit));
  });
}

/** Null when the thread fails, for lack of memory, for example: then it is done here, later. */
async function componentsBeside(
  shared: SharedIdentifiers,
  { count, eventCount }: OrderTable,
  threadFile: URL,
): Promise<ComponentsByView | null> {
  const task: GroupsTask = {
    shared: {
      identifiers: shared.identifiers.map(numbersOf),
      identifiersAndPlaces: shared.identifiersAndPlaces.map(numbersOf),
    },
    size: { count, eventCount },
  };
  try {
    const answer = await askThread<GroupsThread>(threadFile, task);
    return {
      identifiers: unpacked(answer.identifiers),
      identifiersAndPlaces: unpacked(answer.identifiersAndPlaces),
    };
  } catch {
    return null;
  }
}

/** Without the texts, which a thread would get a copy of. */
function numbersOf({ grade, declared, lists, rows, counts }: Sharing): Sharing {
  return { grade, declared, lists, rows, counts };
}
