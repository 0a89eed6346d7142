import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { PRICE_RULES } from "../../../src/access/price.ts";
import { COSTS } from "../../../src/api/cost.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

/** Works on passwords that are under way; each waits until the test lets it go. */
const held = vi.hoisted(() => ({ holding: false, count: 0, release: [] as (() => void)[] }));

vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const pause = async () => {
    held.count++;
    if (held.holding) await new Promise<void>((go) => held.release.push(go));
  };
  return {
    hash: async (text: string) => (await pause(), await real.hash(text)),
    verify: async (hash: string, text: string) => (await pause(), await real.verify(hash, text)),
  };
});

describeOnDatabase("passwords", () => {
  let test: TestServer;
  let owner = "";

  beforeAll(async () => {
    test = await TestServer.start({ addressRule: { burst: 3_000, perSecond: 300 } });
    owner = await operator(test, "owner", "owner");
    await accept(await invite(), "known");
  });

  beforeEach(() => {
    test.clock.ms += 3_600_000;
    held.count = 0;
  });

  const signIn = (name: string, password = "wrong wrong") =>
    test.post("/v1/operators/session", undefined, { name, password });
  const accept = (invitation: string, name: string) =>
    test.post("/v1/operators/invitation", undefined, { invitation, name, password: "long enough" });
  const invite = async () =>
    (await test.post("/v1/operator/invitations", owner, { role: "auditor" })).body.invitation;

  const codes = (replies: readonly TestReply[]) => replies.map((reply) => reply.body.code).sort();

  async function until(what: () => boolean): Promise<void> {
    while (!what()) await new Promise((go) => setImmediate(go));
  }

  async function letAllGo(): Promise<void> {
    held.holding = false;
    for (const go of held.release.splice(0)) go();
  }

  it("are checked two at once, and no connection to the database waits for them", async () => {
    const { most, waiting } = COSTS.password.atOnce!;
    held.holding = true;
    const tooMany = 3;
    // One address each, so that none is stopped by its limit.
    const refused: TestReply[] = [];
    const replies = Array.from({ length: most + waiting + tooMany }, async (_, index) => {
      const reply = await test.server.app.inject({
        method: "POST",
        url: "/v1/operators/session",
        remoteAddress: `10.0.0.${index}`,
        headers: { "idempotency-key": `password-${index}` },
        payload: { name: `nobody ${index}`, password: "wrong wrong" },
      });
      const answer = { status: reply.statusCode, headers: reply.headers, body: reply.json() };
      if (held.holding) refused.push(answer);
      return answer;
    });
    await until(() => refused.length === tooMany && held.release.length === most);
    expect(codes(refused)).toEqual(Array(tooMany).fill("server_busy"));
    expect(refused[0]!.headers["retry-after"]).toBe("2");
    const [open] = await test.database.sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`;
    expect(open!.count).toBe(0);
    await letAllGo();
    const all = codes(await Promise.all(replies));
    expect(all.filter((code) => code === "password_wrong")).toHaveLength(most + waiting);
    expect(held.count).toBe(most + waiting);
  });

  it("cost an unknown name as much as a known one", async () => {
    await signIn("known");
    expect(held.count).toBe(1);
    await signIn("nobody at all");
    expect(held.count).toBe(2);
  });

  it("cost nothing without an invitation, which is looked at before the name", async () => {
    for (const name of ["known", "nobody has this"]) {
      expect((await accept("0".repeat(64), name)).body.code).toBe("invitation_invalid");
    }
    expect(held.count).toBe(0);
    const invitation = await invite();
    expect((await accept(invitation, "known")).body.code).toBe("name_taken");
    expect((await accept(invitation, "somebody new")).status).toBe(201);
    expect(held.count).toBe(2);
  });

  it("give a repeated acceptance its first answer, though the invitation is used up", async () => {
    const body = { invitation: await invite(), name: "repeated", password: "long enough" };
    const send = () => test.post("/v1/operators/invitation", undefined, body, "the-same-key");
    const first = await send();
    expect(first.status).toBe(201);
    expect((await send()).body).toEqual(first.body);
  });

  it("do not let in somebody who left while hers was checked", async () => {
    await accept(await invite(), "leaving");
    held.holding = true;
    const signing = signIn("leaving", "long enough");
    await until(() => held.release.length === 1);
    const { sql } = test.database;
    await sql`update operator set left_at = ${new Date(test.clock.ms)} where name = 'leaving'`;
    await letAllGo();
    expect((await signing).body.code).toBe("password_wrong");
  });

  it("cost work after some from one address, and its neighbours' codes do not", async () => {
    const { freeCount } = PRICE_RULES.passwords;
    const names = Array.from({ length: freeCount + 2 }, (_, index) => `guess ${index}`);
    const replies: TestReply[] = [];
    for (const name of names) replies.push(await signIn(name));
    expect(codes(replies.slice(0, -1))).toEqual(Array(freeCount + 1).fill("password_wrong"));
    expect(replies.at(-1)!.body.code).toBe("work_required");
    expect(held.count).toBe(freeCount + 1);
    const contact = "buyer@contoh.id";
    expect((await test.post("/v1/sign-in/codes", undefined, { contact })).status).toBe(202);
  });
});
