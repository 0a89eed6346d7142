import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Transaction } from "../../../src/db/connect.ts";
import {
  body,
  endedSale,
  openDesk,
  operator,
  type CaseSale,
  type Desk,
} from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

/* Simultaneous actions of several people leave one clear state, and each of them a clear answer. */

/** Requests that really run at once: more than these would wait for a connection of the pool. */
const AT_ONCE = 8;

/** The answer to each: the status, or the code of the refusal; sorted. */
const told = (replies: readonly TestReply[]) =>
  replies.map((reply) => (reply.status < 300 ? "ok" : reply.body.code)).sort();

const repeated = (code: string, count: number) => Array.from({ length: count }, () => code);

describeOnDatabase("at the same instant", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;

  beforeAll(async () => {
    test = await TestServer.start({ lockTimeoutMs: 20_000 });
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 30, rings: [12, 10] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
  });

  /** Connections that wait for a lock just now. */
  async function waitingCount(): Promise<number> {
    const [row] = await test.database.entryPool<{ count: number }[]>`
      select count(distinct pid)::int as count from pg_locks where not granted`;
    return row!.count;
  }

  /** Starts requests while `hold` keeps them from going on, and lets go once `count` of them wait. */
  async function behind<T>(
    hold: (tx: Transaction) => PromiseLike<unknown>,
    start: () => readonly Promise<T>[],
    { count = AT_ONCE, before = async () => {} }: { count?: number; before?: () => unknown } = {},
  ): Promise<T[]> {
    let running: readonly Promise<T>[] = [];
    await test.database.sql.begin(async (tx) => {
      await hold(tx);
      running = start();
      const until = performance.now() + 10_000;
      while ((await waitingCount()) < count && performance.now() < until) {
        await new Promise((resume) => setTimeout(resume, 20));
      }
      expect(await waitingCount()).toBeGreaterThanOrEqual(count);
      await before();
    });
    return await Promise.all(running);
  }

  describe("batches", () => {
    const batches = () => `/v1/operator/sales/${world.slug}/batches`;
    const casePath = (caseNo: number) => `/v1/operator/sales/${world.slug}/cases/${caseNo}`;
    const show = async (batchId: string) =>
      body(await test.get(`/v1/operator/batches/${batchId}`, desk.auditor));
    const create = async () => body(await test.post(batches(), desk.operator, {}), 201);
    const approve = (batch: { batchId: string; selectionDigest: string }, who: string) =>
      test.post(`/v1/operator/batches/${batch.batchId}/approval`, who, {
        selectionDigest: batch.selectionDigest,
      });
    const lockBatch = (batchId: string) => (tx: Transaction) =>
      tx`select 1 from batch where batch_id = ${batchId} for update`;

    async function decide(caseNo: number): Promise<void> {
      const { version } = body(await test.get(casePath(caseNo), desk.auditor));
      const verdict = { version, verdict: "cancel", except: [] };
      body(await test.post(`${casePath(caseNo)}/decision`, desk.reviewer, verdict));
    }

    /** A batch that cancelled its orders. */
    async function cancelledBatch(): Promise<void> {
      const batch = await create();
      for (const who of [desk.owner, desk.approver]) body(await approve(batch, who));
      test.clock.ms += 3_600_000;
      await test.server.caseWorker.run();
      expect((await show(batch.batchId)).state).toBe("done");
    }

    let prepared = false;
    beforeEach(async () => {
      const { sql } = test.database;
      // None leaves anything to the next, passed or failed; but for what was cancelled.
      await sql`update batch set state = 'stopped', ended_at = now() where state <> 'done'`;
      if (prepared) return;
      for (const caseNo of [1, 2]) await decide(caseNo);
      prepared = true;
    });

    it("ten people make a batch of the same cases: one has it, the others are told", async () => {
      const replies = await behind(
        (tx) => tx`select 1 from suspicion_case where sale_no = ${world.sale.saleNo} for update`,
        () => Array.from({ length: 10 }, () => test.post(batches(), desk.operator, {})),
      );
      expect(told(replies)).toEqual([...repeated("batch_empty", 9), "ok"]);
      const made = body(await test.get(batches(), desk.auditor)).batches;
      expect(made).toHaveLength(1);
    });

    it("the two approvals that are needed: the batch goes on, whoever comes with them is told", async () => {
      const batch = await create();
      const approvers = [desk.owner, desk.operator, desk.approver];
      for (let n = approvers.length; n < AT_ONCE; n++) {
        approvers.push(await operator(test, `approver ${n}`, "approver"));
      }
      const replies = await behind(lockBatch(batch.batchId), () =>
        approvers.map((who) => approve(batch, who)),
      );
      expect(told(replies)).toEqual([...repeated("batch_not_approving", AT_ONCE - 2), "ok", "ok"]);
      const after = await show(batch.batchId);
      expect(after.state).toBe("grace");
      expect(after.approvedBy).toHaveLength(2);
    });

    it("one person who presses thirty times counts once", async () => {
      const batch = await create();
      const replies = await behind(lockBatch(batch.batchId), () =>
        Array.from({ length: 30 }, () => approve(batch, desk.approver)),
      );
      expect(told(replies)).toEqual([...repeated("approved_already", 29), "ok"]);
      const after = await show(batch.batchId);
      expect(after).toMatchObject({ state: "approving", approvedBy: [expect.any(String)] });
    });

    it("an approval, and a verdict of its sample that is taken back: never both", async () => {
      body(await test.post(`${casePath(2)}/undo`, desk.reviewer));
      const batch = body(await test.post(batches(), desk.operator, { select: "all" }), 201);
      expect(batch.sample).toMatchObject([{ caseNo: 2, found: null }]);
      await decide(2);
      body(await approve(batch, desk.owner));
      let undone: Promise<TestReply> | null = null;
      // The last approval has read the sample and stands before its own row.
      const replies = await behind(
        (tx) => tx`lock table batch_approval in share row exclusive mode`,
        () => [approve(batch, desk.approver)],
        {
          count: 1,
          before: () => {
            undone = test.post(`${casePath(2)}/undo`, desk.reviewer);
            return new Promise((resume) => setTimeout(resume, 300));
          },
        },
      );
      replies.push(await undone!);
      expect(told(replies)).toEqual(["ok", "undo_too_late"]);
      expect(await show(batch.batchId)).toMatchObject({
        state: "grace",
        bound: { sampledUndecided: 0 },
      });
    });

    it("a parcel's status waits for the decision that is being made, and knows it then", async () => {
      await cancelledBatch();
      const orderId = world.people.find((one) => one.ring)!.orderId;
      const path = `/v1/operator/sales/${world.slug}/orders/${orderId}/status`;
      const status = { status: "cancelled_by_seller" };
      const replies = await behind(
        async (tx) => {
          await tx`select 1 from purchase_order where order_id = ${orderId} for update`;
          await tx`update decision set state = 'overturned' where order_id = ${orderId}`;
          await tx`
            update purchase_order set state = 'paid', cancel_reason = null, unit_held = false
            where order_id = ${orderId}`;
        },
        () => Array.from({ length: AT_ONCE }, () => test.post(path, desk.operator, status)),
      );
      expect(told(replies)).toEqual(repeated("status_needs_decision", AT_ONCE));
      const { sql } = test.database;
      await sql`update decision set state = 'in_force' where order_id = ${orderId}`;
      await sql`
        update purchase_order set state = 'cancelled', cancel_reason = 'by_decision', unit_held = true
        where order_id = ${orderId}`;
    });

    it("orders that are judged wrong at once are counted together: the rule is stopped", async () => {
      const { sql } = test.database;
      const sample = `/v1/operator/sales/${world.slug}/error-sample`;
      const replies = await behind(
        (tx) => tx`lock table error_sample in share row exclusive mode`,
        () =>
          Array.from({ length: 3 }, () =>
            test.post(sample, desk.operator, { refused: 4, accepted: 0 }),
          ),
        { count: 3 },
      );
      expect(replies.map((reply) => body(reply).refused)).toEqual([4, 4, 4]);
      const { orders } = body(await test.get(sample, desk.auditor));
      expect(orders).toHaveLength(12);
      await behind(
        (tx) => tx`lock table error_sample in share row exclusive mode`,
        () =>
          orders
            .slice(0, AT_ONCE)
            .map(({ sampleId }: { sampleId: string }) =>
              test.post(`${sample}/${sampleId}`, desk.reviewer, { found: "genuine" }),
            ),
      );
      const braked = await sql`select rule_id from rule_brake`;
      expect(braked.length).toBeGreaterThan(0);
    });
  });

  describe("people", () => {
    const password = "a long enough password";
    const invite = async () =>
      body(await test.post("/v1/operator/invitations", desk.owner, { role: "auditor" }), 201)
        .invitation as string;
    const accept = (invitation: string, name: string) =>
      test.post("/v1/operators/invitation", undefined, { invitation, name, password });
    const signIn = (name: string) =>
      test.post("/v1/operators/session", undefined, { name, password });

    it("one invitation that many use makes one account", async () => {
      const invitation = await invite();
      const replies = await behind(
        (tx) => tx`select 1 from operator_invitation for update`,
        () => Array.from({ length: AT_ONCE }, (_, n) => accept(invitation, `Of Many ${n}`)),
      );
      expect(told(replies)).toEqual([...repeated("invitation_invalid", AT_ONCE - 1), "ok"]);
      const [row] = await test.database.sql`
        select count(*)::int as count from operator where name like 'Of Many %'`;
      expect(row!.count).toBe(1);
    });

    it("one name that many want: one has it, the others keep their invitation", async () => {
      const invitations = await Promise.all(Array.from({ length: AT_ONCE }, invite));
      const replies = await behind(
        (tx) => tx`lock table operator in share row exclusive mode`,
        () => invitations.map((invitation) => accept(invitation, "Wanted")),
      );
      expect(told(replies)).toEqual([...repeated("name_taken", AT_ONCE - 1), "ok"]);
      expect((await signIn("Wanted")).status).toBe(200);
      const losers = invitations.filter((_, n) => replies[n]!.status !== 201);
      for (const [n, invitation] of losers.entries()) {
        body(await accept(invitation, `Another ${n}`), 201);
        expect((await signIn(`Another ${n}`)).status).toBe(200);
      }
    });

    it("views that one person saves at once stay within what a person may have", async () => {
      const save = (n: number) =>
        test.post("/v1/operator/views", desk.auditor, { name: `view ${n}`, document: { n } });
      for (let n = 0; n < 46; n++) body(await save(n));
      const replies = await behind(
        (tx) => tx`lock table saved_view in share row exclusive mode`,
        () => Array.from({ length: AT_ONCE }, (_, n) => save(100 + n)),
      );
      expect(told(replies)).toEqual([...repeated("ok", 4), ...repeated("too_many_views", 4)]);
    });

    it("one policy that many publish is the same for all; a changed one is refused", async () => {
      const { document } = body(await test.get(`/v1/sales/${world.slug}/policy`));
      const publish = (change: object) =>
        test.post("/v1/operator/policies", desk.owner, { ...document, name: "many", ...change });
      const same = await Promise.all(Array.from({ length: AT_ONCE }, () => publish({})));
      expect(told(same)).toEqual(repeated("ok", AT_ONCE));
      const differing = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, n) =>
          publish({ version: 7, unitsPerPersonCount: n + 1 }),
        ),
      );
      expect(told(differing)).toEqual(["ok", ...repeated("policy_version_taken", AT_ONCE - 1)]);
    });
  });
});
