import type { Query, Transaction } from "../../db/connect.ts";

/** All SQL about keys of requests, and about the outcomes that are kept under them. */

export interface RequestIdentity {
  /** Whose key it is: two people may choose the same one. */
  readonly scope: string;
  readonly requestKey: string;
  readonly requestFingerprint: string;
  /** The slug of the sale that it is about; "" where some sale is that the path does not name, null where none is. */
  readonly aboutSale: string | null;
}

const nameOf = (identity: { readonly scope: string; readonly requestKey: string }) =>
  `${identity.scope} ${identity.requestKey}`;

/** Writes the keys; tells of each request whether its key is new. Of two with one key the first has it. */
export async function claimKeys(
  tx: Transaction,
  identities: readonly RequestIdentity[],
  nowMs: number,
): Promise<boolean[]> {
  // In one order, or two processes that hold some of each other's keys deadlock.
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

/** Puts the outcomes into the keys' rows; by way of a conflict, which is always looked up by the key. */
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

/** What is kept under a key; without status and body while its request has not ended. */
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
