import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { KEPT_MS } from "../../../src/access/retention.ts";
import { inSteps } from "../../../src/access/io/purgeStore.ts";
import type { Contact } from "../../../src/access/contact.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Messages, codes and answers are deleted by the clock, and on a person's request. */
describeOnDatabase("forgetting", () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 30_000;
  });

  const count = async (table: "outbox" | "idempotency" | "sign_in_code", saleNo: number | null) => {
    const { sql } = test.database;
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from ${sql(table)} where sale_no is not distinct from ${saleNo}`;
    return row!.count;
  };

  /** Every message that can still be read, and to whom it went. */
  const readable = async () => {
    const rows = await test.database.sql<
      { recipientCipher: Buffer | null; payloadCipher: Buffer | null }[]
    >`select recipient_cipher, payload_cipher from outbox`;
    return rows
      .flatMap((row) => [row.recipientCipher, row.payloadCipher])
      .filter((cipher) => cipher !== null)
      .map((cipher) => test.keyring.decrypt(cipher))
      .join("\n");
  };

  async function signInByCode(contact: string): Promise<string> {
    body(await test.post("/v1/sign-in/codes", undefined, { contact }), 202);
    const [newest] = await test.messages("sign_in_code");
    const code = /\d{6}/.exec(newest!.text)![0];
    return body(await test.post("/v1/sign-in", undefined, { contact, code })).session as string;
  }

  it("an erasure reaches the messages to her, also those of before she had an account", async () => {
    const session = await signInByCode("hapus@contoh.id");
    await signInByCode("tinggal@contoh.id");
    body(await test.post("/v1/sign-in/codes", undefined, { contact: "hapus@contoh.id" }), 202);
    expect(await readable()).toContain("hapus@contoh.id");
    const key = randomUUID();
    const erase = () => test.post("/v1/me/erasure", session, undefined, key);
    expect(body(await erase(), 202).erasedNow).toBe(true);
    const left = await readable();
    expect(left).not.toContain("hapus@contoh.id");
    expect(left).toContain("tinggal@contoh.id");
    // Her codes are gone, and of the kept answers all but the one to this request.
    const hers = test.keyring.identityKey("email", "hapus@contoh.id");
    const { sql } = test.database;
    expect((await sql`select 1 from sign_in_code where contact_key = ${hers}`).length).toBe(0);
    expect(body(await erase(), 202).erasedNow).toBe(true);
  });

  it("messages that older versions wrote are found by an erasure as well", async () => {
    const session = await signInByCode("lama@contoh.id");
    const { sql } = test.database;
    await sql`update outbox set contact_key = null`;
    await test.server.caseWorker.run();
    body(await test.post("/v1/me/erasure", session), 202);
    expect(await readable()).not.toContain("lama@contoh.id");
  });

  it("sign-in codes, their messages and their answers go by the clock, whatever sale is open", async () => {
    const sale = await test.createSale(smallSale({ slug: "open" }));
    expect(sale.saleNo).toBeGreaterThan(0);
    await signInByCode("jam@contoh.id");
    expect(await count("sign_in_code", null)).toBeGreaterThan(0);
    test.clock.ms += KEPT_MS.codes - HOUR_MS;
    await test.server.caseWorker.run();
    expect(await readable()).toContain("jam@contoh.id");
    test.clock.ms += 2 * HOUR_MS;
    await test.server.caseWorker.run();
    expect(await count("sign_in_code", null)).toBe(0);
    expect(await readable()).not.toContain("jam@contoh.id");
    expect(await count("idempotency", null)).toBeGreaterThan(0);
    test.clock.ms += KEPT_MS.answers;
    await test.server.caseWorker.run();
    expect(await count("idempotency", null)).toBe(0);
  });

  it("a statement is bounded, and a part of the work leaves the rest for later", async () => {
    const left = { count: 50_000 };
    const sizes: number[] = [];
    const step = async (most: number) => {
      const taken = Math.min(most, left.count);
      sizes.push(taken);
      left.count -= taken;
      return { count: taken };
    };
    expect(await inSteps(step)).toBe(true);
    expect(Math.max(...sizes)).toBe(1_000);
    expect(left.count).toBe(30_000);
    while (await inSteps(step));
    expect(left.count).toBe(0);
  });

  it("many old codes go in parts, and what is locked meanwhile is left for the next time", async () => {
    const { sql } = test.database;
    const at = new Date(test.clock.ms - 40 * DAY_MS);
    await sql`
      insert into outbox (kind, payload_cipher, created_at, next_attempt_at)
      select 'sign_in_code', ''::bytea, ${at}, ${at} from generate_series(1, 25000)`;
    test.clock.ms += HOUR_MS;
    await sql.begin(async (tx) => {
      const held = await tx`
        select message_id from outbox where created_at = ${at} order by message_id limit 5 for update`;
      expect(held.length).toBe(5);
      await test.server.caseWorker.run();
      const [first] = await sql`select count(*)::int as n from outbox where created_at = ${at}`;
      expect(first!.n).toBe(5_000);
      // The second part comes at once, not after an hour.
      await test.server.caseWorker.run();
      const [second] = await sql`select count(*)::int as n from outbox where created_at = ${at}`;
      expect(second!.n).toBe(5);
    });
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    const [last] = await sql`select count(*)::int as n from outbox where created_at = ${at}`;
    expect(last!.n).toBe(0);
  });
});

/** Nothing of a sale is forgotten while one of its deadlines is still to come. */
describeOnDatabase("forgetting a sale", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;
  let saleNo = 0;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 20, rings: [8] });
    ({ saleNo } = world.sale);
  });

  const left = async () => {
    const { sql } = test.database;
    const [row] = await sql<{ messages: number; answers: number; notices: number }[]>`
      select
        (select count(*)::int from outbox where sale_no = ${saleNo} and payload_cipher is not null)
          as messages,
        (select count(*)::int from idempotency where sale_no = ${saleNo}) as answers,
        (select count(*)::int from notice) as notices`;
    return row!;
  };

  async function passDays(days: number): Promise<void> {
    test.clock.ms += days * DAY_MS;
    await test.server.caseWorker.run();
    await test.server.caseWorker.run();
  }

  it("keeps answers and messages while a decision can be appealed, and while a unit is owed", async () => {
    const [buyer] = world.people;
    const { offer } = await test.mine(await buyer!.again(), world.slug);
    const key = randomUUID();
    const decline = async () =>
      await test.post(
        `/v1/sales/${world.slug}/offers/${offer.offerId}/decline`,
        await buyer!.again(),
        undefined,
        key,
      );
    const first = await decline();
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
    const casePath = `/v1/operator/sales/${world.slug}/cases/1`;
    const { version } = body(await test.get(casePath, desk.reviewer));
    const verdict = { version, verdict: "cancel", note: "two devices" };
    body(await test.post(`${casePath}/decision`, desk.reviewer, verdict));
    // Long after the usual time: the case stays open as long as there is evidence for it.
    await passDays(60);
    expect((await left()).answers).toBeGreaterThan(20);
    const path = `/v1/operator/sales/${world.slug}/batches`;
    const { selectionDigest, batchId } = body(await test.post(path, desk.operator, {}), 201);
    for (const who of [desk.operator, desk.approver]) {
      body(await test.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    }
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    const links = await test.decisionLinks();
    expect(links).toHaveLength(8);
    const statement = "Kami kakak beradik, satu rumah.";
    body(await test.post(`/v1/decisions/${links[0]}/appeal`, undefined, { statement }), 201);
    const { appeals } = body(await test.get("/v1/operator/appeals", desk.secondReviewer));
    const answer = { id: "Anda benar; kami keliru.", en: "You are right; we were wrong." };
    const answered = { outcome: "upheld", answer };
    const { sql } = test.database;
    body(
      await test.post(
        `/v1/operator/appeals/${appeals[0].appealId}/decision`,
        desk.secondReviewer,
        answered,
      ),
    );
    // A unit is owed for it: the debt holds the sale.
    await sql`
      insert into entitlement (entitlement_id, decision_id, account_key, family, sku, price_minor_units,
        currency, state, granted_at, expires_at)
      select ${randomUUID()}, decision_id, account_key, 'none', 'RED', 100000, 'IDR', 'standing',
        ${new Date(test.clock.ms)}, ${new Date(test.clock.ms + 120 * DAY_MS)} from decision
      where state = 'overturned' on conflict do nothing`;
    await passDays(100);
    const [inForce] = await sql`select count(*)::int as n from decision where state = 'in_force'`;
    expect(inForce!.n).toBe(0);
    const owed = await left();
    expect(owed.messages).toBeGreaterThan(8);
    expect(owed.answers).toBeGreaterThan(20);
    // The first answer is found again as long as it is there.
    expect((await decline()).body).toEqual(first.body);
  });

  it("forgets them when the last debt has ended; that a notice came stays", async () => {
    const before = await left();
    await passDays(60);
    const [owed] = await test.database.sql`
      select count(*)::int as n from entitlement where state in ('standing', 'reserved')`;
    expect(owed!.n).toBe(0);
    expect(await left()).toEqual({ messages: 0, answers: 0, notices: before.notices });
    const contacts = await test.database.sql<{ recipientCipher: Buffer }[]>`
      select recipient_cipher from outbox where recipient_cipher is not null`;
    const read = contacts.map(
      (row) => JSON.parse(test.keyring.decrypt(row.recipientCipher)) as Contact,
    );
    expect(read).toEqual([]);
  });
});

/** Staff see that something was sent, to whom roughly, and what became of it; never what opens anything. */
describeOnDatabase("the outbox as staff see it", () => {
  it("shows neither codes nor links", async () => {
    const test = await TestServer.start();
    const desk = await openDesk(test);
    const world = await endedSale(test, { genuine: 20, rings: [8] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
    const casePath = `/v1/operator/sales/${world.slug}/cases/1`;
    const { version } = body(await test.get(casePath, desk.reviewer));
    const verdict = { version, verdict: "cancel", note: "two devices" };
    body(await test.post(`${casePath}/decision`, desk.reviewer, verdict));
    const path = `/v1/operator/sales/${world.slug}/batches`;
    const { selectionDigest, batchId } = body(await test.post(path, desk.operator, {}), 201);
    for (const who of [desk.operator, desk.approver])
      body(await test.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    body(await test.post("/v1/sign-in/codes", undefined, { contact: "081234567890" }), 202);
    const secrets = [
      ...(await test.decisionLinks()),
      ...(await test.messages("sign_in_code")).map(({ text }) => /\d{6}/.exec(text)![0]),
    ];
    expect(secrets.length).toBe(9);
    for (const who of [desk.owner, desk.operator]) {
      const { messages } = body(await test.get("/v1/operator/outbox?limit=1000", who));
      expect(messages.length).toBeGreaterThanOrEqual(secrets.length);
      const text = JSON.stringify(messages);
      for (const secret of secrets) expect(text).not.toContain(secret);
      expect(messages[0]).toMatchObject({
        kind: "sign_in_code",
        to: "+62812•••890",
        state: "waiting",
      });
      expect(messages[0].text).toContain("••••••");
      const notice = messages.find((one: { kind: string }) => one.kind === "decision");
      expect(notice.text).toMatch(/\/d\/…/);
    }
  });
});
