import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordDigest } from "../../../src/cases/decision/decisionRecord.ts";
import { reportDigest } from "../../../src/cases/report/saleReport.ts";
import type { Sql, Transaction } from "../../../src/db/connect.ts";
import type { Fault } from "../../../src/proof/fsck/fault.ts";
import { fsck } from "../../../src/proof/fsck/io/fsck.ts";
import { FakeChannel } from "../../../sim/fakes/fakeChannel.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestServer } from "../../helpers/server.ts";
import { ROOT, text } from "../../house/tree.ts";
import { OF_DESK } from "./deskEdits.ts";
import type { Edit } from "./edits.ts";
import { playDesk, playUnits } from "./playedSales.ts";
import { OF_UNITS } from "./unitEdits.ts";

const EDITS: readonly Edit[] = [...OF_UNITS, ...OF_DESK];

/** Takes an edit back after it was looked at. */
class Undo extends Error {}

/** A transaction in the place of a pool: fsck sees the edit, nobody else does. */
const asPool = (tx: Transaction): Sql =>
  new Proxy(tx, {
    get: (target, name) =>
      name === "begin"
        ? (_mode: string, work: (tx: Transaction) => unknown) => work(tx)
        : Reflect.get(target, name),
  }) as unknown as Sql;

/** The edits that bring their digest along: the text is changed as a document. */
async function withDigest(tx: Transaction, edit: string, id: string): Promise<void> {
  if (edit === "digest of a record") {
    const [row] = await tx<{ record: any }[]>`
      select record from decision where decision_id = ${id}`;
    const record = { ...row!.record, decision_facts: { id: "Lain.", en: "Something else." } };
    await tx`
      update decision set record = ${tx.json(record)}, record_digest = ${recordDigest(record)}
      where decision_id = ${id}`;
    return;
  }
  const [row] = await tx<{ document: any }[]>`
    select document from sale_report where edition_no = 2`;
  const document = { ...row!.document, technicalFailures: 99 };
  await tx`
    update sale_report set document = ${tx.json(document)},
      document_digest = ${reportDigest(document)} where edition_no = 2`;
}

/** The tables that statements of fsck and of the record read. */
function tablesRead(): Set<string> {
  const stores = readdirSync(`${ROOT}/src/proof`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("Store.ts"))
    .map((name) => text(`src/proof/${name}`));
  const named = [...stores.join("\n").matchAll(/\b(?:from|join) ([a-z_]+)\b/g)];
  return new Set(named.map(([, table]) => table!));
}

describeOnDatabase("a database that was edited", () => {
  let test: TestServer;
  let channel: FakeChannel;
  let deskSlug = "";

  beforeAll(async () => {
    channel = await FakeChannel.start();
    test = await TestServer.start({ channelHooks: { shop: channel.settings } });
    await playUnits(test);
    const { world } = await playDesk(test);
    deskSlug = world.slug;
  }, 60_000);
  afterAll(() => channel.stop());

  /** The faults that fsck names while an edit stands, and the row's identifier. */
  async function faultsAfter({ sale, row, edit }: Edit): Promise<{ id: string; faults: Fault[] }> {
    const { keyring, clock, database } = test;
    const slug = sale === "units" || sale === "make-up" ? sale : deskSlug;
    let seen: { id: string; faults: Fault[] } | null = null;
    const looked = database.sql.begin(async (tx) => {
      const [found] = (await tx.unsafe(row)) as unknown as { id: string }[];
      const { id } = found!;
      // Somebody who edits a database turns its constraints off.
      await tx.unsafe("set local session_replication_role = replica");
      if (edit.startsWith("digest of")) await withDigest(tx, edit, id);
      else {
        const changed = await tx.unsafe(edit, edit.includes("$1") ? [id] : []);
        expect(changed.count).toBeGreaterThan(0);
      }
      const findings = await fsck(asPool(tx), { slug, keyring, nowMs: clock.ms });
      seen = { id, faults: findings.flatMap(({ faults }) => [...faults]) };
      throw new Undo();
    });
    await expect(looked).rejects.toThrow(Undo);
    return seen!;
  }

  it("is without a fault before", async () => {
    expect(await test.faults()).toEqual([]);
    expect(EDITS.length).toBeGreaterThanOrEqual(55);
  });

  describe("is found out by table, row and column", () => {
    it.each(EDITS)("$name", async (one) => {
      const { table, column } = one;
      const { id, faults } = await faultsAfter(one);
      expect(faults).toContainEqual(
        expect.objectContaining({ table, column, key: expect.stringContaining(id) }),
      );
    });
  });

  it("every table is read, or stands in the reference with a reason", async () => {
    const rows = await test.database.sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public'`;
    const page = text("docs/reference/fsck.md");
    const unread = new Set(
      [...page.matchAll(/^\| `([a-z_`, ]+)` \|/gm)].flatMap(([, names]) => names!.split("`, `")),
    );
    const read = tablesRead();
    const tables = rows.map(({ name }) => name);
    expect(tables.filter((name) => !read.has(name) && !unread.has(name)).sort()).toEqual([]);
    expect([...unread].filter((name) => read.has(name) || !tables.includes(name))).toEqual([]);
  });

  it("every check stands in the reference", async () => {
    const page = text("docs/reference/fsck.md");
    const findings = await fsck(test.database.sql, { keyring: null, nowMs: test.clock.ms });
    const checks = new Set(findings.filter(({ sale }) => sale === "units").map((one) => one.check));
    expect([...checks].filter((check) => !page.includes(`| ${check} |`))).toEqual([]);
    const [, section] = page.split(/^## /m);
    expect(section!.match(/^\| [a-z]/gm)!.length - 1).toBe(checks.size);
  });

  it("is without a fault after all of them were taken back", async () => {
    expect(await test.faults()).toEqual([]);
  });

  it("nothing that the law wants deleted is a fault", { timeout: 30_000 }, async () => {
    const count = async () => {
      const [row] = await test.database.sql<{ facts: number; contacts: number }[]>`
        select (select count(*)::int from order_facts) as facts,
          (select count(*)::int from account where contact_cipher is not null) as contacts`;
      return row!;
    };
    const before = await count();
    for (let person = 0; person < 12; person++) {
      const session = await test.signIn(500 + person * 37);
      await test.post("/v1/me/erasure", session);
    }
    test.clock.ms += 30 * 86_400_000;
    await test.server.caseWorker.run();
    const erased = await count();
    expect(erased.contacts).toBeLessThanOrEqual(before.contacts - 12);
    expect(erased.facts).toBeLessThan(before.facts);
    expect(await test.faults()).toEqual([]);
    test.clock.ms += 400 * 86_400_000;
    await test.server.caseWorker.run();
    expect((await count()).facts).toBe(0);
    expect(await test.faults()).toEqual([]);
  });
});
