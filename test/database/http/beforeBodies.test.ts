import { connect, type Socket } from "node:net";
import pino from "pino";
import { beforeAll, expect, it } from "vitest";
import type { RouteContract } from "../../../src/api/contract.ts";
import { RateLimiter } from "../../../src/access/rateLimit.ts";
import { COST_OF_PATH, COSTS } from "../../../src/api/cost.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import { AnswerTimes } from "../../../src/http/answerTimes.ts";
import { createApp } from "../../../src/http/app.ts";
import { FastPath } from "../../../src/http/fastPath.ts";
import { CostLimits } from "../../../src/http/limits.ts";
import { Proxies } from "../../../src/http/proxies.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestClock, TestServer } from "../../helpers/server.ts";

const UUID = "00000000-0000-4000-8000-000000000000";
const FILLED: Readonly<Record<string, string>> = { ":slug": "small", ":roundNo": "1" };
const addressOf = ({ path }: RouteContract) =>
  path.replaceAll(/:\w+/g, (name) => FILLED[name] ?? UUID);

/** An answer that has not come after this long is taken to wait for the body, which never comes. */
const NO_ANSWER_MS = 5_000;

interface Answered {
  readonly status: number;
  readonly head: string;
  readonly code: string | undefined;
}

/** Sends only the head of a request; `null` if nothing was answered to it. */
class Head {
  readonly socket: Socket;
  text = "";

  constructor(port: number, lines: readonly string[]) {
    // Half open: like a sender who goes on however the server ends its own side.
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
    this.socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  async seen(what: () => boolean): Promise<boolean> {
    const untilMs = performance.now() + NO_ANSWER_MS;
    while (!what() && performance.now() < untilMs) await new Promise((go) => setTimeout(go, 2));
    return what();
  }

  async answer(): Promise<Answered | null> {
    if (!(await this.seen(() => /\r\n\r\n.*\}$/s.test(this.text)))) return null;
    const at = this.text.indexOf("\r\n\r\n");
    const head = this.text.slice(0, at);
    const body = JSON.parse(this.text.slice(at + 4)) as { code?: string };
    return { status: Number(head.slice(9, 12)), head: head.toLowerCase(), code: body.code };
  }
}

const publicGets = [
  ...ROUTES.filter(({ method, auth }) => method === "GET" && auth === "public"),
  ...Object.entries(COST_OF_PATH).map(([path, cost]) => ({ id: path, path, cost })),
];

/* Every public route has a limit per address: here one that is used up before it begins. */
describeOnDatabase("an address that asks too often", () => {
  let test: TestServer;
  const nothing = 1e-9;

  beforeAll(async () => {
    test = await TestServer.start({ addressRule: { burst: nothing, perSecond: nothing } });
  });

  for (const { id, path, cost } of publicGets) {
    it(`is refused ${id}`, async () => {
      const url = path.replaceAll(/:\w+/g, (name) => FILLED[name] ?? UUID).replace("*", "x");
      const { address } = COSTS[cost];
      // A rule of its own does not follow the address limit.
      const times = typeof address === "number" ? 1 : address.burst + 1;
      let code = "";
      for (let at = 0; at < times; at++) code = (await test.get(url)).body.code;
      expect(code).toBe("rate_limited");
    });
  }

  it("is refused what does not exist", async () => {
    expect((await test.get("/nowhere")).body.code).toBe("rate_limited");
  });
});

it("a route without a kind of cost cannot be mounted", async () => {
  const logger = pino({ level: "silent" });
  const clock = new TestClock();
  const app = await createApp({
    logger,
    clock,
    proxies: new Proxies({
      trusted: [],
      requestStart: false,
      publicUrl: "",
      logger,
      clock,
      keep: async () => {},
    }),
    fastPath: new FastPath(logger, new AnswerTimes(() => 0)),
    limits: new CostLimits(new RateLimiter(), null),
    sendProblemPage: async (_request, reply) => await reply.send(),
    onFailure: () => undefined,
  });
  expect(() => app.get("/new", async () => "")).toThrow("/new has no kind of cost");
  app.get("/said", { config: { cost: "memory" } }, async () => "");
  await app.close();
});

/*
 * A caller without permission, or over the limit, is refused before the server reads one byte of
 * the body.
 */
describeOnDatabase("before a body is read", () => {
  let test: TestServer;
  let port = 0;
  let auditor = "";
  const open: Head[] = [];

  beforeAll(async () => {
    // One request of an address at once, and no second one: each test has a minute of its own.
    test = await TestServer.start({ addressRule: { burst: 1, perSecond: 1 / 30 } });
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale());
    test.clock.ms += 60_000;
    auditor = await operator(test, "auditor", "auditor");
    port = Number(new URL(await test.server.listen("127.0.0.1", 0)).port);
    return () => open.forEach(({ socket }) => socket.destroy());
  });

  function send(path: string, more: readonly string[] = [], method = "POST"): Head {
    const head = new Head(port, [
      `${method} ${path} HTTP/1.1`,
      ...["host: 127.0.0.1", "content-type: application/json", "idempotency-key: 0123456789"],
      ...more,
    ]);
    open.push(head);
    return head;
  }

  const posts = ROUTES.filter(({ method }) => method === "POST");
  const lengthOf = (route: RouteContract) => `content-length: ${route.bodyLimitBytes ?? 16_000}`;

  it("looks at every POST", () => expect(posts.length).toBeGreaterThan(50));

  for (const route of posts.filter(({ auth }) => auth !== "public")) {
    it(`${route.id}: says that nobody is signed in`, async () => {
      const answer = await send(addressOf(route), [lengthOf(route)]).answer();
      expect(answer?.code).toBe("sign_in_required");
    });
  }

  for (const route of posts.filter(({ auth }) => auth === "public")) {
    it(`${route.id}: says that this address asks too often`, async () => {
      test.clock.ms += 60_000;
      const { address } = COSTS[route.cost];
      const times = typeof address === "number" ? address : address.burst;
      for (let at = 0; at < times; at++) send(addressOf(route), [lengthOf(route)]);
      const answer = await send(addressOf(route), [lengthOf(route)]).answer();
      expect(answer?.code).toBe("rate_limited");
    });
  }

  it("says which role may not", async () => {
    const signed = [`authorization: Bearer ${auditor}`, "content-length: 16000"];
    expect((await send("/v1/operator/imports", signed).answer())?.code).toBe("not_allowed");
  });

  it("says that a decision's link leads nowhere, and that an address does not exist", async () => {
    test.clock.ms += 60_000;
    const long = ["content-length: 12000000"];
    const nowhere = `/v1/decisions/${"0".repeat(48)}/appeal`;
    expect((await send(nowhere, long).answer())?.code).toBe("decision_not_found");
    expect((await send("/v1/nowhere", long).answer())?.code).toBe("not_found");
  });

  it("closes the connection of a long body, of which it takes no more than a little", async () => {
    for (const length of ["content-length: 46000000", "transfer-encoding: chunked"]) {
      const head = send("/v1/operator/imports", [length]);
      expect((await head.answer())?.head).toContain("connection: close");
      let takenBytes = 0;
      const chunk = Buffer.alloc(1_000_000, 32);
      const write = () => head.socket.write(chunk, (error) => error ?? (takenBytes += 1_000_000));
      for (let at = 0; at < 46; at++) write();
      expect(await head.seen(() => head.socket.destroyed)).toBe(true);
      // The kernel's own buffers take some; the server itself reads on for one turn of its loop.
      expect(takenBytes).toBeLessThan(20_000_000);
    }
  });

  it("keeps the connection of a short one", async () => {
    const head = send("/v1/operator/imports", ["content-length: 10"]);
    expect((await head.answer())?.head).toContain("connection: keep-alive");
    head.text = "";
    head.socket.write(`${" ".repeat(10)}GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    expect((await head.answer())?.status).toBe(200);
  });

  it("asks for a body that waits to be asked only from those who may send it", async () => {
    const waits = ["expect: 100-continue", "content-length: 2"];
    const refused = send("/v1/operator/imports", waits);
    expect((await refused.answer())?.status).toBe(401);
    test.clock.ms += 60_000;
    const asked = send("/v1/sign-in", waits);
    expect(await asked.seen(() => asked.text.startsWith("HTTP/1.1 100 Continue"))).toBe(true);
    asked.text = "";
    asked.socket.write("{}");
    expect((await asked.answer())?.code).toBe("invalid_request");
    test.clock.ms += 60_000;
    const long = send("/v1/sign-in", ["expect: 100-continue", "content-length: 17000"]);
    expect((await long.answer())?.code).toBe("body_too_large");
  });

  it("closes the connection of a GET that brings a long body", async () => {
    const head = send("/livez", ["content-length: 46000000"], "GET");
    expect((await head.answer())?.head).toContain("connection: close");
  });

  it("gives a browser its answer although the body was on its way", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/operator/imports`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: Buffer.alloc(20_000_000, 32),
    });
    expect(response.status).toBe(401);
    expect(((await response.json()) as { code: string }).code).toBe("sign_in_required");
  });
});
