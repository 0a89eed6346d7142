import { beforeAll, expect, it } from "vitest";
import { runRetention } from "../../../src/cases/account/io/retentionStore.ts";
import { settleNotices } from "../../../src/cases/decision/io/decisionStore.ts";
import { body, endedSale, openDesk, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";

/* One damaged or waiting row holds up none of the others. */
describeOnDatabase("work on many rows", () => {
  let test: TestServer;
  let desk: Desk;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
  });

  it("a sale that cannot be looked at holds up neither the next one nor any deadline", async () => {
    const { sql } = test.database;
    const damaged = await endedSale(test, { genuine: 1, rings: [] });
    const whole = await endedSale(test, { genuine: 1, rings: [] });
    for (const { sale } of [damaged, whole]) await test.act(sale, "close");
    await sql`
      update order_facts set facts_cipher = ''::bytea where sale_no = ${damaged.sale.saleNo}`;
    await sql`
      insert into entitlement (entitlement_id, credit_entry_id, account_key, family, sku,
        price_minor_units, currency, state, granted_at, expires_at)
      values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'phone', 'RED', 1, 'IDR',
        'standing', to_timestamp(0), to_timestamp(1))`;
    await expect(test.server.caseWorker.run()).rejects.toThrow();
    const audited = await sql<{ saleNo: number }[]>`select sale_no from sale_audit`;
    expect(audited.map(({ saleNo }) => saleNo)).toEqual([whole.sale.saleNo]);
    const [owed] = await sql`select state from entitlement`;
    expect(owed!.state).toBe("expired");
  });

  it("people with something open hide nobody who asked for erasure after them", async () => {
    const { sql } = test.database;
    await sql`
      with people as (select gen_random_uuid() as account_key from generate_series(1, 1000)),
      asked as (
        insert into erasure_request (account_key, asked_at)
        select account_key, now() - interval '30 days' from people)
      insert into offer (sale_no, offer_id, round_no, entry_id, account_key, channel_no, variant_no,
        state, made_at, expires_at)
      select 998, gen_random_uuid(), 1, gen_random_uuid(), account_key, 1, 1, 'open', now(), now()
      from people`;
    const session = await test.signIn(4_001);
    const [account] = await sql<{ accountKey: string }[]>`
      select account_key from account a
      where not exists (select 1 from entry e where e.account_key = a.account_key)`;
    await sql`
      insert into erasure_request (account_key, asked_at) values (${account!.accountKey}, now())`;
    await runRetention(sql, test.keyring, test.clock.ms);
    const done = await sql<{ accountKey: string }[]>`
      select account_key from erasure_request where done_at is not null`;
    expect(done.map(({ accountKey }) => accountKey)).toEqual([account!.accountKey]);
    expect(body(await test.get("/v1/me/data", session)).account?.contact ?? null).toBeNull();
  });

  it("a damaged message is left out of the list of messages, and hides no other", async () => {
    const { sql } = test.database;
    await sql`
      insert into outbox (kind, payload_cipher, created_at, next_attempt_at, way, urgency)
      values ('decision', ''::bytea, now(), now(), 'mail', 2)`;
    const { messages } = body(await test.get("/v1/operator/outbox", desk.operator));
    expect(messages.map((one: { kind: string }) => one.kind)).toContain("offer_made");
  });

  it("a report of a notice that comes while notices are settled counts", async () => {
    const { sql } = test.database;
    const decisionId = "00000000-0000-4000-8000-00000000000d";
    await sql`
      with message as (
        insert into outbox (kind, payload_cipher, created_at, next_attempt_at, way, urgency)
        values ('decision', ''::bytea, now(), now(), 'mail', 2) returning message_id),
      decided as (
        insert into decision (decision_id, sale_no, order_id, account_key, state, record,
          record_digest, order_state_before, decided_by, decided_at, appeal_until, link_key)
        select ${decisionId}, 997, gen_random_uuid(), gen_random_uuid(), 'final',
          jsonb_build_object('policy_digest', policy_digest), 'x', 'paid', '{}', now(), now(),
          gen_random_uuid() from policy limit 1)
      insert into notice (decision_id, kind, message_id, state, written_at)
      select ${decisionId}, 'decision', message_id, 'pending', to_timestamp(0) from message`;
    let settled: Promise<number> | undefined;
    await sql.begin(async (tx) => {
      await tx`
        update notice set state = 'delivered', ended_at = now() where decision_id = ${decisionId}`;
      settled = settleNotices(test.database.entryPool, test.clock.ms);
      // Outside the transaction, which sees one state.
      const waiting = async () => {
        const rows = await sql`select 1 from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()`;
        return rows.length;
      };
      await expect.poll(waiting).toBe(1);
    });
    await settled;
    const [notice] = await sql`select state from notice where decision_id = ${decisionId}`;
    expect(notice!.state).toBe("delivered");
  });
});
