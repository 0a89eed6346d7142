import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { QueueFullError } from "../../../src/db/batcher.ts";
import { databaseWriter, Intake, type EntryIntake } from "../../../src/sale/entry/io/intake.ts";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";
import { body, endedSale, openDesk, operator, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const REASON = {
  id: "Server kami gagal pada giliran Anda.",
  en: "Our server failed in your turn.",
};

/** Units owed for failures of our own: what the server recorded, and what two people agreed to. */
describeOnDatabase("failures of our own", () => {
  let test: TestServer;
  let desk: Desk;
  let owner = "";
  /** The owner's second account: the owner took the invitation. */
  let puppet = "";
  let isDown = false;

  beforeAll(async () => {
    let real: EntryIntake | null = null;
    const intake: EntryIntake = {
      enter: async (target, entry) => {
        if (isDown) throw new QueueFullError();
        return await real!.enter(target, entry);
      },
    };
    test = await TestServer.start({ lockTimeoutMs: 200, intake });
    real = new Intake(databaseWriter(test.database.entryPool), {
      clock: { nowMs: () => test.clock.ms },
      mark: () => Promise.resolve(null),
    });
    desk = await openDesk(test);
    owner = await operator(test, "founder", "owner");
    const invited = await test.post("/v1/operator/invitations", owner, { role: "approver" });
    const who = { name: "Second Account", password: "a long enough password" };
    const { invitation } = body(invited, 201);
    body(await test.post("/v1/operators/invitation", undefined, { invitation, ...who }), 201);
    puppet = body(await test.post("/v1/operators/session", undefined, who)).session;
  });

  const path = (slug: string) => `/v1/operator/sales/${slug}/credit-lists`;
  const approve = (slug: string, who: string, list: { listId: string; digest: string }) =>
    test.post(`${path(slug)}/${list.listId}/approval`, who, { digest: list.digest });
  const owed = async () =>
    body(await test.get("/v1/operator/entitlements", desk.auditor)).entitlements;

  /** A draw of two rounds with so many units of each variant. */
  async function openDraw(slug: string, units: number) {
    test.clock.ms = START_MS - 1_000;
    const definition = smallSale({ slug, units, mode: "draw", rounds: 2 });
    const sale = await test.createSale(definition);
    test.clock.ms = START_MS;
    return sale;
  }

  it("one person alone takes nothing out of a sale, and two no more than the ceiling", async () => {
    const slug = "alone";
    await openDraw(slug, 100);
    const turns = [];
    for (let person = 0; person < 3; person++) {
      const session = await test.signIn(100 + person);
      const { ticket } = body(await test.enter(session, { slug, preferences: ["RED"] }), 201);
      turns.push({ ticket, sku: "RED" });
    }
    const propose = (content: object) =>
      test.post(path(slug), desk.operator, { reason: REASON, ...content });
    const forged = [{ ticket: `${turns[0]!.ticket}0`, sku: "RED" }];
    expect((await propose({ turns: forged })).body.code).toBe("ticket_invalid");
    const unwished = [{ ...turns[0]!, sku: "BLUE" }];
    expect((await propose({ turns: unwished })).body.code).toBe("variant_unknown");
    expect((await propose({ turns: [turns[0], turns[0]] })).body.code).toBe("credited_already");
    const all = body(await propose({ turns }), 201);
    expect(all).toMatchObject({ source: "uploaded", state: "waiting", people: 3 });
    expect(all.units).toEqual({ "1 RED": 3 });
    // The same people cannot be in a second list meanwhile.
    expect((await propose({ turns })).body.code).toBe("credited_already");
    expect(await owed()).toEqual([]);
    expect((await approve(slug, desk.operator, all)).body.code).toBe("second_person_needed");
    // 200 units of the variant in the round, on two channels: two may be owed.
    expect((await approve(slug, desk.approver, all)).body.code).toBe("credit_ceiling");
    expect(await owed()).toEqual([]);
    body(await test.post(`${path(slug)}/${all.listId}/rejection`, desk.approver));
    expect((await approve(slug, desk.approver, all)).body.code).toBe("credit_list_ended");
    const two = body(await propose({ turns: turns.slice(0, 2) }), 201);
    expect((await approve(slug, desk.approver, { ...two, digest: all.digest })).body.code).toBe(
      "digest_mismatch",
    );
    body(await approve(slug, desk.approver, two));
    expect(await owed()).toMatchObject([
      { sku: "RED", state: "standing", decisionId: null, reason: REASON },
      { sku: "RED", state: "standing", decisionId: null, reason: REASON },
    ]);
    const third = body(await propose({ turns: turns.slice(2) }), 201);
    expect((await approve(slug, desk.approver, third)).body.code).toBe("credit_ceiling");
    const carved = await test.post(`/v1/operator/sales/${slug}/rounds/2/carve-out`, desk.operator);
    expect(body(carved)).toEqual({ carved: 2, leftStanding: 0, otherProduct: 0 });
    expect(await test.faults(slug)).toEqual([]);
  });

  it("a small round gives nothing for failures unless its policy says more", async () => {
    const slug = "tiny";
    test.clock.ms = START_MS - 1_000;
    const policy = shippedPolicy(1);
    const document = {
      ...policy,
      name: "tiny",
      remedy: { ...policy.remedy, failureCreditShare: 0.5 },
    };
    const { digest } = body(await test.post("/v1/operator/policies", desk.operator, document), 201);
    await openDraw(slug, 1);
    const session = await test.signIn(200);
    const { ticket } = body(await test.enter(session, { slug, preferences: ["RED"] }), 201);
    const content = { reason: REASON, turns: [{ ticket, sku: "RED" }] };
    const list = body(await test.post(path(slug), desk.operator, content), 201);
    expect((await approve(slug, desk.approver, list)).body.code).toBe("credit_ceiling");
    test.clock.ms = START_MS + 3_600_000;
    body(await test.post(`/v1/operator/sales/${slug}/policy`, desk.operator, { digest }));
    body(await approve(slug, desk.approver, list));
    expect(await test.faults(slug)).toEqual([]);
  });

  it("joins that the server did not answer are recorded once for each person and round", async () => {
    const slug = "joins";
    await openDraw(slug, 100);
    const [lost, later, stranger] = [
      await test.signIn(300),
      await test.signIn(301),
      await test.signIn(302),
    ];
    isDown = true;
    for (const session of [lost, lost, later]) {
      const reply = await test.enter(session, { slug, preferences: ["BLUE"] });
      expect(reply.body.code).toBe("server_busy");
    }
    // A mistake of the caller is no failure of ours.
    expect((await test.enter(stranger, { slug, work: "bm9uZQ" })).status).toBeLessThan(500);
    isDown = false;
    body(await test.enter(later, { slug }), 201);
    await test.server.failures.write();
    const failures = async () =>
      body(await test.get(`/v1/operator/sales/${slug}/failures`, desk.auditor));
    expect(await failures()).toEqual({ recorded: 2, lost: 1 });
    const list = body(await test.post(path(slug), desk.operator, { reason: REASON }), 201);
    expect(list).toMatchObject({ source: "recorded", people: 1, units: { "1 BLUE": 1 } });
    expect(await failures()).toEqual({ recorded: 2, lost: 0 });
    body(await approve(slug, desk.approver, list));
    const again = await test.post(path(slug), desk.operator, { reason: REASON });
    expect(again.body.code).toBe("no_failure_recorded");
    test.clock.ms += 3_600_000;
    await test.tick();
    expect(await test.faults(slug)).toEqual([]);
  });

  it("a unit is lost through us only if its last third was", async () => {
    const slug = "turns";
    await openDraw(slug, 100);
    const people = [await test.signIn(400), await test.signIn(401)];
    for (const session of people) await test.enter(session, { slug });
    test.clock.ms = START_MS + 60_001;
    await test.tick();
    const turns: { offerId: string }[] = [];
    for (const session of people) turns.push((await test.mine(session, slug)).offer);
    const decline = (index: number) =>
      test.post(`/v1/sales/${slug}/offers/${turns[index]!.offerId}/decline`, people[index]);
    const { sql } = test.database;
    /** They ask while the server cannot do its work. */
    const fail = async (indexes: readonly number[]) => {
      await sql`alter table person_unit rename to gone`;
      for (const index of indexes) expect((await decline(index)).status).toBe(500);
      await sql`alter table gone rename to person_unit`;
    };
    test.clock.ms += 39_000;
    await fail([0, 1]);
    test.clock.ms += 18_000;
    await fail([0]);
    // Somebody else's offer fails in nobody's turn.
    const foreign = `/v1/sales/${slug}/offers/${randomUUID()}/decline`;
    expect((await test.post(foreign, people[1])).status).toBe(404);
    await test.server.failures.write();
    test.clock.ms += 60_000;
    await test.tick();
    const failures = await test.get(`/v1/operator/sales/${slug}/failures`, desk.auditor);
    expect(body(failures)).toEqual({ recorded: 2, lost: 1 });
    const list = body(await test.post(path(slug), desk.operator, { reason: REASON }), 201);
    expect(list).toMatchObject({ source: "recorded", people: 1 });
    expect(await test.faults(slug)).toEqual([]);
  });

  it("an approval says who invited whom, and one's own path counts once where the policy asks", async () => {
    const { slug, sale } = await endedSale(test, { genuine: 24, rings: [8] }, 1);
    const policy = shippedPolicy(1);
    const document = {
      ...policy,
      name: "independent",
      batch: { ...policy.batch, independentApprovals: true },
    };
    const { digest } = body(await test.post("/v1/operator/policies", owner, document), 201);
    await test.act(sale, "close");
    test.clock.ms += 600_000;
    body(await test.post(`/v1/operator/sales/${slug}/policy`, owner, { digest }));
    await test.server.caseWorker.run();
    const casePath = `/v1/operator/sales/${slug}/cases/1`;
    const { version } = body(await test.get(casePath, desk.reviewer));
    body(await test.post(`${casePath}/decision`, desk.reviewer, { version, verdict: "cancel" }));
    const batch = body(await test.post(`/v1/operator/sales/${slug}/batches`, owner, {}), 201);
    const approval = `/v1/operator/batches/${batch.batchId}/approval`;
    const { selectionDigest } = batch;
    body(await test.post(approval, owner, { selectionDigest }));
    const second = await test.post(approval, puppet, { selectionDigest });
    expect(second.body.code).toBe("approval_not_independent");
    const shown = body(await test.post(approval, desk.approver, { selectionDigest }));
    expect(shown.state).toBe("grace");
    expect(shown.approvals).toMatchObject([{ invitedBy: [] }, { invitedBy: [] }]);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("a list shows the path of its people, too", async () => {
    const slug = "paths";
    await openDraw(slug, 100);
    const session = await test.signIn(500);
    const { ticket } = body(await test.enter(session, { slug, preferences: ["RED"] }), 201);
    const content = { reason: REASON, turns: [{ ticket, sku: "RED" }] };
    const list = body(await test.post(path(slug), owner, content), 201);
    const ended = body(await approve(slug, puppet, list));
    const [founder] = ended.endedBy.invitedBy;
    expect(ended.endedBy).toEqual({ name: "Second Account", invitedBy: [founder] });
    expect(ended.createdBy).toEqual({ name: founder, invitedBy: [] });
  });
});
