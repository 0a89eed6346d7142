/*
 * Routes for policies: read, list, check, publish, and put a sale under one.
 * Must never happen: the rules change for people who have already entered. A policy cannot be set
 * while a round is under way, and a published version never changes.
 */

import type { FastifyInstance } from "fastify";
import { policyRoutes } from "../../../api/caseRoutes.ts";
import { must } from "../../../base/assert.ts";
import type { Transaction } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { readSaleStatus, type StoredSale } from "../../../sale/io/saleStore.ts";
import { roundPhase } from "../../../sale/saleState.ts";
import { policyDigest, readPolicyDocument } from "../policy.ts";
import { shippedPolicy } from "../shippedPolicy.ts";
import {
  findPolicy,
  listPolicies,
  policyOfSale,
  publishPolicy,
  writeSalePolicy,
  type StoredPolicy,
} from "./policyStore.ts";
import { integrityRoutes } from "../../../api/planRoutes.ts";
import { requireAnySale } from "../../../sale/io/requireSale.ts";
import { requirePublished } from "./requirePublished.ts";

/** A policy in the form of the wire contract. */
export function presentPolicy(stored: StoredPolicy) {
  const { digest, policy, publishedAtMs, reviewOnlyRules } = stored;
  return {
    digest,
    name: policy.name,
    version: policy.version,
    publishedAt: new Date(publishedAtMs).toISOString(),
    document: policy as unknown as Record<string, unknown>,
    reviewOnlyRules: [...reviewOnlyRules],
  };
}

/**
 * Puts a sale under a policy; without a digest the shipped policy is published and used. Refused
 * while a round is under way, or if the policy's limit per person differs from the sale's.
 */
export async function setSalePolicy(
  tx: Transaction,
  sale: StoredSale,
  change: {
    readonly digest?: string | undefined;
    readonly nowMs: number;
  },
): Promise<StoredPolicy> {
  const { nowMs } = change;
  const { definition } = sale;
  const status = await readSaleStatus(tx, sale.saleNo, "update");
  let digest = change.digest;
  if (digest === undefined) {
    const shipped = shippedPolicy(definition.unitsPerPersonCount);
    digest = policyDigest(shipped);
    if (!(await publishPolicy(tx, shipped, digest, nowMs)))
      throw new Refusal("policy_version_taken");
  }
  const stored = await findPolicy(tx, digest);
  if (!stored) throw new Refusal("policy_not_found");
  const underWay = definition.rounds.some((round) =>
    ["lobby", "open"].includes(roundPhase(round, nowMs)),
  );
  if (status.state !== "draft" && underWay) throw new Refusal("policy_in_use");
  if (stored.policy.unitsPerPersonCount !== definition.unitsPerPersonCount) {
    throw new Refusal("policy_limit_differs");
  }
  await writeSalePolicy(tx, sale.saleNo, digest, nowMs);
  return stored;
}

export function mountPolicies(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, policyRoutes.showPolicy, async ({ params }) => {
    const stored = await findPolicy(deps.sql, params.digest);
    if (!stored) throw new Refusal("policy_not_found");
    return { status: 200, body: presentPolicy(stored) };
  });

  mount(app, deps, policyRoutes.showSalePolicy, async ({ params }) => {
    const sale = await requirePublished(deps, params.slug);
    const stored = await policyOfSale(deps.sql, sale.saleNo);
    if (!stored) throw new Refusal("policy_not_found");
    return { status: 200, body: presentPolicy(stored) };
  });

  mount(app, deps, policyRoutes.listPolicies, async () => {
    const policies = (await listPolicies(deps.sql)).map(presentPolicy);
    return { status: 200, body: { policies } };
  });

  mount(app, deps, policyRoutes.publishPolicy, async (tx, { body, nowMs }) => {
    const read = readPolicyDocument(body);
    if (!read.ok) throw new Refusal("policy_invalid", { errors: read.issues });
    const { policy, digest } = read;
    if (!(await publishPolicy(tx, policy, digest, nowMs)))
      throw new Refusal("policy_version_taken");
    return {
      status: 201,
      body: presentPolicy(must(await findPolicy(tx, digest), "published above")),
    };
  });

  mount(app, deps, policyRoutes.setSalePolicy, async (tx, { params, body, nowMs }) => {
    const sale = await requireAnySale(tx, params.slug);
    const change = { digest: body.digest, nowMs };
    return { status: 200, body: presentPolicy(await setSalePolicy(tx, sale, change)) };
  });
}

/** Mounts the route that checks a policy document without storing it. */
export function mountPolicyCheck(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, integrityRoutes.checkPolicy, async ({ body }) => {
    const read = readPolicyDocument(body);
    return {
      status: 200,
      body: { issues: read.ok ? [] : read.issues, digest: read.ok ? read.digest : null },
    };
  });
}
