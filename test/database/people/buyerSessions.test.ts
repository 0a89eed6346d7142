import { createHash, randomUUID } from "node:crypto";
import pino from "pino";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { createKeyring } from "../../../src/access/io/keyring.ts";
import { forgetEndedSessions } from "../../../src/access/io/sessionEndStore.ts";
import { SessionEnds } from "../../../src/http/io/sessionEnds.ts";
import { createServer } from "../../../src/server.ts";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 366 * 24 * HOUR_MS;

/** Of the version before, until an hour after START_MS: made by its program. */
const TOKEN_BEFORE =
  "gse2.11111111-1111-4111-8111-11111111111122222222-2222-4222-8222-22222222222200000000-0000-0000-0000-000000000000.1773cd92600.8e39a8370ab2d654f1b2aa50278bd868204229b354bb37c0f2e959833133d998";

describeOnDatabase("buyers' sessions", () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
  });

  beforeEach(() => {
    test.clock.ms = START_MS - 1_000;
  });

  let people = 0;
  const customer = () => {
    people++;
    const phone = `+628119${String(people).padStart(7, "0")}`;
    return { subject: `of session ${people}`, phone };
  };
  const exchange = (token: string) => test.post("/v1/sign-in/token", undefined, { token });
  const signIn = async (who: ReturnType<typeof customer>) => {
    const issuedAtMs = test.clock.ms;
    const token = test.brand.token({ ...who, issuedAtMs }, test.clock.ms + HOUR_MS);
    return { token, session: body(await exchange(token)).session as string };
  };
  const own = (session: string) => test.get("/v1/me/session", session);
  const code = async (session: string) => {
    const replies = await Promise.all([
      own(session),
      test.get("/v1/me/orders", session),
      test.get("/v1/sales/small/rounds/1/mine", session),
      test.post("/v1/sales/small/rounds/1/withdrawal", session),
    ]);
    const codes = new Set(replies.map((reply) => reply.body.code ?? "ok"));
    return [...codes].join(",");
  };

  it("say who is signed in, masked, and until when", async () => {
    const { session } = await signIn(customer());
    const shown = body(await own(session));
    expect(shown.signedInAs).toMatch(/^\+62811•••\d{3}$/);
    expect(shown.expiresAt).toBe(new Date(test.clock.ms + HOUR_MS).toISOString());
    expect((await test.get("/v1/me/session")).body.code).toBe("sign_in_required");
  });

  it("end here: the session, its cookies, and the shop's token behind it", async () => {
    const who = customer();
    const { token, session } = await signIn(who);
    test.clock.ms += 1_000;
    const other = (await signIn(who)).session;
    const out = await test.post("/v1/me/sign-out", session);
    expect(out.status).toBe(200);
    const cookies = [out.headers["set-cookie"]].flat().join("\n");
    expect(cookies).toMatch(/giliran_session=;/);
    expect(cookies).toMatch(/giliran_signed_in=;/);
    expect(await code(session)).toBe("sign_in_required");
    expect((await exchange(token)).body.code).toBe("token_rejected");
    expect((await own(other)).status).toBe(200);
  });

  it("end everywhere at once, and shop's tokens of before open none any more", async () => {
    const who = customer();
    const stranger = await signIn(customer());
    const phone = await signIn(who);
    test.clock.ms += 2_000;
    const laptop = await signIn(who);
    const longLived = test.brand.token(
      { ...who, issuedAtMs: test.clock.ms - 10 * 24 * HOUR_MS },
      test.clock.ms + 10 * YEAR_MS,
    );
    const third = body(await exchange(longLived)).session;
    test.clock.ms += 2_000;
    body(await test.post("/v1/me/sessions/end", laptop.session));
    for (const session of [phone.session, laptop.session, third]) {
      expect(await code(session)).toBe("sign_in_required");
    }
    for (const token of [phone.token, laptop.token, longLived]) {
      expect((await exchange(token)).body.code).toBe("token_rejected");
    }
    // Days later, too: the old token is not forgotten.
    test.clock.ms += 3 * 24 * HOUR_MS;
    expect((await exchange(longLived)).body.code).toBe("token_rejected");
    test.clock.ms -= 3 * 24 * HOUR_MS;
    expect((await own(stranger.session)).status).toBe(200);
    test.clock.ms += 2_000;
    expect((await own((await signIn(who)).session)).status).toBe(200);
  });

  it("last a day at most, also of a brand's token of ten years", async () => {
    const who = customer();
    const token = test.brand.token(who, test.clock.ms + 10 * YEAR_MS);
    const { session, expiresAt } = body(await exchange(token));
    expect(Date.parse(expiresAt) - test.clock.ms).toBe(24 * HOUR_MS);
    test.clock.ms += 24 * HOUR_MS + 1;
    expect((await own(session)).body.code).toBe("session_expired");
  });

  it("of the version before go on after an upgrade, and can be ended", async () => {
    expect(await code(TOKEN_BEFORE)).toMatch(/^ok/);
    expect(body(await own(TOKEN_BEFORE))).toMatchObject({ signedInAs: null });
    await test.database.sql`
      insert into account (account_key, first_seen_at, last_seen_at)
      values ('11111111-1111-4111-8111-111111111111', now(), now())`;
    body(await test.post("/v1/me/sign-out", TOKEN_BEFORE));
    expect(await code(TOKEN_BEFORE)).toBe("sign_in_required");
  });

  it("of the version before that last for years are over", async () => {
    test.clock.ms = START_MS - 2 * 24 * HOUR_MS;
    expect((await own(TOKEN_BEFORE)).body.code).toBe("session_expired");
  });

  it("start after those that were ended, where another server's clock is ahead", async () => {
    const who = customer();
    const { session } = await signIn(who);
    test.clock.ms += 3_000;
    body(await test.post("/v1/me/sessions/end", session));
    const issuedAtMs = test.clock.ms + 1_000;
    test.clock.ms -= 2_000;
    const token = test.brand.token({ ...who, issuedAtMs }, test.clock.ms + HOUR_MS);
    expect((await own(body(await exchange(token)).session)).status).toBe(200);
  });

  it("that one token opened twice end both, and the mark outlives the later one", async () => {
    const who = customer();
    const token = test.brand.token(
      { ...who, issuedAtMs: test.clock.ms },
      test.clock.ms + 10 * YEAR_MS,
    );
    const first = body(await exchange(token)).session;
    test.clock.ms += 12 * HOUR_MS;
    const second = body(await exchange(token)).session;
    body(await test.post("/v1/me/sign-out", first));
    // The first one's own time is over now; the second one's is not.
    test.clock.ms += 13 * HOUR_MS;
    await forgetEndedSessions(test.database.sql, test.clock.ms);
    const ends = new SessionEnds(test.database.sql, test.clock);
    await ends.refresh();
    expect(ends.hasKey(test.keyring.identityKey("brand token", token))).toBe(true);
    expect((await own(second)).body.code).toBe("sign_in_required");
    expect((await exchange(token)).body.code).toBe("token_rejected");
  });

  it("ended everywhere do not come back by a token without a time of issue", async () => {
    const who = customer();
    const lasting = (ms: number) => test.brand.token(who, test.clock.ms + ms);
    const [long, short] = [lasting(10 * YEAR_MS), lasting(HOUR_MS)];
    const { session } = await signIn(who);
    for (const token of [long, short]) body(await exchange(token));
    test.clock.ms += 2_000;
    body(await test.post("/v1/me/sessions/end", session));
    for (const token of [long, short])
      expect((await exchange(token)).body.code).toBe("token_rejected");
    // A day later a short one is surely new; a long one is of any age.
    test.clock.ms += 24 * HOUR_MS;
    expect((await exchange(lasting(HOUR_MS))).status).toBe(200);
    expect((await exchange(long)).body.code).toBe("token_rejected");
  });

  it("an end does not move back when a slower clock reports an earlier one", () => {
    const ends = new SessionEnds(test.database.sql, test.clock);
    const [accountKey, sessionKey] = [randomUUID(), randomUUID()];
    const nobody = { phoneKey: null, emailKey: null, contact: null, expiresAtMs: START_MS };
    ends.noteAccount(accountKey, START_MS);
    ends.noteAccount(accountKey, START_MS - 1_000);
    expect(ends.has({ ...nobody, accountKey, sessionKey, issuedAtMs: START_MS })).toBe(true);
  });

  it("that were ended on another server are over here soon, and after a start at once", async () => {
    const { sql, entryPool } = test.database;
    const another = () =>
      createServer({
        sql,
        entryPool,
        keyring: createKeyring(createHash("sha256").update("test").digest()),
        clock: test.clock,
        worker: false,
        logger: pino({ level: "fatal" }),
        brandLogin: null,
        mail: null,
        payments: "none",
        addressRule: null,
        secureCookies: false,
        trustedProxies: [],
        publicUrl: null,
        notices: false,
      });
    const running = await another();
    const address = await running.listen("127.0.0.1", 0);
    const statusAt = async (url: string, session: string) =>
      (await fetch(`${url}/v1/me/session`, { headers: { authorization: `Bearer ${session}` } }))
        .status;
    const { session } = await signIn(customer());
    const { session: single } = await signIn(customer());
    expect(await statusAt(address, session)).toBe(200);
    test.clock.ms += 1_000;
    body(await test.post("/v1/me/sessions/end", session));
    body(await test.post("/v1/me/sign-out", single));
    const starting = await another();
    const second = await starting.listen("127.0.0.1", 0);
    expect(await statusAt(second, session)).toBe(401);
    expect(await statusAt(second, single)).toBe(401);
    while ((await statusAt(address, session)) !== 401)
      await new Promise((go) => setTimeout(go, 50));
    while ((await statusAt(address, single)) !== 401) await new Promise((go) => setTimeout(go, 50));
    await Promise.all([running.close(), starting.close()]);
  });
});
