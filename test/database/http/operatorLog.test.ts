import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { body, operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const PAUSE = "/v1/operator/sales/small/pause";
const RESUME = "/v1/operator/sales/small/resume";

describeOnDatabase("the operator log", () => {
  let test: TestServer;
  let owner = "";

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
    owner = await operator(test, "owner", "owner");
  });

  const actions = async () => {
    const { entries } = body(await test.get("/v1/operator/log", owner));
    return entries.map(({ action, subject }: { action: string; subject: string }) => [
      action,
      subject,
    ]);
  };
  const stateOf = async () => {
    const [row] = await test.database.sql`select state from sale`;
    return row?.state as string;
  };

  it("has one line for a request, however often it comes, and none for one that was refused", async () => {
    const key = randomUUID();
    for (let time = 0; time < 3; time++) body(await test.post(PAUSE, owner, undefined, key));
    expect((await test.post(PAUSE, owner)).body.code).toBe("sale_not_live");
    expect(await actions()).toEqual([["pause", "small"]]);
  });

  it("and the work stand together or not at all", async () => {
    const { sql } = test.database;
    await sql`alter table operator_log rename to log_away`;
    expect((await test.post(RESUME, owner)).status).toBe(500);
    await sql`alter table log_away rename to operator_log`;
    expect(await stateOf()).toBe("paused");
    body(await test.post(RESUME, owner));
    expect(await stateOf()).toBe("live");
    expect(await actions()).toEqual([
      ["resume", "small"],
      ["pause", "small"],
    ]);
  });

  it("has the line of an invitation that was accepted, once", async () => {
    const { invitation } = body(
      await test.post("/v1/operator/invitations", owner, { role: "auditor" }),
      201,
    );
    const key = randomUUID();
    const given = { invitation, name: "Bima", password: "a long enough password" };
    for (let time = 0; time < 2; time++) {
      body(await test.post("/v1/operators/invitation", undefined, given, key), 201);
    }
    expect((await actions()).slice(0, 2)).toEqual([
      ["accepted invitation", "auditor"],
      ["invited", "auditor"],
    ]);
  });

  it("is filtered by who, what and when, a page at a time", async () => {
    const { sql } = test.database;
    const day = Date.UTC(2021, 0, 27);
    const lines = [
      ["Sari", "approve", "batch 7", day],
      ["sari dewi", "pause", "small", day + 3_600_000],
      ["Budi", "approve", "batch 8", day + 86_400_000],
    ] as const;
    for (const [who, action, subject, at] of lines)
      await sql`insert into operator_log (operator_name, action, subject, logged_at)
        values (${who}, ${action}, ${subject}, ${new Date(at)})`;
    const found = async (query: string) =>
      body(await test.get(`/v1/operator/log?${query}`, owner)).entries.map(
        ({ operator: who, subject }: { operator: string; subject: string }) => `${who}, ${subject}`,
      );
    expect(await found("who=SARI")).toEqual(["sari dewi, small", "Sari, batch 7"]);
    expect(await found("who=sari&what=approve")).toEqual(["Sari, batch 7"]);
    expect(await found("what=batch")).toEqual(["Budi, batch 8", "Sari, batch 7"]);
    const [since, until] = [day, day + 86_400_000].map((ms) => new Date(ms).toISOString());
    expect(await found(`since=${since}&until=${until}`)).toEqual([
      "sari dewi, small",
      "Sari, batch 7",
    ]);
    expect(await found(`what=batch&limit=1`)).toEqual(["Budi, batch 8"]);
    // Signs of patterns are letters like others.
    expect(await found(`who=${encodeURIComponent("%")}`)).toEqual([]);
    await sql`delete from operator_log where operator_name in ('Sari', 'sari dewi', 'Budi')`;
  });

  it("names a person whom neither request nor answer names; the answer is as it was", async () => {
    await operator(test, "short", "reviewer");
    const { people } = body(await test.get("/v1/operator/people", owner));
    const { operatorId, name } = people.find((one: { name: string }) =>
      one.name.startsWith("short"),
    );
    const path = `/v1/operator/people/${operatorId}/role`;
    const key = randomUUID();
    const given = await test.post(path, owner, { role: "auditor" }, key);
    expect(given.body).toEqual({ ok: true });
    expect((await test.post(path, owner, { role: "auditor" }, key)).body).toEqual({ ok: true });
    expect((await actions())[0]).toEqual(["made auditor", name]);
  });
});
