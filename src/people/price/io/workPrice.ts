/*
 * Requests that strangers may make for other people cost work, which grows with their rate. A limit
 * would let anybody lock the others out; work costs them a moment, never a refusal.
 * All servers count together: a request that this process would let through for nothing is counted
 * in the database first. One that costs work already is answered from memory, so that a flood reaches
 * no table; the others hear of it within a second.
 */

import { randomBytes, randomInt } from "node:crypto";
import {
  isRemembered,
  Meter,
  PRICE_RULES,
  priceOf,
  priceUnder,
  type PricedBy,
  type PriceKeys,
  type Untold,
} from "../../../access/price.ts";
import type { RateRule } from "../../../access/rateLimit.ts";
import { RecentKeys } from "../../../access/recentKeys.ts";
import { checkWork, issueWork } from "../../../access/io/work.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { refuseIfTooOften } from "../../../http/limits.ts";
import { Refusal } from "../../../http/problem.ts";
import { countAttempts, payWith } from "./priceStore.ts";

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
  /** The keys under which it counts. */
  readonly keys: PriceKeys;
  /** Keys that only set its price: others count them. */
  readonly priceKeys?: PriceKeys;
  /** A key that counts the mailboxes of its requests, not the requests. */
  readonly mailboxesKey?: PriceKeys;
  /** The least price, in hashes, whatever its keys say. */
  readonly leastHashes?: number;
}

interface Terms {
  /** How long a challenge is good, in ms. */
  readonly lifetimeMs: number;
  /** Repeats of one request. */
  readonly againRule: RateRule;
  /**
   * Whether solutions are written down as used. Requests for codes need no such row: their code has
   * a unique key of the solution.
   */
  readonly writesPaid: boolean;
}

/** How often others are told of what was counted in memory alone, in ms. */
const TELL_EVERY_MS = 1_000;

/** Counts of a request's keys on all servers, by kind. */
type Counts = ReadonlyMap<PricedBy, number>;

/** The highest price under these counts, in hashes. */
function highestPrice(counts: Counts): number {
  const prices = [...counts].map(([kind, count]) => priceUnder(PRICE_RULES[kind], count));
  return Math.max(0, ...prices);
}

/** Prices the requests of one kind. One for each process. */
export class WorkPrice {
  readonly #deps: HttpDeps;
  readonly #terms: Terms;
  readonly #meter = new Meter();
  /** Requests that were let through. */
  readonly #admitted = new RecentKeys();
  /** Works that are used up: their floods never reach the database. */
  readonly #spent = new RecentKeys();
  #toldAtMs = 0;

  constructor(deps: HttpDeps, terms: Terms) {
    this.#deps = deps;
    this.#terms = terms;
  }

  /**
   * Lets a request through, or asks for work; throws the refusal. The key of the work that paid for
   * it; null where it is free.
   */
  async admit(request: PricedRequest): Promise<string | null> {
    const { binding, nowMs, work } = request;
    const { keyring, limiter } = this.#deps;
    const name = `${request.requestKey} ${request.requestFingerprint}`;
    const again = this.#admitted.has(name);
    if (again) refuseIfTooOften(limiter, `again ${name}`, this.#terms.againRule, nowMs);
    if (work === undefined) {
      if (!again) await this.#charge(request);
      this.#admitted.add(name);
      return null;
    }
    const checked = checkWork(keyring.work, { binding, nowMs }, work);
    if (!checked.ok) throw new Refusal(checked.why);
    if (!again && this.#spent.has(checked.value)) throw new Refusal("work_used");
    this.#spent.add(checked.value);
    if (!again && this.#terms.writesPaid) await this.#pay(checked.value, name, nowMs);
    this.#admitted.add(name);
    return checked.value;
  }

  /** Counts something that raises later prices, such as a wrong guess; in memory alone. */
  note(keys: PriceKeys, nowMs: number): void {
    this.#meter.noteAll(keys, nowMs);
  }

  /** Tells the others of what was only counted in memory, once a second at most. */
  async tell(nowMs: number): Promise<void> {
    if (Math.abs(nowMs - this.#toldAtMs) < TELL_EVERY_MS) return;
    this.#toldAtMs = nowMs;
    await this.#exchange(this.#meter.takeToTell(nowMs), {}, nowMs);
  }

  /** Uses a solution up, for all servers. */
  async #pay(workKey: string, name: string, nowMs: number): Promise<void> {
    const { sql, keyring } = this.#deps;
    const requestKey = keyring.identityKey("paid request", name);
    // A challenge may have been made by a server whose clock is ahead.
    const expiresAtMs = nowMs + 2 * this.#terms.lifetimeMs;
    if (!(await payWith(sql, { workKey, requestKey, expiresAtMs }))) throw new Refusal("work_used");
  }

  /** Counts a request; throws what it costs, if it is not free. */
  async #charge(request: PricedRequest): Promise<void> {
    const { keys, mailboxesKey = {}, nowMs, leastHashes = 0 } = request;
    const { mailbox } = keys;
    const isNew = mailbox !== undefined && !this.#meter.knows({ mailbox }, nowMs);
    let cost = this.#price(request);
    this.#meter.noteAll(keys, nowMs);
    if (cost === 0) {
      // Many may come at once: what counts is how many were before this one, on all servers.
      cost = highestPrice(await this.#countForAll(request, isNew));
    } else {
      if (isNew) this.#meter.noteAll(mailboxesKey, nowMs);
      await this.tell(nowMs);
    }
    const hashes = Math.max(leastHashes, cost);
    if (hashes > 0) this.#askForWork(request, hashes);
  }

  #price({ keys, priceKeys, mailboxesKey, nowMs }: PricedRequest): number {
    return priceOf(this.#meter, { ...keys, ...priceKeys, ...mailboxesKey }, nowMs);
  }

  /** Counts a request in the database; returns what its keys counted before, on all servers. */
  async #countForAll(request: PricedRequest, isNew: boolean): Promise<Counts> {
    const { keys, priceKeys = {}, mailboxesKey = {}, nowMs } = request;
    const told = this.#meter.takeUntold(keys, nowMs);
    const counts = await this.#exchange(told, { ...priceKeys, ...mailboxesKey }, nowMs);
    const before = new Map(
      [...counts].map(([kind, count]) => [kind, count - (keys[kind] ? 1 : 0)]),
    );
    // Another server may have counted this mailbox already.
    if (!isNew || isRemembered(before.get("mailbox") ?? 0)) return before;
    this.#meter.noteAll(mailboxesKey, nowMs);
    const more = await this.#exchange(this.#meter.takeUntold(mailboxesKey, nowMs), {}, nowMs);
    for (const [kind, count] of more) before.set(kind, count - 1);
    return before;
  }

  /** Adds what was told, and learns what all servers counted. */
  async #exchange(told: readonly Untold[], read: PriceKeys, nowMs: number): Promise<Counts> {
    const readKeys = Object.entries(read) as [PricedBy, string][];
    const learned = new Map<PricedBy, number>();
    if (told.length === 0 && readKeys.length === 0) return learned;
    const add = told.map(({ kind, key, count }) => ({
      key: this.#hash(kind, key),
      memoryMs: PRICE_RULES[kind].memoryMs,
      count,
    }));
    const wanted = { add, read: readKeys.map(([kind, key]) => this.#hash(kind, key)) };
    const counts = await countAttempts(this.#deps.sql, wanted, nowMs);
    const asked = [...told.map(({ kind, key }) => [kind, key] as const), ...readKeys];
    for (const [kind, key] of asked) {
      const count = counts.get(this.#hash(kind, key)) ?? 0;
      this.#meter.learn(kind, key, { count, nowMs });
      learned.set(kind, count);
    }
    return learned;
  }

  #hash(kind: PricedBy, key: string): string {
    return this.#deps.keyring.identityKey("attempts", `${kind} ${key}`);
  }

  #askForWork({ binding, nowMs }: PricedRequest, cost: number): never {
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
