import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { inviteFirstOwner } from "../../../src/people/io/operatorRoutes.ts";
import { checkCode, insertCode } from "../../../src/access/io/codeStore.ts";
import { recoverOperator } from "../../../src/people/io/recovery.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { solve, TestServer, type TestReply } from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;
/** As shipped: a carrier's NAT is one address. */
const ADDRESS_RULE = { burst: 3_000, perSecond: 300 };

let test: TestServer;
let phone = 0;
/** A number that nobody has asked for yet. */
const newPhone = () => `+62812900${String(++phone).padStart(5, "0")}`;

const ask = (contact: string, more: object = {}) =>
  test.post("/v1/sign-in/codes", undefined, { contact, ...more });
const enter = (contact: string, code: string, asker?: string) =>
  test.post("/v1/sign-in", undefined, { contact, code, ...(asker ? { asker } : {}) });

/** Asks as the page does: with work where it is asked for. */
async function askAsPage(contact: string): Promise<TestReply> {
  const first = await ask(contact);
  return first.body.code === "work_required"
    ? await ask(contact, { work: solve(first.body.work) })
    : first;
}

/** The codes in the texts to a contact, newest first. */
async function codesTo(contact: string): Promise<string[]> {
  const kind = contact.includes("@") ? "email" : "phone";
  const key = test.keyring.identityKey(kind, contact);
  const rows = await test.database.sql<{ payloadCipher: Buffer }[]>`
    select payload_cipher from outbox where contact_key = ${key} and kind = 'sign_in_code'
    order by message_id desc`;
  return rows.map((row) => JSON.parse(test.keyring.decrypt(row.payloadCipher)).facts.code);
}

/** So many digits, and none of these codes. */
function wrongCode(codes: readonly string[], digits = 6): string {
  for (let n = 0; ; n++) {
    const code = String(n).padStart(digits, "0");
    if (!codes.includes(code)) return code;
  }
}

async function logLines(action: string): Promise<string[]> {
  const rows = await test.database.sql<{ subject: string }[]>`
    select subject from operator_log where action = ${action} order by log_no`;
  return rows.map((row) => row.subject);
}

describeOnDatabase("a buyer's codes and a stranger", () => {
  beforeAll(async () => {
    test = await TestServer.start({ addressRule: ADDRESS_RULE });
  });
  // Prices and rates of the test before are forgotten.
  beforeEach(() => (test.clock.ms += 48 * HOUR_MS));

  it("every code that was sent is valid until it expires, whoever asked for it", async () => {
    const hers = newPhone();
    const askers: string[] = [];
    for (let n = 0; n < 3; n++) {
      askers.push((await askAsPage(hers)).body.asker);
      test.clock.ms += 60_000;
    }
    const codes = await codesTo(hers);
    expect(new Set(codes).size).toBe(3);
    for (const code of codes.toReversed())
      expect((await enter(hers, code, askers[0])).status).toBe(200);
    expect((await enter(hers, codes[0]!, askers[0])).body.code).toBe("code_used");
    await askAsPage(hers);
    const [last] = await codesTo(hers);
    test.clock.ms += 10 * 60_000 + 1;
    expect((await enter(hers, last!)).body.code).toBe("code_wrong");
  });

  it("four codes in five minutes are sent; who asks again may use any of them, with a token", async () => {
    const hers = newPhone();
    for (let n = 0; n < 4; n++) expect((await askAsPage(hers)).body.sent).toBe(true);
    const again = await askAsPage(hers);
    expect(again).toMatchObject({ status: 202, body: { sent: false, digits: 6 } });
    expect(Date.parse(again.body.nextAt)).toBe(test.clock.ms + 5 * 60_000);
    const codes = await codesTo(hers);
    expect(codes.length).toBe(4);
    expect((await enter(hers, codes[3]!, again.body.asker)).status).toBe(200);
    test.clock.ms += 5 * 60_000;
    expect((await askAsPage(hers)).body.sent).toBe(true);
  });

  it("four codes asked for and five guesses at each do not lock her out, nor spend her code", async () => {
    const hers = newPhone();
    const mine = await askAsPage(hers);
    const [code] = await codesTo(hers);
    const strangers: string[] = [];
    for (let n = 0; n < 4; n++) strangers.push((await askAsPage(hers)).body.asker);
    const replies: string[] = [];
    for (const asker of strangers)
      for (let n = 0; n < 6; n++)
        replies.push((await enter(hers, wrongCode(await codesTo(hers)), asker)).body.code);
    const each = [...Array(5).fill("code_wrong"), "guesses_used"];
    expect(replies).toEqual([...each, ...each, ...each, ...each]);
    // She asked before: her own token opens her code.
    expect((await enter(hers, code!, mine.body.asker)).status).toBe(200);
    // And who asks now is sent a longer one, though the stranger had all four.
    const fresh = await askAsPage(hers);
    expect(fresh.body).toMatchObject({ sent: true, digits: 8 });
    const [longer] = await codesTo(hers);
    expect(longer).toMatch(/^\d{8}$/);
    expect((await enter(hers, longer!, fresh.body.asker)).status).toBe(200);
    expect(await logLines("longer codes")).toEqual(["8 digits after wrong guesses"]);
  });

  it("after many guesses a short code opens for its own asker only", async () => {
    const hers = newPhone();
    const stranger = (await askAsPage(hers)).body.asker;
    const mine = await askAsPage(hers);
    const [code] = await codesTo(hers);
    for (let n = 0; n < 4; n++) await enter(hers, wrongCode(await codesTo(hers)), stranger);
    const second = await askAsPage(hers);
    expect((await enter(hers, code!, stranger)).body.code).toBe("code_wrong");
    expect((await enter(hers, code!, second.body.asker)).body.code).toBe("code_wrong");
    expect((await enter(hers, code!, mine.body.asker)).status).toBe(200);
  });

  it("codes are short again a day later", async () => {
    const hers = newPhone();
    const { asker } = (await askAsPage(hers)).body;
    for (let n = 0; n < 4; n++) await enter(hers, wrongCode(await codesTo(hers)), asker);
    expect((await askAsPage(hers)).body.digits).toBe(8);
    test.clock.ms += 23 * HOUR_MS;
    expect((await askAsPage(hers)).body.digits).toBe(8);
    test.clock.ms += 2 * HOUR_MS;
    expect((await askAsPage(hers)).body.digits).toBe(6);
  });

  it("guesses at the same moment are all counted", async () => {
    const hers = newPhone();
    const { asker } = (await askAsPage(hers)).body;
    const codes = await codesTo(hers);
    const guesses = Array.from({ length: 40 }, () => enter(hers, wrongCode(codes), asker));
    const replies = (await Promise.all(guesses)).map((reply) => reply.body.code);
    expect(replies.filter((code) => code === "code_wrong").length).toBe(5);
    expect((await enter(hers, codes[0]!, asker)).body.code).toBe("guesses_used");
    const [row] = await test.database.sql<{ wrong: number }[]>`
      select sum(wrong_count)::int as wrong from code_guess
      where contact_key = ${test.keyring.identityKey("phone", hers)}`;
    expect(row!.wrong).toBe(5);
  });

  it("a token is good for its contact, its ten minutes, and unchanged", async () => {
    const [hers, other] = [newPhone(), newPhone()];
    const { asker } = (await askAsPage(hers)).body;
    // Without a good token the address is the asker: it has five guesses at each contact.
    for (const [contact, token] of [
      [other, asker],
      [hers, `${asker}0`],
      [hers, asker.replace(/^gca1\.[0-9a-f]{8}/, "gca1.00000000")],
    ] as const) {
      await askAsPage(contact);
      const reply = await enter(contact, wrongCode(await codesTo(contact)), token);
      expect(reply.body.code).toBe("code_wrong");
    }
    const rows = await test.database.sql`
      select 1 from code_asker where asker_key = ${asker.split(".")[1]} and wrong_count > 0`;
    expect(rows.length).toBe(0);
  });

  it("without a token an address has five wrong guesses at a contact, its neighbour with one has hers", async () => {
    const hers = newPhone();
    const { asker } = (await askAsPage(hers)).body;
    const [code] = await codesTo(hers);
    for (let n = 0; n < 5; n++)
      expect((await enter(hers, wrongCode([code!]))).body.code).toBe("code_wrong");
    expect((await enter(hers, code!)).body.code).toBe("guesses_used");
    expect((await enter(hers, code!, asker)).status).toBe(200);
  });

  it("aliases of one mailbox share their codes: four in five minutes, each good for all", async () => {
    const sent: boolean[] = [];
    const aliases = Array.from(
      { length: 8 },
      (_, n) => `s.iti${".".repeat(n % 2)}ayu+${n}@gmail.com`,
    );
    for (const alias of aliases) sent.push((await askAsPage(alias)).body.sent);
    expect(sent.filter(Boolean).length).toBe(4);
    const asked = await askAsPage("sitiayu@gmail.com");
    const [code] = await codesTo(aliases[3]!);
    expect((await enter("sitiayu@gmail.com", code!, asked.body.asker)).status).toBe(200);
  });

  it.each([
    ["a letter that looks like another", "\u0455iti@kampus.example", "siti@kampus.example"],
    ["a tag where no provider says what it is", "ratna+x@kampus.example", "ratna@kampus.example"],
    ["dots at another provider", "a.di@yahoo.com", "adi@yahoo.com"],
  ])("a code opens the mailbox that it was sent to alone: %s", async (_what, strangers, hers) => {
    const mine = await askAsPage(hers);
    const [code] = await codesTo(hers);
    const account = (await enter(hers, code!, mine.body.asker)).body.session as string;
    const theirs = await askAsPage(strangers);
    const [sent] = await codesTo(strangers);
    for (const asker of [theirs.body.asker, undefined])
      expect((await enter(hers, sent!, asker)).body.code).toBe("code_wrong");
    // It is good for the stranger's own account, which is another one.
    const entered = await enter(strangers, sent!, theirs.body.asker);
    expect(entered.status).toBe(200);
    expect(entered.body.session.slice(0, 41)).not.toBe(account.slice(0, 41));
    // Four codes of his are no codes of hers: she is sent one.
    for (let n = 0; n < 3; n++) await askAsPage(strangers);
    expect((await askAsPage(hers)).body.sent).toBe(true);
  });

  it("reads a contact as it looks", async () => {
    for (const contact of ["\u202a+62 812-9000-1111\u202c", "\u200e+6281290001111"]) {
      test.clock.ms += 300_000;
      expect((await ask(contact)).body.sentTo).toBe("+62812•••111");
    }
  });
});

describeOnDatabase("the price of codes", () => {
  beforeAll(async () => {
    test = await TestServer.start({ addressRule: ADDRESS_RULE });
  });
  beforeEach(() => (test.clock.ms += 48 * HOUR_MS));

  it("one address cannot have hundreds of strangers texted, and its neighbour gets a code", async () => {
    let sent = 0;
    for (let n = 0; n < 150; n++) if ((await ask(newPhone())).status === 202) sent++;
    expect(sent).toBeLessThan(20);
    const neighbour = newPhone();
    const asked = await ask(neighbour);
    expect(asked).toMatchObject({ status: 428, body: { code: "work_required" } });
    expect(asked.body.work.maxnumber).toBeGreaterThan(100_000);
    const answered = await ask(neighbour, { work: solve(asked.body.work) });
    expect(answered).toMatchObject({ status: 202, body: { sent: true } });
    const [code] = await codesTo(neighbour);
    expect((await enter(neighbour, code!, answered.body.asker)).status).toBe(200);
  });

  it("a solution counts once and for its contact", async () => {
    const [one, other] = [newPhone(), newPhone()];
    for (let n = 0; n < 12; n++) await ask(newPhone());
    const work = solve((await ask(one)).body.work);
    expect((await ask(other, { work })).body.code).toBe("work_not_yours");
    expect((await ask(one, { work })).status).toBe(202);
    expect((await ask(one, { work })).body.code).toBe("work_used");
    const forged = Buffer.from(JSON.stringify({ challenge: "0" })).toString("base64");
    expect((await ask(one, { work: forged })).body.code).toBe("work_malformed");
    const late = solve((await ask(other)).body.work);
    test.clock.ms += 11 * 60_000;
    expect((await ask(other, { work: late })).body.code).toBe("work_expired");
  });

  it("a repeated request gets its first answer, whatever the price has become", async () => {
    const contact = newPhone();
    const key = randomUUID();
    const send = () => test.post("/v1/sign-in/codes", undefined, { contact }, key);
    const first = await send();
    expect(first.status).toBe(202);
    for (let n = 0; n < 30; n++) await ask(newPhone());
    expect((await send()).body).toEqual(first.body);
  });

  it("a home's other IPv6 addresses, and a whole site's homes, are not other callers", async () => {
    const from = (address: string) =>
      test.server.app.inject({
        method: "POST",
        url: "/v1/sign-in/codes",
        remoteAddress: address,
        headers: { "idempotency-key": randomUUID() },
        payload: { contact: newPhone() },
      });
    const statuses = async (addresses: string[]) =>
      (await Promise.all(addresses.map(from))).map((reply) => reply.statusCode);
    const many = (make: (n: number) => string) => Array.from({ length: 60 }, (_, n) => make(n + 1));
    expect(await statuses(many((n) => `2001:db8:1:1::${n.toString(16)}`))).toContain(428);
    expect(await statuses(many((n) => `2001:db8:2:${n.toString(16)}::1`))).toContain(428);
    const mapped = ["203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107"];
    expect(await statuses(many((n) => mapped[n % 3]!).slice(0, 13))).toContain(428);
    expect(await statuses(["2001:db8:3:1::1", "203.0.113.8"])).toEqual([202, 202]);
  });

  it("mailboxes of a domain of one's own get more costly, those of a provider do not", async () => {
    const from = async (domain: string) => {
      const prices: number[] = [];
      for (let n = 0; n < 30; n++) {
        test.clock.ms += 10 * 60_000;
        const reply = await ask(`box${n}@${domain}`);
        prices.push(reply.body.work?.maxnumber ?? 0);
      }
      return prices;
    };
    const own = await from("own-domain.example");
    expect([own[0], own.at(-1)! > 100_000]).toEqual([0, true]);
    expect(new Set(await from("gmail.com"))).toEqual(new Set([0]));
    expect((await ask("box@sub.own-domain.example")).body.code).toBe("work_required");
  });

  it("codes go by text to listed countries only, never to premium or satellite numbers", async () => {
    for (const contact of ["+19005550123", "+881612345678", "+883510012345", "+2391234567"])
      expect([contact, (await ask(contact)).body.code]).toEqual([contact, "number_not_served"]);
  });
});

describeOnDatabase("the budget of texts", () => {
  let owner = "";
  beforeAll(async () => {
    test = await TestServer.start({ codes: { phoneCountries: ["62"], textsPerHour: 5 } });
    await test.createSale(smallSale());
    test.clock.ms = START_MS;
    owner = await operator(test, "owner", "owner");
  });

  /** Texts that another server sent in the present hour. */
  const sentElsewhere = async (count: number) => {
    await test.database.sql`
      insert into text_budget (hour, shard, text_count)
      values (date_trunc('hour', ${new Date(test.clock.ms)}::timestamptz), 99, ${count})`;
  };

  it("used up, stops texts alone: mail, the brand's login and codes sent before go on, and staff are told", async () => {
    const state = async () => (await test.get("/v1/operator/text-budget", owner)).body;
    expect(await state()).toEqual({ perHourCount: 5, sentCount: 0, state: "ok" });
    const first = newPhone();
    expect((await ask(first)).status).toBe(202);
    await sentElsewhere(3);
    expect((await ask(newPhone())).status).toBe(202);
    expect(await state()).toEqual({ perHourCount: 5, sentCount: 5, state: "used_up" });
    expect((await ask(newPhone())).body.code).toBe("texts_used_up");
    const again = await ask(first);
    expect(again).toMatchObject({ status: 202, body: { sent: false } });
    const [code] = await codesTo(first);
    expect((await enter(first, code!, again.body.asker)).status).toBe(200);
    expect((await ask("budi@gmail.com")).body.sent).toBe(true);
    expect(await test.signIn(7)).toMatch(/^gse3/);
    expect(await logLines("text budget")).toEqual(["80 % of 5 an hour", "100 % of 5 an hour"]);
    test.clock.ms += HOUR_MS;
    expect((await state()).state).toBe("ok");
    expect((await ask(newPhone())).body.sent).toBe(true);
  });

  it("costs more work the more of it is used, whoever asks; mail does not", async () => {
    test.clock.ms += HOUR_MS;
    await sentElsewhere(3);
    expect((await ask(newPhone())).body.sent).toBe(true); // Four of five: known from now on.
    const asked = await ask(newPhone());
    expect(asked.body).toMatchObject({ code: "work_required", work: { maxnumber: 7_200_000 } });
    expect((await ask("wati@gmail.com")).body.sent).toBe(true);
    test.clock.ms += HOUR_MS;
    expect((await ask(newPhone())).body.sent).toBe(true);
  });
});

describeOnDatabase("operators and strangers", () => {
  const PASSWORD = "password of the owner";
  let owner = "";
  beforeAll(async () => {
    test = await TestServer.start({ addressRule: ADDRESS_RULE });
    const invitation = await inviteFirstOwner(test.database.sql, test.keyring, test.clock.ms);
    const person = { name: "The Owner", password: PASSWORD };
    await test.post("/v1/operators/invitation", undefined, { invitation, ...person });
    owner = (await test.post("/v1/operators/session", undefined, person)).body.session;
  });

  const signIn = (password: string, more: object = {}) =>
    test.post("/v1/operators/session", undefined, { name: "The Owner", password, ...more });

  it("wrong passwords at her name and from her address do not lock the owner out", async () => {
    for (let n = 0; n < 16; n++) {
      test.clock.ms += 200;
      expect(["password_wrong", "work_required"]).toContain(
        // One name in two spellings is one.
        (await signIn("wrong wrong", n % 2 ? { name: "The  Owner" } : {})).body.code,
      );
    }
    const asked = await signIn(PASSWORD);
    expect(asked).toMatchObject({ status: 428, body: { code: "work_required" } });
    expect((await signIn(PASSWORD, { work: solve(asked.body.work) })).status).toBe(200);
  });

  it("who was locked out gets in by a link from the command line, once, and ends other sessions", async () => {
    const { sql } = test.database;
    expect(await recoverOperator(sql, test.keyring, "Nobody", test.clock.ms)).toBeNull();
    const invitation = await recoverOperator(sql, test.keyring, "The Owner", test.clock.ms);
    const accept = (name: string, password: string) =>
      test.post("/v1/operators/invitation", undefined, { invitation, name, password });
    const acceptedBy = async () => {
      const rows = await sql<{ operatorName: string }[]>`
        select operator_name from operator_log where action = 'accepted invitation'`;
      return rows.map(({ operatorName }) => operatorName);
    };
    expect((await test.get("/v1/operator/me", owner)).status).toBe(200);
    // Her name stands in the log and beside approvals: it stays, whatever is typed.
    const accepted = await accept("Somebody Else", "another long one");
    expect(accepted).toMatchObject({ status: 201, body: { name: "The Owner", role: "owner" } });
    const names = await sql`select 1 from operator where name = 'Somebody Else'`;
    expect(names).toHaveLength(0);
    expect(await acceptedBy()).toContain("The Owner");
    expect(await acceptedBy()).not.toContain("Somebody Else");
    expect((await test.get("/v1/operator/me", owner)).status).toBe(401);
    expect((await accept("The Owner", "a third long one")).body.code).toBe("invitation_invalid");
    test.clock.ms += HOUR_MS;
    expect((await signIn("another long one")).status).toBe(200);
    expect(await logLines("made a recovery link")).toEqual(["The Owner"]);
    const fresh = await recoverOperator(sql, test.keyring, null, test.clock.ms);
    expect(fresh).toMatch(/^[0-9a-f]{64}$/);
  });
});

describeOnDatabase("mailboxes of one domain that no provider is known for", () => {
  const slug = "domain";
  beforeAll(async () => {
    test = await TestServer.start({ doubtTimeoutMs: 30_000 });
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ slug, units: 20, openMs: 120_000 }));
  });

  it("are asked a question before a unit is given; two colleagues and a provider's are not", async () => {
    const boxes = ["own.example", "two.example", "gmail.com"].flatMap((domain) =>
      Array.from({ length: domain === "two.example" ? 2 : 4 }, (_, n) => `box${n}@${domain}`),
    );
    const sessions: string[] = [];
    for (const contact of boxes) {
      const asked = await ask(contact);
      const [code] = await codesTo(contact);
      const entered = await enter(contact, code!, asked.body.asker);
      sessions.push(entered.body.session);
      expect((await test.enter(entered.body.session, { slug })).status).toBe(201);
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
    const outcomes: string[] = [];
    for (const [n, session] of sessions.entries()) {
      test.clock.ms += 400;
      const { offer } = await test.mine(session, slug);
      const delivery = {
        name: `Pembeli ${"abcdefghij"[n]}${n}`,
        address: `Jalan ${["Dago", "Riau", "Braga", "Aceh"][n % 4]} no ${n * 3 + 1}`,
        district: "Coblong",
      };
      const reply = await test.call("POST", `/v1/sales/${slug}/offers/${offer.offerId}/order`, {
        session,
        headers: { "giliran-device": `device-of-${n}` },
        body: { paymentMethod: "va", delivery },
      });
      outcomes.push(reply.status === 201 ? "placed" : reply.body.code);
    }
    expect(outcomes).toEqual([...Array(4).fill("step_up_required"), ...Array(6).fill("placed")]);
    const { offer } = await test.mine(sessions[0]!, slug);
    expect(JSON.stringify(offer.stepUp.reasons)).toContain("domain");
  });
});

describeOnDatabase("codes about an order", () => {
  beforeAll(async () => {
    test = await TestServer.start();
  });

  it("are all valid until they expire; a wrong guess spends one attempt, and four are sent in five minutes", async () => {
    const { sql } = test.database;
    const [contactKey, purpose] = [randomUUID(), `cod ${randomUUID()}`];
    const nowMs = test.clock.ms;
    const expiresAtMs = nowMs + 600_000;
    const codes = Array.from({ length: 5 }, () => randomUUID());
    const made: boolean[] = [];
    for (const codeKey of codes) {
      const code = { contactKey, purpose, saleNo: null, codeKey, nowMs, expiresAtMs, attempts: 2 };
      made.push(await insertCode(sql, code));
    }
    expect(made).toEqual([true, true, true, true, false]);
    const guess = (codeKey: string, atMs = nowMs) =>
      checkCode(sql, { contactKey, purpose, codeKey, nowMs: atMs });
    expect(await guess(codes[0]!)).toBe("right");
    expect(await guess(codes[0]!)).toBe("used");
    expect(await guess(codes[1]!, expiresAtMs)).toBe("wrong");
    for (let n = 0; n < 7; n++) expect(await guess(randomUUID())).toBe("wrong");
    expect(await guess(codes[3]!)).toBe("wrong");
  });
});
