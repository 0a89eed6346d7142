import { Refusal } from "../../../http/problem.ts";
import type { Thresholds } from "../../../integrity/audit.ts";
import { readPolicyDocument } from "../policy.ts";
import { policyOfSale } from "./policyStore.ts";
import type { Query } from "../../../db/connect.ts";

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

/** What a sale's policy says of it; null while the sale has none. */
export async function thresholdsOfSale(tx: Query, saleNo: number): Promise<Thresholds | null> {
  const stored = await policyOfSale(tx, saleNo);
  if (!stored) return null;
  const { thresholds, unitsPerPersonCount } = stored.policy;
  return { ...thresholds, unitsPerPersonCount };
}
