/*
 * New passwords of operators: checked before they are hashed, and changed by their owner. Must never
 * happen: a session that somebody stole goes on after its owner changed the password.
 */

import { hash as hashPassword, verify as verifyPassword } from "@node-rs/argon2";
import type { FastifyInstance } from "fastify";
import { operatorRoutes } from "../../api/operatorRoutes.ts";
import { weaknessOf } from "../../access/password.ts";
import {
  commonPasswords,
  findPasswordHash,
  replacePassword,
  saleNames,
} from "../../access/io/passwordStore.ts";
import type { HttpDeps } from "../../http/call.ts";
import { refuseIfTooOften } from "../../http/limits.ts";
import { mountPrepared } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { countAttempts } from "../price/io/priceStore.ts";
import { requirePerson } from "./requirePerson.ts";

export interface PasswordDeps extends HttpDeps {
  /** Names of the brand that a stranger knows: its addresses, and this program. */
  readonly brandNames: readonly string[];
}

/** Guesses of the old password in one's own session; a stolen session must not find it out. */
const OLD_PASSWORD_RULE = { burst: 5, perSecond: 1 / 60 };
/** The same rate over all servers: five at once, and one more each minute. */
const GUESS_MEMORY_MS = OLD_PASSWORD_RULE.burst * 60_000;

/**
 * Counts a guess over all servers; throws the refusal. The rule in memory comes first, so that a
 * flood reaches no table.
 */
async function countGuess(deps: PasswordDeps, operatorId: string, nowMs: number): Promise<void> {
  refuseIfTooOften(deps.limiter, `old password ${operatorId}`, OLD_PASSWORD_RULE, nowMs);
  const key = deps.keyring.identityKey("attempts", `old password ${operatorId}`);
  const add = [{ key, memoryMs: GUESS_MEMORY_MS, count: 1 }];
  const count = (await countAttempts(deps.sql, { add }, nowMs)).get(key) ?? 0;
  if (count < OLD_PASSWORD_RULE.burst + 1) return;
  const retryAfterSeconds = Math.ceil((GUESS_MEMORY_MS / 1000) * Math.log(count / (count - 1)));
  throw new Refusal("rate_limited", { retryAfterSeconds });
}

/** The hash of a new password; refuses one that strangers try first. */
export async function hashNewPassword(
  { sql, brandNames }: PasswordDeps,
  password: string,
  personNames: readonly string[],
): Promise<string> {
  const own = [...personNames, ...brandNames, ...(await saleNames(sql))];
  const weakness = weaknessOf(password, { common: await commonPasswords(), own });
  if (weakness !== null) throw new Refusal(weakness);
  return await hashPassword(password);
}

/** The route by which an operator changes her password. */
export function mountPasswordChange(app: FastifyInstance, deps: PasswordDeps): void {
  const { sql, keyring } = deps;
  mountPrepared(app, deps, operatorRoutes.changePassword, {
    prepare: async ({ body, operator, nowMs }) => {
      const { operatorId, name } = requirePerson(operator);
      await countGuess(deps, operatorId, nowMs);
      const oldHash = await findPasswordHash(sql, operatorId);
      // A repeated request comes with the password that it has replaced; it gets its first answer.
      if (oldHash === null || !(await verifyPassword(oldHash, body.old))) return null;
      return { oldHash, newHash: await hashNewPassword(deps, body.new, [name]) };
    },
    work: async (tx, { operator }, hashes) => {
      if (hashes === null) throw new Refusal("old_password_wrong");
      const { operatorId, token } = operator;
      const tokenKey = keyring.identityKey("operator", token);
      const changed = await replacePassword(tx, { operatorId, tokenKey, ...hashes });
      if (!changed) throw new Refusal("old_password_wrong");
      return { status: 200, body: { ok: true } };
    },
  });
}
