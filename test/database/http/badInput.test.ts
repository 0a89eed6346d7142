import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { z } from "zod";
import { needsRequestKey } from "../../../src/api/openapi.ts";
import { PROBLEMS, type ProblemCode } from "../../../src/api/problems.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import type { RouteContract } from "../../../src/api/contract.ts";
import { inviteFirstOwner } from "../../../src/people/io/operatorRoutes.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

/** Values that break careless code, and some that are nearly right. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    "0",
    0,
    -1,
    1.5,
    1e308,
    true,
    [],
    {},
    "small",
    "shop",
    "RED",
    "va",
    ["RED"],
    ["RED", "RED"],
    "00000000-0000-0000-0000-000000000000",
    "'; drop table sale; --",
    "\u0000",
    "\ud800",
    { "\u0000": 1 },
    "😀",
    "../../etc/passwd",
    "a".repeat(5_000),
    { constructor: { prototype: 1 } },
    "000000",
    "+628111111111",
    "a@b.id",
  ),
  fc.string({ maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Text that no table keeps, in every field at once. */
function malformed(route: RouteContract): [string, unknown, "buyer" | "operator"][] {
  const { path, auth } = route;
  const shape = (route.body as z.ZodObject | undefined)?.shape ?? {};
  return ["\u0000", "half of \udc00 a pair", { "\u0000": 1 }, [["\u0000"]]].map((value) => [
    path.replace(/:\w+/g, "fuzzed"),
    Object.fromEntries(Object.keys(shape).map((name) => [name, value])),
    auth === "buyer" ? "buyer" : "operator",
  ]);
}

/** A body from a route's schema: right fields, wrong fields, nonsense in each. */
function bodies(route: RouteContract): fc.Arbitrary<unknown> {
  const shape = (route.body as z.ZodObject | undefined)?.shape;
  if (!shape) return nasty;
  const fields = Object.fromEntries(Object.keys(shape).map((name) => [name, nasty]));
  return fc.oneof(
    nasty,
    fc.record(fields, { requiredKeys: [] }),
    fc.record({ ...fields, extra: nasty }),
  );
}

function paths(route: RouteContract): fc.Arbitrary<string> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  const part = fc.oneof(
    fc.constantFrom(
      "fuzzed",
      "1",
      "0",
      "99999999999999999999",
      "00000000-0000-0000-0000-000000000000",
      "%00",
      "%ff",
      "gtk1.1.1",
    ),
    fc.string({ minLength: 1, maxLength: 30 }).map(encodeURIComponent),
  );
  return fc.tuple(...names.map(() => part)).map((parts) => {
    let at = 0;
    return route.path.replace(/:\w+/g, () => parts[at++] as string);
  });
}

describeOnDatabase("bad input", () => {
  let test: TestServer;
  let session = "";
  let operator = "";

  beforeAll(async () => {
    test = await TestServer.start({ addressRule: null });
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale());
    // Nonsense may be a right request by chance: it has a sale of its own to close.
    await test.createSale(smallSale({ slug: "fuzzed" }));
    session = await test.signIn(1);
    await test.enter(session);
    await inviteOwner();
  });

  const owner = { name: "owner", password: "correct horse battery" };
  const signInOwner = async () =>
    (await test.post("/v1/operators/session", undefined, owner)).body.session as string;

  async function inviteOwner(): Promise<void> {
    const invitation = await inviteFirstOwner(test.database.sql, test.keyring, test.clock.ms);
    await test.post("/v1/operators/invitation", undefined, { invitation, ...owner });
  }

  /** A problem document with a known type, and never a fault of ours. */
  function expectAnswer(route: RouteContract, reply: TestReply): void {
    expect(reply.status, `${route.id}: ${JSON.stringify(reply.body).slice(0, 200)}`).toBeLessThan(
      500,
    );
    if (reply.status < 400) return;
    expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json/);
    const code = reply.body.code as ProblemCode;
    expect(PROBLEMS[code]?.status).toBe(reply.status);
    expect(reply.body.type).toBe(`/problems/${code.replaceAll("_", "-")}`);
    expect(reply.body.title).toBeTruthy();
  }

  for (const route of ROUTES) {
    it(`${route.id}: ${route.method} ${route.path} answers nonsense with a problem, never with a fault`, async () => {
      test.clock.ms += 60_000;
      operator = await signInOwner();
      session = await test.signIn(1);
      await fc.assert(
        fc.asyncProperty(
          paths(route),
          bodies(route),
          fc.constantFrom("buyer", "operator", "nobody"),
          async (url, body, who) => {
            // Minutes pass between tries, so that no limit answers instead of the route.
            test.clock.ms += 1_000;
            const token = who === "buyer" ? session : who === "operator" ? operator : undefined;
            const hasBody = route.method === "POST" && body !== undefined;
            const payload = hasBody
              ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } }
              : {};
            const reply = await test.call(route.method, url, { session: token, ...payload });
            expectAnswer(route, reply);
          },
        ),
        { numRuns: 40, examples: malformed(route) },
      );
    });
  }

  for (const route of ROUTES.filter((one) => one.upload)) {
    it(`${route.id}: answers forms that are nonsense with a problem, too`, async () => {
      const { field } = route.upload!;
      const names = [field, "map", "statement", "isFamily", "__proto__", "\u0000", ""];
      const part = fc.record({
        name: fc.constantFrom(...names),
        filename: fc.option(fc.constantFrom("a.csv", "../../etc/passwd", "\u0000", "\ud800", "")),
        content: fc.oneof(
          fc.constantFrom("order_id,ordered_at\na,2021-01-26\n", "%PDF-stream", "{}", "\u0000", ""),
          fc.string({ maxLength: 60 }),
        ),
      });
      const type = "multipart/form-data; boundary=edge";
      const form = fc.array(part, { maxLength: 6 }).map((parts) => {
        const lines = parts.map(({ name, filename, content }) => {
          const file = filename === null ? "" : `; filename="${filename}"`;
          return `--edge\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
        });
        return `${lines.join("")}--edge--\r\n`;
      });
      const broken = fc.tuple(form, fc.nat(400)).map(([text, length]) => text.slice(0, length));
      await fc.assert(
        fc.asyncProperty(
          paths(route),
          fc.oneof(form, broken),
          fc.constantFrom(type, "multipart/form-data", `${type}; boundary=other`),
          async (url, body, contentType) => {
            test.clock.ms += 1_000;
            const token = route.auth === "operator" ? operator : session;
            const headers = { "content-type": contentType };
            const reply = await test.call(route.method, url, { session: token, body, headers });
            expectAnswer(route, reply);
          },
        ),
        { numRuns: 30 },
      );
    });
  }

  it("is back at the opening", async () => {
    test.clock.ms = START_MS - 1_000;
    // A request above may have ended all sessions, at a time that is yet to come.
    const [ended] = await test.database.sql<{ ms: number }[]>`
      select extract(epoch from max(sessions_from))::float8 * 1000 as ms from account`;
    session = await test.signIn(1, { issuedAtMs: (ended?.ms ?? 0) + 1_000 });
    expect((await test.mine(session)).entry).not.toBeNull();
  });

  it("answers broken JSON, a wrong type and an oversize body", async () => {
    const send = (body: string, type: string) =>
      test.call("POST", "/v1/sign-in", { body, headers: { "content-type": type } });
    expect((await send("{", "application/json")).body.code).toBe("invalid_request");
    expect((await send('{"__proto__": 1}', "application/json")).body.code).toBe("invalid_request");
    expect((await send("x=1", "text/plain")).body.code).toBe("unsupported_media_type");
    expect(
      (await send(JSON.stringify({ contact: "a".repeat(20_000) }), "application/json")).body.code,
    ).toBe("body_too_large");
    expect((await test.get("/v1/nowhere")).body.code).toBe("not_found");
  });

  it("asks every keyed POST for its key before anything else is looked at", async () => {
    test.clock.ms += 60_000;
    operator = await signInOwner();
    const keyed = ROUTES.filter(needsRequestKey);
    expect(keyed.length).toBeGreaterThan(15);
    for (const route of keyed) {
      const url = route.path
        .replace(/:roundNo/, "1")
        .replace(/:slug/, "small")
        .replace(/:\w+/g, "00000000-0000-0000-0000-000000000000");
      const token = route.auth === "operator" ? operator : session;
      const reply = await test.call("POST", url, { session: token, key: null, body: {} });
      expect(reply.body.code, route.id).toBe("idempotency_key_missing");
    }
  });

  it("says which field is wrong and why", async () => {
    const reply = await test.post("/v1/sales/small/rounds/1/entries", session, {
      channel: 7,
      preferences: [],
    });
    const fields = reply.body.errors.map((error: { field: string }) => error.field);
    expect(fields).toEqual(
      expect.arrayContaining(["body.channel", "body.preferences", "body.work"]),
    );
  });

  it("names the text that cannot be kept, and takes what only looks like it", async () => {
    const save = (name: string, document: object) =>
      test.call("POST", "/v1/operator/views", {
        session: operator,
        body: JSON.stringify({ name, document }),
        headers: { "content-type": "application/json" },
      });
    const fieldsOf = (reply: TestReply) =>
      reply.body.errors?.map((one: { field: string }) => one.field);
    expect(fieldsOf(await save("\u0000", {}))).toEqual(["body.name"]);
    expect(fieldsOf(await save("half \ud800", {}))).toEqual(["body.name"]);
    expect(fieldsOf(await save("one", { deep: [{ er: "\udc00" }] }))).toEqual([
      "body.document.deep.0.er",
    ]);
    expect(fieldsOf(await save("one", { "\u0000": 1 }))).toEqual(["body.document"]);
    expect((await save("as \\u0000 is written, and 😀", {})).status).toBe(200);
    const path = await test.get("/v1/operator/search?q=%00", operator);
    expect(path.body.code).toBe("invalid_request");
  });

  it("refuses wrong variants, channels and doubled wishes", async () => {
    const other = await test.signIn(2);
    const code = async (change: object) => (await test.enter(other, change)).body.code;
    expect(await code({ channel: "nowhere" })).toBe("channel_unknown");
    expect(await code({ preferences: ["GREEN"] })).toBe("variant_unknown");
    expect(await code({ channel: "other", preferences: ["BLUE"] })).toBe("variant_unknown");
    expect(await code({ preferences: ["RED", "RED"] })).toBe("variant_unknown");
  });

  it("refuses forged, foreign, old and used work", async () => {
    const [mine, yours] = [await test.signIn(3), await test.signIn(4)];
    const work = await test.work(mine);
    expect((await test.enter(yours, { work })).body.code).toBe("work_not_yours");
    expect((await test.enter(mine, { work: "bm90aGluZw==" })).body.code).toBe("work_malformed");
    const solution = JSON.parse(Buffer.from(work, "base64").toString());
    const forge = (change: object) =>
      Buffer.from(JSON.stringify({ ...solution, ...change })).toString("base64");
    expect(
      (await test.enter(mine, { work: forge({ number: solution.number + 1 }) })).body.code,
    ).toBe("work_forged");
    expect((await test.enter(mine, { work: forge({ signature: "0".repeat(64) }) })).body.code).toBe(
      "work_forged",
    );
    expect(
      (
        await test.enter(mine, {
          work: forge({ salt: solution.salt.replace(/expires=\d+/, "expires=99999999999") }),
        })
      ).body.code,
    ).toBe("work_forged");
    test.clock.ms += 7 * 3_600_000;
    expect((await test.enter(await test.signIn(3), { work })).body.code).toBe("work_expired");
    test.clock.ms -= 7 * 3_600_000;
  });

  it("tells a genuine ticket from a forged one", async () => {
    const { entry } = await test.mine(session);
    // A ticket does not tell its holder what was owed to its owner.
    const { setAside: _, ...signed } = entry;
    expect((await test.get(`/v1/tickets/${entry.ticket}`)).body.entry).toEqual(signed);
    const forged = entry.ticket.replace(/\.1\.1\./, ".1.2.");
    for (const ticket of [forged, `${entry.ticket.slice(0, -1)}0`, "gtk1.nonsense-and-more"]) {
      if (ticket === entry.ticket) continue;
      expect((await test.get(`/v1/tickets/${ticket}`)).body.code).toBe("ticket_invalid");
    }
  });

  it("refuses forged, foreign and expired sessions", async () => {
    const path = "/v1/sales/small/rounds/1/mine";
    expect((await test.get(path)).body.code).toBe("sign_in_required");
    expect(
      (await test.get(path, `${session.slice(0, -1)}${session.endsWith("0") ? "1" : "0"}`)).body
        .code,
    ).toBe("sign_in_required");
    expect((await test.get(path, session.replace("gse3.", "gse1."))).body.code).toBe(
      "sign_in_required",
    );
    expect((await test.get("/v1/operator/sales", session)).body.code).toBe("sign_in_required");
    const later = test.clock.ms;
    test.clock.ms += 30 * 3_600_000;
    expect((await test.get(path, session)).body.code).toBe("session_expired");
    test.clock.ms = later;
  });

  it("keeps other people's offers and orders out of reach", async () => {
    test.clock.ms = START_MS + 1;
    await test.tick();
    const { offer } = await test.mine(session);
    const stranger = await test.signIn(5);
    const path = `/v1/sales/small/offers/${offer.offerId}`;
    expect((await test.post(`${path}/order`, stranger, { paymentMethod: "va" })).body.code).toBe(
      "offer_not_found",
    );
    expect((await test.post(`${path}/decline`, stranger)).body.code).toBe("offer_not_found");
    const order = (await test.post(`${path}/order`, session, { paymentMethod: "va" })).body;
    const orderPath = `/v1/sales/small/orders/${order.orderId}`;
    expect((await test.post(`${orderPath}/cancellation`, stranger)).body.code).toBe(
      "order_not_found",
    );
  });

  it("refuses a POST that another site sends with the buyer's cookie", async () => {
    const send = (origin: string) =>
      test.call("POST", "/v1/sales/small/rounds/1/withdrawal", {
        headers: { cookie: `giliran_session=${session}`, origin, host: "test.example" },
      });
    expect((await send("https://evil.example")).body.code).toBe("foreign_origin");
    expect((await send("null")).body.code).toBe("foreign_origin");
    expect((await send("http://test.example")).body.code).not.toBe("foreign_origin");
  });

  it("puts no contact and no code into what it logs or answers", async () => {
    const contact = "kanari.rahasia@contoh.id";
    const reply = await test.post("/v1/sign-in/codes", undefined, { contact });
    expect(JSON.stringify(reply.body)).not.toContain("kanari.rahasia");
    const tables = await test.database.sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
    for (const { name } of tables) {
      const [row] = await test.database.sql`
        select count(*)::int as count from ${test.database.sql(name)} t where t::text like '%kanari%'`;
      expect(row!.count, name).toBe(0);
    }
  });
});
