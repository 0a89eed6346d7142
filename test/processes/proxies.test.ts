import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { simulatedPhone } from "../../sim/crowd/crowd.ts";
import { createKeyring } from "../../src/access/io/keyring.ts";
import type { Sql } from "../../src/db/connect.ts";
import { createOpenSale } from "../helpers/openSale.ts";
import { OwnDatabase } from "../helpers/outside/ownDatabase.ts";
import { RealProxy, SHOP, whyNotHere, type ProxyName } from "../helpers/outside/realProxy.ts";
import { solve } from "../helpers/server.ts";
import {
  SECRET,
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../helpers/serverProcess.ts";

const ROUND = "/v1/sales/proxied/rounds/1";
const OTHER_CELL = "https://poco.example";
const ORIGIN = { origin: `https://${SHOP}` };
const JSON_TYPE = { "content-type": "application/json" };
/** Of a route that has the smallest limit for an address, on both servers together. */
const BEYOND_THE_LIMIT = 300;

/** The files of examples/proxies, as shipped but for ports and paths, before two real servers. */
describe("the shipped files of proxies", () => {
  const brand = new SimulatedBrand();
  const servers: ServerProcess[] = [];
  let environment: Record<string, string> = {};
  let own: OwnDatabase;
  let sql: Sql;
  let proxy: RealProxy;
  let person = 0;

  beforeAll(async () => {
    own = await OwnDatabase.open("proxies", 2);
    sql = own.sql;
    environment = {
      ...serverEnvironment(brand, own.folder),
      DATABASE_URL: own.url,
      GILIRAN_PUBLIC_URL: ORIGIN.origin,
      GILIRAN_TRUSTED_PROXIES: "127.0.0.1",
      GILIRAN_REQUEST_START: "proxy",
    };
    const start = () => startServerProcess(environment);
    servers.push(...(await Promise.all([start(), start()])));
    await createOpenSale(sql, createKeyring(Buffer.from(SECRET, "hex")), "proxied");
  });
  afterEach(() => proxy?.stop());
  afterAll(async () => {
    for (const { child } of servers) child.kill("SIGKILL");
    await Promise.all(servers.map(({ ended }) => ended));
    await own?.close();
  });

  const hostOf = ({ address }: ServerProcess) => new URL(address).host;

  /** A new person signs in and joins through the proxy, as a page of the shop does. */
  async function enter(more: Record<string, string> = {}) {
    const index = person++;
    const customer = { subject: `p${index}`, phone: simulatedPhone(index) };
    const signedIn = await proxy.call("/v1/sign-in/token", {
      method: "POST",
      headers: { ...ORIGIN, ...JSON_TYPE, "idempotency-key": `sign-in-${index}-00` },
      body: JSON.stringify({ token: brand.token(customer, Date.now() + 3_600_000) }),
    });
    expect([signedIn.status, signedIn.body]).toEqual([200, expect.any(String)]);
    const authorization = `Bearer ${JSON.parse(signedIn.body).session}`;
    const challenge = await proxy.call(`${ROUND}/challenge`, { headers: { authorization } });
    const work = solve(JSON.parse(challenge.body));
    return await proxy.call(`${ROUND}/entries`, {
      method: "POST",
      headers: {
        ...ORIGIN,
        ...JSON_TYPE,
        authorization,
        "idempotency-key": `join-${index}-0000`,
        ...more,
      },
      body: JSON.stringify({ channel: "shop", preferences: ["RED"], work }),
    });
  }

  for (const name of ["haproxy", "nginx", "caddy"] as const satisfies readonly ProxyName[]) {
    const why = whyNotHere(name);
    it.skipIf(why !== null)(`${name}${why === null ? "" : ` (${why})`}`, async () => {
      const hosts = [hostOf(servers[0]!), hostOf(servers[1]!)] as const;
      proxy = await RealProxy.start(name, hosts, { poco: OTHER_CELL });

      const page = await proxy.call("/s/proxied");
      expect(page.status).toBe(200);
      expect(page.headers["cache-control"]).toBe("public, max-age=5");

      // A sale of another installation is found there, with its page and language.
      const elsewhere = await proxy.call("/s/poco/check?lang=id");
      expect([elsewhere.status, elsewhere.headers.location]).toEqual([
        307,
        `${OTHER_CELL}/s/poco/check?lang=id`,
      ]);

      // The arrival is the proxy's, whatever a caller says.
      const beforeMs = Date.now();
      const joined = await enter({ "x-request-start": `t=${beforeMs - 20_000}` });
      expect([joined.status, joined.body]).toEqual([201, expect.any(String)]);
      const { entryId } = JSON.parse(joined.body);
      const [entry] = await sql<{ enteredMs: number }[]>`
        select extract(epoch from entered_at) * 1000 as entered_ms from entry
        where entry_id = ${entryId}`;
      expect(Number(entry!.enteredMs)).toBeGreaterThanOrEqual(beforeMs - 1);

      // An upload of the size of the largest export is not stopped on its way.
      expect(await proxy.takesUpload("/v1/operator/imports", 64_000_000)).toBe(true);

      // Another address with each request is still one caller: in the end it is refused.
      const asOther = async (count: number) => {
        const headers = { "x-forwarded-for": `203.0.${count >> 8}.${count & 255}` };
        return (await proxy.call(`${ROUND}/record?n=${count}`, { headers })).status;
      };
      const counts = Array.from({ length: BEYOND_THE_LIMIT }, (_, count) => count);
      const statuses = await Promise.all(counts.map(asOther));
      expect(statuses).toContain(429);

      // A server dies: everybody is served by the other one.
      servers[0]!.child.kill("SIGKILL");
      await servers[0]!.ended;
      for (let count = 0; count < 20; count++) {
        expect((await proxy.call(`${ROUND}/board`)).status).toBe(200);
      }
      expect((await enter()).status).toBe(201);
      servers[0] = await startServerProcess(environment);
    });
  }
});
