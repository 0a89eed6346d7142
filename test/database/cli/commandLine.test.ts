import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadSaleFile } from "../../../src/cli/saleCommand.ts";
import { EXAMPLE } from "../../../sim/commands/startCommand.ts";
import { migrate, readMigrations } from "../../../src/db/migrate.ts";
import {
  createTestDatabase,
  describeOnDatabase,
  type TestDatabase,
} from "../../helpers/database.ts";
import { SECRET } from "../../helpers/serverProcess.ts";

const BIN = join(import.meta.dirname, "../../../bin/giliran.js");
const folder = mkdtempSync(join(tmpdir(), "giliran-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One command as an operator types it. */
function giliran(args: readonly string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    env: { ...process.env, GILIRAN_SECRET: SECRET, GILIRAN_DATA: folder, ...environment },
    encoding: "utf8",
    timeout: 50_000,
  });
  return { status, stdout, stderr };
}

describeOnDatabase("commands on a database", () => {
  let database: TestDatabase;
  let environment: Record<string, string> = {};
  const file = join(folder, "poco.sale.json");

  beforeAll(async () => {
    database = await createTestDatabase();
    environment = { DATABASE_URL: database.url };
    // The example's own day has passed; the commands want a sale that is still to come.
    const moved = readFileSync(EXAMPLE, "utf8").replaceAll("2021-", "2091-");
    writeFileSync(file, moved);
    expect(loadSaleFile(file).ok).toBe(true);
  });

  const json = (args: string[]) => {
    const done = giliran([...args, "--json"], environment);
    return { ...done, result: done.stdout === "" ? null : JSON.parse(done.stdout) };
  };

  it(
    "take a sale through its life; what cannot be is exit 1 or 2 and changes nothing",
    { timeout: 180_000 },
    async () => {
      expect(json(["sale", "list"]).result).toEqual({ sales: [] });
      const created = json(["sale", "create", file]);
      expect(created).toMatchObject({ status: 0, result: { created: true, slug: "poco-m3" } });
      const again = giliran(["sale", "create", file], environment);
      expect(again.status).toBe(1);
      expect(again.stderr).toContain("exists already");
      const states = (["open", "pause", "resume", "close"] as const).map(
        (action) => json(["sale", action, "poco-m3"]).result.state,
      );
      expect(states).toEqual(["live", "paused", "live", "closed"]);
      const closed = giliran(["sale", "open", "poco-m3"], environment);
      expect(closed.status).toBe(2);
      expect(closed.stderr).not.toContain("at ");
      const shown = json(["sale", "show", "poco-m3"]);
      expect(shown).toMatchObject({ status: 0, result: { slug: "poco-m3", state: "closed" } });
      expect(shown.result.rounds[0].entryCount).toBe(0);
      expect(giliran(["sale", "show", "nothing"], environment)).toMatchObject({ status: 1 });
      expect(giliran(["sale", "list"], environment).stdout).toContain("poco-m3  closed");
      const lines = await database.sql<{ action: string; subject: string; operatorName: string }[]>`
      select action, subject, operator_name from operator_log order by log_no`;
      expect(lines.map(({ action }) => action)).toEqual([
        expect.stringMatching(/^set policy .+ v\d+$/),
        ...["open", "pause", "resume", "close"],
      ]);
      expect(new Set(lines.map((one) => `${one.operatorName}: ${one.subject}`))).toEqual(
        new Set(["command line: poco-m3"]),
      );
    },
  );

  it("a round of the beacon is taken when it is genuine, and from a sale that names one", async () => {
    const withBeacon = join(folder, "beacon.sale.json");
    const text = readFileSync(file, "utf8")
      .replace('"poco-m3"', '"with-beacon"')
      .replace('"rounds"', '"beacon": "quicknet", "rounds"');
    writeFileSync(withBeacon, text);
    expect(json(["sale", "create", withBeacon]).status).toBe(0);
    const round = (slug: string, no: string, signature: string) =>
      giliran(["sale", "beacon", slug, no, signature], environment);
    // Round 1000 of quicknet, as the network signed it.
    const genuine =
      "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
    expect(round("poco-m3", "1000", genuine).stderr).toContain("uses no beacon");
    for (const [no, signature] of [
      ["1001", genuine],
      ["1000", genuine.replace("b446", "b447")],
      ["1000", "no digits"],
      ["x", genuine],
    ] as const) {
      const { status, stderr } = round("with-beacon", no, signature);
      expect({ no, status }).toEqual({ no, status: 1 });
      expect(stderr).toContain("nothing was changed");
    }
    expect(await database.sql`select 1 from beacon_round`).toHaveLength(0);
    expect(round("with-beacon", "1000", genuine)).toMatchObject({ status: 0 });
    expect(round("with-beacon", "1000", genuine.toUpperCase())).toMatchObject({ status: 0 });
    expect(await database.sql`select 1 from beacon_round`).toHaveLength(1);
  });

  it("an owner who lost every way in gets a link; nobody's name is exit 1 and changes nothing", async () => {
    const { sql } = database;
    const invitations = () => sql`select 1 from operator_invitation`;
    const nobody = giliran(["recover", "Nobody"], environment);
    expect(nobody).toMatchObject({ status: 1 });
    expect(nobody.stderr).toContain('"Nobody"');
    expect(await invitations()).toHaveLength(0);
    await sql`
      insert into operator (operator_id, name, password_hash, role, created_at)
      values (gen_random_uuid(), 'The Owner', 'unknown to everybody', 'owner', now())`;
    const { status, result } = json(["recover", "The Owner"]);
    expect(status).toBe(0);
    expect(result.link).toMatch(/\/console#invitation=[0-9a-f]{64}$/);
    expect(await invitations()).toHaveLength(1);
    expect(json(["recover"]).status).toBe(0);
    const lines = await sql<{ line: string }[]>`
      select operator_name || ': ' || action || ' ' || subject as line from operator_log
      where action like '%recovery%' order by log_no`;
    expect(lines.map(({ line }) => line)).toEqual([
      "command line: made a recovery link The Owner",
      "command line: made a recovery link new owner",
    ]);
  });

  it("a broken sale file is exit 1 with each field and its reason", () => {
    const broken = join(folder, "broken.sale.json");
    writeFileSync(broken, readFileSync(file, "utf8").replace('"currency": "IDR"', '"currency": 5'));
    const { status, stderr } = giliran(["sale", "create", broken], environment);
    expect(status).toBe(1);
    expect(stderr).toContain("currency");
    writeFileSync(broken, "{");
    expect(giliran(["sale", "create", broken], environment).stderr).toContain("not JSON");
    const missing = giliran(["sale", "create", join(folder, "none.json")], environment);
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toContain("cannot read");
  });

  it("text that no table keeps is refused with its field, and nothing is created", () => {
    const malformed = join(folder, "malformed.sale.json");
    const text = readFileSync(file, "utf8").replace('"poco-m3"', '"malformed"');
    for (const bad of ["\\u0000", "\\ud83d"]) {
      writeFileSync(malformed, text.replace(/("title":\s*\{\s*"id":\s*")/, `$1${bad}`));
      const { status, stderr, stdout } = giliran(["sale", "create", malformed], environment);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/^ {2}title\.id: holds U\+0000/m);
    }
    expect(giliran(["sale", "show", "malformed"], environment).status).toBe(1);
  });

  it("end quietly when nobody reads on, as in a pipe into head", () => {
    const record = join(folder, "long.ndjson");
    writeFileSync(record, '{"kind":"?"}\n'.repeat(100));
    for (const command of [
      ["--help"],
      ["sale", "list"],
      ["doctor", "--json"],
      ["verify", record],
    ]) {
      // `true` reads nothing and is gone when the first line comes; so are those who would read what goes wrong.
      const piped = spawnSync(
        "sh",
        [
          "-c",
          '{ "$@" 2>"$ERRORS"; echo $? >&2; } | true',
          ...["sh", process.execPath, BIN, ...command],
        ],
        {
          env: {
            ...process.env,
            GILIRAN_SECRET: SECRET,
            GILIRAN_DATA: folder,
            ...environment,
            ERRORS: join(folder, "errors"),
          },
          encoding: "utf8",
          timeout: 50_000,
        },
      );
      const said = command.join(" ");
      expect([0, 1, 2, 141], said).toContain(Number(piped.stderr));
      const errors = readFileSync(join(folder, "errors"), "utf8");
      expect(errors, said).not.toMatch(/EPIPE|node:|^ +at /m);
    }
  });

  it("check what is there: fsck, doctor, verify", () => {
    expect(json(["fsck"])).toMatchObject({ status: 0 });
    const doctor = json(["doctor"]);
    expect(doctor.result.checks.length).toBeGreaterThan(5);
    expect(doctor.status).toBe(doctor.result.checks.some((c: any) => c.state === "bad") ? 1 : 0);
    const record = join(folder, "record.ndjson");
    writeFileSync(record, "not a record\n");
    const verified = giliran(["verify", record]);
    expect(verified.status).toBeGreaterThan(0);
    expect(verified.stderr + verified.stdout).not.toContain("node:internal");
  });

  it("another secret than the database was set up with is refused", () => {
    const { status, stderr } = giliran(["fsck"], {
      ...environment,
      GILIRAN_SECRET: "6".repeat(64),
    });
    expect(status).toBe(2);
    expect(stderr).toContain("another secret");
  });

  it("a database that does not answer is exit 2 with its address, without a stack", () => {
    const { status, stderr } = giliran(["fsck"], {
      DATABASE_URL: "postgres://giliran@127.0.0.1:1/x",
    });
    expect(status).toBe(2);
    expect(stderr).toContain("DATABASE_URL");
    expect(stderr).not.toContain("node:internal");
  });
});

describeOnDatabase("migrations", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });

  it("run once: a second time changes nothing", async () => {
    const migrations = readMigrations();
    // A number may be left out, but never given twice.
    const numbers = migrations.map((migration) => migration.number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(await migrate(database.sql, migrations)).toEqual([]);
    const next = { number: 9_000, name: "9000_x.sql", text: "create table x ()", digest: "x" };
    expect(await migrate(database.sql, [...migrations, next])).toEqual(["9000_x.sql"]);
    // The program that does not know it refuses the newer database.
    await expect(migrate(database.sql, migrations)).rejects.toThrow(/newer Giliran/);
  });

  it("an edited one is refused, a broken one leaves nothing behind", async () => {
    const known = [
      ...readMigrations(),
      { number: 9_000, name: "9000_x.sql", text: "create table x ()", digest: "x" },
    ];
    const edited = known.map((one) => (one.number === 1 ? { ...one, digest: "other" } : one));
    await expect(migrate(database.sql, edited)).rejects.toThrow(/edited after it had run/);
    const text = "create table half (); create table half ()";
    const broken = [...known, { number: 9_001, name: "9001_y.sql", text, digest: "y" }];
    await expect(migrate(database.sql, broken)).rejects.toThrow(/exists/);
    const [row] = await database.sql<{ found: string | null }[]>`
      select to_regclass('half')::text as found`;
    expect(row!.found).toBeNull();
  });

  it("of several that start at once, one migrates", async () => {
    const known = [
      ...readMigrations(),
      { number: 9_000, name: "9000_x.sql", text: "create table x ()", digest: "x" },
      { number: 9_002, name: "9002_z.sql", text: "create table z ()", digest: "z" },
    ];
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.sql, known)));
    expect(applied.flat()).toEqual(["9002_z.sql"]);
  });
});
