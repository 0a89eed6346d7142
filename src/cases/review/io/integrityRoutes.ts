import type { FastifyInstance } from "fastify";
import { integrityRoutes } from "../../../api/planRoutes.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import type { Thresholds } from "../../../integrity/audit.ts";
import type { Backtest } from "../../../integrity/backtest.ts";
import { clustersNeeded } from "../../../integrity/bound.ts";
import { askThread } from "../../../threads/thread.ts";
import { requireAnySale } from "../../../sale/io/saleRoutes.ts";
import { readSaleStatus, type StoredSale } from "../../../sale/io/saleStore.ts";
import { readPolicyDocument } from "../../policy/policy.ts";
import { loadOrders } from "./auditSale.ts";
import type { BacktestTask } from "./backtestThread.ts";
import { readOwnError } from "../../ownError/io/errorStore.ts";

const THREAD = new URL("./backtestThread.ts", import.meta.url);

/** What of a policy the look at orders depends on; throws what is wrong with it. */
export function thresholdsOf(document: Record<string, unknown>, field = "policy"): Thresholds {
  const read = readPolicyDocument(document);
  if (!read.ok) {
    const errors = read.issues.map((issue) => ({ ...issue, field: `${field}.${issue.field}` }));
    throw new Refusal("policy_invalid", { errors });
  }
  const { thresholds, unitsPerPersonCount } = read.policy;
  return { ...thresholds, unitsPerPersonCount };
}

async function readAudit(deps: HttpDeps, { saleNo }: StoredSale) {
  const [row] = await deps.sql<
    { audited_at: Date; order_count: number; case_count: number; fault: string | null }[]
  >`
    select audited_at, order_count, case_count, fault from sale_audit where sale_no = ${saleNo}`;
  return row
    ? {
        auditedAt: row.audited_at.toISOString(),
        ...{ orders: row.order_count, cases: row.case_count, fault: row.fault },
      }
    : null;
}

export function mountIntegrity(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, integrityRoutes.checkPolicy, async ({ body }) => {
    const read = readPolicyDocument(body);
    return {
      status: 200,
      body: { issues: read.ok ? [] : read.issues, digest: read.ok ? read.digest : null },
    };
  });

  mount(app, deps, integrityRoutes.backtestPolicies, async ({ params, body }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const task: BacktestTask = {
      ...{ a: thresholdsOf(body.a, "a"), b: thresholdsOf(body.b, "b") },
      records: (await loadOrders(deps.sql.within("work"), deps.keyring, sale)).records,
    };
    const result = await askThread<Backtest>(THREAD, task);
    return { status: 200, body: { orders: task.records.length, ...result } };
  });

  mount(app, deps, integrityRoutes.showIntegrity, async ({ params }) => {
    const sale = await requireAnySale(deps.sql, params.slug);
    const { policyDigest } = await readSaleStatus(deps.sql, sale.saleNo);
    const [decided] = await deps.sql<{ count: number }[]>`
      select count(*)::int as count from suspicion_case
      where sale_no = ${sale.saleNo} and decided_by is not null`;
    return {
      status: 200,
      body: {
        audit: await readAudit(deps, sale),
        policyDigest,
        error: policyDigest === null ? null : await readOwnError(deps.sql, sale),
        clustersNeeded: clustersNeeded({ alpha: 0.005, delta: 0.05, holdsPerCase: 3 }),
        clustersDecided: decided!.count,
      },
    };
  });
}
