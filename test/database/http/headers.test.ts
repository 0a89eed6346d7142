import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { ROUTES } from "../../../src/api/routes.ts";
import { publicFiles } from "../../../src/pages/bundle.ts";
import { openDesk, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { ADDRESSES } from "../../helpers/addresses.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

const FILLED: Readonly<Record<string, string>> = {
  ":slug": "small",
  ":roundNo": "1",
  ":caseNo": "1",
  ":fileNo": "1",
  ":provider": "sandbox",
  ":digest": "0".repeat(64),
  ":link": "0".repeat(48),
  ":ticket": "x".repeat(12),
};
const fill = (path: string) =>
  path
    .replaceAll(/:\w+/g, (name) => FILLED[name] ?? "00000000-0000-4000-8000-000000000000")
    .replace("*", "x");

/** Routes whose answers are everybody's, so that a cache may keep them. */
const SHARED_API = [
  ...["listSales", "showSale", "showBoard", "showRecord", "showOwnError", "showReport"],
  ...["showPolicy", "showSalePolicy", "listStatements"],
];
const SHARED_PAGES = [
  ...["/", "/s/:slug", "/s/:slug/board", "/s/:slug/check", "/s/:slug/policy", "/s/:slug/report"],
  ...["/method", "/docs", "/v1/openapi.json", "/assets/*", "/favicon.ico", "/robots.txt"],
];

/** Headers of every answer for browsers and caches. */
describeOnDatabase("headers", () => {
  let test: TestServer;
  let desk: Desk;
  let buyer = "";

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale());
    buyer = await test.signIn(1);
  });

  const saysTo = ({ headers }: TestReply) => ({
    nosniff: headers["x-content-type-options"] === "nosniff",
    policy: String(headers["content-security-policy"]).startsWith("default-src 'none'"),
    framed: !/frame-ancestors 'none'/.test(String(headers["content-security-policy"])),
    kept: !/\bno-store\b/.test(String(headers["cache-control"])),
  });
  const PRIVATE = { nosniff: true, policy: true, framed: false, kept: false };

  for (const route of ROUTES) {
    it(`${route.id}: data, never a page, and kept only where it is everybody's`, async () => {
      const asking = [undefined, route.auth === "operator" ? desk.owner : buyer];
      for (const session of asking) {
        // One that signs itself out would be nobody for the routes after it.
        if (route.id === "signOutOperator" && session) continue;
        const reply = await test.call(route.method, fill(route.path), { session, body: {} });
        const shared = SHARED_API.includes(route.id) && reply.status === 200;
        const { status } = reply;
        expect({ status, ...saysTo(reply), ...(shared && { kept: false }) }).toEqual({
          status,
          ...PRIVATE,
        });
      }
    });
  }

  it("through the fast path, too", async () => {
    const address = await test.server.listen("127.0.0.1", 0);
    const path = "/v1/sales/small/rounds/1";
    const session = { authorization: `Bearer ${buyer}` };
    const posted = { "content-type": "application/json", "idempotency-key": randomUUID() };
    for (const [url, options] of [
      [`${path}/mine`, { headers: session }],
      [`${path}/challenge`, { headers: session }],
      [`${path}/mine`, {}],
      [`${path}/entries`, { method: "POST", body: "{}", headers: { ...session, ...posted } }],
    ] as const) {
      const { status, headers } = await fetch(`${address}${url}`, options);
      const reply = { status, headers: Object.fromEntries(headers), body: null };
      expect({ url, ...saysTo(reply) }).toEqual({ url, ...PRIVATE });
    }
  });

  it("the routes that a cache may keep are these, and no other", () => {
    const shared = ROUTES.filter((route) => route.cache === "shared").map((route) => route.id);
    expect(shared.sort()).toEqual([...SHARED_API].sort());
    for (const route of ROUTES.filter(({ cache }) => cache === "shared"))
      expect(route).toMatchObject({ auth: "public", method: "GET" });
  });

  it("every page, found or not, and whatever is no page", async () => {
    const contracts = new Set(ROUTES.map(({ path }) => path));
    const pages = ADDRESSES.filter(({ path }) => !contracts.has(path));
    expect(pages.length).toBeGreaterThan(15);
    for (const { method, path } of pages) {
      const url = fill(path).replace("/assets/x", "/assets/mark.svg");
      const reply = await test.call(method as "GET", url, { headers: { accept: "text/html" } });
      const shared = SHARED_PAGES.includes(path) && reply.status === 200;
      const { kept, ...said } = saysTo(reply);
      const { kept: _, ...wanted } = PRIVATE;
      expect({ path, ...said }).toEqual({ path, ...wanted });
      if (!shared) expect({ path, kept }).toEqual({ path, kept: false });
    }
  });

  it("a part of a script that is named by its content is kept for ever, other files are not", async () => {
    const paths = [...(await publicFiles()).keys()];
    const hashed = paths.filter((path) => /-[A-Z0-9]{8}\.js$/.test(path));
    expect(hashed.length).toBeGreaterThan(3);
    const kept = async (path: string) => (await test.call("GET", path)).headers["cache-control"];
    expect(await kept(hashed[0]!)).toBe("public, max-age=31536000, immutable");
    for (const path of ["/assets/buyer/salePage.js", "/assets/console/main.js"])
      expect(await kept(path)).toBe("public, max-age=60");
  });

  it("a wrong address in a browser is a page in the reader's language; a program gets a document", async () => {
    for (const [path, id, en] of [
      ["/nope", "Tidak ditemukan.", "There is nothing at this address."],
      ["/s/typo", "Penjualan ini tidak ada.", "There is no such sale."],
      [`/d/${"0".repeat(48)}`, null, null],
      ["/s/%zz", null, null],
    ] as const) {
      for (const [language, words] of [
        ["id", id],
        ["en", en],
      ] as const) {
        const headers = { accept: "text/html,*/*;q=0.8", "accept-language": language };
        const reply = await test.call("GET", path, { headers });
        expect(reply.status).toBeGreaterThanOrEqual(400);
        expect(reply.headers["content-type"]).toBe("text/html; charset=utf-8");
        expect(reply.body).toContain(`<html lang="${language}">`);
        if (words) expect(reply.body).toContain(`<h1>${words}</h1>`);
        expect({ path, ...saysTo(reply) }).toEqual({ path, ...PRIVATE });
        expect(reply.headers["content-security-policy"]).not.toContain("script-src");
      }
      const { status, body, headers } = await test.call("GET", path, {});
      expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
      expect(status).toBe(body.status);
    }
    const api = await test.call("GET", "/v1/nope", { headers: { accept: "text/html" } });
    expect(api.body.code).toBe("not_found");
  });

  it("what browsers and crawlers ask for by themselves is there", async () => {
    const icon = await test.get("/favicon.ico");
    expect({ status: icon.status, type: icon.headers["content-type"] }).toEqual({
      status: 200,
      type: "image/svg+xml",
    });
    const robots = await test.get("/robots.txt");
    expect(robots.body).toContain("Disallow: /d/\n");
  });
});
