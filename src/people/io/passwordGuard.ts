/*
 * The price of attempts at operators' passwords. A limit by name or address would let anybody lock
 * the staff out; strangers' wrong passwords cost their owner a moment of work, never a refusal.
 */

import { randomBytes, randomInt } from "node:crypto";
import { customerAddress, siteAddress } from "../../access/address.ts";
import { Meter, priceOf, type PriceKeys } from "../../access/price.ts";
import { RecentKeys } from "../../access/recentKeys.ts";
import { readName } from "../../access/staffName.ts";
import { checkWork, issueWork } from "../../access/io/work.ts";
import type { HttpDeps } from "../../http/call.ts";
import { refuseIfTooOften } from "../../http/limits.ts";
import { Refusal } from "../../http/problem.ts";

const WORK_MS = 10 * 60_000;
/** Repeats of one attempt, each of which checks its password again. */
const AGAIN_RULE = { burst: 5, perSecond: 1 / 10 };

interface Attempt {
  readonly name: string;
  readonly work?: string | undefined;
  readonly ip: string;
  /** A repeated attempt, of the same content, is let through for its first answer. */
  readonly requestKey: string;
  readonly requestFingerprint: string;
  readonly nowMs: number;
}

/** Prices attempts at passwords by name and address. One for each process. */
export class PasswordGuard {
  readonly #deps: HttpDeps;
  readonly #meter = new Meter();
  readonly #admitted = new RecentKeys();
  readonly #spent = new RecentKeys();

  constructor(deps: HttpDeps) {
    this.#deps = deps;
  }

  /** Lets an attempt through, or asks for work. Throws the refusal. */
  admit({ name, work, ip, nowMs, ...request }: Attempt): void {
    const { keyring, limits } = this.#deps;
    const attempt = `${request.requestKey} ${request.requestFingerprint}`;
    if (this.#admitted.has(attempt)) {
      refuseIfTooOften(this.#deps.limiter, `password again ${attempt}`, AGAIN_RULE, nowMs);
      return;
    }
    const nameKey = keyring.identityKey("operator name", readName(name) ?? name);
    const purpose = { binding: `password.${nameKey}`, nowMs };
    if (work !== undefined) {
      const checked = checkWork(keyring.work, purpose, work);
      if (!checked.ok) throw new Refusal(checked.why);
      if (this.#spent.has(checked.value)) throw new Refusal("work_used");
      this.#spent.add(checked.value);
      this.#admitted.add(attempt);
      return;
    }
    const site = siteAddress(ip);
    const keys: PriceKeys = {
      password: nameKey,
      ...(limits.countsAddresses ? { passwords: customerAddress(ip) } : {}),
      ...(limits.countsAddresses && site !== null ? { site } : {}),
    };
    const cost = priceOf(this.#meter, keys, nowMs);
    this.#meter.noteAll(keys, nowMs);
    if (cost === 0) {
      this.#admitted.add(attempt);
      return;
    }
    const challenge = issueWork(keyring.work, purpose, {
      cost,
      secretNumber: randomInt(cost + 1),
      nonce: randomBytes(12).toString("hex"),
      lifetimeMs: WORK_MS,
    });
    throw new Refusal("work_required", { work: challenge });
  }
}
