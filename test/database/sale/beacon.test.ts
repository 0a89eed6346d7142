import { afterAll, beforeAll, expect, it } from "vitest";
import { FakeDrand } from "../../../sim/fakes/fakeDrand.ts";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import type { RecordLine, RecordWindow } from "../../../src/proof/record.ts";
import { Verifier } from "../../../src/proof/verify.ts";
import { drandSource } from "../../../src/connectors/drand.ts";
import { BEACON_LEAD_MS, beaconKind, QUICKNET } from "../../../src/sale/beacon/beacon.ts";
import { isGenuineBeacon } from "../../../src/sale/beacon/beaconSignature.ts";
import { windowSeed } from "../../../src/sale/seed.ts";
import { checkBeacon } from "../../../src/sale/beacon/io/beaconCheck.ts";
import { insertBeaconRound } from "../../../src/sale/beacon/io/beaconStore.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { readCounts } from "../../../src/sale/entry/io/statusStore.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** Until the round of a window that is sealed now is there: the lead, a period, and a little more. */
const WAIT_MS = BEACON_LEAD_MS + 3_000 + 500;

/** A draw whose chance comes after everything is fixed, from a network that nobody here controls. */
describeOnDatabase("the beacon in a sale", () => {
  let test: TestServer;
  let drand: FakeDrand;
  /** A mirror that lies or is away, asked first. */
  let mirror: FakeDrand;
  let count = 0;
  let slug = "";

  beforeAll(async () => {
    const nowMs = () => test.clock.ms;
    drand = await FakeDrand.start(nowMs, START_MS / 1_000 - 1_000);
    mirror = await FakeDrand.start(nowMs, START_MS / 1_000 - 1_000);
    test = await TestServer.start({ drandUrls: [mirror.url, drand.url] });
  });
  afterAll(() => Promise.all([drand.stop(), mirror.stop()]));

  /** A sale with the beacon, five people in its lobby, and the lobby just over. */
  async function lobbyOver(change: Parameters<typeof smallSale>[0] = {}): Promise<StoredSale> {
    drand.mode = mirror.mode = "true";
    // The clock goes back for each sale, and with it what the network has said.
    await test.database.sql`delete from beacon_round`;
    slug = `beacon-${++count}`;
    test.clock.ms = START_MS - 10_000;
    const definition = { ...smallSale({ slug, units: 2, ...change }), beacon: drand.chain };
    const sale = await test.createSale(definition);
    if (change.mode === "draw") test.clock.ms = START_MS + 1;
    for (let person = 0; person < 5; person++) {
      await test.enter(await test.signIn(count * 100 + person), { slug });
    }
    test.clock.ms = START_MS + 5;
    return sale;
  }
  /** The worker's work, and what it fetches: a look that still runs when the clock is moved on finds too much due. */
  async function work(): Promise<void> {
    const { beacons } = test.server;
    await beacons!.settled();
    for (let tick = 0; tick < 2; tick++) {
      await test.tick();
      await beacons!.settled();
    }
  }
  /** Read again: the public document may be a second old. */
  const board = async () => {
    test.clock.ms += 1_001;
    return (await test.get(`/v1/sales/${slug}/rounds/1/board`)).body;
  };
  async function record(): Promise<RecordLine[]> {
    const reply = await test.get(`/v1/sales/${slug}/rounds/1/record`);
    return String(reply.body)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }
  function faultsOf(lines: readonly RecordLine[], check = true): string {
    const verifier = new Verifier(check ? { isGenuineBeacon } : {});
    for (const line of lines) verifier.add(structuredClone(line));
    return verifier.report().faults.join("\n");
  }
  const windowsOf = (lines: readonly RecordLine[]) =>
    lines.filter((line) => (line as RecordWindow).kind === "window") as RecordWindow[];

  it("a chain of one's own is called private, on the sale's pages and by who checks", async () => {
    await lobbyOver();
    await work();
    test.clock.ms += WAIT_MS;
    await work();
    const page = async (path: string) =>
      String(
        (await test.call("GET", `${path}?lang=en`, { headers: { accept: "text/html" } })).body,
      );
    const verified = async () => {
      const verifier = new Verifier({ isGenuineBeacon });
      for (const line of await record()) verifier.add(line);
      return verifier.report();
    };
    // The page's data have every word; the paragraph says one of them.
    const said = async (path: string) =>
      [...(await page(path)).matchAll(/<p class="small">([^<]*beacon[^<]*)</g)].map(
        (one) => one[1],
      );
    expect(await said(`/s/${slug}`)).toEqual([
      expect.stringContaining("a beacon with a private key, not the public one"),
    ]);
    expect(await page(`/s/${slug}/check`)).toContain("a beacon with a private key");
    expect(await verified()).toMatchObject({ beacon: "private", faults: [] });
    // The public key alone is not the public chain: another genesis would await a known round.
    expect(beaconKind(QUICKNET)).toBe("public");
    for (const change of [
      { genesisSeconds: QUICKNET.genesisSeconds + 3_000 },
      { periodSeconds: 30 },
      { chainHash: drand.chain.chainHash },
      { publicKey: drand.chain.publicKey },
    ]) {
      expect(beaconKind({ ...QUICKNET, ...change })).toBe("private");
    }
    test.clock.ms = START_MS - 10_000;
    await test.createSale({ ...smallSale({ slug: "quick" }), beacon: QUICKNET });
    expect(await said("/s/quick")).toEqual([expect.stringContaining("public beacon (drand)")]);
    await test.createSale(smallSale({ slug: "none" }));
    expect(await said("/s/none")).toEqual([expect.stringContaining("No outside random beacon")]);
  });

  it("publishes the root before the round exists, and draws when it is there", async () => {
    await lobbyOver();
    const fixedAtMs = test.clock.ms;
    await work();
    const before = await board();
    expect(before.windows).toEqual([]);
    expect(before.awaiting).toHaveLength(1);
    const [waiting] = before.awaiting;
    expect(waiting).toMatchObject({ windowNo: 0, entryCount: 5 });
    expect(Date.parse(waiting.beaconRoundAt)).toBeGreaterThanOrEqual(fixedAtMs + BEACON_LEAD_MS);
    expect(drand.asked).toEqual([]);
    expect(windowsOf(await record())).toEqual([]);
    const session = await test.signIn(count * 100);
    expect((await test.mine(session, slug)).offer).toBeNull();

    test.clock.ms += WAIT_MS;
    await work();
    const after = await board();
    expect(after.awaiting).toEqual([]);
    expect(after.windows).toMatchObject([{ windowNo: 0, root: waiting.root, entryCount: 5 }]);
    const lines = await record();
    const [window] = windowsOf(lines);
    expect(window!.beaconRound).toMatchObject({
      beaconRoundNo: waiting.beaconRoundNo,
      signature: toHex(drand.signature(waiting.beaconRoundNo)),
    });
    expect(faultsOf(lines)).toBe("");
    expect(await test.faults(slug)).toEqual([]);
    // Negative control: with what the operator knew when the root was fixed, the seed cannot be told.
    const [secret, root] = [fromHex(window!.secret)!, fromHex(window!.root)!];
    expect(toHex(windowSeed(secret, root, new Uint8Array(0)))).not.toBe(window!.seed);
    expect(toHex(windowSeed(secret, root, fromHex(window!.beacon)!))).toBe(window!.seed);
  });

  it("keeps the published root, whichever worker continues after a crash", async () => {
    const sale = await lobbyOver();
    await test.tick();
    const [{ root }] = (await board()).awaiting;
    const { sql } = test.database;
    // Somebody who knows the secrets takes an entrant out and hopes that the root is computed again.
    await sql`
      delete from entry where sale_no = ${sale.saleNo}
        and entry_id = (select min(entry_id::text)::uuid from entry where sale_no = ${sale.saleNo})`;
    test.clock.ms += WAIT_MS;
    await work();
    expect((await board()).windows).toMatchObject([{ root }]);
    expect((await test.faults(slug)).join("\n")).toMatch(/changed after the seal/);
  });

  it.each(["another", "silent", 500, 425] as const)(
    "asks the next address where one answers with %s",
    async (mode) => {
      await lobbyOver();
      mirror.mode = mode;
      await test.tick();
      test.clock.ms += WAIT_MS;
      await work();
      expect((await board()).windows).toHaveLength(1);
      expect(faultsOf(await record())).toBe("");
    },
  );

  it("waits as long as no address has the round, tells the operator, and takes it from a hand", async () => {
    const sale = await lobbyOver();
    drand.mode = mirror.mode = "another";
    await test.tick();
    test.clock.ms += 60_000;
    await work();
    test.clock.ms += 60_000;
    await work();
    const [waiting] = (await board()).awaiting;
    expect(waiting.windowNo).toBe(0);
    const { sql } = test.database;
    const { beaconWait } = await readCounts(sql, sale.saleNo, 1);
    const { beaconRoundNo } = waiting;
    expect(beaconWait).toMatchObject({ windowCount: 1, beaconRoundNo });
    const [held] = await sql`select count(*)::int as count from beacon_round
      where chain_hash = ${drand.chain.chainHash} and beacon_round_no = ${waiting.beaconRoundNo}`;
    expect(held).toEqual({ count: 0 });
    await insertBeaconRound(sql, {
      chainHash: drand.chain.chainHash,
      beaconRoundNo: waiting.beaconRoundNo,
      signature: drand.signature(waiting.beaconRoundNo),
      nowMs: test.clock.ms,
    });
    await test.tick();
    expect((await board()).windows.map((window: RecordWindow) => window.windowNo)).toContain(0);
    await test.act(sale, "close");
  });

  it("lets no window overtake one that waits", async () => {
    await lobbyOver();
    await test.tick();
    await test.enter(await test.signIn(count * 100 + 50), { slug });
    // Later by more than a period, so that each waits for a round of its own.
    test.clock.ms += 4_000;
    await work();
    test.clock.ms += WAIT_MS;
    const { sql } = test.database;
    const [first, second] = (await board()).awaiting;
    expect([first.windowNo, second.windowNo]).toEqual([0, 1]);
    // Only the later one's round has come.
    drand.mode = mirror.mode = "silent";
    await insertBeaconRound(sql, {
      chainHash: drand.chain.chainHash,
      beaconRoundNo: second.beaconRoundNo,
      signature: drand.signature(second.beaconRoundNo),
      nowMs: test.clock.ms,
    });
    await test.tick();
    expect(second.beaconRoundNo).toBeGreaterThan(first.beaconRoundNo);
    expect((await board()).windows).toEqual([]);
    await test.server.beacons!.settled();
    drand.mode = "true";
    test.clock.ms += 20_000;
    await work();
    expect((await board()).windows).toHaveLength(2);
    expect(faultsOf(await record())).toBe("");
  });

  it("a chain that is away keeps no other one waiting", async () => {
    drand.mode = mirror.mode = "true";
    const other = { ...drand.chain, chainHash: "ab".repeat(32) };
    await test.database.sql`delete from beacon_round`;
    test.clock.ms = START_MS - 10_000;
    slug = `beacon-${++count}`;
    await test.createSale({ ...smallSale({ slug, units: 2 }), beacon: other });
    await test.enter(await test.signIn(count * 100), { slug });
    const away = slug;
    await lobbyOver();
    await test.tick();
    test.clock.ms += WAIT_MS;
    await work();
    expect((await board()).windows).toHaveLength(1);
    slug = away;
    expect(await board()).toMatchObject({ windows: [], awaiting: [{ windowNo: 0 }] });
  });

  it("a draw that is closed early is no lie, and offers nothing", async () => {
    const sale = await lobbyOver({ mode: "draw" });
    await test.act(sale, "close");
    await work();
    test.clock.ms += WAIT_MS;
    await work();
    const lines = await record();
    expect(windowsOf(lines)).toHaveLength(1);
    expect(faultsOf(lines)).toBe("");
  });

  it("first come needs no chance, and waits for none", async () => {
    await lobbyOver({ mode: "first_come" });
    await test.enter(await test.signIn(count * 100 + 60), { slug });
    test.clock.ms += 1_500;
    await work();
    expect((await board()).windows).not.toEqual([]);
    const lines = await record();
    expect(lines[0]).toMatchObject({ beacon: "off" });
    expect(faultsOf(lines)).toBe("");
  });

  it("is looked at before a sale: whether it can be had, and whether the clock will do", async () => {
    drand.mode = mirror.mode = "true";
    test.clock.ms = START_MS;
    const source = drandSource([mirror.url, drand.url]);
    const look = (nowMs: number) => checkBeacon(source, drand.chain, nowMs);
    expect(await look(test.clock.ms)).toMatchObject({ state: "ok" });
    // A clock that is slow by ten seconds, in a world that is not.
    const slow = await look(test.clock.ms - 10_000);
    expect(slow).toMatchObject({ state: "bad" });
    expect(slow.detail).toMatch(/clock is slow/);
    drand.mode = mirror.mode = "silent";
    const away = await look(test.clock.ms);
    expect(away).toMatchObject({ state: "bad" });
    expect(away.detail).toMatch(/cannot be had .*127\.0\.0\.1/);
  });

  it("finds every lie about the beacon in a record", async () => {
    await lobbyOver();
    await test.tick();
    test.clock.ms += WAIT_MS;
    await work();
    const lines = await record();
    expect(faultsOf(lines)).toBe("");
    const lie = (change: (window: any, head: any) => void) => {
      const copy = structuredClone(lines);
      change(windowsOf(copy)[0], copy[0]);
      return faultsOf(copy);
    };
    expect(faultsOf(lines, false)).toMatch(/is not the chain's/);
    expect(lie((window) => delete window.beaconRound)).toMatch(/round of the beacon is missing/);
    expect(lie((window) => (window.beaconRound.beaconRoundNo += 1))).toMatch(/not the first after/);
    expect(lie((window) => (window.beaconRound.rootFixedAtMs -= 9_000))).toMatch(/not the first/);
    const another = toHex(drand.signature(7));
    expect(lie((window) => (window.beaconRound.signature = another))).toMatch(
      /not SHA-256 of its round's signature[^]*is not the chain's/,
    );
    expect(lie((_, head) => (head.beacon = "off"))).toMatch(/not the announced one/);
    expect(lie((_, head) => (head.beacon = {}))).toMatch(
      /not the announced one[^]*not the chain's/,
    );
    // A root "fixed" before the window was over, and a round to go with it, known before people came.
    const early = lie((window) => {
      window.beaconRound.rootFixedAtMs -= 30_000;
      window.beaconRound.beaconRoundNo -= 10;
    });
    expect(early).toMatch(/whose root was fixed before the window was over/);
  });
});
