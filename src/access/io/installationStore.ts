/* All SQL about the installation that a database was set up by. */

import type { Query } from "../../db/connect.ts";

/** Stores the fingerprint of the secret at the first start; returns the stored one. */
export async function claimInstallation(
  sql: Query,
  fingerprint: string,
): Promise<string | undefined> {
  await sql`
    insert into installation (secret_fingerprint, created_at)
    values (${fingerprint}, now()) on conflict do nothing`;
  const [row] = await sql<{ fingerprint: string }[]>`
    select secret_fingerprint as fingerprint from installation`;
  return row?.fingerprint;
}
