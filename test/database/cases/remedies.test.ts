import { afterAll, beforeAll, expect, it } from "vitest";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { OwnPlace } from "../../../src/proof/ownPlace.ts";
import { FakeChannel } from "../../../sim/fakes/fakeChannel.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
const ANSWER = {
  id: "Dokumen yang dikirim menunjukkan pembeli yang berbeda.",
  en: "The papers that were sent show different buyers.",
};

/** The place that a buyer's browser finds in the public record. */
function placeFrom(record: string, entry: { entryId: string; windowNo: number }): number | null {
  const own = new OwnPlace(entry);
  for (const line of record.trim().split("\n")) own.take(JSON.parse(line));
  return own.placeNo();
}

/** Buyers who had their money back before the answer came: the unit is gone, and is owed instead. */
describeOnDatabase("remedies", () => {
  let test: TestServer;
  let channel: FakeChannel;
  let desk: Desk;
  let world: CaseSale;

  beforeAll(async () => {
    channel = await FakeChannel.start();
    test = await TestServer.start({ channelHooks: { shop: channel.settings } });
    desk = await openDesk(test);
    world = await endedSale(test, { genuine: 40, rings: [9] });
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
  });
  afterAll(() => channel.stop());

  const post = (path: string, who: string, content?: unknown) => test.post(path, who, content);
  const tickCases = async () => {
    await test.server.caseWorker.run();
    await test.server.sender.run();
  };

  it("a channel that does not answer is asked before it is called again", async () => {
    const casePath = `/v1/operator/sales/${world.slug}/cases/1`;
    const { version } = body(await test.get(casePath, desk.reviewer));
    body(await post(`${casePath}/decision`, desk.reviewer, { version, verdict: "cancel" }));
    const batch = body(
      await post(`/v1/operator/sales/${world.slug}/batches`, desk.operator, {}),
      201,
    );
    const path = `/v1/operator/batches/${batch.batchId}/approval`;
    const { selectionDigest } = batch;
    body(await post(path, desk.operator, { selectionDigest }));
    body(await post(path, desk.approver, { selectionDigest }));
    test.clock.ms += HOUR_MS;
    channel.mode = "silent";
    await tickCases();
    // Not all nine: after five in a row that were not answered it is left alone.
    expect(channel.calls.size).toBeGreaterThan(0);
    channel.mode = 200;
    for (let round = 0; round < 5; round++) {
      test.clock.ms += 120_000;
      await tickCases();
    }
    expect([...channel.calls.values()]).toEqual(Array.from({ length: 9 }, () => 1));
    expect(channel.forged).toBe(0);
    const after = body(await test.get(`/v1/operator/batches/${batch.batchId}`, desk.auditor));
    expect(after.progress).toMatchObject({ channelCallsOpen: 0, channelCallsDone: 9 });
  });

  it("a refused call is made again when somebody asks; one that was taken, or is off, never", async () => {
    const { sql } = test.database;
    const [{ orderId }] = (await sql`
      select order_id from channel_call order by order_id limit 1`) as unknown as [
      { orderId: string },
    ];
    const resend = () =>
      post("/v1/operator/webhooks/resend", desk.operator, { sale: world.slug, orderId });
    const timesCalled = () =>
      [...channel.calls].find(([id]) => id.includes(orderId))?.[1] ?? Number.NaN;
    expect((await resend()).body.code).toBe("webhook_not_refused");
    await sql`
      update channel_call set state = 'refused' where order_id = ${orderId} and kind = 'hold'`;
    // Nothing is held any more, so the channel is not told to.
    await sql`update purchase_order set unit_held = false where order_id = ${orderId}`;
    expect((await resend()).body.code).toBe("webhook_not_refused");
    await sql`update purchase_order set unit_held = true where order_id = ${orderId}`;
    const { sent } = body(await test.get("/v1/operator/webhooks", desk.auditor));
    expect(sent).toContainEqual(expect.objectContaining({ orderId, state: "refused" }));
    expect(timesCalled()).toBe(1);
    body(await resend());
    await tickCases();
    await tickCases();
    expect(timesCalled()).toBe(2);
  });

  /** An appeal whose time is nearly gone is due soon for everybody to see, and is logged once. */
  async function reminded(appealId: string): Promise<void> {
    const { sql } = test.database;
    const soon = async () =>
      body(await test.get("/v1/operator/appeals", desk.auditor)).appeals.find(
        (one: { appealId: string }) => one.appealId === appealId,
      ).dueSoon;
    expect(await soon()).toBe(false);
    const [filedAt, dueAt] = [-9, 1].map((hours) => new Date(test.clock.ms + hours * HOUR_MS));
    await sql`update appeal set filed_at = ${filedAt!}, due_at = ${dueAt!} where appeal_id = ${appealId}`;
    expect(await soon()).toBe(true);
    await tickCases();
    await tickCases();
    const logged = await sql`
      select 1 from operator_log where action = 'appeal is due soon' and subject = ${appealId}`;
    expect(logged).toHaveLength(1);
    await sql`update appeal set filed_at = ${new Date(test.clock.ms)} where appeal_id = ${appealId}`;
  }

  let wronged = "";
  let signInAgain: () => Promise<string>;

  it("an upheld appeal is an entitlement there, at the old price, bound to the person", async () => {
    const ring = world.people.filter((one) => one.ring);
    for (const one of ring.slice(0, 2)) {
      test.clock.ms += 1_000;
      const mine = body(await test.get("/v1/me/decisions", one.session));
      const { decisionId } = mine.decisions[0];
      const other = ring.at(-1)!.session;
      const content = { statement: "Kami satu keluarga, empat orang dewasa." };
      const path = `/v1/me/decisions/${decisionId}/appeal`;
      expect((await post(path, other, content)).body.code).toBe("decision_not_found");
      const { appeal } = body(await post(path, one.session, content), 201);
      const decide = `/v1/operator/appeals/${appeal.appealId}/decision`;
      if (one === ring[0]) await reminded(appeal.appealId);
      const back = `/v1/me/decisions/${decisionId}/refund`;
      body(await post(back, one.session, { understood: true }));
      body(await post(decide, desk.secondReviewer, { outcome: "upheld", answer: ANSWER }));
      const [after] = body(await test.get("/v1/me/decisions", one.session)).decisions;
      expect(after).toMatchObject({
        state: "overturned",
        entitlement: { state: "standing", sku: "RED", priceMinorUnits: 100_000 },
      });
    }
    const { orders } = body(await test.get("/v1/me/orders", ring[0]!.session));
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ sale: world.slug, status: "owed", refundDue: true });
    expect(orders[0].timeline.map((one: { what: string }) => one.what)).toEqual([
      ...["entered", "offered", "ordered", "paid", "decided", "appealed", "money_asked"],
      ...["upheld", "owed"],
    ]);
    expect(body(await test.get("/v1/me/orders", await test.signIn(77_777))).orders).toEqual([]);
    wronged = ring[0]!.session;
    signInAgain = ring[0]!.again;
    const { entitlements } = body(await test.get("/v1/operator/entitlements", desk.auditor));
    const waive = `/v1/me/entitlements/${entitlements[1].entitlementId}/waiver`;
    expect((await post(waive, wronged)).body.code).toBe("entitlement_not_found");
    expect((await post(waive, ring[1]!.session)).status).toBe(200);
    expect((await post(waive, ring[1]!.session)).body.code).toBe("entitlement_ended");
    expect(await test.faults(world.slug)).toEqual([]);
  });

  it("units are set aside before the next round opens, are served first, and once", async () => {
    const slug = "make-up";
    // The same product as in the sale that was wrong, which is its own family.
    const definition = smallSale({ slug, units: 1, mode: "draw", family: world.slug });
    const [base] = definition.rounds;
    const opensAtMs = test.clock.ms + 10 * HOUR_MS;
    const dearer = definition.variants.map((variant) => ({ ...variant, priceMinorUnits: 200_000 }));
    const round = {
      ...base!,
      lobbyOpensAtMs: opensAtMs,
      opensAtMs,
      closesAtMs: opensAtMs + HOUR_MS,
      offerMs: 60_000,
    };
    const sale = await test.createSale({ ...definition, variants: dearer, rounds: [round] });
    const carve = () => post(`/v1/operator/sales/${slug}/rounds/1/carve-out`, desk.operator);
    expect(body(await carve())).toEqual({ carved: 1, leftStanding: 0, otherProduct: 0 });
    expect((await carve()).body.code).toBe("carved_already");
    const board = body(await test.get(`/v1/sales/${slug}/rounds/1/board`));
    const aside = board.stock.reduce(
      (sum: number, line: { makeGood: number }) => sum + line.makeGood,
      0,
    );
    expect(aside).toBe(1);
    test.clock.ms = opensAtMs + 1;
    wronged = await signInAgain();
    for (let person = 0; person < 12; person++) {
      await test.enter(await test.signIn(9_000 + person), { slug });
    }
    expect((await test.enter(wronged, { slug })).body.code).toBe("already_entered");
    expect(
      (await post(`/v1/operator/sales/${slug}/rounds/1/carve-out`, desk.operator)).body.code,
    ).toBe("round_opened");
    test.clock.ms = opensAtMs + HOUR_MS;
    await test.tick();
    const { offer, place, entry } = await test.mine(wronged, slug);
    expect(offer.state).toBe("open");
    // Places count the tier: she is the first of thirteen, and nobody else is told that the line has come.
    expect(place.placeNo).toBe(1);
    expect(entry.setAside).toBe(true);
    const sealed = body(await test.get(`/v1/sales/${slug}/rounds/1/board`));
    expect(sealed.windows).toMatchObject([{ firstPlaceNo: 1, entryCount: 13, setAsideCount: 1 }]);
    const record = await test.get(`/v1/sales/${slug}/rounds/1/record`);
    const places = new Set<number>();
    for (let person = 0; person < 12; person++) {
      const other = await test.mine(await test.signIn(9_000 + person), slug);
      expect(other.entry.setAside).toBe(false);
      places.add(other.place.placeNo);
      expect(placeFrom(record.body, other.entry)).toBe(other.place.placeNo);
    }
    expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 2));
    expect(placeFrom(record.body, entry)).toBe(1);
    // The offer runs out: the unit stays owed, for the round after.
    test.clock.ms += 61_000;
    await test.tick();
    await tickCases();
    const state = async () =>
      body(await test.get("/v1/me/decisions", wronged)).decisions[0].entitlement.state;
    expect(await state()).toBe("standing");
    expect(await test.faults(slug)).toEqual([]);
    await test.act(sale, "close");

    const again = "make-up-2";
    const later = test.clock.ms + 10 * HOUR_MS;
    const next = { ...round, lobbyOpensAtMs: later, opensAtMs: later, closesAtMs: later + HOUR_MS };
    await test.createSale({ ...definition, slug: again, variants: dearer, rounds: [next] });
    body(await post(`/v1/operator/sales/${again}/rounds/1/carve-out`, desk.operator));
    test.clock.ms = later + HOUR_MS;
    await test.tick();
    wronged = await signInAgain();
    const turn = await test.mine(wronged, again);
    const placed = body(
      await post(`/v1/sales/${again}/offers/${turn.offer.offerId}/order`, wronged, {
        paymentMethod: "va",
      }),
      201,
    );
    expect(placed.priceMinorUnits).toBe(100_000);
    body(await test.pay(placed));
    await tickCases();
    await tickCases();
    expect(await state()).toBe("served");
    const own = body(await test.get("/v1/me/orders", wronged)).orders;
    expect(own.map((one: { sale: string; status: string }) => [one.sale, one.status])).toEqual([
      [again, "paid"],
      [world.slug, "served"],
    ]);
    expect(own[1].timeline.at(-1).what).toBe("served");
    expect(await test.faults(again)).toEqual([]);
  });

  it("a unit owed is never taken from another product's sale without the buyer's yes", async () => {
    const sku = "RED";
    const opens = (roundAtMs: number, slug: string, family?: string) => {
      const definition = smallSale({ slug, units: 5, mode: "draw", ...(family ? { family } : {}) });
      const [base] = definition.rounds;
      const times = { lobbyOpensAtMs: roundAtMs, opensAtMs: roundAtMs };
      const closesAtMs = roundAtMs + HOUR_MS;
      return test.createSale({ ...definition, rounds: [{ ...base!, ...times, closesAtMs }] });
    };
    const carve = async (slug: string) =>
      body(await post(`/v1/operator/sales/${slug}/rounds/1/carve-out`, desk.operator));
    const one = world.people.filter(({ ring }) => ring)[2]!;
    const session = await one.again();
    const { decisionId } = body(await test.get("/v1/me/decisions", session)).decisions[0];
    const content = { statement: "Pesanan ini milik saya sendiri, bukan orang lain." };
    const { appeal } = body(
      await post(`/v1/me/decisions/${decisionId}/appeal`, session, content),
      201,
    );
    const decide = `/v1/operator/appeals/${appeal.appealId}/decision`;
    body(await post(`/v1/me/decisions/${decisionId}/refund`, session, { understood: true }));
    body(await post(decide, desk.secondReviewer, { outcome: "upheld", answer: ANSWER }));
    const own = async () =>
      body(await test.get("/v1/me/entitlements", session)).entitlements.find(
        (entitlement: { decisionId: string }) => entitlement.decisionId === decisionId,
      );
    expect(await own()).toMatchObject({ state: "standing", family: world.slug, sku });

    // A sale of chargers whose variants have the same codes, and the same currency.
    const soon = test.clock.ms + 10 * HOUR_MS;
    await opens(soon, "chargers", "charger");
    expect(await carve("chargers")).toEqual({ carved: 0, leftStanding: 1, otherProduct: 1 });
    await opens(soon, "nameless");
    expect(await carve("nameless")).toEqual({ carved: 0, leftStanding: 1, otherProduct: 1 });

    // Her yes names a product; another person, or something that cannot be had, is refused.
    await opens(soon, "cables", "cable");
    const { entitlementId, substitutes } = await own();
    expect(substitutes).toContainEqual({
      ...{ sale: "cables", family: "cable", sku: "BLUE", name: { id: "Biru", en: "Blue" } },
      ...{ priceMinorUnits: 100_000, agreed: false },
    });
    const agree = (change: object, who = session) =>
      post(`/v1/me/entitlements/${entitlementId}/substitutes`, who, {
        ...{ family: "cable", sku: "BLUE", agreed: true },
        ...change,
      });
    expect((await agree({}, await test.signIn(77_777))).body.code).toBe("entitlement_not_found");
    expect((await agree({ family: "car" })).body.code).toBe("variant_unknown");
    body(await agree({}));
    body(await agree({ agreed: false }));
    body(await agree({ sku: "RED" }));
    body(await agree({}));
    body(await agree({ sku: "RED", agreed: false }));
    const { substitutes: chosen } = await own();
    const yes = chosen.filter((product: { agreed: boolean }) => product.agreed);
    expect(yes).toMatchObject([{ family: "cable", sku: "BLUE" }]);
    expect(await carve("cables")).toEqual({ carved: 1, leftStanding: 0, otherProduct: 0 });
    const [aside] = await test.database.sql`
      select m.variant_no from make_good m join sale s using (sale_no) where s.slug = 'cables'`;
    expect(aside!.variantNo).toBe(2);
    expect((await agree({ agreed: false })).body.code).toBe("entitlement_reserved");
    expect(await test.faults("cables")).toEqual([]);
  });

  it("a buyer sees and takes along what is kept about her, and can have it erased", async () => {
    const one = world.people.find((person) => person.ring)!;
    const data = body(await test.get("/v1/me/data", await one.again()));
    expect(data.account.contact).toMatch(/^\+62/);
    expect(data.orders[0].facts.address).toMatch(/Gudang/);
    const others = world.people.filter((person) => person !== one).map((person) => person.orderId);
    for (const orderId of others) expect(JSON.stringify(data)).not.toContain(orderId);
    const stranger = await test.signIn(77_777);
    const asked = body(await post("/v1/me/erasure", stranger), 202);
    expect(asked.erasedNow).toBe(true);
    expect(body(await test.get("/v1/me/data", stranger)).account.contact).toBe(null);
    // An order in hand: the erasure waits, and is done by itself.
    expect(body(await post("/v1/me/erasure", wronged), 202).erasedNow).toBe(false);
    test.clock.ms += 40 * 24 * HOUR_MS;
    await tickCases();
    const [row] = await test.database.sql`
      select count(*)::int as count from erasure_request where done_at is null`;
    expect(row!.count).toBe(0);
  });

  it("evidence leaves when its time is over", async () => {
    const factsLeft = async () => {
      const [row] = await test.database.sql`
        select count(*) filter (where d.order_id is null)::int as others,
          count(d.order_id)::int as upheld
        from order_facts f left join decision d on d.sale_no = f.sale_no
          and d.order_id = f.order_id and d.state = 'overturned'
        where f.sale_no = ${world.sale.saleNo}`;
      return row;
    };
    test.clock.ms = START_MS + 80 * 24 * HOUR_MS;
    await tickCases();
    const before = await factsLeft();
    expect(before!.others).toBeGreaterThan(40);
    // Ninety days by the policy; what shows our own mistake a year, and what she wrote half a year.
    test.clock.ms = START_MS + 100 * 24 * HOUR_MS;
    await tickCases();
    expect(await factsLeft()).toEqual({ others: 0, upheld: before!.upheld });
    expect(before!.upheld).toBeGreaterThan(0);
    test.clock.ms = START_MS + 400 * 24 * HOUR_MS;
    await tickCases();
    expect(await factsLeft()).toEqual({ others: 0, upheld: 0 });
    const [written] = await test.database.sql`
      select count(*) filter (where statement_cipher <> ''::bytea)::int as kept from appeal`;
    expect(written!.kept).toBe(0);
  });
});
