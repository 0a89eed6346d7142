/* All SQL about misconfigured proxies that requests revealed. */

import type { Query } from "../../db/connect.ts";
import type { ProxyFinding } from "../origin.ts";

/** Keeps the newest finding of each kind. */
export async function keepFinding(sql: Query, finding: ProxyFinding, nowMs: number): Promise<void> {
  await sql`
    insert into proxy_finding (kind, finding, seen_at)
    values (${finding.kind}, ${JSON.stringify(finding)}::jsonb, ${new Date(nowMs)})
    on conflict (kind) do update set finding = excluded.finding, seen_at = excluded.seen_at`;
}

/** Findings since a time, each with its own time. */
export async function listFindings(
  sql: Query,
  sinceMs: number,
): Promise<readonly { readonly finding: ProxyFinding; readonly seenAtMs: number }[]> {
  const rows = await sql<{ finding: ProxyFinding; seenAt: Date }[]>`
    select finding, seen_at from proxy_finding where seen_at >= ${new Date(sinceMs)} order by kind`;
  return rows.map(({ finding, seenAt }) => ({ finding, seenAtMs: seenAt.getTime() }));
}
