import type { Language } from "../../base/language.ts";
import type { Query } from "../../db/connect.ts";
import type { Contact } from "../contact.ts";
import type { Keyring } from "./keyring.ts";

/** All SQL about buyers: accounts and one-time codes. Nothing here can be read back as plain data. */

/** The keyed hash that stands for a contact everywhere. */
export function contactKey(keyring: Pick<Keyring, "identityKey">, contact: Contact): string {
  return keyring.identityKey(contact.kind, contact.value);
}

export interface AccountRow {
  readonly accountKey: string;
  /** Encrypted contact for notices; null keeps what is there. */
  readonly contactCipher: Buffer | null;
  /** Encrypted profile; null keeps what is there. */
  readonly profileCipher: Buffer | null;
  readonly language: Language;
}

/**
 * Name and address, as the brand says them: tells whether two accounts are one person's. Not those of an
 * order, which may go to a friend.
 */
export interface Profile {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly city?: string | undefined;
}

/** From the last time that it was said. */
const PROFILE_KEPT_MS = 90 * 86_400_000;

/** A profile's bytes; null where it does not say both, as nothing could be told from it. */
export function profileCipher(keyring: Keyring, profile: Profile): Buffer | null {
  return profile.name && profile.address ? keyring.encrypt(JSON.stringify(profile)) : null;
}

export function readProfile(keyring: Keyring, cipher: Uint8Array): Profile {
  return JSON.parse(keyring.decrypt(cipher)) as Profile;
}

/** Forgets profiles whose time is over. */
export async function forgetOldProfiles(sql: Query, nowMs: number): Promise<void> {
  await sql`
    update account set profile_cipher = null, profile_expires_at = null
    where profile_cipher is not null and profile_expires_at <= ${new Date(nowMs)}`;
}

/** Remembers accounts as seen now; one statement for as many as came together. */
export async function upsertAccounts(
  sql: Query,
  rows: readonly AccountRow[],
  nowMs: number,
): Promise<void> {
  // Sorted and without doubles: two processes that write the same people must not deadlock.
  const byKey = new Map(rows.map((row) => [row.accountKey, row]));
  const sorted = [...byKey.values()].sort((a, b) => (a.accountKey < b.accountKey ? -1 : 1));
  const hex = (cipher: Buffer | null) => cipher?.toString("hex") ?? null;
  await sql`
    insert into account (account_key, contact_cipher, profile_cipher, profile_expires_at, language,
      first_seen_at, last_seen_at)
    select key, decode(contact, 'hex'), decode(profile, 'hex'),
      case when profile is not null then ${new Date(nowMs + PROFILE_KEPT_MS)}::timestamptz end,
      language, ${new Date(nowMs)}, ${new Date(nowMs)}
    from unnest(${sorted.map((row) => row.accountKey)}::uuid[],
      ${sorted.map((row) => hex(row.contactCipher))}::text[],
      ${sorted.map((row) => hex(row.profileCipher))}::text[],
      ${sorted.map((row) => row.language)}::text[]) as incoming (key, contact, profile, language)
    on conflict (account_key) do update set last_seen_at = excluded.last_seen_at,
      language = excluded.language,
      contact_cipher = coalesce(excluded.contact_cipher, account.contact_cipher),
      profile_cipher = coalesce(excluded.profile_cipher, account.profile_cipher),
      profile_expires_at = coalesce(excluded.profile_expires_at, account.profile_expires_at)`;
}

export interface CodeRow {
  readonly contactKey: string;
  readonly purpose: string;
  /** The sale that it is about; null for signing in. */
  readonly saleNo: number | null;
  readonly codeKey: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
  readonly attempts: number;
}

export async function insertCode(tx: Query, code: CodeRow): Promise<void> {
  await tx`
    insert into sign_in_code
      (contact_key, purpose, sale_no, code_key, attempts_left, created_at, expires_at)
    values (${code.contactKey}, ${code.purpose}, ${code.saleNo}, ${code.codeKey}, ${code.attempts},
      ${new Date(code.nowMs)}, ${new Date(code.expiresAtMs)})`;
}

/** What became of a code that somebody typed. */
export type CodeCheck = "right" | "wrong" | "used";

/**
 * Spends one attempt on the newest code of a contact. The row is locked, so that two guesses at once
 * are two attempts; a right guess uses the code up in the same transaction as what it allows.
 */
export async function checkCode(
  tx: Query,
  guess: { contactKey: string; purpose: string; codeKey: string; nowMs: number },
): Promise<CodeCheck> {
  const [row] = await tx<
    {
      codeNo: number;
      codeKey: string;
      attemptsLeft: number;
      expiresAt: Date;
      usedAt: Date | null;
    }[]
  >`
    select code_no, code_key, attempts_left, expires_at, used_at from sign_in_code
    where contact_key = ${guess.contactKey} and purpose = ${guess.purpose}
    order by code_no desc limit 1 for update`;
  if (!row || row.attemptsLeft === 0 || row.expiresAt.getTime() <= guess.nowMs) return "wrong";
  const right = row.codeKey === guess.codeKey;
  if (row.usedAt !== null) return right ? "used" : "wrong";
  await tx`
    update sign_in_code set attempts_left = attempts_left - 1,
      used_at = ${right ? new Date(guess.nowMs) : null}
    where code_no = ${row.codeNo}`;
  return right ? "right" : "wrong";
}

export async function findContactCipher(sql: Query, accountKey: string): Promise<Buffer | null> {
  const [row] = await sql<{ contactCipher: Buffer | null }[]>`
    select contact_cipher from account where account_key = ${accountKey}`;
  return row?.contactCipher ?? null;
}
