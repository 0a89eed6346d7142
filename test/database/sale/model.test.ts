import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";
import {
  BEGINNING,
  hands,
  PEOPLE,
  type Hand,
  type Person,
  type World,
} from "../../helpers/model.ts";

/** Units of each variant: two for six people, so that somebody always waits. */
const UNITS = 1;

/** How a wrong rule would show: what each person sees is what the model says. */
async function compare(test: TestServer, world: World): Promise<void> {
  for (const person of world.people) {
    if (!person.entered) continue;
    const seen = await test.mine(person.session, world.slug);
    expect(seen.offer?.state ?? null).toBe(person.offer?.state ?? null);
    expect(seen.order?.state ?? null).toBe(person.order?.state ?? null);
    if (person.offer?.state === "open") {
      expect(Date.parse(seen.offer.expiresAt)).toBe(person.offer.expiresAtMs);
    }
    if (person.order && seen.order.payUrl !== null) {
      expect(Date.parse(seen.order.dueAt)).toBe(person.order.dueAtMs);
      expect(seen.order.paymentMethod).toBe(person.order.method);
    }
  }
}

/** The model's own count: what is not with anybody is free, and never less than nothing. */
function freeOf(world: World): number {
  const held = world.people.filter((person) => holds(person)).length;
  return 2 * UNITS - held - world.returnedCount;
}

function holds(person: Person): boolean {
  if (person.order) return person.order.state !== "cancelled";
  return person.offer?.state === "open";
}

async function stockOf(test: TestServer, slug: string) {
  const [row] = await test.database.sql<
    { free: number; offered: number; ordered: number; sold: number; returned: number }[]
  >`
    select sum(free)::int as free, sum(offered)::int as offered, sum(ordered)::int as ordered,
      sum(sold)::int as sold, sum(returned)::int as returned
    from stock join sale using (sale_no) where slug = ${slug} and channel_no = 1`;
  return row!;
}

/** Conservation, limit and one turn, after every single step. */
async function holdsTogether(test: TestServer, world: World): Promise<void> {
  const stock = await stockOf(test, world.slug);
  const count = (is: (person: Person) => boolean) => world.people.filter(is).length;
  const orderIs = (...states: string[]) =>
    count((person) => person.order !== null && states.includes(person.order.state));
  expect(stock).toEqual({
    free: freeOf(world),
    offered: count((person) => person.offer?.state === "open"),
    ordered: orderIs("awaiting_payment", "awaiting_confirmation"),
    sold: orderIs("paid", "cod_confirmed"),
    returned: world.returnedCount,
  });
  expect(Math.min(...Object.values(stock))).toBeGreaterThanOrEqual(0);
  expect(await test.faults(world.slug)).toEqual([]);
}

/** Walks through everything. On the second server a sample: what differs there is the server, not our steps. */
const RUNS = process.env.GILIRAN_TEST_DATABASE === "embedded" ? 30 : 10;

describeOnDatabase("a sale under any sequence of events", () => {
  let test: TestServer;
  let slugNo = 0;

  beforeAll(async () => {
    test = await TestServer.start();
  });

  async function newWorld(): Promise<World> {
    const slug = `model-${++slugNo}`;
    test.clock.ms = START_MS - 30_000;
    const sale = await test.createSale(smallSale({ slug, units: UNITS }));
    const sessions: string[] = [];
    for (let no = 0; no < PEOPLE; no++) sessions.push(await test.signIn(slugNo * PEOPLE + no));
    return {
      test,
      slug,
      sale,
      state: "live",
      pausedAtMs: null,
      returnedCount: 0,
      people: sessions.map((session) => ({
        session,
        entered: false,
        sealed: false,
        windowNo: 0,
        offer: null,
        order: null,
      })),
    };
  }

  const step: fc.Arbitrary<Hand> = fc.oneof(
    ...hands.map(({ weight, arbitrary }) => ({ weight, arbitrary })),
  );

  // Half a minute alone, more beside others.
  const LIMIT = { timeout: 300_000 };
  it(
    "is never oversold, gives nobody two turns, loses no unit, and does what the model says",
    LIMIT,
    async () => {
      const reached = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 45 }), async (steps) => {
          const world = await newWorld();
          for (const beginning of BEGINNING) await beginning(world);
          for (const hand of steps) {
            // A second between two steps: nobody is to meet the rate limit here.
            test.clock.ms += 1_000;
            await hand.play(world);
            await holdsTogether(test, world);
            await compare(test, world);
            const states = world.people.map((person) => person.order?.state ?? person.offer?.state);
            for (const state of states)
              reached.set(String(state), 1 + (reached.get(String(state)) ?? 0));
          }
          // A closed sale costs the worker of the next one nothing.
          if (world.state !== "closed") await test.act(world.sale, "close");
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      // The walk means something only if it came everywhere.
      const all = ["open", "declined", "expired", "awaiting_payment", "awaiting_confirmation"];
      for (const state of [...all, "paid", "cod_confirmed", "cancelled"]) {
        expect(reached.get(state) ?? 0, state).toBeGreaterThan(0);
      }
    },
  );
});
