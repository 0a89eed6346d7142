import { audit, type Thresholds } from "../../../integrity/audit.ts";
import { OrderTableBuilder, type OrderRecord } from "../../../integrity/table/orders.ts";
import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import { findingsOf, type CaseFinding } from "../findings.ts";

/** What the thread is given and what it answers: plain data both ways. */
export interface AuditTask {
  readonly records: readonly OrderRecord[];
  readonly thresholds: Thresholds;
  /** Pairs of order rows that a person declared to be two people, as "smaller larger". */
  readonly apart: readonly string[];
  /** Accounts that a person cleared before, as the table names them. */
  readonly cleared: readonly string[];
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
  return { findings: findingsOf(table, result), fault: result.fault };
}

// A look at fifty thousand orders takes seconds, in which the server must go on answering.
serveThread<AuditThread>(runAudit);
