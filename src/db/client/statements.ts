/* For the driver: the names by which statements are prepared once, and the reading of types. */

import { createHash } from "node:crypto";
import pg from "pg";

const BIGINT = 20;

/** `bigint` is read as a JavaScript number: none of ours exceeds 2^53. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) =>
    oid === BIGINT
      ? (text: string) => Number(text)
      : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
} as pg.CustomTypesConfig;

/** Names of prepared statements by text: each connection parses and plans a text once. */
const names = new Map<string, string>();
/** Statement texts are constants of the source, so there are few; bounded all the same. */
const MOST_NAMES = 2_000;

export function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  names.set(text, name);
  return name;
}
