/*
 * Idempotency: a repeated POST with the same key gets the first answer. States of a key: new, in
 * flight (its row is locked), answered.
 * The work and its stored answer commit together, so a request never runs twice and never half.
 */

import { must } from "../base/assert.ts";
import { hash } from "node:crypto";
import type { Keyring } from "../access/io/keyring.ts";
import { asUuid } from "../access/io/keyring.ts";
import { PROBLEMS, type FieldError, type ProblemCode } from "../api/problems.ts";
import { inTransaction, sqlState, type Sql, type Transaction } from "../db/connect.ts";
import type { AnswerCookie } from "./cookies.ts";
import {
  claimKeys,
  findOutcome,
  writeOutcomes,
  type RequestIdentity,
  type SealedOutcome,
  type StoredOutcome,
} from "./io/idempotencyStore.ts";
import { Refusal, unlessRefused } from "./problem.ts";

/** An answer as sent to the caller. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly cookies?: readonly AnswerCookie[];
  readonly headers?: Readonly<Record<string, string>>;
  /** For the operator log alone, where its contract asks for it: never sent, never kept with the answer. */
  readonly about?: string;
}

/** The result of a request: an answer, or a refusal, which is stored as well. */
export type Outcome = Answer | Refusal;

/** The stored first answer of a key. */
type Kept =
  | { readonly answer: Answer }
  | { readonly refusal: ProblemCode; readonly errors?: readonly FieldError[] | undefined };

function toKeep(outcome: Outcome): { readonly status: number; readonly kept: Kept } {
  if (!(outcome instanceof Refusal)) return { status: outcome.status, kept: { answer: outcome } };
  const { code, errors } = outcome;
  return { status: PROBLEMS[code].status, kept: { refusal: code, errors } };
}

function asOutcome(kept: Kept): Outcome {
  if ("answer" in kept) return kept.answer;
  return new Refusal(kept.refusal, kept.errors ? { errors: kept.errors } : {});
}

/** Sign-in, and the operators' own tools. */
const OF_NO_SALE =
  /^\/v1\/(sign-in|operators|me\/(passkeys|sign-out|sessions)|operator\/(login|sign-out|password|second-factor|invitations|sessions|passkeys|views|people|keys|imports))(\/|$)/;

/**
 * The sale that a request concerns. A new route counts as concerning some sale until listed here:
 * its answers are then kept longer, not shorter.
 */
export function saleOfRequest(path: string, params: unknown): string | null {
  const { slug } = (params ?? {}) as { slug?: string };
  return slug ?? (OF_NO_SALE.test(path) ? null : "");
}

const KEY_FORM = /^"?([\x21\x23-\x7e]{8,128})"?$/;

/** Reads the header (bare, or quoted as in the draft standard); throws the refusal. */
export function readRequestKey(header: string | string[] | undefined): string {
  if (typeof header !== "string") throw new Refusal("idempotency_key_missing");
  const match = KEY_FORM.exec(header);
  if (!match) {
    const errors = [{ field: "Idempotency-Key", reason: "8 to 128 visible ASCII characters" }];
    throw new Refusal("invalid_request", { errors });
  }
  return match[1] as string;
}

/** 128 bits of SHA-256 as a UUID: enough to tell requests apart, small enough to index. */
export function digestKey(text: string): string {
  return asUuid(hash("sha256", text, "hex"));
}

function replay(row: StoredOutcome | null, identity: RequestIdentity, keyring: Keyring): Outcome {
  if (!row) return new Refusal("request_in_flight");
  if (row.requestFingerprint !== identity.requestFingerprint) {
    return new Refusal("idempotency_key_reused");
  }
  if (row.status === null || row.bodyCipher === null) return new Refusal("request_in_flight");
  return asOutcome(JSON.parse(keyring.decrypt(row.bodyCipher)) as Kept);
}

/** An outcome as it is stored. */
function sealOutcome(keyring: Keyring, outcome: Outcome): SealedOutcome {
  const { status, kept } = toKeep(outcome);
  return { status, bodyCipher: keyring.encrypt(JSON.stringify(kept)) };
}

/**
 * Runs `work` once per key, for several requests in one transaction. The keys' rows are written
 * first and the answers last, in the transaction of the work itself: after a crash either all of it
 * is there or nothing, whether or not the callers saw the reply.
 * A refusal is an answer too, and is stored. Writes before a refusal stay in a batch, since others
 * share the transaction; `runOnce` undoes them.
 * A second request with the same key waits on the unique key for the pool's lock timeout, then
 * learns that the first is still in flight. `work` gets the positions of the requests with new keys
 * and returns one outcome for each.
 */
export async function runBatchOnce(
  deps: { readonly sql: Sql; readonly keyring: Keyring; readonly nowMs: number },
  identities: readonly RequestIdentity[],
  work: (tx: Transaction, fresh: readonly number[]) => Promise<readonly Outcome[]>,
): Promise<Outcome[]> {
  const { sql, keyring, nowMs } = deps;
  return await inTransaction(sql, async (tx) => {
    const claimed = await claimKeys(tx, identities, nowMs);
    const fresh = [...claimed.keys()].filter((at) => claimed[at]);
    const done = fresh.length === 0 ? [] : await work(tx, fresh);
    for (const outcome of done) {
      // A transient refusal is not stored: the retry must find out for itself.
      if (outcome instanceof Refusal && isTransient(outcome.code)) throw outcome;
    }
    const outcomes: Outcome[] = [];
    for (const [at, identity] of identities.entries()) {
      if (claimed[at]) continue;
      outcomes[at] = replay(await findOutcome(tx, identity), identity, keyring);
    }
    const asked = fresh.map((at) => must(identities[at], "positions are of the identities"));
    const sealed = done.map((outcome) => sealOutcome(keyring, outcome));
    if (asked.length > 0) await writeOutcomes(tx, asked, sealed, nowMs);
    for (const [index, at] of fresh.entries())
      outcomes[at] = must(done[index], "one outcome per fresh request");
    return outcomes;
  });
}

/**
 * Runs `work` once for a key. Throws the refusal if that is its answer. A refusal leaves nothing of
 * what `work` wrote, unless it says that it keeps it (a wrong guess is counted): the transaction is
 * rolled back, and a second one stores the refusal. A request with the same key that comes in
 * between does the work itself, and the first gets its answer.
 */
export async function runOnce(
  deps: Parameters<typeof runBatchOnce>[0],
  identity: RequestIdentity,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const run = (outcomeOf: (tx: Transaction) => Promise<Outcome>) =>
    runBatchOnce(deps, [identity], async (tx) => [await outcomeOf(tx)]);
  const [outcome] = await run((tx) => work(tx).catch(keepingRefusalOnly))
    .catch((error: unknown) => {
      const refusal = refusalOnly(error);
      if (isTransient(refusal.code)) throw refusal;
      return run(async () => refusal);
    })
    .catch(inFlightIfLocked);
  return unlessRefused(outcome);
}

/** Maps a lock timeout: the first request with this key, or about this offer, is still running. */
export function inFlightIfLocked(error: unknown): never {
  throw sqlState(error) === "55P03" ? new Refusal("request_in_flight") : error;
}

function refusalOnly(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

/** A refusal that ends the transaction well; any other rolls it back. */
function keepingRefusalOnly(error: unknown): Refusal {
  if (error instanceof Refusal && error.keepsWrites) return error;
  throw error;
}

function isTransient(code: ProblemCode): boolean {
  return PROBLEMS[code].status >= 500 || code === "rate_limited" || code === "request_in_flight";
}
