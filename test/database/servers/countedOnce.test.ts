import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { PRICE_RULES } from "../../../src/access/price.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { solve, TestServer, type TestReply } from "../../helpers/server.ts";

/** Passwords that were looked at: the hash that each attempt costs. */
const looked = vi.hoisted(() => ({ count: 0 }));

vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  return {
    hash: real.hash,
    verify: async (hash: string, text: string) => {
      looked.count++;
      return await real.verify(hash, text);
    },
  };
});

/** As shipped: a carrier's NAT is one address. */
const addressRule = { burst: 3_000, perSecond: 300 };
const RIGHT = "long enough";

describeOnDatabase("three servers on one database", () => {
  let servers: readonly TestServer[] = [];
  let first: TestServer;

  beforeAll(async () => {
    first = await TestServer.start({ addressRule });
    servers = [first, await first.beside({ addressRule }), await first.beside({ addressRule })];
    const owner = await operator(first, "owner", "owner");
    const { invitation } = (
      await first.post("/v1/operator/invitations", owner, { role: "auditor" })
    ).body;
    const person = { invitation, name: "known", password: RIGHT };
    expect((await first.post("/v1/operators/invitation", undefined, person)).status).toBe(201);
  });
  // Prices and rates of the test before are forgotten.
  beforeEach(() => {
    first.clock.ms += 30 * 86_400_000;
    looked.count = 0;
  });

  async function postFrom(
    server: TestServer,
    remoteAddress: string,
    { url, payload, key }: { url: string; payload: object; key?: string },
  ): Promise<TestReply> {
    const reply = await server.server.app.inject({
      method: "POST",
      url,
      remoteAddress,
      headers: { "idempotency-key": key ?? crypto.randomUUID() },
      payload,
    });
    return { status: reply.statusCode, body: reply.json(), headers: reply.headers };
  }

  const guess = (server: TestServer, from: string, payload: object, key?: string) =>
    postFrom(server, from, { url: "/v1/operators/session", payload, ...(key ? { key } : {}) });

  /** One request after the other, each to the next server. */
  async function inTurn<T>(count: number, send: (server: TestServer, at: number) => Promise<T>) {
    const replies: T[] = [];
    for (let at = 0; at < count; at++) replies.push(await send(servers[at % 3]!, at));
    return replies;
  }
  const countOf = (replies: readonly TestReply[], code: string) =>
    replies.filter(({ body }) => body.code === code).length;

  it("send four of sixteen codes that somebody asks for, whichever he asks", async () => {
    const contact = "+6281290000001";
    const ask = (server: TestServer, payload: object) =>
      postFrom(server, "198.51.100.7", { url: "/v1/sign-in/codes", payload });
    const replies = await inTurn(16, async (server) => {
      const reply = await ask(server, { contact });
      if (reply.body.code !== "work_required") return reply;
      return await ask(server, { contact, work: solve(reply.body.work) });
    });
    expect(replies.map(({ status }) => status)).toEqual(Array(16).fill(202));
    expect(replies.filter(({ body }) => body.sent)).toHaveLength(4);
  });

  it("let the same codes go for nothing as one server does", async () => {
    const contact = "+6281290000002";
    const replies = await inTurn(16, (server, at) =>
      postFrom(server, `198.51.100.${at}`, { url: "/v1/sign-in/codes", payload: { contact } }),
    );
    const { freeCount } = PRICE_RULES.mailbox;
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(freeCount + 1);
    expect(countOf(replies, "work_required")).toBe(15 - freeCount);
  });

  it("look at ten of sixty guesses, and let the right password in from elsewhere meanwhile", async () => {
    const wrong = { name: "known", password: "wrong wrong" };
    const guesses = async (count: number) =>
      await inTurn(count, (server) => guess(server, "198.51.100.9", wrong));
    const replies = await guesses(30);
    const right = { name: "known", password: RIGHT };
    const asked = await guess(servers[1]!, "203.0.113.5", right);
    expect(asked.body.code).toBe("work_required");
    const work = solve(asked.body.work);
    expect((await guess(servers[2]!, "203.0.113.5", { ...right, work })).status).toBe(200);
    replies.push(...(await guesses(30)));
    expect(countOf(replies, "password_wrong")).toBe(10);
    expect(countOf(replies, "work_required")).toBe(50);
    // The right one was looked at, too.
    expect(looked.count).toBe(11);
  });

  it("look at ten of sixty guesses that come at the same moment", async () => {
    const wrong = { name: "known", password: "wrong wrong" };
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, at) => guess(servers[at % 3]!, "198.51.100.10", wrong)),
    );
    expect(countOf(replies, "password_wrong")).toBe(10);
  });

  it("take a solution once, and a repeat of its request on another server", async () => {
    const wrong = { name: "known", password: "wrong wrong" };
    const replies = await inTurn(11, (server) => guess(server, "198.51.100.11", wrong));
    const paid = { ...wrong, work: solve(replies.at(-1)!.body.work) };
    expect((await guess(servers[0]!, "198.51.100.11", paid, "one-request")).body.code).toBe(
      "password_wrong",
    );
    expect((await guess(servers[1]!, "198.51.100.11", paid)).body.code).toBe("work_used");
    const again = await guess(servers[2]!, "198.51.100.11", paid, "one-request");
    expect(again.body.code).toBe("password_wrong");
  });

  it("hear within a second of a flood that one of them answers from memory", async () => {
    const contact = "+6281290000003";
    const ask = async (server: TestServer) =>
      (await postFrom(server, "198.51.100.12", { url: "/v1/sign-in/codes", payload: { contact } }))
        .body;
    for (let at = 0; at < 12; at++) await ask(servers[0]!);
    first.clock.ms += 1_000;
    await ask(servers[0]!);
    const dear = await ask(servers[1]!);
    // Each of the others counts, though its own memory holds none of them.
    expect(dear.work.maxnumber).toBeGreaterThan(8 * PRICE_RULES.mailbox.hashesEach);
  });

  it("count a mailbox of an own domain once, on whichever server it asks", async () => {
    const { freeCount } = PRICE_RULES.domain;
    const people = Array.from({ length: freeCount }, (_, at) => `p${at}@firma-sendiri.example`);
    for (const [at, contact] of people.entries()) {
      for (const server of [servers[at % 3]!, servers[(at + 1) % 3]!]) {
        const from = `192.0.2.${at}`;
        const url = "/v1/sign-in/codes";
        expect((await postFrom(server, from, { url, payload: { contact } })).status).toBe(202);
      }
    }
    const next = async (name: string) =>
      await postFrom(first, "192.0.2.200", {
        url: "/v1/sign-in/codes",
        payload: { contact: `${name}@firma-sendiri.example` },
      });
    expect((await next("one-more")).status).toBe(202);
    expect((await next("too-many")).body.code).toBe("work_required");
  });

  it("count guesses of one's own old password together", async () => {
    const session = (await guess(first, "203.0.113.7", { name: "known", password: RIGHT })).headers[
      "set-cookie"
    ];
    const cookie = String(session).split(";")[0]!;
    const change = { old: "wrong wrong", new: "another long one" };
    const replies = await inTurn(12, async (server) => {
      const reply = await server.call("POST", "/v1/operator/password", {
        headers: { cookie, origin: "http://test.example" },
        body: change,
      });
      return reply;
    });
    expect(countOf(replies, "old_password_wrong")).toBe(5);
    expect(countOf(replies, "rate_limited")).toBe(7);
  });
});
