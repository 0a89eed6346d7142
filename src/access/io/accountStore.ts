/*
 * All SQL about buyers' accounts. Contacts are stored as keyed hashes or encrypted, never in the
 * clear.
 */

import type { Language } from "../../base/language.ts";
import { mailBox, ownMailBox } from "../../base/mailBox.ts";
import type { Query } from "../../db/connect.ts";
import type { Contact } from "../contact.ts";
import type { Keyring } from "./keyring.ts";

/** The keyed hash that stands for a contact everywhere. */
export function contactKey(keyring: Pick<Keyring, "identityKey">, contact: Contact): string {
  return keyring.identityKey(contact.kind, contact.value);
}

/**
 * The keyed hash of the mailbox or number that surely reads what is sent to a contact. Codes belong
 * to it: a code opens the accounts of its aliases, so nobody else's spelling may have the same key.
 */
export function codeBoxKey(keyring: Pick<Keyring, "identityKey">, contact: Contact): string {
  const { kind, value } = contact;
  if (kind === "phone") return contactKey(keyring, contact);
  return keyring.identityKey("mailbox", ownMailBox(value));
}

/**
 * The keyed hash of the mailbox or number behind a contact as it looks: all spellings of a mailbox
 * have one. Turns and prices belong to it; it opens nothing.
 */
export function boxKey(keyring: Pick<Keyring, "identityKey">, contact: Contact): string {
  const { kind, value } = contact;
  if (kind === "phone") return contactKey(keyring, contact);
  return keyring.identityKey("mailbox", mailBox(value) ?? value);
}

/**
 * The encrypted contact of an account. It names its account, so that a contact which was moved to
 * another account is found out.
 */
export function contactCipher(keyring: Keyring, accountKey: string, contact: Contact): Buffer {
  const { kind, value } = contact;
  return keyring.encrypt(JSON.stringify({ kind, value, of: accountKey }));
}

export interface AccountRow {
  readonly accountKey: string;
  /** The encrypted contact for notices; null leaves the stored one. */
  readonly contactCipher: Buffer | null;
  /** The encrypted profile; null leaves the stored one. */
  readonly profileCipher: Buffer | null;
  readonly language: Language;
  /** The domain of mail, where no provider is known for it; null leaves the stored one. */
  readonly domainKey: string | null;
}

/**
 * Name and address that the brand verified. They tell whether two accounts are one person, so
 * nothing may stand here that a customer can type herself. An order's own address is not used: it
 * may be a friend's.
 */
export interface VerifiedProfile {
  readonly name: string;
  readonly address: string;
  readonly city: string | undefined;
}

/** Counted from the last login that stated the profile. */
const PROFILE_KEPT_MS = 90 * 86_400_000;

/** The encrypted profile; null without one. */
export function profileCipher(keyring: Keyring, profile: VerifiedProfile | null): Buffer | null {
  return profile && keyring.encrypt(JSON.stringify({ ...profile, verified: true }));
}

/** Null if nobody verified what is stored: earlier versions kept what a customer had typed. */
export function readProfile(keyring: Keyring, cipher: Uint8Array): VerifiedProfile | null {
  const stored = JSON.parse(keyring.decrypt(cipher)) as VerifiedProfile & { verified?: true };
  const { name, address, city } = stored;
  return stored.verified ? { name, address, city } : null;
}

/** Deletes expired profiles. */
export async function forgetOldProfiles(sql: Query, nowMs: number): Promise<void> {
  await sql`
    update account set profile_cipher = null, profile_expires_at = null
    where profile_cipher is not null and profile_expires_at <= ${new Date(nowMs)}`;
}

/**
 * Inserts accounts or marks them as seen now, all in one statement. Returns for accounts that ended
 * all their sessions the time from which sessions count, in ms.
 */
export async function upsertAccounts(
  sql: Query,
  rows: readonly AccountRow[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  // Sorted and without duplicates: two processes that write the same accounts must not deadlock.
  const byKey = new Map(rows.map((row) => [row.accountKey, row]));
  const sorted = [...byKey.values()].sort((a, b) => (a.accountKey < b.accountKey ? -1 : 1));
  const hex = (cipher: Buffer | null) => cipher?.toString("hex") ?? null;
  const written = await sql<{ accountKey: string; sessionsFrom: Date | null }[]>`
    insert into account (account_key, contact_cipher, profile_cipher, profile_expires_at, language,
      domain_key, first_seen_at, last_seen_at)
    select key, decode(contact, 'hex'), decode(profile, 'hex'),
      case when profile is not null then ${new Date(nowMs + PROFILE_KEPT_MS)}::timestamptz end,
      language, domain, ${new Date(nowMs)}, ${new Date(nowMs)}
    from unnest(${sorted.map((row) => row.accountKey)}::uuid[],
      ${sorted.map((row) => hex(row.contactCipher))}::text[],
      ${sorted.map((row) => hex(row.profileCipher))}::text[],
      ${sorted.map((row) => row.language)}::text[], ${sorted.map((row) => row.domainKey)}::uuid[])
      as incoming (key, contact, profile, language, domain)
    on conflict (account_key) do update set last_seen_at = excluded.last_seen_at,
      language = excluded.language,
      domain_key = coalesce(excluded.domain_key, account.domain_key),
      contact_cipher = coalesce(excluded.contact_cipher, account.contact_cipher),
      profile_cipher = coalesce(excluded.profile_cipher, account.profile_cipher),
      profile_expires_at = coalesce(excluded.profile_expires_at, account.profile_expires_at)
    returning account_key, sessions_from`;
  return new Map(
    written.flatMap(({ accountKey, sessionsFrom }) =>
      sessionsFrom === null ? [] : [[accountKey, sessionsFrom.getTime()] as const],
    ),
  );
}

export async function findContactCipher(sql: Query, accountKey: string): Promise<Buffer | null> {
  const [row] = await sql<{ contactCipher: Buffer | null }[]>`
    select contact_cipher from account where account_key = ${accountKey}`;
  return row?.contactCipher ?? null;
}
