/*
 * Second factors of people who work here: authenticator apps and recovery codes beside passkeys, and
 * the roles that must have one. Must never happen: a password alone opens an account that has an
 * app, or whose role demands a factor.
 */

import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import {
  askTotp,
  deleteTotp,
  demandingRoles,
  lockTotp,
  noteTotpGuess,
  noteTotpStep,
  readFactors,
  replaceRecoveryCodes,
  useRecoveryCode,
  writeDemand,
  writeSessionFactor,
  type StoredTotp,
} from "./factorStore.ts";
import { hasLogin } from "./loginStore.ts";
import {
  endOtherSessions,
  endSessionsOf,
  lockPeople,
  lockPerson,
  removeFactors,
} from "../../access/io/peopleStore.ts";
import { takeToken } from "../../access/rateLimit.ts";
import { base32, stepOfCode, totpAddress } from "../../access/factor/totp.ts";
import { factorRoutes } from "../../api/factorRoutes.ts";
import type { Transaction } from "../../db/connect.ts";
import type { HttpDeps } from "../../http/call.ts";
import type { OperatorIdentity } from "../../http/identify.ts";
import { mount } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { requirePerson } from "./requirePerson.ts";

/**
 * Wrong codes of one person, who has shown the password, on all servers: three codes of a million
 * are good at a time, so a thief of the password gets in with a chance of 0.03 % a day.
 */
const WRONG_CODE_RULE = { burst: 10, perSecond: 1 / 900 };
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;

interface Checking {
  readonly tx: Transaction;
  readonly operator: OperatorIdentity;
  readonly code: string;
  readonly nowMs: number;
}

/** Recovery codes as printed: two groups of eight. A reader may leave the hyphen out. */
const recoveryKey = ({ keyring }: HttpDeps, code: string) =>
  keyring.identityKey("recovery code", code.toUpperCase().replace(/[^A-Z2-7]/g, ""));

/** The factor that a code proves; throws `factor_wrong`. */
async function prove(deps: HttpDeps, { tx, operator, code, nowMs }: Checking) {
  const { operatorId } = requirePerson(operator);
  if (await useRecoveryCode(tx, { operatorId, codeKey: recoveryKey(deps, code), nowMs })) {
    return "recovery" as const;
  }
  const totp = await lockTotp(tx, operatorId);
  if (!totp?.confirmedAt) throw new Refusal("factor_wrong");
  await useCode(deps, { tx, operator, code, nowMs }, totp);
  return "totp" as const;
}

/** Uses a code of the app up, or counts it as wrong; throws the refusal. */
async function useCode(
  { keyring }: HttpDeps,
  { tx, operator: { operatorId }, code, nowMs }: Checking,
  { secretCipher, lastStep, guessesFullAt }: StoredTotp,
): Promise<void> {
  const guess = takeToken(guessesFullAt.getTime(), WRONG_CODE_RULE, nowMs);
  const { waitSeconds: retryAfterSeconds } = guess;
  if (retryAfterSeconds > 0) throw new Refusal("rate_limited", { retryAfterSeconds });
  const secret = Buffer.from(keyring.decrypt(secretCipher), "hex");
  const step = stepOfCode(secret, code.replace(/\s/g, ""), { nowMs, lastStep });
  if (step === null) {
    await noteTotpGuess(tx, operatorId, guess.fullAtMs);
    throw new Refusal("factor_wrong", { keepsWrites: true });
  }
  await noteTotpStep(tx, { operatorId, step, nowMs });
}

/** New recovery codes, kept as keyed hashes; the answer is kept encrypted, for a repeated request. */
async function makeCodes(tx: Transaction, deps: HttpDeps, operatorId: string, nowMs: number) {
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const text = base32(randomBytes(10));
    return `${text.slice(0, 8)}-${text.slice(8)}`;
  });
  const codeKeys = codes.map((code) => recoveryKey(deps, code));
  await replaceRecoveryCodes(tx, { operatorId, codeKeys, nowMs });
  return codes;
}

export function mountFactors(app: FastifyInstance, deps: HttpDeps): void {
  mountOwnFactors(app, deps);
  mountApps(app, deps);
  mountDemands(app, deps);
}

function mountOwnFactors(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mount(app, deps, factorRoutes.showFactors, async ({ operator }) => {
    const { operatorId } = requirePerson(operator);
    const factors = await readFactors(deps.sql, operatorId);
    return { status: 200, body: { ...factors, hasLogin: await hasLogin(deps.sql, operatorId) } };
  });

  mount(app, deps, factorRoutes.giveFactor, async (tx, { body, operator, nowMs }) => {
    const factor = await prove(deps, { tx, operator, code: body.code, nowMs });
    await writeSessionFactor(tx, keyring.identityKey("operator", operator.token), factor);
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, factorRoutes.makeRecoveryCodes, async (tx, { body, operator, nowMs }) => {
    const { operatorId } = requirePerson(operator);
    const { hasTotp } = await readFactors(tx, operatorId);
    if (hasTotp) await prove(deps, { tx, operator, code: body.code ?? "", nowMs });
    const recoveryCodes = await makeCodes(tx, deps, operatorId, nowMs);
    return { status: 200, body: { recoveryCodes } };
  });
}

function mountApps(app: FastifyInstance, deps: HttpDeps): void {
  const { keyring } = deps;
  mount(app, deps, factorRoutes.askTotp, async (tx, { operator, nowMs }) => {
    const { operatorId, name } = requirePerson(operator);
    const bytes = randomBytes(SECRET_BYTES);
    const secretCipher = keyring.encrypt(bytes.toString("hex"));
    if (!(await askTotp(tx, { operatorId, secretCipher, nowMs }))) {
      throw new Refusal("factor_exists");
    }
    const secret = base32(bytes);
    return { status: 200, body: { secret, address: totpAddress(secret, name, "Giliran") } };
  });

  mount(app, deps, factorRoutes.addTotp, async (tx, { body, operator, nowMs }) => {
    const { operatorId, token } = requirePerson(operator);
    const totp = await lockTotp(tx, operatorId);
    if (totp?.confirmedAt) throw new Refusal("factor_exists");
    if (totp === null) throw new Refusal("factor_wrong");
    await useCode(deps, { tx, operator, code: body.code, nowMs }, totp);
    const tokenKey = keyring.identityKey("operator", token);
    await writeSessionFactor(tx, tokenKey, "totp");
    await endOtherSessions(tx, operatorId, tokenKey);
    const recoveryCodes = await makeCodes(tx, deps, operatorId, nowMs);
    return { status: 200, body: { recoveryCodes } };
  });

  mount(app, deps, factorRoutes.removeTotp, async (tx, { body, operator, nowMs }) => {
    const { operatorId } = requirePerson(operator);
    await lockPerson(tx, operatorId);
    await prove(deps, { tx, operator, code: body.code, nowMs });
    const { demanded, passkeyCount } = await readFactors(tx, operatorId);
    if (demanded && passkeyCount === 0) throw new Refusal("factor_demanded");
    await deleteTotp(tx, operatorId);
    return { status: 200, body: { ok: true } };
  });
}

function mountDemands(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, factorRoutes.listDemands, async () => ({
    status: 200,
    body: { roles: await demandingRoles(deps.sql) },
  }));

  mount(app, deps, factorRoutes.setDemand, async (tx, { body, operator, nowMs }) => {
    await writeDemand(tx, { ...body, by: operator.name, nowMs });
    return { status: 200, body: { ok: true } };
  });

  mount(app, deps, factorRoutes.resetFactors, async (tx, { params, operator }) => {
    const { operatorId } = params;
    // One's own factors cannot be removed in a session that somebody stole.
    if (operatorId === requirePerson(operator).operatorId) throw new Refusal("not_allowed");
    const people = await lockPeople(tx);
    const person = people.find((one) => one.operatorId === operatorId && one.state === "active");
    if (!person) throw new Refusal("person_not_found");
    await removeFactors(tx, operatorId);
    await endSessionsOf(tx, operatorId);
    return { status: 200, body: { ok: true }, about: person.name };
  });
}
