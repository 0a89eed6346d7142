/*
 * Routes about decisions on people. Reading requires `sale.read`; each way of deciding has its own
 * capability, so that no role can do everything alone.
 */

import { z } from "zod";
import * as cases from "./caseSchemas.ts";
import { read, stored, logged, type RouteContract } from "./contract.ts";
import { acknowledged, instant, saleParams, slug, text, uuid } from "./schemas.ts";

const CASE_PROBLEMS = ["sale_not_found", "case_not_found"] as const;
const BATCH_PROBLEMS = ["batch_not_found"] as const;

/** Policies. */
export const policyRoutes = {
  showPolicy: {
    id: "showPolicy",
    cost: "database",
    method: "GET",
    path: "/v1/policies/:digest",
    summary: "A published policy, by its fingerprint",
    auth: "public",
    cache: "shared",
    params: z.object({ digest: cases.digest }),
    status: 200,
    response: cases.policyInfo,
    problems: ["policy_not_found"],
  },
  showSalePolicy: {
    id: "showSalePolicy",
    cost: "database",
    method: "GET",
    path: "/v1/sales/:slug/policy",
    summary: "The policy that a sale runs under",
    auth: "public",
    cache: "shared",
    params: saleParams,
    status: 200,
    response: cases.policyInfo,
    problems: ["sale_not_found", "policy_not_found"],
  },
  listPolicies: {
    ...read,
    id: "listPolicies",
    cost: "database",
    path: "/v1/operator/policies",
    summary: "All published policies and their versions",
    response: z.object({ policies: z.array(cases.policyInfo) }),
    problems: [],
  },
  publishPolicy: logged(
    {
      ...stored,
      id: "publishPolicy",
      cost: "database",
      path: "/v1/operator/policies",
      summary: "Publish a policy; a name and version is said once and never changes",
      capability: "policy.manage",
      body: z.record(z.string(), z.unknown()),
      bodyLimitBytes: 131_072,
      status: 201,
      response: cases.policyInfo,
      problems: ["policy_invalid", "policy_version_taken"],
    },
    { action: "publish policy", subject: (_, { name, version }) => `${name} v${version}` },
  ),
  setSalePolicy: logged(
    {
      ...stored,
      id: "setSalePolicy",
      cost: "database",
      path: "/v1/operator/sales/:slug/policy",
      summary:
        "Put a sale under a published policy (or the shipped one); not while a round of it is under way",
      capability: "policy.manage",
      params: saleParams,
      body: z.strictObject({ digest: cases.digest.optional() }),
      response: cases.policyInfo,
      problems: ["sale_not_found", "policy_not_found", "policy_in_use", "policy_limit_differs"],
    },
    {
      action: (_, { name, version }) => `set policy ${name} v${version}`,
      subject: ({ params }) => params.slug,
    },
  ),
} as const satisfies Record<string, RouteContract>;

/** Cases and reviewers' actions. */
export const reviewRoutes = {
  auditSale: logged(
    {
      ...stored,
      id: "auditSale",
      cost: "thread",
      path: "/v1/operator/sales/:slug/audit",
      summary:
        "Look at all orders of a sale together and open its cases (runs by itself at the end)",
      capability: "batch.manage",
      params: saleParams,
      response: z.object({
        orders: z.number().int(),
        cases: z.number().int(),
        fault: z.string().nullable(),
      }),
      problems: ["sale_not_found", "sale_still_open", "audited_already"],
    },
    { action: "audit", subject: ({ params }) => params.slug },
  ),
  listCases: {
    ...read,
    id: "listCases",
    cost: "database",
    path: "/v1/operator/cases",
    summary: "The queue: least time left first, then the largest, then the clearest",
    query: z.object({
      sale: slug.optional(),
      state: z.enum(["open", "decided", "closed"]).optional(),
      mine: z.enum(["yes", "no"]).default("no"),
      leastOrders: z.coerce.number().int().min(1).max(100_000).default(1),
      sort: z.enum(["due", "orders", "bits", "number"]).default("due"),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      after: z.coerce.number().int().min(0).default(0),
      lang: z.string().optional(),
    }),
    response: z.object({ cases: z.array(cases.caseSummary), total: z.number().int() }),
    problems: [],
  },
  showCase: {
    ...read,
    id: "showCase",
    cost: "database",
    path: "/v1/operator/sales/:slug/cases/:caseNo",
    summary: "One case: its orders, evidence, timeline and similar cases; values are masked",
    params: cases.caseParams,
    response: cases.caseDetail,
    problems: [...CASE_PROBLEMS],
  },
  claimCase: {
    ...stored,
    id: "claimCase",
    cost: "database",
    logs: "never: the case's own history says it",
    path: "/v1/operator/sales/:slug/cases/:caseNo/claim",
    summary: "Take a case for a quarter of an hour; others see who has it",
    capability: "case.decide",
    params: cases.caseParams,
    response: cases.caseSummary,
    problems: [...CASE_PROBLEMS, "case_claimed", "case_ended"],
  },
  decideCase: {
    ...stored,
    id: "decideCase",
    cost: "database",
    logs: "never: the case's own history says it",
    path: "/v1/operator/sales/:slug/cases/:caseNo/decision",
    summary: "Decide the whole case, or order by order; nothing is cancelled before a batch runs",
    capability: "case.decide",
    params: cases.caseParams,
    body: z.strictObject({
      /** The version that was shown: a stale page is refused. */
      version: z.number().int(),
      verdict: z.enum(["cancel", "release"]),
      /** Orders whose verdict differs from the case's. */
      except: z.array(uuid).max(10_000).default([]),
      note: z.string().trim().max(2_000).default(""),
    }),
    response: cases.caseSummary,
    problems: [...CASE_PROBLEMS, "case_claimed", "case_ended", "case_moved_on", "no_strong_reason"],
  },
  undoCaseDecision: {
    ...stored,
    id: "undoCaseDecision",
    cost: "database",
    logs: "never: the case's own history says it",
    path: "/v1/operator/sales/:slug/cases/:caseNo/undo",
    summary:
      "Take one's own decision back, within a quarter of an hour and before a batch took it up",
    capability: "case.decide",
    params: cases.caseParams,
    response: cases.caseSummary,
    problems: [
      ...CASE_PROBLEMS,
      "case_ended",
      "case_not_decided",
      "undo_too_late",
      "not_your_decision",
    ],
  },
  noteOnCase: {
    ...stored,
    id: "noteOnCase",
    cost: "database",
    logs: "never: the case's own history says it",
    path: "/v1/operator/sales/:slug/cases/:caseNo/notes",
    summary: "Leave a note for colleagues",
    capability: "case.decide",
    params: cases.caseParams,
    body: z.strictObject({ note: z.string().trim().min(1).max(2_000) }),
    response: acknowledged,
    problems: [...CASE_PROBLEMS],
  },
  declareFamily: {
    ...stored,
    id: "declareFamily",
    cost: "database",
    logs: "never: the case's own history says it",
    path: "/v1/operator/sales/:slug/cases/:caseNo/family",
    summary:
      "Accounts are as many people (a family, an office, a dorm): no later look joins them again",
    capability: "case.decide",
    params: cases.caseParams,
    body: z.strictObject({
      accounts: z.array(z.string().min(4).max(64)).min(2).max(100),
      /** Why they share identifiers; shown in the case's timeline. */
      as: z.enum(["family", "office"]).default("family"),
    }),
    response: acknowledged,
    problems: [...CASE_PROBLEMS, "account_not_in_case"],
  },
  unmaskOrder: {
    ...stored,
    id: "unmaskOrder",
    cost: "database",
    logs: "never: the case's own history says it",
    path: "/v1/operator/sales/:slug/cases/:caseNo/unmasked",
    summary: "See the plain details of one order; every look is logged with its purpose",
    capability: "case.unmask",
    params: cases.caseParams,
    body: z.strictObject({ orderId: uuid, purpose: z.string().trim().min(5).max(300) }),
    response: z.object({ facts: z.record(z.string(), z.string()) }),
    problems: [...CASE_PROBLEMS, "order_not_found", "facts_expired"],
  },
} as const satisfies Record<string, RouteContract>;

/** Mass actions and their brake. */
export const batchRoutes = {
  createBatch: logged(
    {
      ...stored,
      id: "createBatch",
      cost: "database",
      path: "/v1/operator/sales/:slug/batches",
      summary:
        "Freeze a selection, see its harm, and draw the cases that a person must decide first",
      capability: "batch.manage",
      params: saleParams,
      body: z.strictObject({
        /** `decided`: cases with a reviewer's word. `all`: open ones, too. */
        select: z.enum(["decided", "all"]).default("decided"),
        caseNos: z.array(z.number().int().min(1)).max(100_000).optional(),
      }),
      status: 201,
      response: cases.batch,
      problems: ["sale_not_found", "batch_empty", "policy_not_found", "sale_not_sealed"],
    },
    { action: "create batch", subject: ({ params }, { batchId }) => `${params.slug} ${batchId}` },
  ),
  listBatches: {
    ...read,
    id: "listBatches",
    cost: "database",
    path: "/v1/operator/sales/:slug/batches",
    summary: "The batches of a sale, newest first",
    params: saleParams,
    response: z.object({ batches: z.array(cases.batch) }),
    problems: ["sale_not_found"],
  },
  showBatch: {
    ...read,
    id: "showBatch",
    cost: "database",
    path: "/v1/operator/batches/:batchId",
    summary: "One batch: preview, sample, bound, approvals, progress",
    params: cases.batchParams,
    response: cases.batch,
    problems: [...BATCH_PROBLEMS],
  },
  listBatchPeople: {
    ...read,
    id: "listBatchPeople",
    cost: "database",
    path: "/v1/operator/batches/:batchId/people",
    summary: "Whose orders a batch would cancel: accounts, those with one order first",
    params: cases.batchParams,
    response: z.object({
      people: z.array(
        z.object({ account: z.string(), caseNo: z.number().int(), orders: z.number().int() }),
      ),
      /** There are more than are listed. */
      isMore: z.boolean(),
    }),
    problems: [...BATCH_PROBLEMS],
  },
  approveBatch: logged(
    {
      ...stored,
      id: "approveBatch",
      cost: "database",
      path: "/v1/operator/batches/:batchId/approval",
      summary: "Approve exactly this selection; the last approval starts the grace window",
      capability: "batch.approve",
      params: cases.batchParams,
      body: z.strictObject({ selectionDigest: cases.digest }),
      response: cases.batch,
      problems: [
        ...BATCH_PROBLEMS,
        "batch_not_approving",
        "digest_mismatch",
        "sample_undecided",
        "budget_exceeded",
        "approved_already",
        "approval_not_independent",
      ],
    },
    { action: "approve batch", subject: (_, { batchId }) => batchId },
  ),
  stopBatch: logged(
    {
      ...stored,
      id: "stopBatch",
      cost: "database",
      path: "/v1/operator/batches/:batchId/stop",
      summary: "The kill switch: nothing more happens; what was done is listed",
      capability: "batch.approve",
      params: cases.batchParams,
      response: cases.batch,
      problems: [...BATCH_PROBLEMS, "batch_ended"],
    },
    { action: "stop batch", subject: (_, { batchId }) => batchId },
  ),
  announceBatch: logged(
    {
      ...stored,
      id: "announceBatch",
      cost: "database",
      path: "/v1/operator/batches/:batchId/announcement",
      summary:
        "Say publicly what was done, or correct what was said; refused until every buyer's own notice has ended",
      capability: "report.publish",
      params: cases.batchParams,
      body: z
        .strictObject({ correction: z.string().trim().min(5).max(1_000).optional() })
        .default({}),
      response: z.object({ announcedAt: instant, edition: z.number().int(), statement: text }),
      problems: [...BATCH_PROBLEMS, "notices_pending", "announced_already"],
    },
    { action: "announce batch", subject: ({ params }) => params.batchId.toLowerCase() },
  ),
  listStatements: {
    id: "listStatements",
    cost: "database",
    method: "GET",
    path: "/v1/sales/:slug/statements",
    summary: "Public statements about cancelled orders of a sale, all editions, newest first",
    auth: "public",
    cache: "shared",
    params: saleParams,
    status: 200,
    response: z.object({ statements: z.array(cases.batchStatement) }),
    problems: ["sale_not_found"],
  },
} as const satisfies Record<string, RouteContract>;
