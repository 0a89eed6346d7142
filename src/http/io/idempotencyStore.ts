/* All SQL about idempotency keys and their stored outcomes. Bodies are stored encrypted. */

import type { Query, Transaction } from "../../db/connect.ts";

export interface RequestIdentity {
  /** The owner of the key: two people may choose the same one. */
  readonly scope: string;
  readonly requestKey: string;
  readonly requestFingerprint: string;
  /** The slug of the request's sale; "" for a sale that the path does not name, null for none. */
  readonly aboutSale: string | null;
}

const nameOf = (identity: { readonly scope: string; readonly requestKey: string }) =>
  `${identity.scope} ${identity.requestKey}`;

/**
 * Inserts the keys and returns which ones are new. Of two requests with one key the first gets it.
 */
export async function claimKeys(
  tx: Transaction,
  identities: readonly RequestIdentity[],
  nowMs: number,
): Promise<boolean[]> {
  // Sorted: two processes with keys in common would otherwise deadlock.
  const rows = await tx<{ scope: string; requestKey: string }[]>`
    insert into idempotency (scope, request_key, request_fingerprint, created_at, sale_no)
    select scope, request_key, request_fingerprint, ${new Date(nowMs)},
      case when about = '' then 0 else s.sale_no end
    from unnest(${identities.map((one) => one.scope)}::uuid[],
      ${identities.map((one) => one.requestKey)}::uuid[],
      ${identities.map((one) => one.requestFingerprint)}::uuid[],
      ${identities.map((one) => one.aboutSale)}::text[])
      with ordinality as came (scope, request_key, request_fingerprint, about, position)
      left join sale s on s.slug = about
    order by scope, request_key, position
    on conflict do nothing returning scope, request_key`;
  const claimed = new Set(rows.map(nameOf));
  return identities.map((identity) => claimed.delete(nameOf(identity)));
}

/** An outcome with its body encrypted. */
export interface SealedOutcome {
  readonly status: number;
  readonly bodyCipher: Buffer;
}

/** Stores the outcomes in the keys' rows, by an upsert, which always looks up by key. */
export async function writeOutcomes(
  tx: Transaction,
  identities: readonly RequestIdentity[],
  outcomes: readonly SealedOutcome[],
  nowMs: number,
): Promise<void> {
  await tx`
    insert into idempotency (scope, request_key, request_fingerprint, created_at, status, body_cipher)
    select scope, request_key, request_fingerprint, ${new Date(nowMs)}, status, decode(body, 'hex')
    from unnest(${identities.map((one) => one.scope)}::uuid[],
      ${identities.map((one) => one.requestKey)}::uuid[],
      ${identities.map((one) => one.requestFingerprint)}::uuid[],
      ${outcomes.map((one) => one.status)}::smallint[],
      ${outcomes.map((one) => one.bodyCipher.toString("hex"))}::text[])
      as answered (scope, request_key, request_fingerprint, status, body)
    on conflict (scope, request_key) do update
      set status = excluded.status, body_cipher = excluded.body_cipher`;
}

/** The row of a key; without status and body while its request is in flight. */
export interface StoredOutcome {
  readonly requestFingerprint: string;
  readonly status: number | null;
  readonly bodyCipher: Buffer | null;
}

export async function findOutcome(
  sql: Query,
  { scope, requestKey }: Pick<RequestIdentity, "scope" | "requestKey">,
): Promise<StoredOutcome | null> {
  const [row] = await sql<StoredOutcome[]>`
    select request_fingerprint, status, body_cipher
    from idempotency where scope = ${scope} and request_key = ${requestKey}`;
  return row ?? null;
}
