import { sendMessages } from "../../../sim/fakes/readMessages.ts";
import { deflateSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { runAppealClock } from "../../../src/cases/appeal/io/appealCommands.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer, type FormParts } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
const ANSWER = {
  id: "Bukti alamat dan KTP menunjukkan dua rumah tangga yang berbeda.",
  en: "Address and identity papers show two different households.",
};

/** A dispute from the closing of a sale to the end of its appeals, over the API. */
describeOnDatabase("cases", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 60, rings: [12, 10] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
  });

  const get = async (path: string, who: string) => body(await test.get(path, who));
  const post = (path: string, who: string, content?: unknown) => test.post(path, who, content);
  const casePath = (caseNo: number) => `/v1/operator/sales/${world.slug}/cases/${caseNo}`;
  const showCase = (caseNo: number) => get(casePath(caseNo), desk.auditor);
  const decide = async (caseNo: number, who: string, verdict: string, except: string[] = []) =>
    post(`${casePath(caseNo)}/decision`, who, {
      version: (await showCase(caseNo)).version,
      verdict,
      except,
    });
  const orderState = async (orderId: string) => {
    const [row] = await test.database.sql<{ state: string; unitHeld: boolean }[]>`
      select state, unit_held from purchase_order where order_id = ${orderId}`;
    return row!;
  };
  const links = () => test.decisionLinks();

  it("opens cases with the rings at the close, and none with anybody else", async () => {
    const { cases, total } = await get(`/v1/operator/cases?sale=${world.slug}`, desk.auditor);
    expect(total).toBe(2);
    const found = new Set<string>();
    for (const { caseNo } of cases) {
      for (const order of (await showCase(caseNo)).orders) found.add(order.orderId);
    }
    const rings = world.people.filter((one) => one.ring).map((one) => one.orderId);
    expect([...found].sort()).toEqual(rings.sort());
    expect((await post(`/v1/operator/sales/${world.slug}/audit`, desk.operator)).body.code).toBe(
      "audited_already",
    );
  });

  it("a case under review may not be shipped, and a failed delivery needs a courier", async () => {
    const [ring] = world.people.filter((one) => one.ring);
    const [genuine] = world.people.filter((one) => !one.ring);
    const status = (orderId: string, content: object) =>
      post(`/v1/operator/sales/${world.slug}/orders/${orderId}/status`, desk.operator, content);
    expect((await status(ring!.orderId, { status: "preparing" })).body.code).toBe(
      "status_contradicts_review",
    );
    expect((await status(genuine!.orderId, { status: "preparing" })).status).toBe(200);
    expect((await status(genuine!.orderId, { status: "delivery_failed" })).body.code).toBe(
      "status_needs_handover",
    );
    expect((await status(genuine!.orderId, { status: "cancelled_by_seller" })).body.code).toBe(
      "status_needs_decision",
    );
  });

  it("claims keep colleagues apart, a stale page decides nothing, one's own word can be taken back", async () => {
    expect((await post(`${casePath(1)}/claim`, desk.reviewer)).status).toBe(200);
    expect((await post(`${casePath(1)}/claim`, desk.secondReviewer)).body.code).toBe(
      "case_claimed",
    );
    expect((await decide(1, desk.secondReviewer, "cancel")).body.code).toBe("case_claimed");
    const stale = { version: 99, verdict: "cancel" };
    expect((await post(`${casePath(1)}/decision`, desk.reviewer, stale)).body.code).toBe(
      "case_moved_on",
    );
    expect(body(await decide(1, desk.reviewer, "cancel")).state).toBe("decided");
    expect((await decide(1, desk.reviewer, "cancel")).body.code).toBe("case_ended");
    expect((await post(`${casePath(1)}/undo`, desk.secondReviewer)).body.code).toBe(
      "not_your_decision",
    );
    expect(body(await post(`${casePath(1)}/undo`, desk.reviewer)).state).toBe("open");
    // Nothing of that touched an order.
    for (const one of world.people) expect((await orderState(one.orderId)).state).toBe("paid");
  });

  it("says who else has a case open, on whichever server, until she has left it", async () => {
    const path = `/v1/operator/sales/${world.slug}/cases/1`;
    const beside = await test.beside();
    const viewers = async (who: string, on = test) => body(await on.get(path, who)).viewers;
    test.clock.ms += 20_000;
    expect(await viewers(desk.reviewer)).toEqual([]);
    expect(await viewers(desk.secondReviewer, beside)).toHaveLength(1);
    expect(await viewers(desk.reviewer)).toHaveLength(1);
    test.clock.ms += 20_000;
    expect(await viewers(desk.reviewer)).toEqual([]);
  });

  it("a family or an office: as many people as accounts, every pair of them, and nobody from elsewhere", async () => {
    const path = `/v1/operator/sales/${world.slug}/cases/1`;
    const { orders } = await get(path, desk.auditor);
    const accounts = [...new Set(orders.map((one: { account: string }) => one.account))].slice(
      0,
      4,
    );
    const declare = (list: unknown[], as?: string) =>
      post(`${path}/family`, desk.reviewer, { accounts: list, ...(as ? { as } : {}) });
    const stranger = await declare([accounts[0], "ffffffff"]);
    expect(stranger.body.code).toBe("account_not_in_case");
    expect((await declare([accounts[0], accounts[0]])).body.code).toBe("account_not_in_case");
    body(await declare(accounts, "office"));
    const [pairs] = await test.database.sql`select count(*)::int as count from verified_apart`;
    expect(pairs!.count).toBe(6);
    const { events } = await get(path, desk.auditor);
    expect(events.map((one: { kind: string }) => one.kind)).toContain("office");
  });

  it("shows plain details only for a purpose, and says so in the case's log", async () => {
    const { orders } = await showCase(1);
    const ask = (who: string) =>
      post(`${casePath(1)}/unmasked`, who, {
        orderId: orders[0].orderId,
        purpose: "compare the two addresses",
      });
    expect((await ask(desk.operator)).body.code).toBe("not_allowed");
    const { facts } = body(await ask(desk.reviewer));
    expect(facts.address).toMatch(/Gudang|Ruko/);
    const { events, document } = await showCase(1);
    expect(events.at(-1)).toMatchObject({ kind: "unmasked" });
    expect(JSON.stringify(document)).not.toContain(facts.phone.slice(3));
    body(await ask(desk.reviewer)); // the page was renewed: one look
    const buyer = world.people.find(({ orderId }) => orderId === orders[0].orderId)!;
    const { looks } = body(await test.get("/v1/me/data", await buyer.again()));
    const look = { what: "order_facts", role: "reviewer", purpose: "compare the two addresses" };
    const lookedAt = expect.any(String);
    expect(looks).toEqual([{ ...look, subject: buyer.orderId, lookedAt }]);
    expect(body(await test.get("/v1/me/looks", await buyer.again())).looks).toEqual(looks);
  });

  let batchId = "";

  it("the brake: no batch runs before a person decided the sample and two people approved", async () => {
    const created = body(
      await post(`/v1/operator/sales/${world.slug}/batches`, desk.operator, { select: "all" }),
      201,
    );
    batchId = created.batchId;
    expect(created.preview).toMatchObject({ cases: 2, orders: 22, accountsWithOneOrder: 22 });
    expect(created.preview.sellerCancelRate.shop).toMatchObject({ now: 0 });
    // Two cases are too few to conclude from one to the other: both must be decided.
    expect(created.sample).toHaveLength(2);
    const approve = (who: string, selectionDigest = created.selectionDigest) =>
      post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest });
    for (const who of [desk.owner, desk.operator, desk.approver]) {
      expect((await approve(who)).body.code).toBe("sample_undecided");
    }
    expect((await approve(desk.reviewer)).body.code).toBe("not_allowed");
    const { orders } = await showCase(1);
    body(await decide(1, desk.reviewer, "cancel"));
    // The second case: one of its orders is let stand.
    const second = await showCase(2);
    body(await decide(2, desk.reviewer, "cancel", [second.orders[0].orderId]));
    expect((await approve(desk.approver, "0".repeat(64))).body.code).toBe("digest_mismatch");
    expect(body(await approve(desk.operator)).state).toBe("approving");
    expect((await approve(desk.operator)).body.code).toBe("approved_already");
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    expect((await orderState(orders[0].orderId)).state).toBe("paid");
    expect(body(await approve(desk.approver)).state).toBe("grace");
    await test.server.caseWorker.run();
    expect((await orderState(orders[0].orderId)).state).toBe("paid");
    expect((await post(`${casePath(1)}/undo`, desk.reviewer)).body.code).toBe("undo_too_late");
  });

  it("negative control: a row that somebody wrote into the database by hand opens no gate", async () => {
    const { sql } = test.database;
    await sql`with gone as (delete from batch_approval where batch_id = ${batchId} and operator_name like 'approver%') delete from operator_log where subject = ${batchId} and operator_name like 'approver%'`;
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    const batch = await get(`/v1/operator/batches/${batchId}`, desk.auditor);
    expect(batch).toMatchObject({ state: "approving", progress: { cancelled: 0 } });
    const { selectionDigest } = batch;
    const path = `/v1/operator/batches/${batchId}/approval`;
    expect(body(await post(path, desk.approver, { selectionDigest })).state).toBe("grace");
  });

  it("cancels after the grace, holds the units, and writes to each buyer once", async () => {
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    await test.server.caseWorker.run();
    const batch = await get(`/v1/operator/batches/${batchId}`, desk.auditor);
    expect(batch).toMatchObject({
      state: "done",
      progress: { orders: 22, cancelled: 21, leftAlone: 1, noticesPending: 21 },
    });
    expect(await links()).toHaveLength(21);
    const cancelled = world.people.filter((one) => one.ring);
    let held = 0;
    for (const one of cancelled) if ((await orderState(one.orderId)).unitHeld) held++;
    expect(held).toBe(21);
    expect(await test.faults(world.slug)).toEqual([]);
  });

  it("the public hears nothing before every buyer's notice has ended", async () => {
    const announce = () =>
      post(`/v1/operator/batches/${batchId}/announcement`, desk.operator, undefined);
    expect((await announce()).body.code).toBe("notices_pending");
    const report = async (messageId: number, outcome: string, signed = true) => {
      const raw = JSON.stringify({ messageId, outcome });
      const headers = {
        "content-type": "application/json",
        ...test.server.signNotice(signed ? raw : `${raw} `),
      };
      return await test.call("POST", "/v1/notices/events", { body: raw, headers, key: null });
    };
    const ids = (await test.messages("decision")).map(({ messageId }) => messageId);
    await sendMessages(test.database.sql, "decision");
    expect((await report(ids[0]!, "delivered", false)).body.code).toBe("signature_invalid");
    for (const id of ids.slice(1)) expect((await report(id, "delivered")).status).toBe(200);
    expect((await announce()).body.code).toBe("notices_pending");
    expect((await report(ids[0]!, "bounced")).body.outcome).toBe("applied");
    expect((await report(ids[0]!, "delivered")).body.outcome).toBe("ignored");
    expect(body(await announce()).statement.id).toContain("21 pesanan");
    expect((await announce()).body.code).toBe("announced_already");
  });

  it("says the same from every audience, and nothing about anybody else", async () => {
    const [link] = await links();
    const decision = body(await test.get(`/v1/decisions/${link}`));
    expect(decision).toMatchObject({ state: "in_force", unitHeld: true });
    const { record } = decision;
    expect(record.reasons.length).toBeGreaterThan(0);
    expect(record.reasons.length).toBeLessThanOrEqual(4);
    expect(record.counterfactual.id).not.toBe("");
    const audiences = await get(`/v1/operator/decisions/${decision.decisionId}`, desk.auditor);
    for (const reason of record.reasons) expect(audiences.helpDesk.id).toContain(reason.id);
    // The dispute is open: the channel holds, and cancels nothing yet.
    expect(audiences.channelStatus).toBe("under_review");
    const messages = await test.messages("decision");
    const mail = messages.find(({ text }) => text.includes(link!))!;
    for (const reason of record.reasons) expect(mail.text).toContain(reason.id);
    expect(mail.subject).toBe("Keputusan tentang pesanan Anda");
    expect((await test.get(`/v1/decisions/${"0".repeat(48)}`)).body.code).toBe(
      "decision_not_found",
    );
  });

  it("looks at an appeal's files beside the server, in no transaction, and says what is too large", async () => {
    const [link] = await links();
    const fields = { statement: "Kami kakak beradik, satu rumah." };
    const appeal = (...files: Buffer[]) =>
      test.send(`/v1/decisions/${link}/appeal`, undefined, {
        fields,
        files: files.map((content, no) => ({ field: "files", name: `${no}.pdf`, content })),
      });
    // The old search for the end of each stream: 47 s, and everybody stood still.
    const streams = Buffer.from(`%PDF-${"stream\n".repeat(800_000 / 7)}`);
    const unpacks = Buffer.concat([
      Buffer.from("%PDF-1.4\nstream\n"),
      deflateSync(Buffer.alloc(70_000_000)),
    ]);
    let answered = false;
    const reply = appeal(streams, unpacks, Buffer.from("MZ no picture")).finally(() => {
      answered = true;
    });
    let looks = 0;
    let open = 0;
    let longestMs = 0;
    while (!answered) {
      const from = performance.now();
      const [row] = await test.database.sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`;
      await new Promise((resume) => setTimeout(resume, 5));
      longestMs = Math.max(longestMs, performance.now() - from);
      looks++;
      open += row!.count;
    }
    expect((await reply).body).toMatchObject({
      code: "file_type_refused",
      errors: [{ field: "files.2" }],
    });
    expect(looks).toBeGreaterThan(3);
    expect(open).toBe(0);
    expect(longestMs).toBeLessThan(5_000);
    const photo = Buffer.alloc(4_200_000, 0xff);
    expect((await appeal(photo)).body).toMatchObject({
      code: "file_too_large",
      title: expect.stringMatching(/masing-masing 3 MB/),
      errors: [{ field: "files.0", reason: "is too large: a file may have 3 MB" }],
    });
    const four = await appeal(...Array<Buffer>(4).fill(Buffer.from("%PDF-1.4")));
    expect(four.body).toMatchObject({ code: "invalid_request", errors: [{ field: "files" }] });
  });

  it("an appeal needs no account, holds the unit, and is decided by somebody else", async () => {
    const [link] = await links();
    const file = (content: Buffer) => [{ field: "files", name: "ktp.png", content }];
    const fields = { statement: "Kami kakak beradik, satu rumah.", isFamily: "on" };
    const appeal = (files: FormParts["files"], key?: string) =>
      test.send(`/v1/decisions/${link}/appeal`, undefined, { fields, files }, key);
    expect((await appeal(file(Buffer.from("MZ not a picture")))).body.code).toBe(
      "file_type_refused",
    );
    const png = Buffer.alloc(64);
    png.write("\u0089PNG\r\n\u001a\n", "latin1");
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    expect((await appeal(file(png))).body.code).toBe("file_too_large");
    png.writeUInt32BE(600, 16);
    png.writeUInt32BE(600, 20);
    const filed = body(await appeal(file(png), "the-same-key"), 201);
    expect(filed).toMatchObject({ unitHeld: true, appeal: { state: "pending" } });
    // Sent again because the answer was lost: the first answer. Another file with that key: told so.
    expect(body(await appeal(file(png), "the-same-key"), 201)).toEqual(filed);
    png[63] = 1;
    expect((await appeal(file(png), "the-same-key")).body.code).toBe("idempotency_key_reused");
    png[63] = 0;
    expect((await appeal([])).body.code).toBe("appeal_exists");
    const path = `/v1/operator/appeals/${filed.appeal.appealId}`;
    const detail = await get(path, desk.approver);
    expect(detail).toMatchObject({ isFamily: true, statement: "Kami kakak beradik, satu rumah." });
    const stored = await get(`${path}/files/1`, desk.secondReviewer);
    expect(stored).toMatchObject({ mediaType: "image/png", content: png.toString("base64") });
    const end = (who: string, outcome: string, answer = ANSWER) =>
      post(`${path}/decision`, who, { outcome, answer });
    // Reviewer and approver both had a part in the cancellation.
    expect((await end(desk.reviewer, "rejected")).body.code).toBe("appeal_own_decision");
    expect((await end(desk.approver, "rejected")).body.code).toBe("appeal_own_decision");
    expect((await end(desk.secondReviewer, "upheld", { id: "ok", en: "ok" })).body.code).toBe(
      "answer_needed",
    );
    expect(body(await end(desk.secondReviewer, "upheld")).state).toBe("upheld");
    const after = body(await test.get(`/v1/decisions/${link}`));
    expect(after).toMatchObject({ state: "overturned", unitHeld: false, entitlement: null });
    expect(await orderState(after.record.order_id)).toEqual({ state: "paid", unitHeld: false });
    expect(await test.faults(world.slug)).toEqual([]);
  });

  it("a rejected appeal ends the dispute and says where else to turn", async () => {
    const [, link] = await links();
    const filed = body(
      await test.post(`/v1/decisions/${link}/appeal`, undefined, {
        statement: "Semua pesanan itu milik saya sendiri.",
      }),
      201,
    );
    const path = `/v1/operator/appeals/${filed.appeal.appealId}/decision`;
    body(await post(path, desk.secondReviewer, { outcome: "rejected", answer: ANSWER }));
    const after = body(await test.get(`/v1/decisions/${link}`));
    expect(after).toMatchObject({ state: "final", unitHeld: false });
    expect(after.outsideRoutes.map((route: { name: string }) => route.name)).toContain("BPSK");
    const [row] = await test.database.sql`
      select refund_due from purchase_order where order_id = ${after.record.order_id}`;
    expect(row!.refundDue).toBe(true);
  });

  it("who was paid back meanwhile is owed a unit: an order without its money is not restored", async () => {
    const link = (await links())[4]!;
    const before = body(await test.get(`/v1/decisions/${link}`));
    const { order_id: orderId } = before.record;
    const priced = { orderId, priceMinorUnits: 100_000, currency: "IDR" };
    expect((await test.pay({ ...priced, payUrl: null }, "refunded")).body.outcome).toBe("applied");
    const statement = "Uang saya kembali, padahal saya mau ponselnya.";
    const filed = body(
      await test.post(`/v1/decisions/${link}/appeal`, undefined, { statement }),
      201,
    );
    const path = `/v1/operator/appeals/${filed.appeal.appealId}/decision`;
    body(await post(path, desk.secondReviewer, { outcome: "upheld", answer: ANSWER }));
    const after = body(await test.get(`/v1/decisions/${link}`));
    expect(after).toMatchObject({ state: "overturned", entitlement: { state: "standing" } });
    const [row] = await test.database.sql`
      select state, refund_due, unit_held from purchase_order where order_id = ${orderId}`;
    expect(row).toEqual({ state: "cancelled", refundDue: false, unitHeld: false });
    expect(await test.faults(world.slug)).toEqual([]);
  });

  it("a missed clock speaks for the buyer where the evidence was of one kind", async () => {
    const { sql } = test.database;
    const [, , weak, strong] = await links();
    const statement = "Tolong periksa lagi pesanan saya.";
    const file = async (link: string) =>
      body(await test.post(`/v1/decisions/${link}/appeal`, undefined, { statement }), 201);
    await file(strong!); // The one that stays open is the older one, and hides no other.
    test.clock.ms++;
    const one = await file(weak!);
    const [before] = await sql`select record from decision where decision_id = ${one.decisionId}`;
    await sql`update decision set record = jsonb_set(record, '{reasons}', jsonb_build_array(record->'reasons'->0))
      where decision_id = ${one.decisionId}`;
    test.clock.ms += 37 * HOUR_MS;
    await runAppealClock(sql, test.keyring, test.clock.ms, 1);
    await sql`update decision set record = ${sql.json(before!.record)} where decision_id = ${one.decisionId}`;
    expect(body(await test.get(`/v1/decisions/${weak}`))).toMatchObject({
      state: "overturned",
      appeal: { state: "upheld", byDefault: true },
    });
    expect(body(await test.get(`/v1/decisions/${strong}`))).toMatchObject({
      state: "in_force",
      unitHeld: true,
      appeal: { state: "pending" },
    });
    const { appeals } = await get("/v1/operator/appeals?state=pending", desk.auditor);
    expect(appeals).toMatchObject([{ overdue: true }]);
  });

  it("units of decisions that nobody appealed against are free after the time to appeal", async () => {
    test.clock.ms += 200 * HOUR_MS;
    await test.server.caseWorker.run();
    const [row] = await test.database.sql`
      select count(*) filter (where unit_held)::int as held from purchase_order
      where sale_no = ${world.sale.saleNo}`;
    // Only the overdue one is still disputed.
    expect(row!.held).toBe(1);
    expect(await test.faults(world.slug)).toEqual([]);
  });

  it("measures its own error and takes a rule that is wrong too often out of action", async () => {
    const sample = `/v1/operator/sales/${world.slug}/error-sample`;
    const drawn = body(await post(sample, desk.operator, { refused: 8, accepted: 10 }));
    expect(drawn).toEqual({ refused: 8, accepted: 10 });
    const { orders } = await get(sample, desk.auditor);
    let error: {
      reviewOnlyRules: string[];
      wronglyRefused: { wrong: number };
      byRegion: Record<string, { audited: number }>;
    } | null = null;
    for (const { sampleId } of orders) {
      error = body(await post(`${sample}/${sampleId}`, desk.reviewer, { found: "genuine" }));
    }
    expect(error!.wronglyRefused.wrong).toBe(8);
    const regions = Object.values(error!.byRegion).map(({ audited }) => audited);
    expect(regions.reduce((sum, audited) => sum + audited, 0)).toBe(8);
    expect(error!.reviewOnlyRules).toContain("SHARED-MEANS");
    const shown = body(await test.get(`/v1/sales/${world.slug}/policy`));
    expect(shown.reviewOnlyRules).toEqual(error!.reviewOnlyRules);
    const lines = await test.database.sql`
      select action, count(*)::int as count from operator_log
      where action like '%error sample' or action like 'set order %' group by action order by action`;
    expect(lines.map(({ action, count }) => [action, count])).toEqual([
      ["draw error sample", 1],
      ["judge error sample", orders.length],
      ["set order preparing", 1],
    ]);
  });

  it("publishes a report that adds up, and appends corrections", async () => {
    const path = `/v1/operator/sales/${world.slug}/report`;
    const first = body(await post(path, desk.operator, {}), 201);
    expect(first).toMatchObject({
      edition: 1,
      document: { refused: 21, appeals: { filed: 5, upheld: 3, rejected: 1, pending: 1 } },
    });
    expect((await post(path, desk.operator, {})).body.code).toBe("correction_needed");
    body(await post(path, desk.operator, { correction: "One appeal was counted late." }), 201);
    const { editions } = body(await test.get(`/v1/sales/${world.slug}/report`));
    expect(editions.map((one: { edition: number }) => one.edition)).toEqual([2, 1]);
    expect(editions[1].digest).toBe(first.digest);
  });

  it("the kill switch: a batch that is stopped in its grace cancels nobody", async () => {
    const other = await endedSale(test, { genuine: 30, rings: [8] });
    await test.act(other.sale, "close");
    await test.server.caseWorker.run();
    const path = `/v1/operator/sales/${other.slug}`;
    const { version } = await get(`${path}/cases/1`, desk.auditor);
    // The braked rules of the sale before carry nothing any more, so the reviewer can only let stand.
    const cancel = { version, verdict: "cancel" };
    expect((await post(`${path}/cases/1/decision`, desk.reviewer, cancel)).body.code).toBe(
      "no_strong_reason",
    );
    await test.database.sql`delete from rule_brake`;
    body(await post(`${path}/cases/1/decision`, desk.reviewer, cancel));
    const batch = body(await post(`${path}/batches`, desk.operator, {}), 201);
    const { selectionDigest } = batch;
    const approval = `/v1/operator/batches/${batch.batchId}/approval`;
    body(await post(approval, desk.operator, { selectionDigest }));
    expect(body(await post(approval, desk.approver, { selectionDigest })).state).toBe("grace");
    const stop = `/v1/operator/batches/${batch.batchId}/stop`;
    expect((await post(stop, desk.reviewer)).body.code).toBe("not_allowed");
    expect(body(await post(stop, desk.approver)).state).toBe("stopped");
    expect((await post(stop, desk.approver)).body.code).toBe("batch_ended");
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
    for (const one of other.people) expect((await orderState(one.orderId)).state).toBe("paid");
  });
});
