/* The common passwords, and all SQL about passwords: their hashes, and words that they may be made of. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCommonPasswords } from "../password.ts";
import type { Query } from "../../db/connect.ts";
import { endOtherSessions } from "./peopleStore.ts";

let common: Promise<ReadonlySet<string>> | null = null;

/** The common passwords, read when the first new password is checked. */
export async function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= readFile(join(import.meta.dirname, "commonPasswords.txt"), "utf8").then(
    readCommonPasswords,
  );
  return await common;
}

/** Sales whose names are words to guess with; the newest are tried first. */
const SALES_AT_MOST = 500;

/** Addresses and titles of the newest sales. */
export async function saleNames(sql: Query): Promise<string[]> {
  const rows = await sql<{ slug: string; title: Record<string, string> }[]>`
    select slug, definition->'title' as title from sale
    order by sale_no desc limit ${SALES_AT_MOST}`;
  return rows.flatMap(({ slug, title }) => [slug, ...Object.values(title)]);
}

/** The hash of an operator's password; null if there is none, or the operator has left. */
export async function findPasswordHash(sql: Query, operatorId: string): Promise<string | null> {
  const [row] = await sql<{ passwordHash: string | null }[]>`
    select password_hash from operator where operator_id = ${operatorId} and left_at is null`;
  return row?.passwordHash ?? null;
}

/**
 * Replaces a password and ends all sessions but one. False if the password is not the checked one
 * any more.
 */
export async function replacePassword(
  tx: Query,
  change: {
    readonly operatorId: string;
    readonly oldHash: string;
    readonly newHash: string;
    /** The session that goes on. */
    readonly tokenKey: string;
  },
): Promise<boolean> {
  const { operatorId, oldHash, newHash, tokenKey } = change;
  const { count } = await tx`
    update operator set password_hash = ${newHash}
    where operator_id = ${operatorId} and password_hash = ${oldHash} and left_at is null`;
  if (count === 0) return false;
  await endOtherSessions(tx, operatorId, tokenKey);
  return true;
}
