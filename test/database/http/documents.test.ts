import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** How often the costly parts were done. */
const done = vi.hoisted(() => ({ records: 0, pages: 0, docs: 0, boards: 0 }));

vi.mock("../../../src/proof/io/recordStore.ts", async (original) => {
  const real = await original<typeof import("../../../src/proof/io/recordStore.ts")>();
  const writeRecord: typeof real.writeRecord = (...all) => (
    done.records++,
    real.writeRecord(...all)
  );
  return { ...real, writeRecord };
});
vi.mock("../../../web/buyer/sale/salePage.ts", async (original) => {
  const real = await original<typeof import("../../../web/buyer/sale/salePage.ts")>();
  const salePage: typeof real.salePage = (...all) => (done.pages++, real.salePage(...all));
  return { ...real, salePage };
});
vi.mock("../../../web/docs/docsPage.ts", async (original) => {
  const real = await original<typeof import("../../../web/docs/docsPage.ts")>();
  const docsPage: typeof real.docsPage = (...all) => (done.docs++, real.docsPage(...all));
  return { ...real, docsPage };
});

const RECORD = "/v1/sales/small/rounds/1/record";
const AT_ONCE = 20;

/* A document that is the same for everybody is made once, however many ask. */
describeOnDatabase("what is the same for everybody", () => {
  let test: TestServer;
  let buyer = "";

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 1_000;
    await test.createSale(smallSale());
    for (const person of [1, 2, 3]) {
      const session = await test.signIn(person);
      await test.enter(session);
      if (person === 1) buyer = session;
    }
    test.clock.ms = START_MS + 1;
    await test.tick();
  });

  beforeEach(() => {
    Object.assign(done, { records: 0, pages: 0, docs: 0, boards: 0 });
  });

  async function ask(url: string, headers: Record<string, string> = {}) {
    const {
      statusCode,
      headers: sent,
      rawPayload,
    } = await test.server.app.inject({ url, headers });
    return { status: statusCode, sent, raw: rawPayload };
  }

  const askAll = (url: string, headers?: Record<string, string>) =>
    Promise.all(Array.from({ length: AT_ONCE }, () => ask(url, headers)));

  it("a record is written once for all who ask, and again when a unit has moved", async () => {
    const replies = await askAll(RECORD);
    expect(done.records).toBe(1);
    const first = replies[0]!;
    for (const { status, raw } of replies) {
      expect(status).toBe(200);
      expect(raw.equals(first.raw)).toBe(true);
    }
    expect(String(first.raw).split("\n")[0]).toContain('"kind":"head"');
    await ask(RECORD);
    expect(done.records).toBe(1);
    const { offer } = await test.mine(buyer);
    await test.post(`/v1/sales/small/offers/${offer.offerId}/decline`, buyer);
    const after = await ask(RECORD);
    expect(done.records).toBe(2);
    expect(after.sent.etag).not.toBe(first.sent.etag);
    expect(String(after.raw)).toContain('"offer_declined"');
  });

  it("a record travels compressed, whole either way, and not at all to who has it", async () => {
    const plain = await ask(RECORD);
    const small = await ask(RECORD, { "accept-encoding": "gzip, br" });
    expect(small.sent["content-encoding"]).toBe("gzip");
    expect(Number(small.sent["content-length"])).toBe(small.raw.length);
    expect(gunzipSync(small.raw).equals(plain.raw)).toBe(true);
    const none = await ask(RECORD, { "accept-encoding": "gzip;q=0" });
    expect(none.sent["content-encoding"]).toBeUndefined();
    const known = await ask(RECORD, { "if-none-match": String(plain.sent.etag) });
    expect([known.status, known.raw.length]).toEqual([304, 0]);
    expect(done.records).toBe(0);
  });

  it("a record that cannot be written is an error, and the next who asks gets it", async () => {
    const { sql } = test.database;
    await sql`alter table line_place rename to line_place_away`;
    await sql`
      insert into stock_movement (sale_no, round_no, channel_no, variant_no, from_account, to_account,
        units, reason, moved_at, movement_no) overriding system value
      select sale_no, round_no, channel_no, variant_no, from_account, to_account, units, reason, moved_at,
        movement_no + 1000 from stock_movement limit 1`;
    const broken = await ask(RECORD);
    await sql`alter table line_place_away rename to line_place`;
    expect(broken.status).toBe(500);
    expect((await ask(RECORD)).status).toBe(200);
  });

  it("a sale's page is rendered once a second, compressed once, and known by its tag", async () => {
    test.clock.ms += 2_000;
    const replies = await askAll("/s/small?lang=en", { "accept-encoding": "br" });
    expect(done.pages).toBe(1);
    const page = brotliDecompressSync(replies[0]!.raw).toString();
    expect(page).toContain("</html>");
    const known = await ask("/s/small?lang=en", { "if-none-match": String(replies[0]!.sent.etag) });
    expect(known.status).toBe(304);
    expect(known.sent["cache-control"]).toMatch(/^public/);
    expect(done.pages).toBe(1);
    await ask("/s/small?lang=id");
    expect(done.pages).toBe(2);
    test.clock.ms += 1_000;
    await ask("/s/small?lang=en");
    expect(done.pages).toBe(3);
  });

  it("the API's pages are made once for each language", async () => {
    for (const path of ["/docs?lang=en", "/docs?lang=en", "/docs?lang=id", "/docs?lang=id"]) {
      const { status, sent } = await ask(path, { "accept-encoding": "gzip" });
      expect([status, sent["content-encoding"]]).toEqual([200, "gzip"]);
    }
    expect(done.docs).toBe(2);
  });

  for (const path of ["/v1/sales", "/v1/sales/small/rounds/1/board", "/v1/openapi.json"]) {
    it(`${path} has a tag, and is compressed where it is long enough`, async () => {
      const plain = await ask(path);
      const known = await ask(path, { "if-none-match": String(plain.sent.etag) });
      expect([known.status, known.raw.length]).toEqual([304, 0]);
      const small = await ask(path, { "accept-encoding": "br" });
      const isLong = plain.raw.length >= 1_024;
      expect(small.sent["content-encoding"]).toBe(isLong ? "br" : undefined);
      const body = isLong ? brotliDecompressSync(small.raw) : small.raw;
      expect(body.equals(plain.raw)).toBe(true);
    });
  }
});
