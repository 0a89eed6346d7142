/*
 * All SQL about operators who have a case open just now, so that two colleagues notice each other,
 * on whichever server. It is a hint, not a lock: the claim of a case decides.
 */

import type { Query } from "../../../db/connect.ts";

/**
 * An open page polls every few seconds; after this time in ms without a poll it counts as closed.
 */
const GONE_MS = 15_000;

/** Records that somebody looks at a case; returns the others, as of their latest polls. */
export async function lookAtCase(
  sql: Query,
  look: {
    readonly saleNo: number;
    readonly caseNo: number;
    readonly viewerName: string;
    readonly nowMs: number;
  },
): Promise<string[]> {
  const { saleNo, caseNo, viewerName, nowMs } = look;
  const rows = await sql<{ viewerName: string }[]>`
    with own as (
      insert into case_viewer (sale_no, case_no, viewer_name, seen_at)
      values (${saleNo}, ${caseNo}, ${viewerName}, ${new Date(nowMs)})
      on conflict (sale_no, case_no, viewer_name) do update set seen_at = excluded.seen_at)
    select viewer_name from case_viewer
    where sale_no = ${saleNo} and case_no = ${caseNo} and viewer_name <> ${viewerName}
      and seen_at >= ${new Date(nowMs - GONE_MS)} order by viewer_name`;
  return rows.map((row) => row.viewerName);
}

/** Deletes looks that are over. */
export async function forgetViewers(sql: Query, nowMs: number): Promise<void> {
  await sql`delete from case_viewer where seen_at < ${new Date(nowMs - GONE_MS)}`;
}
