import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, expect, it } from "vitest";
import { trustedProxiesFrom, readSettings } from "../../../src/cli/settings.ts";
import type { ServerOptions } from "../../../src/server.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { openPlainProxy } from "../../helpers/outside/plainProxy.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const BIN = join(import.meta.dirname, "../../../bin/giliran.js");
const folder = mkdtempSync(join(tmpdir(), "giliran-proxies-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server that listens, and what it writes into its log. */
async function serve(options: Partial<ServerOptions>) {
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const test = await TestServer.start({ logger, publicUrl: null, ...options });
  await test.createSale(smallSale());
  const address = await test.server.listen("127.0.0.1", 0);
  let person = 0;
  /** A buyer's browser, at this address, withdraws (by Fastify) or joins (by the fast path). */
  const post = async (at: string, what: "withdrawal" | "entries", more = {}) => {
    const session = await test.signIn(++person);
    const work = what === "entries" ? await test.work(session) : "";
    const body = { channel: "shop", preferences: ["RED"], work };
    const reply = await fetch(`${at}/v1/sales/small/rounds/1/${what}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        cookie: `giliran_session=${session}`,
        origin: at,
        ...more,
      },
      body: what === "entries" ? JSON.stringify(body) : "{}",
    });
    return { status: reply.status, ...((await reply.json()) as { code?: string; errors?: any[] }) };
  };
  /** The stored findings, once there are some: storing them does not make a request wait. */
  const findings = async (count: number) => {
    const read = () =>
      test.database.sql<{ kind: string; finding: any }[]>`
        select kind, finding from proxy_finding order by kind`;
    await expect.poll(read, { timeout: 5_000 }).toHaveLength(count);
    return [...(await read())];
  };
  return { test, address, lines, post, findings };
}

describeOnDatabase("behind a proxy", () => {
  it("that calls the server by its inner name: refused with what to set, said once", async () => {
    const { test, address, lines, post, findings } = await serve({});
    const proxy = await openPlainProxy(address);
    for (const what of ["withdrawal", "entries"] as const) {
      for (let time = 0; time < 3; time++) {
        const refused = await post(proxy, what);
        expect(refused).toMatchObject({ status: 403, code: "foreign_origin" });
        expect(refused.errors![0].reason).toContain("GILIRAN_PUBLIC_URL is not set");
        expect(refused.errors![0].reason).toContain(`if ${proxy} is this server's address`);
      }
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("GILIRAN_PUBLIC_URL");
    expect(await findings(1)).toMatchObject([
      { kind: "origin", finding: { shown: proxy, own: address } },
    ]);
    const doctor = () =>
      spawnSync(process.execPath, [BIN, "doctor", "--json"], {
        env: {
          ...process.env,
          DATABASE_URL: test.database.url,
          GILIRAN_DATA: folder,
          GILIRAN_SECRET: createHash("sha256").update("test").digest("hex"),
        },
        encoding: "utf8",
        timeout: 50_000,
      });
    await test.database.sql`update proxy_finding set seen_at = now()`;
    const said = doctor();
    expect(said.stdout, said.stderr).toContain("GILIRAN_PUBLIC_URL is not set");
    await test.database.sql`update proxy_finding set seen_at = now() - interval '2 days'`;
    expect(doctor().stdout).toContain("no request of the last 24 hours came through a proxy");
  });

  it("works with the public address set, and other sites stay out", async () => {
    const first = await serve({});
    const proxy = await openPlainProxy(first.address);
    // The address of the proxy must be known before the server that is told of it: so a second server behind a second.
    const second = await serve({ publicUrl: proxy, secureCookies: false });
    for (const what of ["withdrawal", "entries"] as const) {
      const passed = await second.post(second.address, what, { origin: proxy });
      expect(passed.code).not.toBe("foreign_origin");
      for (const origin of ["https://evil.example", "null", proxy.replace("http", "https")]) {
        const refused = await second.post(second.address, what, { origin });
        expect(refused, origin).toMatchObject({ code: "foreign_origin" });
      }
    }
    expect(second.lines.filter((line) => line.includes("evil"))).toEqual([]);
  });

  it("compares the whole origin where nothing is set: scheme, host and port", async () => {
    const { address, post } = await serve({});
    expect((await post(address, "entries")).status).toBe(201);
    const other = ["https://127.0.0.1", "http://127.0.0.1:1", "http://localhost"];
    for (const origin of [address.replace("http:", "https:"), ...other])
      for (const what of ["withdrawal", "entries"] as const)
        expect(await post(address, what, { origin }), origin).toMatchObject({
          code: "foreign_origin",
        });
  });

  it("believes scheme and host of a trusted proxy, and of nobody else", async () => {
    const said = { "x-forwarded-proto": "https", "x-forwarded-host": "shop.example" };
    const from = { ...said, origin: "https://shop.example" };
    const trusting = await serve({ trustedProxies: ["loopback"] });
    expect((await trusting.post(trusting.address, "entries", from)).status).toBe(201);
    expect((await trusting.post(trusting.address, "withdrawal", from)).code).not.toBe(
      "foreign_origin",
    );
    const plain = { ...from, origin: "http://shop.example" };
    expect((await trusting.post(trusting.address, "entries", plain)).code).toBe("foreign_origin");
    const other = await serve({ trustedProxies: ["10.0.0.0/8"] });
    for (const what of ["withdrawal", "entries"] as const)
      expect((await other.post(other.address, what, from)).code).toBe("foreign_origin");
  });

  it("that is not named hides everybody behind one address: said once, with its own", async () => {
    const { address, lines, findings } = await serve({});
    const proxy = await openPlainProxy(address, (host) => ({
      host,
      "x-forwarded-for": "203.0.113.9",
    }));
    for (let time = 0; time < 3; time++) await (await fetch(`${proxy}/s/small`)).text();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("GILIRAN_TRUSTED_PROXIES does not name");
    expect(lines[0]).not.toContain("203.0.113.9");
    expect(await findings(1)).toMatchObject([
      { kind: "forwarded", finding: { proxy: "127.0.0.1" } },
    ]);
    const named = await serve({ trustedProxies: ["127.0.0.1"] });
    const through = await openPlainProxy(named.address, (host) => ({
      host,
      "x-forwarded-for": "203.0.113.9",
    }));
    await (await fetch(`${through}/s/small`)).text();
    expect(named.lines).toEqual([]);
  });

  it("settings that name no address are refused in words", () => {
    const read = (text: string) =>
      trustedProxiesFrom(readSettings({ GILIRAN_TRUSTED_PROXIES: text }));
    expect(read(" 10.0.0.7, loopback ,10.0.0.0/8")).toEqual([
      ...["10.0.0.7", "loopback", "10.0.0.0/8"],
    ]);
    expect(read("")).toEqual([]);
    expect(() => read("10.0.0.7,proxy.example")).toThrow('"proxy.example" is no address');
  });
});
