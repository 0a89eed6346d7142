import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { canonicalCsv } from "../../../sim/exports.ts";
import { OrderMaker } from "../../../src/crowd/orders.ts";
import { CAPABILITIES, ROLES } from "../../../src/access/role.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import { mostFormBytes } from "../../../src/http/upload.ts";
import { must } from "../../../src/base/assert.ts";
import { readMigrations } from "../../../src/db/migrate.ts";
import { body, openDesk, operator, type Desk } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { canariesIn, canaryExport } from "../../helpers/importCanaries.ts";
import { TestServer } from "../../helpers/server.ts";

/** The same order on a channel whose name has U+0000 in it. */
function spoiled(line: string): string {
  const cells = line.split(",");
  return cells.with(1, "o\0ther").join(",");
}

const IMPORTS = "/v1/operator/imports";

describeOnDatabase("imports", () => {
  let test: TestServer;
  let desk: Desk;
  const folder = mkdtempSync(join(tmpdir(), "giliran-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    test = await TestServer.start();
    desk = await openDesk(test);
  });

  interface HandedIn {
    readonly name?: string;
    readonly content: string | Buffer;
    readonly map?: object;
  }

  const handIn = (who: string | undefined, given: HandedIn, path = IMPORTS) => {
    const { name = "orders.csv", content, map } = given;
    const fields: Record<string, string> = map ? { map: JSON.stringify(map) } : {};
    return test.send(path, who, { fields, files: [{ field: "file", name, content }] });
  };
  const preview = (who: string | undefined, given: HandedIn) =>
    handIn(who, given, `${IMPORTS}/preview`);

  /** A program's key that may do everything that a key can be ticked for. */
  async function programKey(): Promise<string> {
    const token = `giliran_key_${randomBytes(24).toString("hex")}`;
    await test.database.sql`
      insert into api_key (key_id, token_key, name, capabilities, created_by, created_at, expires_at)
      values (gen_random_uuid(), ${test.keyring.identityKey("api key", token)}, 'dash',
        ${[...CAPABILITIES]}, 'test', ${new Date(test.clock.ms)},
        ${new Date(test.clock.ms + 400 * 86_400_000)})`;
    return token;
  }

  /** Everything that is stored, as text; what is encrypted stays so. */
  async function storedText(): Promise<string> {
    const { sql } = test.database;
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
    const texts = [];
    for (const { name } of tables) {
      const rows = await sql<{ line: string }[]>`
        select row_to_json(t)::text as line from ${sql(name)} t`;
      texts.push(...rows.map((row) => row.line));
    }
    return texts.join("\n");
  }

  it("shows the preview masked, the cases, the decisions; the same file again changes nothing", async () => {
    const orders = new OrderMaker(3)
      .make({ count: 1_500, ringShare: 0.15 })
      .map((one) => one.order);
    const csv = canonicalCsv(orders).replace(/\n/, "\nX-1,own,,,not a time,,,,,,,,,,,,1,,\n");
    const given = { content: csv };
    const shownFirst = body(await preview(desk.operator, given));
    expect(shownFirst).toMatchObject({ orders: orders.length, troubleCount: 1 });
    expect(shownFirst.troubles[0]).toMatchObject({
      file: "orders.csv",
      row: 2,
      column: "ordered_at",
      reason: 'looks like "aaa a aaaa", which is not a date and time',
    });
    const both = await Promise.all([handIn(desk.operator, given), handIn(desk.operator, given)]);
    const [first, twin] = both.map((reply) => body(reply, 201));
    expect(twin.importId).toBe(first.importId);
    expect(first.cases).toBeGreaterThan(3);
    const again = body(await handIn(desk.operator, given), 201);
    expect(again.importId).toBe(first.importId);
    const [{ count }] = (await test.database.sql`
      select count(*)::int from operator_log where action = 'imported'`) as unknown as [
      { count: number },
    ];
    expect(count).toBe(1);
    const path = `${IMPORTS}/${first.importId}`;
    const shown = body(await test.get(path, desk.auditor));
    expect(shown.found).toHaveLength(first.cases);
    expect(shown.found[0].shared_evidence[0].members.length).toBeGreaterThan(1);
    expect(shown.summary).toMatchObject({ orders: orders.length, troubleCount: 1 });
    expect((await test.get(`${path}/decisions`, desk.auditor)).body.code).toBe("not_allowed");
    const { content } = body(await test.get(`${path}/decisions`, desk.reviewer));
    expect(content.split("\n")).toHaveLength(orders.length + 2);
    const { entries } = body(await test.get("/v1/operator/log", desk.owner));
    expect(entries[0]).toMatchObject({ action: "took import decisions", subject: first.importId });
  });

  it("takes a file with characters that no table keeps, and shows others in their place", async () => {
    const orders = new OrderMaker(4).make({ count: 800, ringShare: 0.15 }).map((one) => one.order);
    // Beyond the first bytes, by which a file is told from one that is no text.
    const lines = canonicalCsv(orders).trimEnd().split("\n");
    const content = [...lines.slice(0, 700), ...lines.slice(700).map(spoiled), ""].join("\n");
    expect(content.indexOf("\0")).toBeGreaterThan(64 * 1024);
    const imported = body(await handIn(desk.operator, { content }), 201);
    const { summary } = body(await test.get(`${IMPORTS}/${imported.importId}`, desk.auditor));
    const channels = summary.byChannel.map((one: { channel: string }) => one.channel).join();
    expect(channels).toContain("o\uFFFDther");
  });

  it("keeps and answers nothing personal, whoever asks", async () => {
    const given = canaryExport();
    const upload = { name: "kanari.csv", content: given.csv };
    const answers: unknown[] = [];
    answers.push((await preview(desk.operator, upload)).body);
    const imported = body(await handIn(desk.operator, upload), 201);
    expect(imported).toMatchObject({ orders: given.orderCount });
    expect(imported.cases).toBeGreaterThan(0);
    answers.push(imported);
    const path = `${IMPORTS}/${imported.importId}`;
    const askers = new Map<string, string | undefined>([
      ["nobody", undefined],
      ["buyer", await test.signIn(1)],
      ["key", await programKey()],
    ]);
    for (const role of ROLES) askers.set(role, await operator(test, role, role));
    let shownCount = 0;
    for (const [who, session] of askers) {
      for (const url of [IMPORTS, path, `${path}/decisions`]) {
        const reply = await test.get(url, session);
        if (reply.status === 200) shownCount++;
        const leaks = canariesIn(JSON.stringify(reply.body), given);
        expect({ who, url, leaks }).toEqual({ who, url, leaks: [] });
      }
    }
    expect(shownCount).toBeGreaterThan(2 * ROLES.length);
    for (const answer of answers) expect(canariesIn(JSON.stringify(answer), given)).toEqual([]);
    const shown = body(await test.get(path, desk.auditor));
    // The bad rows are told, by their shape.
    expect(shown.summary.troubles.map((one: { reason: string }) => one.reason)).toEqual([
      'looks like "99999999999", which is not a date and time',
      'looks like "aaaa-aaaaaa-999", which is not a number of units',
      expect.stringMatching(/^looks like "aaaa aaaaaa aaaaa 999/),
    ]);
    expect(shown.found[0].shared_evidence.length).toBeGreaterThan(2);
    expect(canariesIn(await storedText(), given)).toEqual([]);
  });

  it("lists figures only, whatever an import found", async () => {
    const { imports } = body(await test.get(IMPORTS, desk.auditor));
    expect(imports.length).toBeGreaterThan(0);
    for (const line of imports) {
      expect(Object.keys(line).toSorted()).toEqual(
        ["cases", "expiresAt", "handedInAt", "handedInBy", "importId", "name", "orders"].toSorted(),
      );
    }
  });

  it("the migration cleans what earlier versions stored", async () => {
    const { sql } = test.database;
    const given = canaryExport("lama");
    const old = {
      orders: 60,
      persons: 49,
      cases: 1,
      outcomes: { accept: 48, step_up: 0, hold: 12 },
      byChannel: [],
      byReason: [],
      files: [],
      troubleCount: 2,
      fault: null,
      leftAlone: [{ place: given.canaries[4], orders: 9, buyers: 9 }],
      table: { count: 60, columns: { name: { values: given.canaries } } },
      troubles: [
        {
          file: "a.csv",
          row: 3,
          column: "createTime",
          reason: `"${given.canaries[2]}" is not a date and time`,
        },
        { file: "a.csv", row: 4, column: "x", reason: `"${given.canaries[1]}" was never said so` },
      ],
    };
    const importId = randomUUID();
    await sql`
      insert into order_import (import_id, name, handed_in_by, handed_in_at, expires_at, content_key,
        summary, cases, decisions_cipher)
      values (${importId}, 'old.csv', 'test', ${new Date(test.clock.ms)},
        ${new Date(test.clock.ms + 1_000)}, ${randomUUID()}, ${sql.json(old as never)}, '[]', '\\x00')`;
    expect(canariesIn(await storedText(), given).length).toBeGreaterThan(100);
    const migration = must(
      readMigrations().find((one) => one.number === 14),
      "the migration",
    );
    const others = body(await test.get(IMPORTS, desk.auditor)).imports;
    await sql.unsafe(migration.text);
    expect(canariesIn(await storedText(), given)).toEqual([]);
    expect(body(await test.get(`${IMPORTS}/${importId}`, desk.auditor))).toMatchObject({
      orders: 60,
      summary: {
        outcomes: { hold: 12 },
        troubles: [
          { row: 3, column: "createTime", reason: "is not a date and time" },
          { row: 4, reason: "cannot be read" },
        ],
      },
    });
    expect(body(await test.get(IMPORTS, desk.auditor)).imports).toEqual(others);
  });

  it("a map that is handed in opens no file of the server", async () => {
    const secret = join(folder, "secret.csv");
    writeFileSync(secret, "order,what\na,TOPSECRETVALUE\nb,TOPSECRETVALUE\n", { mode: 0o600 });
    const content = "acc,day\na,2/3/2021\nb,2/3/2021\n";
    const link = { name: "stolen", grade: "strong" };
    for (const file of [secret, "/etc/passwd", "../nowhere.csv"]) {
      const map = {
        columns: { order_id: "acc", ordered_at: "day" },
        links: [
          { ...link, column: "acc" },
          { ...link, file },
        ],
      };
      for (const send of [preview, handIn]) {
        const reply = await send(desk.operator, { content, map });
        expect(reply.body).toMatchObject({
          code: "import_refused",
          errors: [
            { field: "body.map.links.1.file", reason: expect.stringMatching(/command line/) },
          ],
        });
        expect(JSON.stringify(reply.body)).not.toMatch(/TOPSECRET|no such file|passwd/);
      }
    }
    const map = {
      columns: { order_id: "acc", ordered_at: "day" },
      links: [{ ...link, column: "acc" }],
    };
    expect(body(await preview(desk.operator, { content, map })).orders).toBe(2);
    const unknown = await preview(desk.operator, { content, map: { columns: { nothing: "x" } } });
    expect(unknown.body.errors[0].field).toBe("body.map.columns");
  });

  it("the longest form has the time that it takes at 5 Mbit/s", () => {
    const longest = Math.max(...ROUTES.map(({ upload }) => (upload ? mostFormBytes(upload) : 0)));
    expect(longest).toBeGreaterThan(64_000_000);
    const seconds = (longest * 8) / 5_000_000;
    expect(test.server.app.server.requestTimeout).toBeGreaterThan(seconds * 1_000);
  });

  it("a file that is no table is refused with a sentence", async () => {
    const given = { name: "photo.jpg", content: "\u0000\u0001 nothing" };
    const refused = await handIn(desk.operator, given);
    expect(refused.body.code).toBe("import_refused");
    expect(refused.body.errors[0].reason).toMatch(/neither CSV, XLSX nor Parquet/);
    expect(JSON.stringify(refused.body)).not.toMatch(/tmp/);
  });

  it("forgets an import after its time", async () => {
    const { imports } = body(await test.get(IMPORTS, desk.auditor));
    test.clock.ms += 91 * 86_400_000;
    await test.server.caseWorker.run();
    expect((await test.get(`${IMPORTS}/${imports[0].importId}`, desk.auditor)).body.code).toBe(
      "import_not_found",
    );
  });
});
