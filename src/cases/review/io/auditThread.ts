/*
 * Thread entry: analyses all orders of a sale. 50,000 orders take seconds, in which the server must
 * answer.
 */

import { audit, type Thresholds } from "../../../integrity/audit.ts";
import { OrderTableBuilder, type OrderRecord } from "../../../integrity/table/orders.ts";
import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import { findingsOf, type CaseFinding, type RecipientGroup } from "../findings.ts";

/** Task and answer are plain data. */
export interface AuditTask {
  readonly records: readonly OrderRecord[];
  readonly thresholds: Thresholds;
  /** Pairs of order rows that a person declared to be two people, as "smaller larger". */
  readonly apart: readonly string[];
  /** Accounts that a person cleared, by their names in the table. */
  readonly cleared: readonly string[];
  /** Orders that wait because of others to their recipient and place. */
  readonly recipients: readonly RecipientGroup[];
  /** Orders before which a one-time code was answered. */
  readonly answered: readonly string[];
}

interface AuditAnswer {
  readonly findings: readonly CaseFinding[];
  readonly fault: string | null;
}

export type AuditThread = ThreadContract<AuditTask, AuditAnswer>;

function runAudit(task: AuditTask): AuditAnswer {
  const builder = new OrderTableBuilder();
  for (const record of task.records) builder.add(record);
  const table = builder.build();
  const result = audit(table, {
    thresholds: task.thresholds,
    apart: new Set(task.apart),
    past: { rings: new Set(), genuine: new Set(task.cleared) },
  });
  const { recipients } = task;
  const findings = findingsOf(table, result, { recipients, answered: new Set(task.answered) });
  return { findings, fault: result.fault };
}

serveThread<AuditThread>(runAudit);
