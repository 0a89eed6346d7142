import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Way } from "../../../src/messages/io/lane.ts";
import { messageWays } from "../../../src/messages/io/messageWays.ts";
import { CLAIM_MS, OutboxQueue } from "../../../src/messages/io/outboxQueue.ts";
import { readWaiting, readWays, reportWays } from "../../../src/messages/io/wayStore.ts";
import type { Attempt } from "../../../src/messages/sending.ts";
import { body, operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestGateway, TestMailServer } from "../../helpers/outside/mailServer.ts";
import { outboxOf, senderTo, write } from "../../helpers/sending.ts";
import { TestServer } from "../../helpers/server.ts";

const SENDER = join(import.meta.dirname, "../../helpers/children/senderChild.ts");

const people = (count: number, name = "siti") =>
  Array.from({ length: count }, (_, index) => `${name}${index}@example.id`);
const phones = (count: number) =>
  Array.from({ length: count }, (_, index) => `+62812${String(index).padStart(8, "0")}`);

describeOnDatabase("messages", () => {
  let test: TestServer;
  let mail: TestMailServer;
  let gateway: TestGateway;

  beforeAll(async () => {
    test = await TestServer.start();
  });
  beforeEach(async () => {
    await test.database.sql`delete from outbox`;
    mail = await TestMailServer.start();
    gateway = await TestGateway.start();
  });
  afterEach(async () => {
    await mail.stop();
    await gateway.stop();
  });

  it("a code is handed over, tried again later when refused, and never twice", async () => {
    const sender = senderTo(test, { mail, gateway });
    const asked = await test.post("/v1/sign-in/codes", undefined, { contact: "siti@example.id" });
    expect(asked.status).toBe(202);
    mail.behaviour = "refuse";
    expect(await sender.run()).toBe(0);
    const [row] = await outboxOf(test);
    expect(row).toMatchObject({ attempts: 1, sent: false, failure: null });
    expect(row?.error).toContain("451");
    expect(row?.error).not.toContain("siti");
    mail.behaviour = "answer";
    test.clock.ms += 1_000;
    expect(await sender.run()).toBe(0);
    test.clock.ms += 10_000;
    expect(await sender.run()).toBe(1);
    test.clock.ms += 60_000;
    expect(await sender.run()).toBe(0);
    expect(mail.mails.map((one) => one.to)).toEqual(["siti@example.id"]);
    const text = mail.mails[0]?.text.replace(/=\n/g, "") ?? "";
    const code = /\b(\d{6})\b/.exec(text.slice(text.indexOf("\n\n")))?.[1];
    const given = { contact: "siti@example.id", code };
    expect((await test.post("/v1/sign-in", undefined, given)).status).toBe(200);
    await sender.stop();
  });

  it("a text goes to the gateway, signed, with one id over all attempts", async () => {
    const sender = senderTo(test, { mail, gateway });
    await test.post("/v1/sign-in/codes", undefined, { contact: "0812 3456 7890" });
    gateway.behaviour = 500;
    expect(await sender.run()).toBe(0);
    const [row] = await outboxOf(test);
    expect(row).toMatchObject({ attempts: 1, error: "text gateway: 500" });
    gateway.behaviour = "answer";
    test.clock.ms += 60_000;
    expect(await sender.run()).toBe(1);
    test.clock.ms += 60_000;
    expect(await sender.run()).toBe(0);
    expect([...gateway.arrived]).toEqual([[`message.${row?.messageId}`, 1]]);
    expect(gateway.forged).toBe(0);
  });

  it("an offer's text fits a segment and leads to its sale; so does its mail", async () => {
    const sender = senderTo(test, { mail, gateway });
    await write(test, "turn", ["+6281234567890", "siti@example.id"]);
    expect(await sender.run()).toBe(2);
    const link = "https://test.example/s/kecil?lang=id";
    expect(gateway.texts.at(-1)).toBe(
      `Giliran Anda, Kecil: Merah Rp100.000, ditahan s.d. 10.00. Pesan: ${link}`,
    );
    expect(
      mail.mails
        .at(-1)
        ?.text.replace(/=\r?\n/g, "")
        .replace(/=3D/g, "="),
    ).toContain(link);
  });

  it("a message is given up after eight attempts, said so, and sent again when somebody asks", async () => {
    const sender = senderTo(test, { mail });
    const auditor = await operator(test, "auditor", "auditor");
    const chief = await operator(test, "operator", "operator");
    const newest = async () => body(await test.get("/v1/operator/webhooks", auditor)).sent[0];
    const again = async () => {
      const { messageId } = await newest();
      return await test.post("/v1/operator/messages/resend", chief, { messageId });
    };
    await write(test, "decision", ["budi@example.id"]);
    mail.behaviour = "refuse";
    for (let attempt = 1; attempt < 8; attempt++) {
      await sender.run();
      test.clock.ms += 3_600_000;
    }
    expect(await newest()).toMatchObject({ state: "due", attempts: 7 });
    expect((await newest()).nextAttemptAt).not.toBeNull();
    expect((await again()).body.code).toBe("message_not_failed");
    await sender.run();
    expect(await newest()).toMatchObject({ state: "bounced", attempts: 8, nextAttemptAt: null });
    mail.behaviour = "answer";
    test.clock.ms += 86_400_000;
    expect(await sender.run()).toBe(0);
    body(await again());
    expect(await sender.run()).toBe(1);
    expect(await newest()).toMatchObject({ state: "done" });
    expect((await again()).body.code).toBe("message_not_failed");
  });

  it("what the other side says is wrong for good is given up at once", async () => {
    const sender = senderTo(test, { mail, gateway });
    mail.behaviourFor.set("nobody@example.id", "unknown");
    await write(test, "decision", ["nobody@example.id", "siti@example.id"]);
    gateway.behaviour = 422;
    await write(test, "decision", phones(1));
    expect(await sender.run()).toBe(1);
    expect((await outboxOf(test)).map((row) => row.failure)).toEqual(["bounced", null, "bounced"]);
  });

  it("codes go before turns, and turns before the rest, whichever was written first", async () => {
    const sender = senderTo(test, { mail }, { connections: 1 });
    await write(test, "decision", people(3, "decision"));
    await write(test, "turn", people(3, "turn"));
    await write(test, "code", people(3, "code"));
    expect(await sender.run()).toBe(9);
    const kinds = mail.mails.map((one) => one.to.replace(/\d.*/, ""));
    expect(kinds).toEqual([
      ...["code", "code", "code", "turn", "turn", "turn"],
      ...["decision", "decision", "decision"],
    ]);
    await sender.stop();
  });

  it("messages that name an account go to the contact that it has when they are sent", async () => {
    const sender = senderTo(test, { mail, gateway });
    const { sql } = test.database;
    await sql`delete from account`;
    await test.signIn(1, { email: "rina@example.id" } as never);
    await test.signIn(2);
    const accounts = await sql<{ accountKey: string }[]>`select account_key from account`;
    expect(accounts).toHaveLength(2);
    for (const { accountKey } of accounts) {
      await write(test, "turn", ["x@example.id"], { recipient: { accountKey } });
    }
    // One of nobody.
    const accountKey = "00000000-0000-4000-8000-000000000000";
    await write(test, "turn", ["x@example.id"], { recipient: { accountKey } });
    const sent = await sender.run();
    expect(sent).toBe(2);
    expect(mail.mails.length + gateway.arrived.size).toBe(2);
    expect((await outboxOf(test)).at(-1)).toMatchObject({
      failure: "bounced",
      error: "no contact on record",
    });
    await sender.stop();
  });

  it("an expired code is never sent", async () => {
    const sender = senderTo(test, { mail });
    await write(test, "code", ["siti@example.id"]);
    test.clock.ms += 10 * 60_000;
    await write(test, "code", ["budi@example.id"]);
    expect(await sender.run()).toBe(1);
    expect(mail.mails.map((one) => one.to)).toEqual(["budi@example.id"]);
    expect((await outboxOf(test)).map((row) => row.failure)).toEqual(["expired", null]);
    await sender.stop();
  });

  it("a message that cannot be opened keeps no other waiting", async () => {
    const sender = senderTo(test, { mail });
    const [broken] = await write(test, "decision", people(2));
    await test.database.sql`
      update outbox set payload_cipher = '\\x00' where message_id = ${broken ?? 0}`;
    expect(await sender.run()).toBe(1);
    expect((await outboxOf(test)).map((row) => row.failure)).toEqual(["bounced", null]);
    await sender.stop();
  });

  it("a way that is not set up is tried as often as one that refuses, then it is said", async () => {
    const sender = senderTo(test, { mail });
    await write(test, "decision", phones(1));
    for (let attempt = 1; attempt <= 8; attempt++) {
      await sender.run();
      test.clock.ms += 3_600_000;
    }
    const [row] = await outboxOf(test);
    expect(row).toMatchObject({ failure: "bounced", attempts: 8 });
    expect(row?.error).toBe("no gateway for text messages is configured");
  });

  it("a mail server that is away costs no message an attempt; it is tried rarely, then all go", async () => {
    const sender = senderTo(test, { mail });
    await write(test, "decision", people(30));
    const comeBack = await mail.goAway();
    for (let second = 0; second < 600; second += 5) {
      await sender.run();
      test.clock.ms += 5_000;
    }
    const away = await outboxOf(test);
    expect(away.every((row) => row.attempts === 0 && row.failure === null)).toBe(true);
    expect(away.some((row) => /mail server/.test(row.error ?? ""))).toBe(true);
    await comeBack();
    test.clock.ms += 60_000;
    // The first that gets through lets the others follow.
    expect(await sender.run()).toBe(30);
    expect(mail.mails).toHaveLength(30);
    await sender.stop();
  });

  it("an open breaker leaves messages alone, and one at a time finds out whether the way works", async () => {
    const sender = senderTo(test, { gateway });
    await write(test, "code", phones(40));
    gateway.behaviour = "hang_up";
    await sender.run();
    const tried = (await outboxOf(test)).filter((row) => row.attempts > 0).length;
    expect(tried).toBe(5);
    await sender.run();
    expect((await outboxOf(test)).filter((row) => row.attempts > 0)).toHaveLength(5);
    // After its rest one message is tried, not five.
    test.clock.ms += 1_000;
    await sender.run();
    const attempts = (await outboxOf(test)).reduce((sum, row) => sum + row.attempts, 0);
    expect(attempts).toBe(6);
    gateway.behaviour = "answer";
    test.clock.ms += 2_000;
    await sender.run();
    test.clock.ms += 30_000;
    await sender.run();
    expect(gateway.arrived.size).toBe(40);
  });

  it("codes are not stuck behind decisions that hang", async () => {
    const sender = senderTo(test, { mail });
    for (const one of people(20, "stuck")) mail.behaviourFor.set(one, "silent");
    await write(test, "decision", people(20, "stuck"));
    sender.start();
    await until(() => mail.mails.length === 3);
    await write(test, "code", people(2, "code"));
    await until(() => mail.mails.some((one) => one.to === "code1@example.id"));
    // The first three decisions still hang: each that was given up would let another one follow.
    expect(mail.mails.filter((one) => one.to.startsWith("stuck"))).toHaveLength(3);
    await mail.stop();
    await sender.stop();
    mail = await TestMailServer.start();
  });

  it("two senders share the work: each message once, and never twice at the same time", async () => {
    mail.answerMs = 5;
    gateway.answerMs = 5;
    const senders = [0, 1, 2].map(() => senderTo(test, { mail, gateway }));
    await write(test, "turn", people(200));
    await write(test, "turn", phones(200));
    const sent = await Promise.all(senders.map((sender) => sender.run()));
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(400);
    expect(Math.max(...sent)).toBeLessThan(400);
    expect(new Set(mail.mails.map((one) => one.id)).size).toBe(200);
    expect(mail.mails).toHaveLength(200);
    expect([...gateway.arrived.values()].every((times) => times === 1)).toBe(true);
    expect(mail.overlapped || gateway.overlapped).toBe(false);
    for (const sender of senders) await sender.stop();
  });

  it("counts an attempt, and commits it, before the network is touched", async () => {
    const seen: number[] = [];
    const sender = senderTo(test, { mail });
    mail.answerMs = 50;
    await write(test, "decision", ["siti@example.id"]);
    const running = sender.run();
    await until(() => mail.connectionCount > 0);
    seen.push((await outboxOf(test))[0]?.attempts ?? 0);
    await running;
    expect(seen).toEqual([1]);
    await sender.stop();
  });

  it("a claim that a dead server left is taken up when it ends: codes go again, decisions are asked for", async () => {
    const { sql } = test.database;
    const dead = new OutboxQueue(sql, test.keyring, () => "");
    await write(test, "code", phones(1));
    await write(test, "decision", phones(3));
    await write(test, "decision", ["siti@example.id"]);
    for (const urgency of [0, 2] as const)
      await dead.claim("text", urgency, { count: 9, nowMs: test.clock.ms });
    await dead.claim("mail", 2, { count: 9, nowMs: test.clock.ms });
    const sender = senderTo(test, { mail, gateway });
    expect(await sender.run()).toBe(0);
    test.clock.ms += CLAIM_MS;
    const ids = (await outboxOf(test)).map((row) => `message.${row.messageId}`);
    // The dead one had handed the first decision over.
    gateway.arrived.set(ids[1] ?? "", 1);
    expect(await sender.run()).toBe(4);
    expect(gateway.asked.sort()).toEqual(ids.slice(1, 4));
    expect([...gateway.arrived.values()]).toEqual([1, 1, 1, 1]);
    // A mail server cannot be asked: a person decides whether it goes again.
    expect((await outboxOf(test)).at(-1)).toMatchObject({ failure: "unclear", sent: false });
    expect(mail.mails).toEqual([]);
  });

  it("after kill -9 with messages in hand codes go again, and no decision comes twice", async () => {
    gateway.behaviour = "silent";
    mail.behaviour = "silent";
    await write(test, "code", phones(2));
    await write(test, "decision", phones(2));
    await write(test, "decision", people(2));
    const { socketFolder, database } = test.database.target as unknown as Record<string, string>;
    const task = {
      socketFolder,
      database,
      nowMs: test.clock.ms,
      mail: { smtpUrl: mail.url, from: "sale@example.id", connections: 5 },
      textGateway: { ...gateway.settings, connections: 5 },
    };
    const child = spawn(process.execPath, [SENDER, JSON.stringify(task)], { stdio: "inherit" });
    const ended = once(child, "exit");
    await until(() => gateway.arrived.size === 4 && mail.mails.length === 2);
    child.kill("SIGKILL");
    await ended;
    const sender = senderTo(test, { mail, gateway });
    gateway.behaviour = "answer";
    mail.behaviour = "answer";
    expect(await sender.run()).toBe(0);
    test.clock.ms += CLAIM_MS;
    expect(await sender.run()).toBe(4);
    expect([...gateway.arrived.values()]).toEqual([2, 2, 1, 1]);
    expect(mail.mails).toHaveLength(2);
    expect((await outboxOf(test)).map((row) => row.failure)).toEqual([
      ...[null, null, null, null],
      ...["unclear", "unclear"],
    ]);
    await sender.stop();
  });

  it("a way that hangs keeps no other way waiting", async () => {
    let asked = 0;
    const hanging: Way = {
      name: "channel",
      connections: 4,
      pauseMs: 100,
      due: async () => [0],
      claim: async (urgency, { count }) =>
        asked > 0
          ? []
          : Array.from({ length: count }, () => ({
              urgency,
              send: () => new Promise<Attempt>(() => asked++),
              record: async () => undefined,
            })),
    };
    const ways = messageWays({
      sql: test.database.sql,
      keyring: test.keyring,
      clock: test.clock,
      mail: null,
      textGateway: { ...gateway.settings, connections: 5 },
      siteUrl: () => "",
    });
    const sender = senderTo(test, {}, { ways: [hanging, ...ways] });
    sender.start();
    await until(() => asked === 4);
    await write(test, "code", phones(3));
    await until(() => gateway.arrived.size === 3);
    await sender.stop();
  });

  it("a decision that may have arrived is not sent before the gateway answered whether it did", async () => {
    const sender = senderTo(test, { gateway });
    await write(test, "decision", phones(1));
    gateway.behaviour = "take_and_hang_up";
    expect(await sender.run()).toBe(0);
    gateway.behaviour = "answer";
    gateway.knows = 503;
    test.clock.ms += 60_000;
    await sender.run();
    expect(gateway.asked).toHaveLength(1);
    expect([...gateway.arrived.values()]).toEqual([1]);
    gateway.knows = true;
    test.clock.ms += 120_000;
    expect(await sender.run()).toBe(1);
    expect([...gateway.arrived.values()]).toEqual([1]);
  });

  it.each([
    ["take_and_hang_up", "code", null],
    ["silent", "code", null],
    ["silent", "decision", "unclear"],
    ["take_and_hang_up", "decision", "unclear"],
    ["never", "decision", null],
    ["hang_up", "decision", null],
  ] as const)("a mail server that behaves like %s with a %s", async (behaviour, kind, failure) => {
    const waits = behaviour === "never" || behaviour === "silent";
    const short = waits ? { silenceMs: 400, timeoutMs: 800 } : {};
    const sender = senderTo(test, { mail }, short);
    mail.behaviour = behaviour;
    await write(test, kind, ["siti@example.id"]);
    expect(await sender.run()).toBe(0);
    const [row] = await outboxOf(test);
    expect(row).toMatchObject({ failure, sent: false });
    // The mail client does not try again by itself: attempts are counted in one place.
    expect(mail.connectionCount).toBe(1);
    // A message that never left costs no attempt.
    expect(row?.attempts).toBe(behaviour === "never" || behaviour === "hang_up" ? 0 : 1);
    mail.behaviour = "answer";
    test.clock.ms += 60_000;
    const later = senderTo(test, { mail });
    expect(await later.run()).toBe(failure === null ? 1 : 0);
    await Promise.all([sender.stop(), later.stop()]);
  });

  it("a late outcome under a claim that ended changes nothing", async () => {
    const queue = new OutboxQueue(test.database.sql, test.keyring, () => "");
    await write(test, "code", phones(1));
    const [late] = await queue.claim("text", 0, { count: 1, nowMs: test.clock.ms });
    test.clock.ms += CLAIM_MS;
    const [second] = await queue.claim("text", 0, { count: 1, nowMs: test.clock.ms });
    expect(second).toMatchObject({ messageId: late?.messageId, attempts: 2, maybeArrived: true });
    const outcome = { way: "text", why: null, nowMs: test.clock.ms } as const;
    const fate = { state: "failed", failure: "bounced" } as const;
    await queue.record({
      ...outcome,
      fate,
      messageId: late?.messageId ?? 0,
      claim: late?.claim ?? "",
    });
    expect((await outboxOf(test))[0]).toMatchObject({ failure: null, attempts: 2 });
  });

  it("ends within seconds although the gateway hangs, and leaves nothing in hand", async () => {
    gateway.behaviour = "never";
    const sender = senderTo(test, { gateway }, { timeoutMs: 60_000 });
    await write(test, "code", phones(3));
    sender.start();
    await until(async () => (await outboxOf(test)).every((row) => row.attempts > 0));
    const began = performance.now();
    await sender.stop();
    expect(performance.now() - began).toBeLessThan(20_000);
    const rows = await test.database.sql`select 1 from outbox where claim is not null`;
    expect(rows).toHaveLength(0);
  });

  it("says what waits, by kind", async () => {
    await write(test, "decision", people(2));
    await write(test, "code", people(3));
    const waiting = await readWaiting(test.database.sql);
    expect([...waiting]).toMatchObject([
      { kind: "sign_in_code", count: 3, triedCount: 0 },
      { kind: "decision", count: 2, triedCount: 0 },
    ]);
  });

  it("says what the ways of all servers carry, and forgets a server that fell silent", async () => {
    const auditor = await operator(test, "auditor", "auditor");
    const { sql } = test.database;
    const figures = { connections: 5, inFlight: 1, lastFault: null, sentInMinute: 30 };
    const ids = ["1", "2"].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
    for (const [index, id] of ids.entries()) {
      const state = index === 0 ? "open" : "closed";
      await reportWays(sql, id, [{ ...figures, way: "mail", state, answerMs: 600 }], test.clock.ms);
    }
    const { ways } = body(await test.get("/v1/operator/ways", auditor));
    expect(ways).toMatchObject([
      {
        way: "mail",
        serverCount: 2,
        connections: 10,
        inFlight: 2,
        sentInMinute: 60,
        state: "open",
      },
    ]);
    // Ten connections, 600 ms each.
    expect(ways[0].aboutPerSecond).toBe(16.7);
    test.clock.ms += 20_000;
    expect(await readWays(sql, test.clock.ms)).toHaveLength(0);
  });
});

/** Waits for something that others bring about; the test's own time limit ends it. */
async function until(true_: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await true_())) await new Promise((resume) => setTimeout(resume, 5));
}
