import type { FastifyInstance } from "fastify";
import { readProfile } from "../../../access/io/accountStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { logOperatorAction } from "../../../access/io/operatorStore.ts";
import { turnRoutes } from "../../../api/turnRoutes.ts";
import { iso } from "../../../base/instant.ts";
import type { Query } from "../../../db/connect.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { maskValue } from "../../../integrity/reasons.ts";
import { LIKENESS, type TurnLikeness } from "../../sharedTurn.ts";
import { roundOf } from "../../definition.ts";
import { lockStock } from "../../io/stockStore.ts";
import { separateTurn } from "../../io/turnStore.ts";
import { requireAnySale } from "../../io/requireSale.ts";
import { declareApart } from "./apartStore.ts";
import { accountLabel } from "../../../access/accountLabel.ts";

/* What people who share a turn say about it, and what a person finds. */

/** Decided ones are shown below the others, the newest first. */
const SHOWN = 200;

interface ObjectionRow {
  readonly slug: string;
  readonly sale_no: number;
  readonly round_no: number;
  readonly entry_id: string;
  readonly turn_id: string;
  readonly bits: number;
  readonly likeness: TurnLikeness;
  readonly statement_cipher: Buffer;
  readonly objected_at: Date;
  readonly verdict: "apart" | "same" | null;
  readonly reason: string | null;
  readonly decided_by: string | null;
}

async function readObjections(sql: Query): Promise<ObjectionRow[]> {
  return await sql<ObjectionRow[]>`
    select s.slug, o.sale_no, o.round_no, o.entry_id, o.turn_id, t.bits, t.likeness,
      o.statement_cipher, o.objected_at, o.verdict, o.reason, o.decided_by
    from turn_objection o join sale s using (sale_no)
      cross join lateral (select bits, likeness from shared_turn t where t.sale_no = o.sale_no
        and t.round_no = o.round_no and (t.entry_id = o.entry_id or t.turn_id = o.entry_id)
        order by t.bits desc limit 1) t
    order by o.verdict is not null, case when o.verdict is null then o.objected_at end,
      o.decided_at desc limit ${SHOWN}`;
}

interface MemberRow {
  readonly entry_id: string;
  readonly account_key: string;
  readonly entered_at: Date;
  readonly state: string;
  readonly profile_cipher: Buffer | null;
}

/** The entries that shared the turn when it was found. */
async function membersOf(
  sql: Query,
  turn: { readonly sale_no: number; readonly round_no: number; readonly turn_id: string },
): Promise<MemberRow[]> {
  return await sql<MemberRow[]>`
    select e.entry_id, e.account_key, e.entered_at, l.state, a.profile_cipher
    from line_place l join entry e using (sale_no, round_no, account_key)
      left join account a using (account_key)
    where l.sale_no = ${turn.sale_no} and l.round_no = ${turn.round_no}
      and (l.entry_id = ${turn.turn_id} or l.entry_id in (select entry_id from shared_turn t
        where t.sale_no = l.sale_no and t.round_no = l.round_no and t.turn_id = ${turn.turn_id}))
    order by e.arrival_no`;
}

function presentMember(keyring: Keyring, row: MemberRow) {
  const profile = row.profile_cipher === null ? null : readProfile(keyring, row.profile_cipher);
  return {
    entryId: row.entry_id,
    account: accountLabel(row.account_key),
    enteredAt: iso(row.entered_at.getTime()),
    state: row.state,
    name: profile?.name ? maskValue(profile.name) : null,
    address: profile?.address ? maskValue(profile.address) : null,
  };
}

export function mountTurns(app: FastifyInstance, deps: HttpDeps): void {
  const { sql, keyring } = deps;
  mount(app, deps, turnRoutes.listObjections, async () => {
    const objections = [];
    for (const row of await readObjections(sql)) {
      const members = await membersOf(sql, row);
      const erased = row.statement_cipher.length === 0;
      objections.push({
        sale: row.slug,
        roundNo: row.round_no,
        entryId: row.entry_id,
        bits: row.bits,
        reason: LIKENESS[row.likeness],
        statement: erased ? "" : keyring.decrypt(row.statement_cipher),
        objectedAt: iso(row.objected_at.getTime()),
        entries: members.map((member) => presentMember(keyring, member)),
        verdict: row.verdict,
        answer: row.reason,
        decidedBy: row.decided_by,
      });
    }
    return { status: 200, body: { objections } };
  });

  mount(app, deps, turnRoutes.decideObjection, async (tx, call) => {
    const { params, body, operator, nowMs } = call;
    const sale = await requireAnySale(tx, params.slug);
    const { saleNo } = sale;
    const { roundNo, entryId } = params;
    if (!roundOf(sale.definition, roundNo)) throw new Refusal("round_not_found");
    // Before the objection's row: a batch of offers takes stock, then places.
    await lockStock(tx, saleNo, roundNo);
    const [row] = await tx<{ turn_id: string; account_key: string; verdict: string | null }[]>`
      select turn_id, account_key, verdict from turn_objection
      where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId} for update`;
    if (!row) throw new Refusal("objection_not_found");
    if (row.verdict !== null) throw new Refusal("objection_decided");
    await tx`
      update turn_objection set verdict = ${body.verdict}, reason = ${body.answer},
        decided_by = ${operator.name}, decided_at = ${new Date(nowMs)}
      where sale_no = ${saleNo} and round_no = ${roundNo} and entry_id = ${entryId}`;
    if (body.verdict === "apart") {
      const turn = { sale_no: saleNo, round_no: roundNo, turn_id: row.turn_id };
      for (const { account_key: other } of await membersOf(tx, turn)) {
        if (other === row.account_key) continue;
        await declareApart(tx, [row.account_key, other], operator.name, nowMs);
      }
      await separateTurn(tx, { saleNo, roundNo, entryId });
    }
    await logOperatorAction(tx, {
      operatorName: operator.name,
      action: `objection ${body.verdict}`,
      subject: `${params.slug} ${entryId}`,
      nowMs,
    });
    return { status: 200, body: { ok: true } };
  });
}
