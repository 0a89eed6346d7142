import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";

const example = () => JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8"));

/** Trying things before they are done. */
describeOnDatabase("plans", () => {
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 40, rings: [9] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
  });

  const post = (path: string, who: string, content?: unknown) => test.post(path, who, content);

  it("checks a sale file and shows it as buyers would see it, in both languages", async () => {
    const path = "/v1/operator/sales/check";
    const good = body(await post(path, desk.operator, example()));
    expect(good).toMatchObject({ issues: [], slugTaken: false, unitCount: 50_000 });
    expect(good.preview.id).toContain("Penjualan kilat Poco M3");
    expect(good.preview.en).toContain("Poco M3 flash sale");
    expect(good.preview.en).not.toMatch(/<script type="module"/);
    const bad = body(await post(path, desk.operator, { ...example(), unitsPerPerson: 0 }));
    expect(bad.preview).toBeNull();
    expect(bad.issues[0].field).toBe("unitsPerPerson");
    body(await post("/v1/operator/sales", desk.operator, example()), 201);
    expect(body(await post(path, desk.operator, example())).slugTaken).toBe(true);
  });

  it("gives a sale back as the file that creates it", async () => {
    const file = body(await test.get("/v1/operator/sales/poco-m3/file", desk.auditor));
    const again = { ...file, slug: "poco-m3-again" };
    const { issues, unitCount } = body(
      await post("/v1/operator/sales/check", desk.operator, again),
    );
    expect({ issues, unitCount }).toEqual({ issues: [], unitCount: 50_000 });
  });

  it("says something to everybody, on the board and in the live figures, and takes it back", async () => {
    const path = `/v1/operator/sales/${world.slug}/message`;
    const message = { id: "Kami mulai lima menit lagi.", en: "We start in five minutes." };
    expect((await post(path, desk.reviewer, { message })).body.code).toBe("not_allowed");
    body(await post(path, desk.operator, { message }));
    const board = `/v1/sales/${world.slug}/rounds/1/board`;
    test.clock.ms += 2_000;
    expect(body(await test.get(board)).message).toEqual(message);
    const live = body(await test.get(`/v1/operator/sales/${world.slug}/live`, desk.auditor));
    expect(live.message).toEqual(message);
    expect(live.answers.errorCount).toBe(0);
    body(await post(path, desk.operator, { message: null }));
    test.clock.ms += 2_000;
    expect(body(await test.get(board)).message).toBeNull();
  });

  it("rehearses with a made-up crowd and says who would be hit", async () => {
    const ask = (change: object) =>
      post("/v1/operator/rehearsals", desk.operator, {
        slug: world.slug,
        entrants: 2_000,
        ringShare: 0.2,
        seed: 7,
        ...change,
      });
    const first = body(await ask({}));
    expect(first).toMatchObject({ synthetic: true, units: 294 });
    const sum = (name: string) =>
      first.groups.reduce((total: number, one: Record<string, number>) => total + one[name]!, 0);
    expect(sum("orders")).toBe(294);
    expect(sum("joined")).toBeLessThan(first.entrants);
    expect(body(await ask({}))).toEqual(first);
    const draft = { ...shippedPolicy(1), rules: [] };
    expect((await ask({ policy: draft })).body.code).toBe("policy_invalid");
  });

  it("lints a policy before it is published, and compares two on the same orders", async () => {
    const shipped = shippedPolicy(1);
    const check = (document: object) =>
      post("/v1/operator/policies/check", desk.operator, document).then((reply) => body(reply));
    expect(await check(shipped)).toMatchObject({ issues: [] });
    const vague = { ...shipped, summary: { id: "aktivitas tidak wajar", en: "unusual" } };
    const { issues, digest } = await check(vague);
    expect(digest).toBeNull();
    expect(issues.map((one: { field: string }) => one.field)).toContain("summary.id");
    const strict = { ...shipped, version: 2, thresholds: { ...shipped.thresholds, caseBits: 18 } };
    const path = `/v1/operator/sales/${world.slug}/backtest`;
    const result = body(await post(path, desk.auditor, { a: shipped, b: strict }));
    expect(result.orders).toBe(49);
    expect(result.a.held).toBeGreaterThanOrEqual(6);
    expect(result.b.held).toBeLessThan(result.a.held);
    const { low, high } = result.a.genuineAmongHeld;
    expect([low <= high, high <= result.a.held]).toEqual([true, true]);
    expect(result.differing).toBeGreaterThan(0);
    expect(JSON.stringify(result)).not.toMatch(/62812|Gudang Cigondewah/);
  });

  it("says what was looked at, and what cannot be claimed yet", async () => {
    const shown = body(await test.get(`/v1/operator/sales/${world.slug}/integrity`, desk.auditor));
    expect(shown).toMatchObject({
      audit: { orders: 49, cases: 1, fault: null },
      error: { undecidedCount: 0 },
      clustersDecided: 0,
    });
    expect(shown.clustersNeeded).toBeGreaterThan(100);
    const { certificate } = shown.error;
    expect(certificate).toMatchObject({
      cases: 1,
      decidedCases: 0,
      wrongCases: 0,
      judgedOrders: 0,
    });
    expect(certificate.promises).toEqual([
      { alpha: 0.005, bits: null, clustersNeeded: 3_103 },
      { alpha: 0.01, bits: null, clustersNeeded: 1_540 },
      { alpha: 0.02, bits: null, clustersNeeded: 774 },
    ]);
  });

  it("counts what people decided, the second look before the first", async () => {
    const path = `/v1/operator/sales/${world.slug}`;
    const certificate = async () =>
      body(await test.get(`${path}/integrity`, desk.auditor)).error.certificate;
    const { version, orders } = body(await test.get(`${path}/cases/1`, desk.reviewer));
    const verdict = { version, verdict: "cancel" };
    body(await test.post(`${path}/cases/1/decision`, desk.reviewer, verdict));
    expect(await certificate()).toMatchObject({ decidedCases: 1, wrongCases: 0 });
    const { sql } = test.database;
    const judge = (orderId: string, stratum: string) => sql`
      insert into error_sample (sample_id, sale_no, order_id, stratum, rules, channel_no,
        payment_method, drawn_at, found, found_by, found_at)
      values (gen_random_uuid(), ${world.sale.saleNo}, ${orderId}, ${stratum}, '{}', 1, 'va', now(),
        'genuine', 'reviewer', now())`;
    const inCase = orders.map((one: { orderId: string }) => one.orderId);
    await judge(inCase[0], "refused");
    expect(await certificate()).toMatchObject({ decidedCases: 1, wrongCases: 1, judgedOrders: 0 });
    const other = world.people.find(({ orderId }) => !inCase.includes(orderId))!;
    await judge(other.orderId!, "accepted");
    expect(await certificate()).toMatchObject({ judgedOrders: 1 });
    const own = body(await test.get(`/v1/sales/${world.slug}/own-error`));
    expect(own.certificate).toEqual(await certificate());
  });
});
