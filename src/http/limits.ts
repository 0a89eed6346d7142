/*
 * Rate limits by kind of cost. Kinds have separate budgets, so that one kind cannot exhaust
 * another's.
 */

import { COSTS, type CostKind } from "../api/cost.ts";
import { customerAddress } from "../access/address.ts";
import type { RateLimiter, RateRule } from "../access/rateLimit.ts";
import { Gate } from "./gate.ts";
import { Refusal } from "./problem.ts";

/** Throws the refusal if the rule is exceeded. */
export function refuseIfTooOften(
  limiter: RateLimiter,
  key: string,
  rule: RateRule,
  nowMs: number,
): void {
  const retryAfterSeconds = limiter.take(key, rule, nowMs);
  if (retryAfterSeconds > 0) throw new Refusal("rate_limited", { retryAfterSeconds });
}

/** The address limit of a kind of cost. */
function addressRuleOf(kind: CostKind, addressRule: RateRule): RateRule {
  const { address } = COSTS[kind];
  if (typeof address !== "number") return address;
  return { burst: addressRule.burst * address, perSecond: addressRule.perSecond * address };
}

/** The limits of one process, per kind of cost. */
export class CostLimits {
  readonly #limiter: RateLimiter;
  readonly #rules: ReadonlyMap<CostKind, RateRule> | null;
  readonly #gates: ReadonlyMap<CostKind, Gate>;

  /** `addressRule` null: no address limit, for a simulated crowd on one address. */
  constructor(limiter: RateLimiter, addressRule: RateRule | null) {
    const kinds = Object.keys(COSTS) as CostKind[];
    this.#limiter = limiter;
    this.#rules =
      addressRule && new Map(kinds.map((kind) => [kind, addressRuleOf(kind, addressRule)]));
    const gates: [CostKind, Gate][] = [];
    for (const kind of kinds) {
      const { atOnce } = COSTS[kind];
      if (atOnce) gates.push([kind, new Gate(atOnce)]);
    }
    this.#gates = new Map(gates);
  }

  /** Whether addresses are told apart. */
  get countsAddresses(): boolean {
    return this.#rules !== null;
  }

  /** Counts a request of an address; throws the refusal. */
  refuseAddress(kind: CostKind, ip: string, nowMs: number): void {
    const rule = this.#rules?.get(kind);
    if (rule) refuseIfTooOften(this.#limiter, `${kind} ${customerAddress(ip)}`, rule, nowMs);
  }

  /** Runs a work of this kind as soon as there is room; throws `server_busy`. */
  async run<T>(kind: CostKind, work: () => Promise<T>): Promise<T> {
    const gate = this.#gates.get(kind);
    return gate ? await gate.run(work) : await work();
  }
}
