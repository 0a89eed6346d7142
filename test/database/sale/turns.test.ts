import { beforeAll, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** The way of a buyer, from the lobby to the unit, over the API. */
describeOnDatabase("a turn", () => {
  let test: TestServer;
  let slugNo = 0;
  let slug = "";

  beforeAll(async () => {
    test = await TestServer.start();
  });

  /** A sale of its own for each story; `people` join in the lobby and the window is sealed. */
  async function story(people: number, change: Parameters<typeof smallSale>[0] = {}) {
    slug = `story-${++slugNo}`;
    test.clock.ms = START_MS - 30_000;
    const sale = await test.createSale(smallSale({ slug, units: 1, ...change }));
    const sessions: string[] = [];
    for (let person = 0; person < people; person++) {
      const session = await test.signIn(slugNo * 100 + person);
      sessions.push(session);
      expect((await test.enter(session, { slug })).status).toBe(201);
    }
    return { sale, sessions };
  }

  const openAndTick = async () => {
    test.clock.ms = START_MS + 10;
    await test.tick();
  };
  const statuses = (sessions: string[]) =>
    Promise.all(sessions.map((session) => test.mine(session, slug)));

  it("offers the units in line order and leaves the rest waiting", async () => {
    const { sessions } = await story(5);
    await openAndTick();
    const all = await statuses(sessions);
    const offered = all.filter((status) => status.offer !== null);
    expect(offered).toHaveLength(2);
    expect(offered.map((status) => status.place.placeNo).sort()).toEqual([1, 2]);
    expect(new Set(offered.map((status) => status.offer.sku))).toEqual(new Set(["RED", "BLUE"]));
    expect(all.filter((status) => status.place.state === "waiting")).toHaveLength(3);
    expect(await test.faults()).toEqual([]);
  });

  it("goes from offer to order to paid, with the method the buyer chose", async () => {
    const { sessions } = await story(1);
    await openAndTick();
    const [{ offer }] = await statuses(sessions);
    const path = `/v1/sales/${slug}/offers/${offer.offerId}/order`;
    expect((await test.post(path, sessions[0], {})).body.code).toBe("invalid_request");
    const order = await test.post(path, sessions[0], { paymentMethod: "qris" });
    expect(order.status).toBe(201);
    expect(order.body).toMatchObject({
      state: "awaiting_payment",
      paymentMethod: "qris",
      priceMinorUnits: 100_000,
    });
    expect((await test.pay(order.body)).body).toEqual({ outcome: "applied" });
    expect((await test.mine(sessions[0]!, slug)).order.state).toBe("paid");
    expect(await test.faults()).toEqual([]);
  });

  it("keeps the unit when the payment method is changed", async () => {
    const { sessions } = await story(1);
    await openAndTick();
    const [{ offer }] = await statuses(sessions);
    const order = (
      await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/order`, sessions[0], {
        paymentMethod: "va",
      })
    ).body;
    const path = `/v1/sales/${slug}/orders/${order.orderId}/payment-method`;
    const changed = await test.post(path, sessions[0], { paymentMethod: "qris" });
    expect(changed.body).toMatchObject({
      paymentMethod: "qris",
      dueAt: order.dueAt,
      state: "awaiting_payment",
    });
    expect((await test.post(path, sessions[0], { paymentMethod: "qris" })).body.code).toBe(
      "same_payment_method",
    );
    expect((await test.post(path, sessions[0], { paymentMethod: "card" })).body.code).toBe(
      "payment_method_not_offered",
    );
    expect(await test.faults()).toEqual([]);
  });

  it("gives an expired, a declined and an unpaid unit to the next in the same line", async () => {
    const { sessions } = await story(6);
    await openAndTick();
    const first = await statuses(sessions);
    const byPlace = (placeNo: number) =>
      first.findIndex((status) => status.place.placeNo === placeNo);
    const [one, two] = [byPlace(1), byPlace(2)];
    await test.post(`/v1/sales/${slug}/offers/${first[one].offer.offerId}/decline`, sessions[one]);
    await test.tick();
    expect((await test.mine(sessions[byPlace(3)]!, slug)).offer?.state).toBe("open");
    // Place 2 lets the offer run out.
    test.clock.ms += 61_000;
    await test.tick();
    expect((await test.mine(sessions[two]!, slug)).offer.state).toBe("expired");
    const four = await test.mine(sessions[byPlace(4)]!, slug);
    expect(four.offer?.state).toBe("open");
    // Place 4 orders and never pays.
    const order = await test.post(
      `/v1/sales/${slug}/offers/${four.offer.offerId}/order`,
      sessions[byPlace(4)],
      { paymentMethod: "va" },
    );
    expect(order.status).toBe(201);
    test.clock.ms += 121_000;
    await test.tick();
    const cancelled = await test.mine(sessions[byPlace(4)]!, slug);
    expect(cancelled.order).toMatchObject({ state: "cancelled", cancelReason: "unpaid" });
    expect((await test.mine(sessions[byPlace(6)]!, slug)).offer?.state).toBe("open");
    expect(await test.faults()).toEqual([]);
  });

  it("extends an offer once", async () => {
    const { sessions } = await story(1);
    await openAndTick();
    const [{ offer }] = await statuses(sessions);
    const path = `/v1/sales/${slug}/offers/${offer.offerId}/extension`;
    const extended = await test.post(path, sessions[0]);
    expect(Date.parse(extended.body.expiresAt) - Date.parse(offer.expiresAt)).toBe(30_000);
    expect((await test.post(path, sessions[0])).body.code).toBe("extension_used");
  });

  it("asks cash on delivery for a code, keeps its quota, and gives it back", async () => {
    const { sessions } = await story(2);
    await openAndTick();
    const all = await statuses(sessions);
    const order = (index: number, paymentMethod: string) =>
      test.post(`/v1/sales/${slug}/offers/${all[index].offer.offerId}/order`, sessions[index], {
        paymentMethod,
      });
    const first = await order(0, "cod");
    expect(first.body.state).toBe("awaiting_confirmation");
    const second = await order(1, "cod");
    expect(second.body.code).toBe("cod_quota_used");
    // The unit is still held: the same offer, paid another way.
    expect((await order(1, "va")).status).toBe(201);
    const path = `/v1/sales/${slug}/orders/${first.body.orderId}`;
    expect(
      (await test.post(`${path}/confirmation`, sessions[0], { code: "000000" })).body.code,
    ).toMatch(/code_wrong/);
    const code = await codOf();
    const confirmed = await test.post(`${path}/confirmation`, sessions[0], { code });
    expect(confirmed.body.state).toBe("cod_confirmed");
    expect(await test.faults()).toEqual([]);
  });

  async function codOf(): Promise<string> {
    const [row] = await test.database.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox where kind = 'cod_code' order by message_id desc limit 1`;
    return JSON.parse(test.keyring.decrypt(row!.payloadCipher)).facts.code;
  }

  it("releases the quota when a cash-on-delivery order changes its method", async () => {
    const { sessions } = await story(2);
    await openAndTick();
    const all = await statuses(sessions);
    const path = (index: number) => `/v1/sales/${slug}/offers/${all[index].offer.offerId}/order`;
    const first = await test.post(path(0), sessions[0], { paymentMethod: "cod" });
    await test.post(`/v1/sales/${slug}/orders/${first.body.orderId}/payment-method`, sessions[0], {
      paymentMethod: "va",
    });
    expect((await test.post(path(1), sessions[1], { paymentMethod: "cod" })).status).toBe(201);
    expect(await test.faults()).toEqual([]);
  });

  it("takes payment messages late, twice and out of order", async () => {
    const { sessions } = await story(1);
    await openAndTick();
    const [{ offer }] = await statuses(sessions);
    const order = (
      await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/order`, sessions[0], {
        paymentMethod: "va",
      })
    ).body;
    expect((await test.pay(order, "failed")).body).toEqual({ outcome: "ignored" });
    expect((await test.pay(order, "paid", "same-id")).body).toEqual({ outcome: "applied" });
    expect((await test.pay(order, "paid", "same-id")).body).toEqual({ outcome: "applied" });
    expect((await test.pay(order, "pending")).body).toEqual({ outcome: "ignored" });
    expect((await test.mine(sessions[0]!, slug)).order.state).toBe("paid");
    expect(await test.faults()).toEqual([]);
  });

  it("owes the money back when it comes after the unit went to the next", async () => {
    const { sessions } = await story(1);
    await openAndTick();
    const [{ offer }] = await statuses(sessions);
    const order = (
      await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/order`, sessions[0], {
        paymentMethod: "va",
      })
    ).body;
    test.clock.ms += 121_000;
    await test.tick();
    expect((await test.pay(order)).body).toEqual({ outcome: "refund_due" });
    expect((await test.mine(sessions[0]!, slug)).order).toMatchObject({
      state: "cancelled",
      refundDue: true,
    });
    expect(await test.faults()).toEqual([]);
  });

  it("refuses a payment message that is not signed", async () => {
    const body = {
      eventId: "x",
      paymentId: "x",
      kind: "paid",
      reference: "1.x",
      amountMinorUnits: 1,
      currency: "IDR",
    };
    expect(
      (await test.call("POST", "/v1/payments/sandbox/events", { body, key: null })).body.code,
    ).toBe("signature_invalid");
  });

  it("stops offers and deadlines while paused, and moves the deadlines on resuming", async () => {
    const { sale, sessions } = await story(3);
    await openAndTick();
    const before = (await statuses(sessions)).find((status) => status.offer !== null);
    await test.act(sale, "pause");
    test.clock.ms += 600_000;
    await test.tick();
    const held = (await statuses(sessions)).filter((status) => status.offer?.state === "open");
    expect(held).toHaveLength(2);
    await test.act(sale, "resume");
    await test.tick();
    const after = (await statuses(sessions)).find(
      (status) => status.offer?.offerId === before.offer.offerId,
    );
    expect(Date.parse(after.offer.expiresAt) - Date.parse(before.offer.expiresAt)).toBe(600_000);
    expect(await test.faults()).toEqual([]);
  });

  it("makes no offer while paused, though people may still join", async () => {
    const { sale } = await story(0);
    await test.act(sale, "pause");
    const session = await test.signIn(9_000 + slugNo);
    expect((await test.enter(session, { slug })).status).toBe(201);
    await openAndTick();
    expect((await test.mine(session, slug)).place.state).toBe("waiting");
    await test.act(sale, "resume");
    await test.tick();
    expect((await test.mine(session, slug)).offer.state).toBe("open");
  });

  it("closes: no entry, no offer, and the open window is still sealed", async () => {
    const { sale, sessions } = await story(2);
    await test.act(sale, "close");
    const late = await test.signIn(8_000 + slugNo);
    expect((await test.enter(late, { slug })).body.code).toBe("entry_closed");
    await test.tick();
    const all = await statuses(sessions);
    expect(all.map((status) => status.place.state)).toEqual(["waiting", "waiting"]);
    expect(await test.faults()).toEqual([]);
  });

  it("holds the limit per person over rounds: the second turn is skipped, not cancelled later", async () => {
    const { sessions } = await story(1, { rounds: 2, units: 2 });
    await openAndTick();
    expect((await test.mine(sessions[0]!, slug)).offer.state).toBe("open");
    test.clock.ms = START_MS + 10 * 60_000 - 30_000;
    // The offer of round one has run out by now, so order and pay in time instead.
    test.clock.ms = START_MS + 20;
    const { offer } = await test.mine(sessions[0]!, slug);
    const order = (
      await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/order`, sessions[0], {
        paymentMethod: "va",
      })
    ).body;
    await test.pay(order);
    test.clock.ms = START_MS + 10 * 60_000 - 30_000;
    const other = await test.signIn(7_000 + slugNo);
    for (const session of [sessions[0]!, other]) {
      expect((await test.enter(session, { slug, roundNo: 2 })).status).toBe(201);
    }
    test.clock.ms = START_MS + 10 * 60_000 + 10;
    await test.tick();
    expect((await test.mine(sessions[0]!, slug, 2)).place.state).toBe("over_limit");
    expect((await test.mine(other, slug, 2)).offer.state).toBe("open");
    expect(await test.faults()).toEqual([]);
  });

  it("tells the odds on the wait-list once everything is on the way", async () => {
    const { sessions } = await story(4);
    await openAndTick();
    const waiting = (await statuses(sessions)).filter((status) => status.place.state === "waiting");
    const odds = waiting
      .sort((a, b) => a.place.placeNo - b.place.placeNo)
      .map((status) => status.place.waitListOdds);
    expect(odds[0]).toBeGreaterThan(0);
    expect(odds[0]).toBeGreaterThan(odds[1]);
  });

  it("counts a thousand people ahead, and says where there are more", async () => {
    const { sessions } = await story(4);
    await openAndTick();
    // A line is read once a second.
    const placeOf = async (session: string) => {
      test.clock.ms += 1_001;
      return (await test.mine(session, slug)).place;
    };
    const places = await Promise.all(sessions.map((session) => placeOf(session)));
    const at = places.findIndex(({ state }) => state === "waiting");
    const own = sessions[at]!;
    const before = places[at]!.aheadCount as number;
    // Rows beside the story's own: a line of a thousand people takes a minute to come in.
    const crowd = async (count: number) =>
      await test.database.sql`
        insert into line_place
        select (jsonb_populate_record(l, jsonb_build_object('entry_id', gen_random_uuid(),
          'account_key', gen_random_uuid(), 'tier', 0, 'place_no', 1000000 + n,
          'phone_key', null, 'email_key', null))).*
        from (select l from line_place l join sale s using (sale_no)
          where s.slug = ${slug} and l.state = 'waiting' and l.tier > 0
          order by l.place_no limit 1) one, generate_series(1, ${count}::int) n`;
    await crowd(1_000 - before);
    expect(await placeOf(own)).toMatchObject({ aheadCount: 1_000, aheadIsMore: false });
    await test.database.sql`update line_place set place_no = 2000000 + place_no where tier = 0`;
    await crowd(1);
    // Within the second whoever asks is told what the first was told.
    expect((await test.mine(own, slug)).place.aheadIsMore).toBe(false);
    expect(await placeOf(own)).toMatchObject({ aheadCount: 1_000, aheadIsMore: true });
  });

  it("one order in cash on delivery for a person and sale, by the policy; the unit stays held", async () => {
    const { sessions } = await story(1, { rounds: 2, unitsPerPersonCount: 2 });
    const orderIn = async (roundNo: number, paymentMethod: string) => {
      const { offer } = await test.mine(sessions[0]!, slug, roundNo);
      return await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/order`, sessions[0], {
        paymentMethod,
      });
    };
    await openAndTick();
    expect((await orderIn(1, "cod")).status).toBe(201);
    test.clock.ms = START_MS + 10 * 60_000 - 30_000;
    expect((await test.enter(sessions[0]!, { slug, roundNo: 2 })).status).toBe(201);
    // Still to be confirmed when the second turn comes.
    await test.database.sql`
      update purchase_order set due_at = due_at + interval '1 hour' where state = 'awaiting_confirmation'`;
    test.clock.ms = START_MS + 10 * 60_000 + 10;
    await test.tick();
    expect((await orderIn(2, "cod")).body.code).toBe("cod_limit_used");
    expect((await test.mine(sessions[0]!, slug, 2)).offer.state).toBe("open");
    expect((await orderIn(2, "qris")).status).toBe(201);
    await test.database.sql`
      update purchase_order set due_at = due_at - interval '1 hour' where state = 'awaiting_confirmation'`;
    expect(await test.faults(slug)).toEqual([]);
  });

  it("tells somebody who joins again whether her place is kept or her turn was had", async () => {
    const { sessions } = await story(3, { units: 1 });
    const again = async (session: string) => {
      const { status, body } = await test.enter(session, { slug });
      expect([status, body.code]).toEqual([409, "already_entered"]);
      expect(body.title).not.toMatch(/tetap ada|kept/);
      return body.detail;
    };
    const kept = "Tempat Anda tetap ada.";
    const had = "Giliran Anda pada gelombang ini sudah terpakai.";
    for (const session of sessions) expect(await again(session)).toBe(kept);
    await openAndTick();
    const all = await statuses(sessions);
    const [first, second] = sessions.filter((_, at) => all[at].offer !== null);
    const waiting = sessions.find((_, at) => all[at].offer === null)!;
    const { offer } = await test.mine(first!, slug);
    const path = `/v1/sales/${slug}/offers/${offer.offerId}`;
    const order = (await test.post(`${path}/order`, first, { paymentMethod: "va" })).body;
    for (const session of sessions) expect(await again(session)).toBe(kept);
    await test.post(`/v1/sales/${slug}/orders/${order.orderId}/cancellation`, first, {});
    expect(await again(first!)).toBe(had);
    const other = (await test.mine(second!, slug)).offer;
    await test.post(`/v1/sales/${slug}/offers/${other.offerId}/decline`, second);
    expect(await again(second!)).toBe(had);
    await test.tick();
    expect((await test.mine(waiting, slug)).offer?.state).toBe("open");
    test.clock.ms += 61_000;
    await test.tick();
    expect(await again(waiting)).toBe(had);
    expect(await test.faults(slug)).toEqual([]);
  });
});
