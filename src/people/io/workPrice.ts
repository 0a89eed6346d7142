/*
 * Requests that strangers may make for other people cost work, which grows with their rate. A limit
 * would let anybody lock the others out; work costs them a moment, never a refusal. All of it is in
 * memory and counted by each process for itself: it only saves work or sets prices.
 */

import { randomBytes, randomInt } from "node:crypto";
import { Meter, priceOf, type PriceKeys } from "../../access/price.ts";
import type { RateRule } from "../../access/rateLimit.ts";
import { RecentKeys } from "../../access/recentKeys.ts";
import { checkWork, issueWork } from "../../access/io/work.ts";
import type { HttpDeps } from "../../http/call.ts";
import { refuseIfTooOften } from "../../http/limits.ts";
import { Refusal } from "../../http/problem.ts";

interface PricedRequest {
  /**
   * A repeated request gets its first answer, whatever the price. The fingerprint holds its content:
   * otherwise one key would let any number of requests through.
   */
  readonly requestKey: string;
  readonly requestFingerprint: string;
  readonly nowMs: number;
  /** The purpose of a solution; for another it is worth nothing. Challenges are public: no plain key. */
  readonly binding: string;
  /** The solution that came with the request. */
  readonly work?: string | undefined;
  readonly keys: PriceKeys;
  /** The keys under which it counts; all by default. */
  readonly countedKeys?: PriceKeys;
  /** The least price, in hashes, whatever its keys say. */
  readonly leastHashes?: number;
}

/** Prices the requests of one kind. One for each process. */
export class WorkPrice {
  readonly #deps: HttpDeps;
  readonly #terms: { readonly lifetimeMs: number; readonly againRule: RateRule };
  readonly meter = new Meter();
  /** Requests that were let through. */
  readonly #admitted = new RecentKeys();
  /** Works that are used up: their floods never reach the database. */
  readonly #spent = new RecentKeys();

  /** `lifetimeMs`: how long a challenge is good; `againRule`: repeats of one request. */
  constructor(
    deps: HttpDeps,
    terms: { readonly lifetimeMs: number; readonly againRule: RateRule },
  ) {
    this.#deps = deps;
    this.#terms = terms;
  }

  /**
   * Lets a request through, or asks for work; throws the refusal. The key of the work that paid for
   * it; null where it is free.
   */
  admit(request: PricedRequest): string | null {
    const { binding, nowMs, work } = request;
    const { keyring, limiter } = this.#deps;
    const name = `${request.requestKey} ${request.requestFingerprint}`;
    const again = this.#admitted.has(name);
    if (again) refuseIfTooOften(limiter, `again ${name}`, this.#terms.againRule, nowMs);
    if (work === undefined) {
      if (!again) this.#charge(request);
      this.#admitted.add(name);
      return null;
    }
    const checked = checkWork(keyring.work, { binding, nowMs }, work);
    if (!checked.ok) throw new Refusal(checked.why);
    if (!again && this.#spent.has(checked.value)) throw new Refusal("work_used");
    this.#spent.add(checked.value);
    this.#admitted.add(name);
    return checked.value;
  }

  /** Counts a request; throws what it costs, if it is not free. */
  #charge({ keys, countedKeys = keys, leastHashes = 0, binding, nowMs }: PricedRequest): void {
    const cost = Math.max(leastHashes, priceOf(this.meter, keys, nowMs));
    this.meter.noteAll(countedKeys, nowMs);
    if (cost === 0) return;
    const work = issueWork(
      this.#deps.keyring.work,
      { binding, nowMs },
      {
        cost,
        secretNumber: randomInt(cost + 1),
        nonce: randomBytes(12).toString("hex"),
        lifetimeMs: this.#terms.lifetimeMs,
      },
    );
    throw new Refusal("work_required", { work });
  }
}
