import { hash } from "node:crypto";
import type { Keyring } from "../access/io/keyring.ts";
import { asUuid } from "../access/io/keyring.ts";
import { PROBLEMS, type FieldError, type ProblemCode } from "../api/problems.ts";
import { inTransaction, sqlState, type Sql, type Transaction } from "../db/connect.ts";
import { Refusal } from "./problem.ts";

/** An answer as it goes over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly cookies?: readonly { readonly name: string; readonly value: string | null }[];
}

/** What is kept under a key and given again: an answer, or the refusal that was the first answer. */
type Kept =
  | { readonly answer: Answer }
  | { readonly refusal: ProblemCode; readonly errors?: readonly FieldError[] | undefined };

function unwrap(kept: Kept): Answer {
  if ("answer" in kept) return kept.answer;
  throw new Refusal(kept.refusal, kept.errors ? { errors: kept.errors } : {});
}

export interface RequestIdentity {
  /** Whose key it is: two people may choose the same one. */
  readonly scope: string;
  readonly requestKey: string;
  readonly requestFingerprint: string;
}

const KEY_FORM = /^"?([\x21\x23-\x7e]{8,128})"?$/;

/** Reads the header (bare, or quoted as the draft standard writes it); throws the refusal. */
export function readRequestKey(header: string | string[] | undefined): string {
  if (typeof header !== "string") throw new Refusal("idempotency_key_missing");
  const match = KEY_FORM.exec(header);
  if (!match) {
    const errors = [{ field: "Idempotency-Key", reason: "8 to 128 visible ASCII characters" }];
    throw new Refusal("invalid_request", { errors });
  }
  return match[1] as string;
}

/** 128 bits of SHA-256, as a uuid: enough to tell requests apart, small enough to index. */
export function digestKey(text: string): string {
  return asUuid(hash("sha256", text, "hex"));
}

interface StoredRow {
  readonly request_fingerprint: string;
  readonly status: number | null;
  readonly body_cipher: Buffer | null;
}

function replay(row: StoredRow, identity: RequestIdentity, keyring: Keyring): Kept {
  if (row.request_fingerprint !== identity.requestFingerprint) {
    throw new Refusal("idempotency_key_reused");
  }
  if (row.status === null || row.body_cipher === null) throw new Refusal("request_in_flight");
  return JSON.parse(keyring.decrypt(row.body_cipher)) as Kept;
}

/**
 * Runs `work` once for a key. The key's row is written first and the answer last, in the same
 * transaction as the work itself: after a crash either both are there or neither, whether or not
 * the caller saw the reply. A refusal is an answer too: it is kept, and what `work` wrote before it
 * (a used-up attempt) stays. So work refuses before it writes anything else. A second request with
 * the key waits on the row's unique key for as long as the pool's lock timeout, then is told that
 * the first is still in flight.
 */
export async function runOnce(
  deps: { readonly sql: Sql; readonly keyring: Keyring; readonly nowMs: number },
  identity: RequestIdentity,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const { sql, keyring, nowMs } = deps;
  const { scope, requestKey, requestFingerprint } = identity;
  try {
    const kept = await inTransaction(sql, async (tx): Promise<Kept> => {
      const claimed = await tx`
        insert into idempotency (scope, request_key, request_fingerprint, created_at)
        values (${scope}, ${requestKey}, ${requestFingerprint}, ${new Date(nowMs)})
        on conflict do nothing`;
      if (claimed.count === 0) {
        const [row] = await tx<StoredRow[]>`
          select request_fingerprint, status, body_cipher from idempotency
          where scope = ${scope} and request_key = ${requestKey}`;
        if (!row) throw new Refusal("request_in_flight");
        return replay(row, identity, keyring);
      }
      const outcome = await answerOrRefusal(work(tx));
      const status = "answer" in outcome ? outcome.answer.status : PROBLEMS[outcome.refusal].status;
      await tx`
        update idempotency set status = ${status},
          body_cipher = ${keyring.encrypt(JSON.stringify(outcome))}
        where scope = ${scope} and request_key = ${requestKey}`;
      return outcome;
    });
    return unwrap(kept as Kept);
  } catch (error) {
    // Lock timeout: the first request with this key, or with this offer, has not ended yet.
    if (sqlState(error) === "55P03") throw new Refusal("request_in_flight");
    throw error;
  }
}

function isTransient(code: ProblemCode): boolean {
  return PROBLEMS[code].status >= 500 || code === "rate_limited" || code === "request_in_flight";
}

async function answerOrRefusal(work: Promise<Answer>): Promise<Kept> {
  try {
    return { answer: await work };
  } catch (error) {
    // "Come again later" is no answer: the next try must find out for itself.
    if (!(error instanceof Refusal) || isTransient(error.code)) throw error;
    return { refusal: error.code, errors: error.errors };
  }
}

/** Forgets answers older than `keepMs`; docs/reference/api.md publishes how long that is. */
export async function forgetOldAnswers(sql: Sql, nowMs: number, keepMs: number): Promise<number> {
  const result = await sql`
    delete from idempotency where created_at < ${new Date(nowMs - keepMs)}`;
  return result.count;
}
