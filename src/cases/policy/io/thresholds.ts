/* The thresholds of a policy in the form that the order analysis takes. */

import { Refusal } from "../../../http/problem.ts";
import type { Thresholds } from "../../../integrity/audit.ts";
import { readPolicyDocument, type Policy } from "../policy.ts";
import { policyOfSale } from "./policyStore.ts";
import type { Query } from "../../../db/connect.ts";

/** Thresholds of a policy, its limit among them. */
export const thresholdsIn = ({ thresholds, unitsPerPersonCount }: Policy): Thresholds => ({
  ...thresholds,
  unitsPerPersonCount,
});

/** Thresholds of a policy document; throws `policy_invalid` with the fields at fault. */
export function thresholdsOf(document: Record<string, unknown>, field = "policy"): Thresholds {
  const read = readPolicyDocument(document);
  if (!read.ok) {
    const errors = read.issues.map((issue) => ({ ...issue, field: `${field}.${issue.field}` }));
    throw new Refusal("policy_invalid", { errors });
  }
  return thresholdsIn(read.policy);
}

/** Thresholds of a sale's policy; null while it has none. */
export async function thresholdsOfSale(tx: Query, saleNo: number): Promise<Thresholds | null> {
  const stored = await policyOfSale(tx, saleNo);
  return stored && thresholdsIn(stored.policy);
}
