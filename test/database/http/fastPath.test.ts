import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const PATH = "/v1/sales/small/rounds/1/entries";

interface Request {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** Absent: the request is a GET. */
  readonly body?: string;
}

interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly cache: string | null;
  readonly body: string;
}

/** The same requests through the fast path (a real socket) and through Fastify (injected). */
describeOnDatabase("the fast path", () => {
  let test: TestServer;
  let address = "";

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale());
    address = await test.server.listen("127.0.0.1", 0);
  });

  async function throughFastPath({ path = PATH, headers, body }: Request): Promise<Reply> {
    const method = body === undefined ? "GET" : "POST";
    const response = await fetch(`${address}${path}`, {
      method,
      headers: headers!,
      ...(body === undefined ? {} : { body }),
    });
    const type = response.headers.get("content-type");
    const cache = response.headers.get("cache-control");
    return { status: response.status, type, cache, body: await response.text() };
  }

  async function throughFastify({ path = PATH, headers, body }: Request): Promise<Reply> {
    const host = new URL(address).host;
    const response = await test.server.app.inject({
      method: body === undefined ? "GET" : "POST",
      url: path,
      ...(body === undefined ? {} : { payload: body }),
      headers: { host, ...headers },
    });
    const type = (response.headers["content-type"] as string | undefined) ?? null;
    const cache = (response.headers["cache-control"] as string | undefined) ?? null;
    return { status: response.statusCode, type, cache, body: response.body };
  }

  /** A person's correct request; each part can be damaged. */
  async function request(person: number, change: { body?: object } = {}): Promise<Request> {
    const session = await test.signIn(person);
    const work = await test.work(session);
    return {
      headers: {
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        authorization: `Bearer ${session}`,
      },
      body: JSON.stringify({ channel: "shop", preferences: ["RED"], work, ...change.body }),
    };
  }

  it("takes an entry, and Fastify gives the same request the same answer again", async () => {
    const one = await request(1);
    const first = await throughFastPath(one);
    expect(first.status).toBe(201);
    expect(await throughFastify(one)).toEqual(first);
    const two = await request(2);
    const second = await throughFastify(two);
    expect(second.status).toBe(201);
    expect(await throughFastPath(two)).toEqual(second);
  });

  type Spoil = (right: Request) => Request;
  const header =
    (name: string, value: string): Spoil =>
    (right) => ({ ...right, headers: { ...right.headers, [name]: value } });
  const without =
    (name: string): Spoil =>
    (right) => {
      const { [name]: _, ...headers } = right.headers!;
      return { ...right, headers };
    };
  const body =
    (text: (right: string) => string): Spoil =>
    (right) => ({ ...right, body: text(right.body!) });
  const cookie =
    (more: Record<string, string>): Spoil =>
    (right) => {
      const session = right.headers!.authorization!.slice("Bearer ".length);
      const { authorization: _, ...headers } = right.headers!;
      return { ...right, headers: { ...headers, cookie: `giliran_session=${session}`, ...more } };
    };

  const CASES: readonly [string, Spoil, string][] = [
    ["no key", without("idempotency-key"), "idempotency_key_missing"],
    ["a key that is too short", header("idempotency-key", "x"), "invalid_request"],
    ["nobody signed in", without("authorization"), "sign_in_required"],
    [
      "a forged session",
      header("authorization", `Bearer gse3.${"0".repeat(260)}`),
      "sign_in_required",
    ],
    ["broken JSON", body(() => "{"), "invalid_request"],
    ["an empty body", body(() => ""), "invalid_request"],
    ["a list", body(() => "[]"), "invalid_request"],
    ["null", body(() => "null"), "invalid_request"],
    [
      "a poisoned name",
      body((right) => `{"__proto__":{"a":1},${right.slice(1)}`),
      "invalid_request",
    ],
    [
      "a constructor",
      body((right) => `{"constructor":{"prototype":1},${right.slice(1)}`),
      "invalid_request",
    ],
    ["an unknown field", body((right) => `{"more":1,${right.slice(1)}`), "invalid_request"],
    ["an unknown channel", body((right) => right.replace("shop", "nowhere")), "channel_unknown"],
    ["an unknown variant", body((right) => right.replace("RED", "GREEN")), "variant_unknown"],
    [
      "work of somebody else",
      body((right) => right.replace(/"work":"[^"]+"/, '"work":"bm90"')),
      "work_malformed",
    ],
    [
      "an oversize body",
      body((right) => `{"more":"${"a".repeat(9_000)}",${right.slice(1)}`),
      "body_too_large",
    ],
    ["another type", header("content-type", "text/plain"), "unsupported_media_type"],
    [
      "an unknown sale",
      (right) => ({ ...right, path: PATH.replace("small", "nothing") }),
      "sale_not_found",
    ],
    [
      "an unknown round",
      (right) => ({ ...right, path: PATH.replace("/1/", "/7/") }),
      "round_not_found",
    ],
    [
      "a round that is no number",
      (right) => ({ ...right, path: PATH.replace("/1/", "/x/") }),
      "invalid_request",
    ],
    ["a foreign page's request", cookie({ origin: "https://evil.example" }), "foreign_origin"],
  ];

  for (const [index, [name, spoil, code]] of CASES.entries()) {
    it(`answers like Fastify: ${name}`, async () => {
      const spoilt = spoil(await request(100 + index));
      for (const language of ["id", "en"]) {
        const asked = header("accept-language", language)(spoilt);
        const fast = await throughFastPath(asked);
        expect(JSON.parse(fast.body).code).toBe(code);
        expect(await throughFastify(asked)).toEqual(fast);
      }
    });
  }

  it("knows a buyer by the cookie that a browser carries, from our own page", async () => {
    const asked = cookie({ origin: "http://test.example" })(await request(50));
    const fast = await throughFastPath(asked);
    expect(fast.status).toBe(201);
    expect(await throughFastify(asked)).toEqual(fast);
  });

  it("says who is signed in as Fastify does, also to nobody and with a query", async () => {
    const { headers = {} } = await request(51);
    const { authorization = "" } = headers;
    for (const asked of [
      { path: "/v1/me/session", headers: { authorization } },
      { path: "/v1/me/session", headers: {} },
      { path: "/v1/me/session?more=1", headers: { authorization } },
    ]) {
      expect(await throughFastify(asked)).toEqual(await throughFastPath(asked));
    }
  });

  it("reads what JSON may write in other ways, and bodies that come in chunks", async () => {
    const escaped = await request(51);
    const fast = await throughFastPath({
      ...escaped,
      body: escaped.body!.replace("shop", "\\u0073hop"),
    });
    expect(fast.status).toBe(201);
    const chunked = await request(52);
    const response = await fetch(`${address}${PATH}`, {
      method: "POST",
      headers: chunked.headers!,
      duplex: "half",
      body: new Blob([chunked.body!]).stream(),
    } as RequestInit);
    expect(response.status).toBe(201);
  });

  for (const [index, path] of ["challenge", "mine"].entries()) {
    const url = PATH.replace("entries", path);
    it(`answers a crowd like Fastify: ${path}`, async () => {
      const { headers: all, ...right } = await request(200 + index);
      if (path === "mine")
        expect((await throughFastify({ ...right, headers: all! })).status).toBe(201);
      const headers = { authorization: all!.authorization! };
      // A challenge is another one each time.
      const bare = (reply: Reply) => ({
        ...reply,
        body: path === "mine" ? reply.body : Object.keys(JSON.parse(reply.body)),
      });
      const cases: Record<string, [Request, number]> = {
        right: [{ path: url, headers }, 200],
        "with a query": [{ path: `${url}?lang=en`, headers }, 200],
        "nobody signed in": [{ path: url }, 401],
        "a forged session": [
          { path: url, headers: { authorization: `Bearer gse3.${"0".repeat(260)}` } },
          401,
        ],
        "an unknown sale": [{ path: url.replace("small", "nothing"), headers }, 404],
        "an unknown round": [{ path: url.replace("/1/", "/7/"), headers }, 404],
        "a round that is no number": [{ path: url.replace("/1/", "/x/"), headers }, 400],
      };
      for (const [name, [asked, status]] of Object.entries(cases)) {
        const fast = await throughFastPath(asked);
        expect({ name, status: fast.status }).toEqual({ name, status });
        expect(bare(await throughFastify(asked))).toEqual(bare(fast));
      }
      expect((await throughFastPath({ path: url, headers })).cache).toBe("no-store");
      // Everything else goes to Fastify, which has no such route.
      expect((await throughFastPath({ path: url, headers, body: "{}" })).status).toBe(404);
      const head = await fetch(`${address}${url}`, { method: "HEAD", headers });
      expect(head.status).toBe(200);
    });
  }

  it("refuses a session that has run out, and one who asks too often", async () => {
    const late = await request(60);
    const often = await request(61);
    const before = test.clock.ms;
    const replies = [];
    for (let i = 0; i < 45; i++) replies.push(await throughFastPath(body(() => "{")(often)));
    expect(JSON.parse(replies.at(-1)!.body).code).toBe("rate_limited");
    expect(JSON.parse(replies.at(-1)!.body).retryAfterSeconds).toBe(1);
    test.clock.ms += 30 * 3_600_000;
    expect(JSON.parse((await throughFastPath(late)).body).code).toBe("session_expired");
    test.clock.ms = before;
  });
});
