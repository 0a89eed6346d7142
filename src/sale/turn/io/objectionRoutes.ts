/* Operators' routes about objections to shared turns: list them, decide one. */

import type { FastifyInstance } from "fastify";
import { readProfile } from "../../../access/io/accountStore.ts";
import type { Keyring } from "../../../access/io/keyring.ts";
import { turnRoutes } from "../../../api/turnRoutes.ts";
import { iso } from "../../../base/instant.ts";
import type { HttpDeps } from "../../../http/call.ts";
import { mount } from "../../../http/mount.ts";
import { Refusal } from "../../../http/problem.ts";
import { maskValue } from "../../../integrity/reasons.ts";
import { LIKENESS } from "../../words.ts";
import { lockStock } from "../../io/stockStore.ts";
import { separateTurn } from "../../io/turnStore.ts";
import { requireAnySale, requireRound } from "../../io/requireSale.ts";
import { declareApart } from "./apartStore.ts";
import {
  listMembers,
  listObjections,
  lockObjection,
  writeVerdict,
  type TurnMember,
} from "./objectionStore.ts";
import { accountLabel } from "../../../access/accountLabel.ts";

/** Objections listed at most. Decided ones come last, newest first. */
const SHOWN = 200;

function presentMember(keyring: Keyring, one: TurnMember) {
  const profile = one.profileCipher === null ? null : readProfile(keyring, one.profileCipher);
  return {
    entryId: one.entryId,
    account: accountLabel(one.accountKey),
    enteredAt: iso(one.enteredAt.getTime()),
    state: one.state,
    name: profile && maskValue(profile.name),
    address: profile && maskValue(profile.address),
  };
}

export function mountTurns(app: FastifyInstance, deps: HttpDeps): void {
  const { sql, keyring } = deps;
  mount(app, deps, turnRoutes.listObjections, async () => {
    const objections = [];
    for (const one of await listObjections(sql, SHOWN)) {
      const members = await listMembers(sql, one);
      const erased = one.statementCipher.length === 0;
      objections.push({
        sale: one.slug,
        roundNo: one.roundNo,
        entryId: one.entryId,
        bits: one.bits,
        reason: LIKENESS[one.likeness],
        statement: erased ? "" : keyring.decrypt(one.statementCipher),
        objectedAt: iso(one.objectedAt.getTime()),
        entries: members.map((member) => presentMember(keyring, member)),
        verdict: one.verdict,
        answer: one.reason,
        decidedBy: one.decidedBy,
      });
    }
    return { status: 200, body: { objections } };
  });

  mount(app, deps, turnRoutes.decideObjection, async (tx, call) => {
    const { params, body, operator, nowMs } = call;
    const sale = await requireAnySale(tx, params.slug);
    const { saleNo } = sale;
    const { roundNo, entryId } = params;
    requireRound(sale, roundNo);
    // Before the objection's row: a batch of offers locks stock first, then places.
    await lockStock(tx, saleNo, roundNo);
    const entry = { saleNo, roundNo, entryId };
    const objection = await lockObjection(tx, entry);
    if (!objection) throw new Refusal("objection_not_found");
    if (objection.verdict !== null) throw new Refusal("objection_decided");
    const { verdict, answer } = body;
    await writeVerdict(tx, entry, { verdict, answer, who: operator.name, nowMs });
    if (verdict === "apart") {
      const { turnId, accountKey } = objection;
      for (const { accountKey: other } of await listMembers(tx, { saleNo, roundNo, turnId })) {
        if (other === accountKey) continue;
        await declareApart(tx, [accountKey, other], operator.name, nowMs);
      }
      await separateTurn(tx, entry);
    }
    return { status: 200, body: { ok: true } };
  });
}
