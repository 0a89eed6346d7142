/*
 * The price of attempts at operators' passwords. A limit by name or address would let anybody lock
 * the staff out; strangers' wrong passwords cost their owner a moment of work, never a refusal.
 */

import { customerAddress, siteAddress } from "../../../access/address.ts";
import { readName } from "../../../access/staffName.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { WorkPrice } from "./workPrice.ts";

const WORK_MS = 10 * 60_000;
/** Repeats of one attempt, each of which checks its password again. */
const AGAIN_RULE = { burst: 5, perSecond: 1 / 10 };

interface Attempt {
  readonly name: string;
  readonly work?: string | undefined;
  readonly ip: string;
  readonly requestKey: string;
  readonly requestFingerprint: string;
  readonly nowMs: number;
}

/** Prices attempts at passwords by name and address. One for each process. */
export class PasswordGuard {
  readonly #deps: HttpDeps;
  readonly #price: WorkPrice;

  constructor(deps: HttpDeps) {
    this.#deps = deps;
    this.#price = new WorkPrice(deps, {
      lifetimeMs: WORK_MS,
      againRule: AGAIN_RULE,
      writesPaid: true,
    });
  }

  /** Lets an attempt through, or asks for work. Throws the refusal. */
  async admit({ name, ip, ...attempt }: Attempt): Promise<void> {
    const { keyring, limits } = this.#deps;
    const nameKey = keyring.identityKey("operator name", readName(name) ?? name);
    const site = siteAddress(ip);
    const keys = {
      password: nameKey,
      ...(limits.countsAddresses ? { passwords: customerAddress(ip) } : {}),
      ...(limits.countsAddresses && site !== null ? { site } : {}),
    };
    await this.#price.admit({ ...attempt, binding: `password.${nameKey}`, keys });
  }
}
