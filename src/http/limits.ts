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

/**
 * Each server keeps this much of an address limit however many they are: an address whose connections
 * all end at one server must still be served, which matters more than the exact sum.
 */
const LEAST_SHARE: RateRule = { burst: 20, perSecond: 2 };

/** One server's share of a limit over `serverCount` servers; never less than the floor. */
export function shareOf({ burst, perSecond }: RateRule, serverCount: number): RateRule {
  return {
    burst: Math.max(burst / serverCount, Math.min(burst, LEAST_SHARE.burst)),
    perSecond: Math.max(perSecond / serverCount, Math.min(perSecond, LEAST_SHARE.perSecond)),
  };
}

/** The limits of one process, per kind of cost; those of addresses are its share of all. */
export class CostLimits {
  readonly #limiter: RateLimiter;
  readonly #rules: ReadonlyMap<CostKind, RateRule> | null;
  readonly #serverCount: () => number;
  /** This server's share of each rule, for so many servers. */
  #shares: {
    readonly serverCount: number;
    readonly rules: ReadonlyMap<CostKind, RateRule>;
  } | null = null;
  readonly #gates: ReadonlyMap<CostKind, Gate>;

  /**
   * `addressRule` null: no address limit, for a simulated crowd on one address. `serverCount`: how
   * many servers share it now.
   */
  constructor(
    limiter: RateLimiter,
    addressRule: RateRule | null,
    serverCount: () => number = () => 1,
  ) {
    this.#serverCount = serverCount;
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
    const rule = this.#sharedRules()?.get(kind);
    if (rule) refuseIfTooOften(this.#limiter, `${kind} ${customerAddress(ip)}`, rule, nowMs);
  }

  #sharedRules(): ReadonlyMap<CostKind, RateRule> | null {
    const serverCount = this.#serverCount();
    if (this.#rules === null || serverCount <= 1) return this.#rules;
    if (this.#shares?.serverCount !== serverCount) {
      const shares = [...this.#rules].map(
        ([kind, rule]) => [kind, shareOf(rule, serverCount)] as const,
      );
      this.#shares = { serverCount, rules: new Map(shares) };
    }
    return this.#shares.rules;
  }

  /** Runs a work of this kind as soon as there is room; throws `server_busy`. */
  async run<T>(kind: CostKind, work: () => Promise<T>): Promise<T> {
    const gate = this.#gates.get(kind);
    return gate ? await gate.run(work) : await work();
  }
}
