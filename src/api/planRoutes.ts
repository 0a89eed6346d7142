/* Routes for trying things first: a sale before its creation, a policy before its publication. */

import { z } from "zod";
import * as cases from "./caseSchemas.ts";
import { read, stored, tried, logged, type RouteContract } from "./contract.ts";
import { instant, saleParams, slug, text } from "./schemas.ts";

const document = z.record(z.string(), z.unknown());
const issues = z.array(z.object({ field: z.string(), reason: z.string() }));
const reason = z.object({ code: z.string(), id: z.string(), en: z.string() });

/** A kind of people in a rehearsal, and the policy's effect on them. */
const rehearsedGroup = z.object({
  kind: z.string(),
  people: z.number().int(),
  joined: z.number().int(),
  orders: z.number().int(),
  held: z.number().int(),
  askedToConfirm: z.number().int(),
});

const policyOutcome = z.object({
  cases: z.number().int(),
  held: z.number().int(),
  askedToConfirm: z.number().int(),
  heldSingleOrders: z.number().int(),
  heldMinorUnits: z.number().nullable(),
  /** Held orders that may be genuine, from the least to the most; the model's own estimate, no bound. */
  genuineAmongHeld: z.object({ low: z.number().int(), high: z.number().int() }),
});

/** Sales before their creation, and the operator's message to people who wait. */
export const planRoutes = {
  checkSale: {
    ...tried,
    id: "checkSale",
    cost: "page",
    logs: "never: nothing is kept",
    capability: "sale.read",
    path: "/v1/operator/sales/check",
    summary: "What is wrong with a sale file, field by field; else how buyers would see it",
    body: document,
    bodyLimitBytes: 262_144,
    response: z.object({
      issues,
      slugTaken: z.boolean(),
      unitCount: z.number().int(),
      preview: text.nullable(),
    }),
    problems: [],
  },
  showSaleFile: {
    ...read,
    id: "showSaleFile",
    cost: "database",
    path: "/v1/operator/sales/:slug/file",
    summary: "A sale as the file that creates it: to keep, or to make another from",
    params: saleParams,
    response: document,
    problems: ["sale_not_found"],
  },
  saySomething: logged(
    {
      ...stored,
      id: "saySomething",
      cost: "database",
      capability: "sale.manage",
      path: "/v1/operator/sales/:slug/message",
      summary: "A word to everybody on the sale's page; null takes it back",
      params: saleParams,
      body: z.strictObject({
        message: z
          .strictObject({
            id: z.string().trim().min(1).max(500),
            en: z.string().trim().min(1).max(500),
          })
          .nullable(),
      }),
      response: z.object({ message: text.nullable() }),
      problems: ["sale_not_found"],
    },
    {
      action: ({ body }) => (body.message === null ? "took message back" : "said to everybody"),
      subject: ({ params }) => params.slug,
    },
  ),
  rehearse: {
    ...tried,
    id: "rehearse",
    cost: "thread",
    logs: "never: nothing is kept",
    capability: "sale.read",
    path: "/v1/operator/rehearsals",
    summary: "A made-up crowd goes through a sale's rules: who would be hit? Nothing is kept",
    body: z.strictObject({
      slug,
      policy: document.optional(),
      entrants: z.number().int().min(100).max(50_000).default(5_000),
      ringShare: z.number().min(0).max(0.6).default(0.15),
      seed: z.number().int().min(0).max(1_000_000).default(26),
    }),
    bodyLimitBytes: 131_072,
    response: z.object({
      synthetic: z.literal(true),
      entrants: z.number().int(),
      units: z.number().int(),
      oneIn: z.number(),
      cases: z.number().int(),
      fault: z.string().nullable(),
      groups: z.array(rehearsedGroup),
    }),
    problems: ["sale_not_found", "policy_invalid"],
  },
} as const satisfies Record<string, RouteContract>;

/** Policies before their publication, and a sale's own error. */
export const integrityRoutes = {
  checkPolicy: {
    ...tried,
    id: "checkPolicy",
    cost: "database",
    logs: "never: nothing is kept",
    capability: "sale.read",
    path: "/v1/operator/policies/check",
    summary: "What no policy may say, word by word, before anything is published",
    body: document,
    bodyLimitBytes: 131_072,
    response: z.object({ issues, digest: cases.digest.nullable() }),
    problems: [],
  },
  backtestPolicies: {
    ...tried,
    id: "backtestPolicies",
    cost: "thread",
    logs: "never: nothing is kept",
    capability: "sale.read",
    path: "/v1/operator/sales/:slug/backtest",
    summary: "What two policies would hold of the same orders; nothing is written",
    params: saleParams,
    body: z.strictObject({ a: document, b: document }),
    bodyLimitBytes: 262_144,
    response: z.object({
      orders: z.number().int(),
      a: policyOutcome,
      b: policyOutcome,
      differing: z.number().int(),
      sample: z.array(
        z.object({
          orderId: z.string(),
          from: z.string(),
          to: z.string(),
          caseId: z.string(),
          reasons: z.array(reason),
        }),
      ),
    }),
    problems: ["sale_not_found", "policy_invalid"],
  },
  showIntegrity: {
    ...read,
    id: "showIntegrity",
    cost: "database",
    path: "/v1/operator/sales/:slug/integrity",
    summary: "What was looked at, what was found, how often we were wrong, and what can be claimed",
    params: saleParams,
    response: z.object({
      audit: z
        .object({
          auditedAt: instant,
          orders: z.number().int(),
          cases: z.number().int(),
          fault: z.string().nullable(),
        })
        .nullable(),
      policyDigest: cases.digest.nullable(),
      error: cases.ownError.nullable(),
      /** Clusters that people must have decided before anything may be held automatically. */
      clustersNeeded: z.number().int(),
      clustersDecided: z.number().int(),
    }),
    problems: ["sale_not_found"],
  },
} as const satisfies Record<string, RouteContract>;
