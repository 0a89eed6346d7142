import type { FastifyInstance } from "fastify";
import { resendMessage } from "../../../messages/io/outboxQueue.ts";
import { readWaiting, readWays } from "../../../messages/io/wayStore.ts";
import { aboutPerSecond } from "../../../messages/sending.ts";
import { logOperatorAction } from "../../../access/io/operatorStore.ts";
import { ownRoutes, peopleRoutes } from "../../../api/houseRoutes.ts";
import type { Query } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";

/* Finding things by what the screens show of them, and what was sent out. */

interface Found {
  readonly kind: "sale" | "case" | "order" | "appeal" | "batch" | "person";
  readonly title: string;
  readonly detail: string;
  readonly sale: string | null;
  readonly caseNo: number | null;
  readonly id: string;
}

/** Identifiers begin with what was typed; names and titles hold it. Nothing personal of buyers is searched. */
async function find(sql: Query, typed: string): Promise<Found[]> {
  const plain = typed.toLowerCase();
  const like = `%${plain.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
  const start = /^[0-9a-f-]{4,36}$/.test(plain) ? `${plain}%` : null;
  const number = /^#?\d{1,7}$/.test(plain) ? Number(plain.replace("#", "")) : null;
  return await sql<Found[]>`
    (select 'sale' as kind, s.slug as title, s.state as detail, s.slug as sale,
        null::int as "caseNo", s.slug as id
      from sale s
      where s.slug like ${like} or lower(s.definition->'title'->>'id') like ${like}
        or lower(s.definition->'title'->>'en') like ${like} limit 8)
    union all
    (select 'case', '#' || c.case_no, c.state, s.slug, c.case_no, c.case_no::text
      from suspicion_case c join sale s using (sale_no)
      where c.case_no = ${number}::int limit 8)
    union all
    (select 'order', left(o.order_id::text, 8), 'case ' || o.case_no, s.slug, o.case_no,
        o.order_id::text
      from case_order o join sale s using (sale_no)
      where o.order_id::text like ${start}::text or o.account_key::text like ${start}::text limit 8)
    union all
    (select 'appeal', left(a.appeal_id::text, 8), a.state, s.slug, null, a.appeal_id::text
      from appeal a join decision d using (decision_id) join sale s using (sale_no)
      where a.appeal_id::text like ${start}::text or d.order_id::text like ${start}::text limit 8)
    union all
    (select 'batch', left(b.selection_digest, 12), b.state, s.slug, null, b.batch_id::text
      from batch b join sale s using (sale_no)
      where b.selection_digest like ${start}::text or b.batch_id::text like ${start}::text limit 8)
    union all
    (select 'person', name, role, null, null, operator_id::text
      from operator where lower(name) like ${like} and password_hash is not null limit 8)`;
}

export function mountSearch(app: FastifyInstance, deps: HttpDeps): void {
  mount(app, deps, ownRoutes.search, async ({ query }) => ({
    status: 200,
    body: { found: await find(deps.sql, query.q) },
  }));

  mount(app, deps, peopleRoutes.showWays, async ({ nowMs }) => {
    const [ways, waiting] = await Promise.all([readWays(deps.sql, nowMs), readWaiting(deps.sql)]);
    return {
      status: 200,
      body: {
        ways: ways.map((way) => ({ ...way, aboutPerSecond: aboutPerSecond(way) })),
        waiting: waiting.map((one) => ({ ...one, oldestAt: one.oldestAt.toISOString() })),
      },
    };
  });

  mount(app, deps, peopleRoutes.resendMessage, async (tx, { body, operator, nowMs }) => {
    if (!(await resendMessage(tx, body.messageId, nowMs))) throw new Refusal("message_not_failed");
    const subject = String(body.messageId);
    const entry = { operatorName: operator.name, action: "sent message again", subject, nowMs };
    await logOperatorAction(tx, entry);
    return { status: 200, body: { ok: true } };
  });
}
