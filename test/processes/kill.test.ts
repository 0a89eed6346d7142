import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulatedPhone } from "../../sim/crowd/crowd.ts";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { HttpClient, type Call } from "../../sim/crowd/httpClient.ts";
import { createKeyring } from "../../src/access/io/keyring.ts";
import { openBackend, type Backend } from "../../src/db/backend.ts";
import { clusterPid } from "../../src/db/cluster/cluster.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { fsck } from "../../src/proof/fsck/io/fsck.ts";
import { createOpenSale } from "../helpers/openSale.ts";
import { solve } from "../helpers/server.ts";
import {
  SECRET,
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../helpers/serverProcess.ts";

/** Rounds of kill -9; `npm run slow:kill` does more. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 8);
const CONNECTIONS = 24;
const JOINS_BEFORE_KILL = 60;
/** And rounds in which the database dies under a server that goes on living. */
const LIVES = Math.ceil(ROUNDS / 5);

type Victim = "server" | "database" | "database alone";

/**
 * Rounds of kill -9 under load: the server, or the database's own server, in turn. fsync is
 * on. Everything acknowledged must be found again, once.
 */
describe("kill -9 under load", () => {
  const brand = new SimulatedBrand();
  const keyring = createKeyring(Buffer.from(SECRET, "hex"));
  let folder = "";
  let environment: Record<string, string> = {};
  let server: ServerProcess;
  let client: HttpClient;
  let guest: Backend;
  let sql: Sql;
  let person = 0;
  const entries = new Map<string, { ticket: string; call: Call }>();
  const orders = new Map<string, { orderId: string; call: Call }>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "giliran-kill-"));
    chmodSync(folder, 0o755);
    environment = { ...serverEnvironment(brand, folder), GILIRAN_DATA: folder };
    await start();
    await createOpenSale(sql, keyring, "killed", {
      offerMs: 3_600_000,
      paymentMs: 3_600_000,
      allotments: [{ channelNo: 1, variantNo: 1, units: 400 }],
    });
  });

  afterAll(async () => {
    await stopLooking();
    server?.child.kill("SIGTERM");
    await server?.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    server = await startServerProcess(environment);
    await look();
  }

  async function look(): Promise<void> {
    client = new HttpClient(server.address, CONNECTIONS);
    guest = await openBackend({ homeFolder: folder, purpose: "kill test", as: "guest" });
    sql = connect(guest.target, { poolSize: 2, name: "kill test" });
  }

  async function stopLooking(): Promise<void> {
    client?.close();
    await sql?.end({ timeout: 1 }).catch(() => undefined);
    await guest?.close().catch(() => undefined);
  }

  /** A person joins, and orders when a unit is offered; every acknowledged step is remembered. */
  async function live(): Promise<void> {
    const index = person++;
    const token = brand.token(
      { subject: `k${index}`, phone: simulatedPhone(index) },
      Date.now() + 3_600_000,
    );
    const signedIn = await client.call({
      method: "POST",
      path: "/v1/sign-in/token",
      headers: { "idempotency-key": `sign-in-${index}` },
      body: JSON.stringify({ token }),
    });
    if (signedIn.status !== 200) return;
    const authorization = `Bearer ${JSON.parse(signedIn.body).session}`;
    const path = "/v1/sales/killed/rounds/1";
    const challenge = await client.call({
      method: "GET",
      path: `${path}/challenge`,
      headers: { authorization },
    });
    if (challenge.status !== 200) return;
    const call: Call = {
      method: "POST",
      path: `${path}/entries`,
      headers: { authorization, "idempotency-key": `join-${index}-00` },
      body: JSON.stringify({
        channel: "shop",
        preferences: ["RED"],
        work: solve(JSON.parse(challenge.body)),
      }),
    };
    const joined = await client.call(call);
    if (joined.status !== 201) return;
    const { entryId, ticket } = JSON.parse(joined.body);
    entries.set(entryId, { ticket, call });
    await order(path, authorization);
  }

  async function order(path: string, authorization: string): Promise<void> {
    for (let look = 0; look < 20; look++) {
      const mine = await client.call({
        method: "GET",
        path: `${path}/mine`,
        headers: { authorization },
      });
      const offer = mine.status === 200 ? JSON.parse(mine.body).offer : null;
      if (offer) {
        const call: Call = {
          method: "POST",
          path: `/v1/sales/killed/offers/${offer.offerId}/order`,
          headers: { authorization, "idempotency-key": `order-${offer.offerId}` },
          body: JSON.stringify({ paymentMethod: "va" }),
        };
        const placed = await client.call(call);
        if (placed.status === 201)
          orders.set(offer.offerId, { orderId: JSON.parse(placed.body).orderId, call });
        return;
      }
      await new Promise((resume) => setTimeout(resume, 100));
    }
  }

  /** Load until enough was acknowledged in this round, then the kill, in the middle of it. */
  async function loadAndKill(victim: Victim): Promise<void> {
    let stopped = false;
    const before = entries.size;
    const worker = async () => {
      while (!stopped) await live().catch(() => new Promise((resume) => setTimeout(resume, 20)));
    };
    const workers = Array.from({ length: CONNECTIONS }, worker);
    for (let look = 0; entries.size < before + JOINS_BEFORE_KILL; look++) {
      if (look > 2_000) throw new Error("the load does not get through");
      await new Promise((resume) => setTimeout(resume, 10));
    }
    const pid =
      victim === "server" ? (server.child.pid as number) : (clusterPid(guest.cluster!) as number);
    process.kill(pid, "SIGKILL");
    stopped = true;
    client.close();
    await Promise.race([Promise.all(workers), new Promise((resume) => setTimeout(resume, 3_000))]);
  }

  async function restart(victim: Victim): Promise<void> {
    await stopLooking();
    if (victim === "database alone") {
      // Starting a database is the supervisor's part; outliving it is the server's.
      await look();
      expect(server.child.exitCode).toBeNull();
      return;
    }
    if (victim === "database") server.child.kill("SIGKILL");
    await server.ended;
    await start();
  }

  async function expectEverythingKept(): Promise<void> {
    const rows = await sql<{ entryId: string }[]>`select entry_id from entry`;
    const stored = rows.map((row) => row.entryId);
    expect(new Set(stored).size).toBe(stored.length);
    const lost = [...entries.keys()].filter((entryId) => !stored.includes(entryId));
    expect(lost).toEqual([]);
    const orderRows = await sql<
      { offerId: string; orderId: string }[]
    >`select offer_id, order_id from purchase_order`;
    const storedOrders = new Map(orderRows.map((row) => [row.offerId, row.orderId]));
    expect(storedOrders.size).toBe(orderRows.length);
    for (const [offerId, { orderId }] of orders) expect(storedOrders.get(offerId)).toBe(orderId);
    // A repeated request finds its first answer, across the crash.
    const [entry] = [...entries.values()].slice(-1);
    if (entry) expect(JSON.parse((await client.call(entry.call)).body).ticket).toBe(entry.ticket);
    const [placed] = [...orders.values()].slice(-1);
    if (placed)
      expect(JSON.parse((await client.call(placed.call)).body).orderId).toBe(placed.orderId);
    const findings = await fsck(sql, { keyring: null, nowMs: Date.now() });
    expect(findings.flatMap((finding) => finding.faults)).toEqual([]);
  }

  for (let round = 1; round <= ROUNDS + LIVES; round++) {
    const victim = round > ROUNDS ? "database alone" : round % 2 === 0 ? "database" : "server";
    it(`round ${round}: the ${victim} is killed, nothing acknowledged is lost or there twice`, async () => {
      await loadAndKill(victim);
      await restart(victim);
      await expectEverythingKept();
    });
  }

  it("there was something to lose", () => {
    expect(entries.size).toBeGreaterThanOrEqual(ROUNDS * JOINS_BEFORE_KILL);
    expect(orders.size).toBeGreaterThan(ROUNDS);
  });
});
