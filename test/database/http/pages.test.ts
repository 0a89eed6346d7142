import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import fastify from "fastify";
import { beforeAll, describe, expect, it } from "vitest";
import type { Language } from "../../../src/base/language.ts";
import { requireCacheClass } from "../../../src/http/pageCache.ts";
import { openCachingProxy } from "../../helpers/outside/cachingProxy.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** A browser as far as cookies go. */
class CookieJar {
  readonly cookies = new Map<string, string>();
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const carried = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(init.headers as Record<string, string>), cookie: carried };
    const reply = await fetch(this.#address + path, { ...init, headers });
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.cookies.set(name as string, value as string);
    }
    return reply;
  }
}

describe("who may keep a page", () => {
  let test: TestServer;
  let address: string;
  let session: string;

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
    session = await test.signIn(1);
    address = await test.server.listen("127.0.0.1", 0);
  });

  const filled = (path: string) =>
    path
      .replace(":slug", "small")
      .replace(":reference", "1.x")
      .replace(":link", "nobody")
      .replace("*", "cases");
  const shared = () =>
    test.server.pages.filter(({ method, cache }) => method === "GET" && cache !== "private");

  /** Every page as different readers ask for it. */
  const READERS: readonly Record<string, string>[] = [
    {},
    { cookie: "lang=en" },
    { cookie: "giliran_device=11111111-1111-4111-8111-111111111111; lang=id" },
    { cookie: "SESSION", "user-agent": "someone else's phone" },
  ];

  const ask = async (path: string, language: Language, reader: Record<string, string>) => {
    const headers: Record<string, string> = { "accept-language": language, ...reader };
    if (headers["cookie"] === "SESSION") headers["cookie"] = `giliran_session=${session}`;
    return await fetch(address + path, { headers });
  };

  it("pages of both classes are known by their routes", () => {
    const of = (path: string) => test.server.pages.find((page) => page.path === path)?.cache;
    for (const path of ["/", "/s/:slug", "/s/:slug/board", "/method", "/s/:slug/policy", "/docs"])
      expect(of(path), path).toMatchObject({ sharedSeconds: expect.any(Number) });
    for (const path of ["/me", "/d/:link", "/console", "/console/*", "/sandbox/pay/:reference"])
      expect(of(path), path).toBe("private");
    expect(test.server.pages.length).toBeGreaterThan(20);
  });

  it("a shared page is one text for all readers of a language, and sets no cookie", async () => {
    for (const { path } of shared()) {
      for (const language of ["id", "en"] as const) {
        for (const address of [filled(path), `${filled(path)}?lang=${language}`]) {
          const texts = new Set<string>();
          for (const reader of READERS) {
            const reply = await ask(address, language, reader);
            expect(reply.status, address).toBe(200);
            expect(reply.headers.getSetCookie(), address).toEqual([]);
            expect(reply.headers.get("cache-control"), address).toMatch(/^public, max-age=\d+$/);
            expect(reply.headers.get("vary") ?? "", address).not.toMatch(/cookie/i);
            texts.add(await reply.text());
          }
          // The board's page says of when its numbers are, and the test's clock stands.
          expect(texts.size, address).toBe(1);
          const [text] = texts;
          if (path.startsWith("/v1/")) continue;
          expect(text, address).toContain(`<html lang="${language}">`);
        }
      }
    }
  });

  it("a shared page says that it varies by the browser's language only where its address names none", async () => {
    for (const { path } of shared().filter((page) => !page.path.startsWith("/v1/"))) {
      const bare = await ask(filled(path), "id", {});
      expect(bare.headers.get("vary"), path).toBe("accept-encoding, accept-language");
      const named = await ask(`${filled(path)}?lang=en`, "id", {});
      expect(named.headers.get("vary"), path).toBe("accept-encoding");
      expect(await named.text(), path).toContain('<html lang="en">');
    }
  });

  it("a private page, and every refusal, is kept by nobody", async () => {
    const pages = test.server.pages.filter(
      ({ method, cache }) => method === "GET" && cache === "private",
    );
    expect(pages.length).toBeGreaterThan(3);
    for (const { path } of pages) {
      const reply = await ask(filled(path), "id", {});
      expect(reply.headers.get("cache-control"), path).toMatch(/no-store/);
      if (reply.status === 200)
        expect(reply.headers.get("cache-control"), path).toBe("private, no-store");
      // The language that was chosen before counts here.
      if (path !== "/me") continue;
      const chosen = await ask(path, "id", { cookie: "lang=en" });
      expect(await chosen.text()).toContain('<html lang="en">');
    }
    for (const path of ["/s/nowhere", "/s/nowhere/board", "/nothing"]) {
      expect((await ask(path, "id", {})).headers.get("cache-control"), path).toBe("no-store");
    }
  });

  it("no time is baked into a sale's page: it is the same text an hour later", async () => {
    const first = await (await ask("/s/small?lang=id", "id", {})).text();
    test.clock.ms += 45_000;
    const later = await (await ask("/s/small?lang=id", "id", {})).text();
    test.clock.ms -= 45_000;
    expect(later).toBe(first);
  });

  it("a page without a class cannot be mounted, and a cookie on a shared one is an error", async () => {
    const app = fastify();
    await app.register(cookie);
    requireCacheClass(app);
    expect(() => app.get("/unsaid", async () => "page")).toThrow("does not say who may keep it");
    app.get("/wrong", { config: { cache: { sharedSeconds: 5 } } }, async (_request, reply) =>
      reply.setCookie("device", randomUUID()).send("page"),
    );
    app.get("/right", { config: { cache: { sharedSeconds: 5 } } }, async () => "page");
    app.get("/own", { config: { cache: "private" } }, async (_request, reply) =>
      reply.setCookie("device", randomUUID()).send("page"),
    );
    const wrong = await app.inject("/wrong");
    expect(wrong.statusCode).toBe(500);
    expect(wrong.headers["cache-control"]).not.toMatch(/public/);
    expect((await app.inject("/right")).headers["cache-control"]).toBe("public, max-age=5");
    expect((await app.inject("/own")).headers["cache-control"]).toBe("private, no-store");
    await app.close();
  });

  for (const obeys of [true, false]) {
    const kind = obeys ? "a cache that obeys" : "a cache that keeps everything";
    it(`through ${kind} two browsers are two devices`, async () => {
      const proxy = await openCachingProxy(address, obeys);
      const browsers = [new CookieJar(proxy.address), new CookieJar(proxy.address)];
      for (const [index, browser] of browsers.entries()) {
        for (const path of ["/", "/s/small?lang=id", "/s/small", "/s/small/board"]) {
          await (await browser.fetch(path)).text();
        }
        const token = test.brand.token(
          { subject: `device ${obeys} ${index}`, phone: `+6281277${Number(obeys)}0000${index}` },
          test.clock.ms + 3_600_000,
        );
        const reply = await browser.fetch("/v1/sign-in/token", {
          method: "POST",
          body: JSON.stringify({ token }),
          headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
        });
        expect(reply.status).toBe(200);
      }
      expect(proxy.hits).toContain("/s/small?lang=id");
      const devices = browsers.map(({ cookies }) => cookies.get("giliran_device"));
      for (const device of devices) expect(device).toMatch(/^[0-9a-f-]{36}$/);
      expect(new Set(devices).size).toBe(2);
    });
  }

  it("a cache that obeys the page's headers never gives a reader another's language", async () => {
    const proxy = await openCachingProxy(address, true);
    for (const [language, times] of [
      ["en", 2],
      ["id", 2],
    ] as const) {
      for (let time = 0; time < times; time++) {
        const reply = await fetch(`${proxy.address}/s/small`, {
          headers: { "accept-language": language, cookie: "lang=en" },
        });
        expect(await reply.text()).toContain(`<html lang="${language}">`);
      }
    }
    expect(proxy.hits).toHaveLength(2);
  });
});

describe("cookies", () => {
  const namesOf = (headers: Readonly<Record<string, unknown>>) =>
    [headers["set-cookie"] ?? []].flat().map((line) => String(line).split("=")[0]);

  it("the device's number comes with signing in, once, and stays", async () => {
    const test = await TestServer.start();
    const signIn = (cookies: string) =>
      test.call("POST", "/v1/sign-in/token", {
        body: { token: test.brand.token({ subject: "one", phone: "+6281234500001" }, 2e12) },
        headers: { cookie: cookies },
      });
    const first = await signIn("");
    expect(namesOf(first.headers)).toEqual([
      "giliran_session",
      "giliran_signed_in",
      "giliran_device",
    ]);
    const lines = [first.headers["set-cookie"]].flat() as string[];
    expect(lines[2]).toMatch(/Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax/);
    const again = await signIn("giliran_device=22222222-2222-4222-8222-222222222222");
    expect(namesOf(again.headers)).toEqual(["giliran_session", "giliran_signed_in"]);
  });

  it("over https cookies are this host's alone, and what was set before is still read", async () => {
    const test = await TestServer.start({ secureCookies: true });
    await test.createSale(smallSale());
    const token = test.brand.token({ subject: "one", phone: "+6281234500001" }, 2e12);
    const reply = await test.call("POST", "/v1/sign-in/token", { body: { token } });
    expect(namesOf(reply.headers)).toEqual([
      "__Host-giliran_session",
      "__Host-giliran_signed_in",
      "__Host-giliran_device",
    ]);
    for (const line of [reply.headers["set-cookie"]].flat()) {
      expect(line).toMatch(/; Path=\/; /);
      expect(line).toMatch(/; Secure/);
      expect(line).not.toMatch(/domain/i);
    }
    const path = "/v1/sales/small/rounds/1/mine";
    const status = async (cookie: string) =>
      (await test.call("GET", path, { headers: { cookie } })).status;
    const { session } = reply.body as { session: string };
    expect(await status(`__Host-giliran_session=${session}`)).toBe(200);
    expect(await status(`giliran_session=${session}`)).toBe(200);
    expect(await status(`__Host-giliran_session=nonsense; giliran_session=${session}`)).toBe(401);
  });
});
