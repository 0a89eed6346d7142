import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import type { SaleDefinition } from "../../../src/sale/definition.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

/** Orders and payments that come at once are written in one transaction, and each stays its own. */
describeOnDatabase("orders that come at once", () => {
  let test: TestServer;
  let count = 0;
  let slug = "";

  beforeAll(async () => {
    test = await TestServer.start();
  });

  interface Person {
    readonly session: string;
    readonly offerId: string;
  }

  /** People with an offer each, in a sale of their own. */
  async function offered(
    peopleCount: number,
    change: (definition: SaleDefinition) => SaleDefinition = (definition) => definition,
  ): Promise<Person[]> {
    slug = `together-${++count}`;
    test.clock.ms = START_MS - 10_000;
    await test.createSale(change(smallSale({ slug, units: peopleCount })));
    const sessions: string[] = [];
    for (let person = 0; person < peopleCount; person++) {
      sessions.push(await test.signIn(count * 1_000 + person));
      await test.enter(sessions[person]!, { slug, preferences: ["RED"] });
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
    return await Promise.all(
      sessions.map(async (session) => {
        const { offer } = await test.mine(session, slug);
        return { session, offerId: offer.offerId as string };
      }),
    );
  }
  const order = (
    { session, offerId }: Person,
    paymentMethod = "va",
    { at = slug, key = randomUUID() as string } = {},
  ): Promise<TestReply> =>
    test.post(`/v1/sales/${at}/offers/${offerId}/order`, session, { paymentMethod }, key);
  const says = (reply: TestReply) => (reply.status === 201 ? reply.body.state : reply.body.code);
  async function transactionsOf(table: string): Promise<number> {
    const [row] = await test.database.sql.unsafe<{ count: number }[]>(
      `select count(distinct ${table}.xmin::text)::int as count from ${table} join sale using (sale_no)
       where slug = $1`,
      [slug],
    );
    return row!.count;
  }

  it("share a transaction, and each has its own answer, again and again", async () => {
    const people = await offered(24);
    const keys = people.map(() => randomUUID() as string);
    const all = () =>
      Promise.all(people.map((person, index) => order(person, "va", { key: keys[index]! })));
    const first = await all();
    expect(first.map(says)).toEqual(people.map(() => "awaiting_payment"));
    expect(new Set(first.map(({ body }) => body.offerId))).toEqual(
      new Set(people.map(({ offerId }) => offerId)),
    );
    expect(await transactionsOf("purchase_order")).toBeLessThan(people.length / 2);
    expect((await all()).map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(await test.faults(slug)).toEqual([]);
  });

  it("are refused each for its own reason, and do not fail the others", async () => {
    const people = await offered(7);
    const [good, foreign, nowhere, unpayable, declined, twice, other] = people as [
      Person,
      ...Person[],
    ];
    await test.post(`/v1/sales/${slug}/offers/${declined!.offerId}/decline`, declined!.session);
    const right = { ...foreign!, offerId: other!.offerId };
    const key = randomUUID();
    const replies = await Promise.all([
      order({ ...good, offerId: good.offerId.toUpperCase() }),
      order(right),
      order(nowhere!, "va", { at: "no-such-sale" }),
      order(unpayable!, "card"),
      order(declined!),
      order(twice!, "va", { key }),
      order(twice!, "qris", { key }),
      order(other!),
    ]);
    expect(replies.map(says)).toEqual([
      "awaiting_payment",
      "offer_not_found",
      "sale_not_found",
      "payment_method_not_offered",
      "offer_ended",
      "awaiting_payment",
      "idempotency_key_reused",
      "awaiting_payment",
    ]);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("in cash on delivery take no more than the quota, and nobody's unit is lost by it", async () => {
    const people = await offered(6);
    const replies = await Promise.all(people.map((person) => order(person, "cod")));
    expect(replies.map(says).sort()).toEqual([
      "awaiting_confirmation",
      ...people.slice(1).map(() => "cod_quota_used"),
    ]);
    const others = people.filter((_, index) => replies[index]!.status !== 201);
    const again = await Promise.all(others.map((person) => order(person)));
    expect(again.map(says)).toEqual(others.map(() => "awaiting_payment"));
    expect(await test.faults(slug)).toEqual([]);
  });

  it("one that fails by a bug fails alone", async () => {
    const people = await offered(12);
    const spoilt = people[5]!;
    await test.database.sql.unsafe(`
      create function spoil() returns trigger language plpgsql as $$
        begin if new.offer_id = '${spoilt.offerId}' then raise exception 'spoilt'; end if; return new; end $$;
      create trigger spoil before insert on purchase_order for each row execute function spoil()`);
    const replies = await Promise.all(people.map((person) => order(person)));
    await test.database.sql.unsafe("drop trigger spoil on purchase_order; drop function spoil");
    expect(replies.map(({ status }) => status)).toEqual(
      people.map((person) => (person === spoilt ? 500 : 201)),
    );
    expect(says(await order(spoilt))).toBe("awaiting_payment");
    expect(await test.faults(slug)).toEqual([]);
  });

  it("of one person follow each other: at once they are not more in cash on delivery than one by one", async () => {
    const plenty = (definition: SaleDefinition): SaleDefinition => ({
      ...definition,
      unitsPerPersonCount: 2,
      channels: definition.channels.map((channel) => ({ ...channel, codQuotaCount: 5 })),
      rounds: [definition.rounds[0]!, { ...definition.rounds[0]!, roundNo: 2 }],
    });
    const [{ session, offerId }] = (await offered(1, plenty)) as [Person];
    await test.enter(session, { slug, roundNo: 2, preferences: ["RED"] });
    test.clock.ms = START_MS + 2_500;
    await test.tick();
    const { offer } = await test.mine(session, slug, 2);
    const replies = await Promise.all([
      order({ session, offerId }, "cod"),
      order({ session, offerId: offer.offerId }, "cod"),
    ]);
    expect(replies.map(says).sort()).toEqual(["awaiting_confirmation", "cod_limit_used"]);
  });

  it("are paid at once: each report counts once, and a wrong one pays for nothing", async () => {
    const people = await offered(20);
    const orders = (await Promise.all(people.map((person) => order(person)))).map(
      ({ body }) => body,
    );
    const eventIds = orders.map(() => randomUUID() as string);
    const [wrong, twin, ...others] = orders;
    const paid = (one: (typeof orders)[number], eventId = eventIds[orders.indexOf(one)]!) =>
      test.pay(one, "paid", eventId);
    const replies = await Promise.all([
      test.pay({ ...wrong, priceMinorUnits: 1 }),
      ...others.map((one) => paid(one)),
      ...others.map((one) => paid(one)),
      // Of one order, in the order in which they came; another payment may have the same event number.
      test.pay(others[0], "refunded"),
      paid(twin, eventIds[orders.indexOf(others[1])]!),
    ]);
    const outcomes = replies.map(({ body }) => body.outcome ?? body.code);
    expect(outcomes).toEqual([
      "refund_due",
      ...others.map(() => "applied"),
      ...others.map(() => "applied"),
      "applied",
      "applied",
    ]);
    expect(await transactionsOf("payment_event")).toBeLessThan(others.length / 2);
    const states = await Promise.all(
      people.map(async ({ session }) => (await test.mine(session, slug)).order.state),
    );
    expect(states).toEqual([
      "awaiting_payment",
      "paid",
      "cancelled",
      ...others.slice(1).map(() => "paid"),
    ]);
    expect(await test.faults(slug)).toEqual([]);
  });
});
