import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulatedPhone } from "../../sim/crowd/crowd.ts";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { HttpClient } from "../../sim/crowd/httpClient.ts";
import { createKeyring, type Keyring } from "../../src/access/io/keyring.ts";
import { createSandbox, SANDBOX_SIGNATURE } from "../../src/connectors/payments/sandbox/sandbox.ts";
import type { Sql } from "../../src/db/connect.ts";
import { fsck } from "../../src/proof/fsck/io/fsck.ts";
import { decideOffers } from "../../src/sale/line.ts";
import type { StoredSale } from "../../src/sale/io/saleStore.ts";
import { createOpenSale } from "../helpers/openSale.ts";
import { OwnDatabase } from "../helpers/outside/ownDatabase.ts";
import { solve } from "../helpers/server.ts";
import {
  SECRET,
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../helpers/serverProcess.ts";

const UNITS = 100;
const PEOPLE = 5_000;
const CONNECTIONS_EACH = 150;

/** Ten thousand tries on a hundred units, through two server processes on one real PostgreSQL. */
describe("two servers, hundreds of connections, a hundred units", () => {
  let own: OwnDatabase;
  let sql: Sql;
  let keyring: Keyring;
  let sale: StoredSale;
  const brand = new SimulatedBrand();
  const servers: ServerProcess[] = [];
  const clients: HttpClient[] = [];

  beforeAll(async () => {
    own = await OwnDatabase.open("race", 6);
    sql = own.sql;
    keyring = createKeyring(Buffer.from(SECRET, "hex"));
    const environment = { ...serverEnvironment(brand, own.folder), DATABASE_URL: own.url };
    servers.push(
      ...(await Promise.all([startServerProcess(environment), startServerProcess(environment)])),
    );
    clients.push(...servers.map((server) => new HttpClient(server.address, CONNECTIONS_EACH)));
    sale = await freshSale("race");
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    for (const server of servers) server.child.kill("SIGTERM");
    await Promise.all(servers.map((server) => server.ended));
    await own?.close();
  });

  async function freshSale(slug: string): Promise<StoredSale> {
    return await createOpenSale(sql, keyring, slug, {
      offerMs: 600_000,
      allotments: [{ channelNo: 1, variantNo: 1, units: UNITS }],
    });
  }

  /** One person: signs in, works, and joins twice at once, once through each server. */
  async function tryTwice(index: number): Promise<number> {
    const token = brand.token(
      { subject: `p${index}`, phone: simulatedPhone(index) },
      Date.now() + 3_600_000,
    );
    const signedIn = await clients[index % 2]!.call({
      method: "POST",
      path: "/v1/sign-in/token",
      headers: { "idempotency-key": `sign-in-${index}` },
      body: JSON.stringify({ token }),
    });
    const authorization = `Bearer ${JSON.parse(signedIn.body).session}`;
    const path = "/v1/sales/race/rounds/1";
    const challenge = await clients[index % 2]!.call({
      method: "GET",
      path: `${path}/challenge`,
      headers: { authorization },
    });
    const body = JSON.stringify({
      channel: "shop",
      preferences: ["RED"],
      work: solve(JSON.parse(challenge.body)),
    });
    const replies = await Promise.all(
      clients.map((client, n) =>
        client.call({
          method: "POST",
          path: `${path}/entries`,
          headers: { authorization, "idempotency-key": `try-${n}-${index}-0000` },
          body,
        }),
      ),
    );
    sessions[index] = authorization;
    const taken = replies.filter((reply) => reply.status === 201).length;
    if (taken !== 1) odd.push(JSON.stringify(replies));
    return taken;
  }
  const sessions: string[] = [];
  const odd: string[] = [];

  it("negative control: the same steps without the stock's lock sell more than there is", async () => {
    const control = await freshSale("control");
    const { saleNo } = control;
    await sql`
      insert into line_place (sale_no, round_no, entry_id, account_key, window_no, tier, rank, place_no,
        channel_no, preferences, state)
      select ${saleNo}, 1, gen_random_uuid(), gen_random_uuid(), 0, 1, int8send(n), n, 1, '{1}', 'waiting'
      from generate_series(1, 1000) n`;
    // Two workers that read, decide by the same rule, and write: what a lock and a lease prevent.
    const unguarded = async (skip: number) => {
      const [stock] = await sql<
        { free: number }[]
      >`select free from stock where sale_no = ${saleNo}`;
      const places = await sql<{ entryId: string; preferences: number[] }[]>`
        select entry_id, preferences from line_place
        where sale_no = ${saleNo} and state = 'waiting' order by place_no offset ${skip} limit 200`;
      const waiting = places.map((place) => ({
        entryId: place.entryId,
        preferences: place.preferences,
        unitsHeldCount: 0,
      }));
      const { offers } = decideOffers(waiting, new Map([[1, stock!.free]]), 1);
      await bothHaveRead();
      await sql`
        insert into offer (sale_no, offer_id, round_no, entry_id, account_key, channel_no, variant_no, state, made_at, expires_at)
        select ${saleNo}, gen_random_uuid(), 1, entry_id, gen_random_uuid(), 1, 1, 'open', now(), now()
        from unnest(${offers.map((offer) => offer.entryId)}::uuid[]) as e (entry_id)`;
    };
    let readers = 0;
    let release = () => {};
    const both = new Promise<void>((resume) => (release = resume));
    const bothHaveRead = () => {
      if (++readers === 2) release();
      return both;
    };
    await Promise.all([unguarded(0), unguarded(200)]);
    const [row] = await sql<
      { count: number }[]
    >`select count(*)::int as count from offer where sale_no = ${saleNo}`;
    expect(row!.count).toBe(2 * UNITS);
    // And the last guard: the database itself does not let the balance go below zero.
    const below = sql`update stock set free = free - ${2 * UNITS}, offered = offered + ${2 * UNITS} where sale_no = ${saleNo}`;
    await expect(below).rejects.toMatchObject({ code: "23514" });
    // The lease first: no worker moves a sale without one, and none writes between what follows.
    for (const name of [
      "sale_lease",
      "offer",
      "line_place",
      "stock_movement",
      "stock",
      "cod_quota",
      "sale_window",
      "sale_round",
      "sale_policy",
      "sale",
    ]) {
      await sql`delete from ${sql(name)} where sale_no = ${saleNo}`;
    }
  });

  it("10,000 tries: one entry a person, exactly 100 units, each sold once", async () => {
    let next = 0;
    const tally: number[] = [];
    const worker = async () => {
      for (let index = next++; index < PEOPLE; index = next++) tally.push(await tryTwice(index));
    };
    await Promise.all(Array.from({ length: CONNECTIONS_EACH }, worker));
    expect(odd).toEqual([]);
    // Exactly one of the two tries of each person is in.
    expect(tally.filter((count) => count === 1)).toHaveLength(PEOPLE);
    const [entries] = await sql<
      { count: number }[]
    >`select count(*)::int as count from entry where sale_no = ${sale.saleNo}`;
    expect(entries!.count).toBe(PEOPLE);

    const offered = async () => {
      const [row] = await sql<
        { count: number }[]
      >`select count(*)::int as count from offer where sale_no = ${sale.saleNo}`;
      return row!.count;
    };
    await until(async () => (await offered()) >= UNITS);
    // Every person now tries to order, through both servers at once; only those with an offer can.
    const offers = await sql<{ offerId: string; accountKey: string }[]>`
      select offer_id, account_key from offer where sale_no = ${sale.saleNo}`;
    expect(offers).toHaveLength(UNITS);
    const byAccount = new Map(offers.map((offer) => [offer.accountKey, offer.offerId]));
    const winners = sessions.filter((session) => byAccount.has(accountOf(session)));
    expect(winners).toHaveLength(UNITS);
    const orders = await Promise.all(winners.map((session) => orderTwice(session, byAccount)));
    await Promise.all(orders.map(payTwice));

    const [stock] =
      await sql`select allotted, free, offered, ordered, sold, returned from stock where sale_no = ${sale.saleNo}`;
    expect(stock).toEqual({
      allotted: UNITS,
      free: 0,
      offered: 0,
      ordered: 0,
      sold: UNITS,
      returned: 0,
    });
    const findings = await fsck(sql, { slug: "race", keyring: null, nowMs: Date.now() });
    expect(findings.flatMap((finding) => finding.faults)).toEqual([]);
  });

  async function orderTwice(
    session: string,
    byAccount: Map<string, string>,
  ): Promise<{ orderId: string; priceMinorUnits: number }> {
    const offerId = byAccount.get(accountOf(session))!;
    const replies = await Promise.all(
      clients.map((client, n) =>
        client.call({
          method: "POST",
          path: `/v1/sales/race/offers/${offerId}/order`,
          headers: { authorization: session, "idempotency-key": `order-${n}-${offerId}` },
          body: JSON.stringify({ paymentMethod: "va" }),
        }),
      ),
    );
    const placed = replies.filter((reply) => reply.status === 201);
    expect(placed).toHaveLength(1);
    return JSON.parse(placed[0]!.body);
  }

  async function payTwice(order: { orderId: string; priceMinorUnits: number }): Promise<void> {
    const sandbox = createSandbox(keyring, () => "");
    const body = JSON.stringify({
      eventId: order.orderId,
      paymentId: order.orderId,
      kind: "paid",
      reference: `${sale.saleNo}.${order.orderId}`,
      amountMinorUnits: order.priceMinorUnits,
      currency: "IDR",
    });
    const headers = { [SANDBOX_SIGNATURE]: sandbox.sign(body) };
    const replies = await Promise.all(
      clients.map((client) =>
        client.call({ method: "POST", path: "/v1/payments/sandbox/events", headers, body }),
      ),
    );
    expect(replies.map((reply) => reply.body)).toEqual([
      '{"outcome":"applied"}',
      '{"outcome":"applied"}',
    ]);
  }
});

/** Whose session it is. */
function accountOf(session: string): string {
  return /gse\d\.([0-9a-f-]{36})/.exec(session)![1]!;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 600; look++) {
    if (await done()) return;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  throw new Error("it did not come to pass within a minute");
}
