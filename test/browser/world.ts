import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createKeyring, type Keyring } from "../../src/access/io/keyring.ts";
import { ensureDatabase, openBackend } from "../../src/db/backend.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";
import { inviteFirstOwner } from "../../src/people/io/operatorRoutes.ts";
import { openSale } from "../helpers/openSale.ts";
import { changeSaleState } from "../../src/sale/io/operatorSaleRoutes.ts";
import type { SaleAction } from "../../src/sale/saleState.ts";
import { createSale } from "../../src/sale/io/saleStore.ts";
import { readSaleFile } from "../../src/sale/saleFile.ts";
import { createServer } from "../../src/server.ts";
import type { FakeDrand } from "../../sim/fakes/fakeDrand.ts";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { stageSale } from "../../sim/crowd/stage.ts";

type BrandCustomer = Parameters<SimulatedBrand["token"]>[0];

/** A real server on a real database, with one sale that has just opened. */
export interface World {
  readonly address: string;
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly invitation: string;
  /** A session of a customer of the brand's, by its own login. */
  brandSession(customer: BrandCustomer): Promise<string>;
  /** The newest one-time code that was sent, as its reader's phone shows it. */
  newestCode(kind: string): Promise<string>;
  /** Pauses the sale, resumes it … */
  act(action: SaleAction): Promise<void>;
  /** One round of the worker's work, where it does not work by itself. */
  tick(): Promise<unknown>;
  /** Every request that has reached the server, and how it was answered. */
  readonly arrivals: { readonly method: string; readonly url: string; readonly status: number }[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly drand?: Pick<FakeDrand, "chain" | "url">;
  /** A clock that the test turns; the machine's own by default. */
  readonly clock?: { nowMs(): number };
  /** Whether the sale moves on by itself; else by `tick`. */
  readonly worker?: boolean;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "giliran-browser-"));
  chmodSync(folder, 0o755);
  const backend = await openBackend({ homeFolder: folder, purpose: "browser test", as: "alone" });
  await ensureDatabase(backend);
  const sql = connect(backend.target, { poolSize: 6, name: "browser test" });
  const entryPool = connect(backend.target, { poolSize: 2, name: "browser test entry pool" });
  await migrate(sql, readMigrations());
  const keyring = createKeyring(randomBytes(32));
  const clock = options.clock ?? { nowMs: () => Date.now() };
  const brand = new SimulatedBrand();
  const server = await createServer({
    sql,
    entryPool,
    keyring,
    clock,
    worker: options.worker ?? true,
    brandLogin: brand.login,
    mail: null,
    payments: "sandbox",
    logger: pino({ level: "fatal" }),
    addressRule: null,
    secureCookies: false,
    trustedProxies: [],
    publicUrl: null,
    notices: true,
    doubtTimeoutMs: 30_000,
    drandUrls: options.drand ? [options.drand.url] : [],
  });
  const arrivals: World["arrivals"][number][] = [];
  server.app.server.on("request", (request, response) => {
    response.once("finish", () => {
      const { method, url } = request;
      arrivals.push({ method: method as string, url: url as string, status: response.statusCode });
    });
  });
  const address = await server.listen("127.0.0.1", 0);
  const file = readSaleFile(JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8")));
  if (!file.ok) throw new Error("the example is broken");
  const nowMs = clock.nowMs();
  const definition = stageSale(file.definition, {
    slug: "poco-m3",
    lobbyOpensAtMs: nowMs - 1_000,
    opensAtMs: nowMs - 500,
    openMs: 3_600_000,
    unitCount: 50_000,
    offerMs: 600_000,
    paymentMs: 1_800_000,
    workCost: 200,
    synthetic: "Peragaan. / Demonstration.",
  });
  const announced = options.drand ? { ...definition, beacon: options.drand.chain } : definition;
  const sale = await createSale(sql, keyring, {
    definition: announced,
    nowMs,
    chainEnds: [randomBytes(32)],
  });
  await openSale(sql, sale!, nowMs);
  return {
    address,
    sql,
    keyring,
    arrivals,
    act: (action) =>
      sql.begin(async (tx) => {
        const change = { action, operatorName: "test", nowMs: clock.nowMs() };
        await changeSaleState(tx, sale!, change);
      }),
    tick: () => server.worker.tick(),
    invitation: (await inviteFirstOwner(sql, keyring, nowMs)) as string,
    brandSession: async (customer) => {
      const token = brand.token(customer, Date.now() + 3_600_000);
      const reply = await fetch(`${address}/v1/sign-in/token`, {
        method: "POST",
        body: JSON.stringify({ token }),
        headers: {
          "content-type": "application/json",
          "idempotency-key": `sign-in ${customer.subject}`.replaceAll(" ", "-"),
        },
      });
      return ((await reply.json()) as { session: string }).session;
    },
    newestCode: async (kind) => {
      const [row] = await sql<{ payloadCipher: Buffer }[]>`
        select payload_cipher from outbox where kind = ${kind} order by message_id desc limit 1`;
      return JSON.parse(keyring.decrypt(row!.payloadCipher)).facts.code;
    },
    close: async () => {
      await server.close();
      await Promise.all([sql.end(), entryPool.end()]);
      await backend.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
