import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { Verifier } from "../../../src/proof/verify.ts";
import { writeRecord } from "../../../src/proof/io/recordStore.ts";
import type { RecordLine } from "../../../src/proof/record.ts";
import { ConnectionError } from "../../../src/db/connect.ts";
import type { TurnSharing } from "../../../src/sale/io/turnStore.ts";
import { takeLease } from "../../../src/sale/lease/io/leaseStore.ts";
import { RoundMemory, sealRound } from "../../../src/sale/line/io/seal.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { TurnFinder } from "../../../src/sale/turn/io/finder.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { sealing } from "../../helpers/sealing.ts";
import { TestServer } from "../../helpers/server.ts";

/* One person with several accounts has one turn, whoever of them chance puts first. */

const MARIA = {
  name: "Maria Ulfah Kartika",
  address: "Jl. Pahlawan Revolusi No. 12 RT 03",
  city: "Bekasi",
  verified: true,
};
const HOME = { address: MARIA.address, city: MARIA.city, verified: true };

describeOnDatabase("one person, one turn", () => {
  let test: TestServer;
  let reviewer: string;
  let slug = "";
  let sale: StoredSale;
  let saleCount = 0;
  let personCount = 0;

  beforeAll(async () => {
    test = await TestServer.start();
    reviewer = await operator(test, "reviewer", "reviewer");
  });

  const newSale = async (change: Parameters<typeof smallSale>[0] = {}) => {
    slug = `turns-${++saleCount}`;
    test.clock.ms = START_MS - 30_000;
    sale = await test.createSale(smallSale({ slug, units: 3, ...change }));
  };
  const join = async (said: Parameters<TestServer["signIn"]>[1], more = {}) => {
    const session = await test.signIn(++personCount, said);
    expect((await test.enter(session, { slug, ...more })).status).toBe(201);
    return session;
  };
  const seal = async (atMs = START_MS + 10) => {
    test.clock.ms = atMs;
    await test.tick();
  };
  const own = (sessions: readonly string[], roundNo = 1) =>
    Promise.all(sessions.map((session) => test.mine(session, slug, roundNo)));
  const lines = async (): Promise<RecordLine[]> => {
    const all: RecordLine[] = [];
    await writeRecord(test.database.sql, sale, 1, {
      nowMs: 0,
      write: async (some) => void all.push(...some),
    });
    return all;
  };
  const faultsOf = (record: readonly RecordLine[]) => {
    const verifier = new Verifier();
    for (const line of record) verifier.add(line);
    return verifier.report().faults;
  };
  const objections = async () =>
    (await test.get("/v1/operator/objections", reviewer)).body.objections;
  const decide = (entryId: string, verdict: "apart" | "same") =>
    test.post(`/v1/operator/sales/${slug}/rounds/1/objections/${entryId}`, reviewer, {
      about: "entry",
      verdict,
      answer: "Dua KTP yang berbeda sudah kami lihat.",
    });

  it("gives three accounts of one person one turn, and a household one for each of its people", async () => {
    await newSale();
    const maria = [
      await join(MARIA),
      await join({ ...MARIA, name: "Kartika Maria Ulfah" }),
      await join(MARIA, { channel: "other", preferences: ["RED"] }),
    ];
    const home = [
      await join({ ...HOME, name: "Ahmad Fauzi" }),
      await join({ ...HOME, name: "Dewi Lestari Kartika" }),
      await join({}),
    ];
    await seal();
    const hers = await own(maria);
    expect(hers.filter((one) => one.offer !== null)).toHaveLength(1);
    expect(hers.filter((one) => one.place.state === "shared_turn")).toHaveLength(2);
    for (const one of hers) {
      expect(one.sharedTurn).toMatchObject({ otherCount: 2, objection: null });
      expect(one.sharedTurn.reason.en).toMatch(/name and address/);
    }
    const theirs = await own(home);
    expect(theirs.every((one) => one.offer !== null && one.sharedTurn === null)).toBe(true);
    expect(await test.faults(slug)).toEqual([]);
    // Declined: her turn was had all the same, and nobody of hers gets another.
    const lucky = maria[hers.findIndex((one) => one.offer !== null)]!;
    const { offer } = await test.mine(lucky, slug);
    await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/decline`, lucky);
    await test.tick();
    expect((await own(maria)).filter((one) => one.offer?.state === "open")).toEqual([]);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("puts no entry together with that of a stranger who copied her name and address", async () => {
    await newSale({ units: 1 });
    const copied = { ...MARIA, verified: false };
    const six = [await join(MARIA)];
    for (let copy = 0; copy < 5; copy++) six.push(await join(copied));
    await seal();
    const all = await own(six);
    expect(all.map((one) => one.sharedTurn)).toEqual(all.map(() => null));
    const states = all.map((one) => one.place.state).sort();
    expect(states).toEqual(["offered", "offered", "waiting", "waiting", "waiting", "waiting"]);
    // Nothing that she may type herself is kept.
    const data = await test.get("/v1/me/data", six[1]);
    expect(data.body.account.profile).toBeNull();
    expect(await test.faults(slug)).toEqual([]);
  });

  it("does not believe a stored profile of earlier versions, which nobody verified", async () => {
    await newSale();
    const sessions = [await join(MARIA), await join(MARIA)];
    const { verified: _verified, ...typed } = MARIA;
    await test.database.sql`
      update account set profile_cipher = ${test.keyring.encrypt(JSON.stringify(typed))}
      where profile_cipher is not null`;
    await seal();
    expect((await own(sessions)).filter((one) => one.offer !== null)).toHaveLength(2);
  });

  it("would have given her three, were they not put together: the control", async () => {
    await newSale();
    const maria = [await join({}), await join({}), await join({})];
    await seal();
    expect((await own(maria)).filter((one) => one.offer !== null)).toHaveLength(3);
  });

  it("puts later windows to earlier ones, and counts a person's units over all rounds", async () => {
    await newSale({ rounds: 2 });
    const first = await join(MARIA);
    await seal();
    expect((await test.mine(first, slug)).offer).not.toBeNull();
    const second = await join(MARIA);
    expect((await test.mine(second, slug)).sharedTurn).toBeNull();
    await seal(START_MS + 2_000);
    expect((await test.mine(second, slug)).place.state).toBe("shared_turn");
    expect((await test.mine(first, slug)).sharedTurn.otherCount).toBe(1);
    expect(await test.faults(slug)).toEqual([]);
    // Next round: she holds a unit, so her other account is at the limit, whichever comes first.
    const { offer } = await test.mine(first, slug);
    const order = await test.post(`/v1/sales/${slug}/offers/${offer.offerId}/order`, first, {
      paymentMethod: "va",
    });
    await test.pay(order.body);
    test.clock.ms = START_MS + 9.5 * 60_000;
    for (const session of [second, first]) {
      expect((await test.enter(session, { slug, roundNo: 2 })).status).toBe(201);
    }
    await seal(START_MS + 10 * 60_000 + 10);
    const next = await own([first, second], 2);
    expect(next.map((one) => one.place.state)).toEqual(["over_limit", "over_limit"]);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("lets people who share a turn object, and gives the second a turn if a person agrees", async () => {
    await newSale();
    const sessions = [await join(MARIA), await join(MARIA)];
    await seal();
    const before = await own(sessions);
    const skipped = before.findIndex((one) => one.place.state === "shared_turn");
    const path = `/v1/sales/${slug}/rounds/1/objection`;
    const statement = { statement: "Kami ibu dan anak, kebetulan senama." };
    const stranger = await join({});
    expect((await test.post(path, stranger, statement)).body.code).toBe("turn_not_shared");
    expect((await test.post(path, sessions[skipped], statement)).status).toBe(201);
    expect((await test.post(path, sessions[skipped], statement)).body.code).toBe("objection_made");
    expect((await test.mine(sessions[skipped]!, slug)).sharedTurn.objection).toBe("waiting");
    const [objection] = await objections();
    expect(objection).toMatchObject({ sale: slug, verdict: null, ...statement });
    expect(objection.entries).toHaveLength(2);
    expect(JSON.stringify(objection)).not.toContain("Pahlawan");
    const { entryId } = before[skipped].entry;
    expect((await decide(entryId, "apart")).status).toBe(200);
    expect((await decide(entryId, "same")).body.code).toBe("objection_decided");
    await test.tick();
    const after = await test.mine(sessions[skipped]!, slug);
    expect(after.offer?.state).toBe("open");
    expect(after.sharedTurn).toMatchObject({ objection: "apart", answer: /KTP/ });
    expect(await test.faults(slug)).toEqual([]);
    // The finding holds from now on.
    await newSale();
    for (const session of sessions) expect((await test.enter(session, { slug })).status).toBe(201);
    await seal();
    expect((await own(sessions)).filter((one) => one.offer !== null)).toHaveLength(2);
  });

  it("lets the others wait again where the one that had the turn was somebody else", async () => {
    await newSale();
    const sessions = [await join(MARIA), await join(MARIA), await join(MARIA)];
    await seal();
    const before = await own(sessions);
    const lucky = before.findIndex((one) => one.offer !== null);
    const path = `/v1/sales/${slug}/rounds/1/objection`;
    await test.post(path, sessions[lucky], { statement: "Dua pendaftaran lain bukan milik saya." });
    await decide(before[lucky].entry.entryId, "apart");
    await test.tick();
    const after = await own(sessions);
    expect(after.filter((one) => one.offer !== null)).toHaveLength(2);
    expect(after.filter((one) => one.place.state === "shared_turn")).toHaveLength(1);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("is bound before chance is known, and anybody can check it", async () => {
    await newSale();
    const sessions = [await join(MARIA), await join(MARIA), await join({})];
    await seal();
    const record = await lines();
    expect(faultsOf(record)).toEqual([]);
    const shared = record.findIndex((line) => Array.isArray(line) && line[0] === "e" && line[6]);
    expect(shared).toBeGreaterThan(0);
    const apart = record.with(shared, (record[shared] as unknown as string[]).slice(0, 6) as never);
    expect(faultsOf(apart).join()).toMatch(/root/);
    const stranger = record.findIndex((line) => Array.isArray(line) && line[0] === "e" && !line[6]);
    const tied = [
      ...(record[stranger] as unknown as string[]),
      (record[shared] as unknown as string[])[6],
    ] as never;
    expect(faultsOf(record.with(stranger, tied)).join()).toMatch(/root/);
    // An offer to the second of hers, with the stock to fit it, is found.
    const skipped = (await own(sessions)).find((one) => one.place.state === "shared_turn");
    const id = skipped.entry.entryId.replaceAll("-", "");
    const end = record.length - 1;
    const number = Math.max(
      ...record.flatMap((line) => (Array.isArray(line) && line[0] === "m" ? line[1] : [])),
    );
    const offer = ["m", number + 1, "offer_made", 1, 1, id, 1] as never;
    expect(faultsOf([...record.slice(0, end), offer, record[end]!]).join()).toMatch(
      /same person had/,
    );
  });

  /** Somebody comes twice; gives a hand that seals her window with this way to look for it. */
  async function twiceInLine(): Promise<(turns: TurnSharing) => Promise<unknown>> {
    await newSale();
    await join(MARIA);
    await join(MARIA);
    const { sql } = test.database;
    const lease = (await takeLease(sql, sale.saleNo, randomUUID()))!;
    const { round } = sale.rounds[0]!;
    return async (turns) =>
      await sealRound({ ...sealing(sql, test.keyring, lease), turns }, new RoundMemory(), round, {
        nowMs: () => START_MS + 10,
      });
  }
  async function firstWindow() {
    const [window] = await test.database.sql<{ state: string; turnFault: string | null }[]>`
      select state, turn_fault from sale_window where sale_no = ${sale.saleNo} and window_no = 0`;
    const shared = await test.database.sql`
      select 1 from shared_turn where sale_no = ${sale.saleNo}`;
    return { ...window, sharedCount: shared.length };
  }

  it("holds no sale up when looking fails: everybody keeps a turn, and the window says so", async () => {
    const sealWith = await twiceInLine();
    const { sql } = test.database;
    const threadFile = new URL("data:text/javascript,throw new Error('broken')");
    await sealWith(new TurnFinder({ sql, keyring: test.keyring, threadFile }));
    expect(await firstWindow()).toEqual({ state: "sealed", turnFault: "broken", sharedCount: 0 });
    const live = await test.get(`/v1/operator/sales/${slug}/live`, reviewer);
    expect(live.body.rounds[0]).toMatchObject({ turnFaultCount: 1, sharedTurnCount: 0 });
  });

  it("waits for a database that is away, and then finds who is in the line already", async () => {
    const sealWith = await twiceInLine();
    const finder = new TurnFinder({ sql: test.database.sql, keyring: test.keyring });
    const away: TurnSharing = {
      find: async () => {
        throw new ConnectionError("the server closed the connection");
      },
      stop: async () => undefined,
    };
    await expect(sealWith(away)).rejects.toThrow("closed the connection");
    await sealWith(finder);
    await finder.stop();
    expect(await firstWindow()).toEqual({ state: "sealed", turnFault: null, sharedCount: 1 });
  });

  it("forgets what the brand said when its time is over, or when it is to be erased", async () => {
    await newSale();
    const session = await join(MARIA);
    const exported = await test.get("/v1/me/data", session);
    expect(JSON.stringify(exported.body)).toContain(MARIA.address);
    const { sql } = test.database;
    const kept = async () =>
      (await sql`select 1 from account where profile_cipher is not null`).length;
    const before = await kept();
    expect(before).toBeGreaterThan(0);
    const { runRetention } = await import("../../../src/cases/account/io/retentionStore.ts");
    await runRetention(sql, test.keyring, START_MS);
    expect(await kept()).toBe(before);
    await runRetention(sql, test.keyring, START_MS + 91 * 86_400_000);
    expect(await kept()).toBe(0);
  });
});
