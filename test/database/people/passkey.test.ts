import { beforeAll, expect, it } from "vitest";
import { stepUpKinds, type Doubt } from "../../../src/sale/doubt.ts";
import { TestAuthenticator } from "../../helpers/authenticator.ts";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

const SITE = "http://test.example";

/** A passkey that was made before answers the question before a doubtful order. */
describeOnDatabase("a buyer's passkey", () => {
  let test: TestServer;
  const sessions: string[] = [];
  const slug = "asked";
  /** Each has a device with a passkey; the ring's orders all name one device. */
  const devices: TestAuthenticator[] = [];

  const newQuestion = async (person: number) =>
    await test.post("/v1/me/passkeys/question", sessions[person]);
  async function addPasskey(person: number, device: TestAuthenticator): Promise<TestReply> {
    const credential = device.make(body(await newQuestion(person)) as { challenge: string });
    return await test.post("/v1/me/passkeys", sessions[person], { credential });
  }
  const listOf = async (person: number) =>
    body(await test.get("/v1/me/passkeys", sessions[person])).passkeys;

  beforeAll(async () => {
    test = await TestServer.start({ doubtTimeoutMs: 30_000 });
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ slug, units: 60, openMs: 120_000 }));
    for (let person = 0; person < 40; person++) {
      const phone = `+62812${String((person * 37_480_661) % 100_000_000).padStart(8, "0")}`;
      sessions.push(await test.signIn(800_000 + person, { phone }));
      devices.push(new TestAuthenticator(SITE));
      await test.enter(sessions[person]!, { slug });
    }
    for (let person = 1; person < 12; person++) {
      body(await addPasskey(person, devices[person]!), 201);
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
    for (let person = 14; person < 40; person++) body(await order(person, `own-${person}`), 201);
    for (let person = 1; person < 12; person++) {
      const reply = await order(person, "one-device-of-many");
      if (reply.body.code === "step_up_required") asked.push(person);
      else expect(reply.status).toBe(201);
    }
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  const offerOf = async (person: number) => (await test.mine(sessions[person]!, slug)).offer;
  async function order(person: number, device: string): Promise<TestReply> {
    test.clock.ms += 400;
    const { offerId } = await offerOf(person);
    const address = `Jalan ${["Dago", "Riau", "Braga", "Aceh"][person % 4]} no ${person * 3 + 1}`;
    return await test.call("POST", `/v1/sales/${slug}/offers/${offerId}/order`, {
      session: sessions[person]!,
      headers: { "giliran-device": device },
      body: {
        paymentMethod: "va",
        delivery: { name: `Pembeli ${"abcdefgh"[person % 8]}${person}`, address },
      },
    });
  }
  const stepUp = async (person: number, below = "") =>
    `/v1/sales/${slug}/offers/${(await offerOf(person)).offerId}/step-up${below}`;
  const ask = async (person: number) =>
    await test.post(await stepUp(person, "/passkey"), sessions[person]);
  const answer = async (person: number, credential: object) =>
    await test.post(await stepUp(person), sessions[person], { kind: "passkey", credential });
  /** Asked before an order with the ring's device; the first of them were not, and have ordered. */
  const asked: number[] = [];

  it("is made on a device that makes sure who holds it, five at most, each for one buyer", async () => {
    expect(await listOf(1)).toMatchObject([{ credentialId: devices[1]!.id, lastUsedAt: null }]);
    const careless = new TestAuthenticator(SITE, false);
    expect((await addPasskey(1, careless)).body.code).toBe("passkey_refused");
    const elsewhere = new TestAuthenticator("http://phished.example");
    expect((await addPasskey(1, elsewhere)).body.code).toBe("passkey_refused");
    // A question of hers does not make a passkey of somebody else's.
    const foreign = new TestAuthenticator(SITE).make(body(await newQuestion(2)) as never);
    const stolen = await test.post("/v1/me/passkeys", sessions[1], { credential: foreign });
    expect(stolen.body.code).toBe("passkey_refused");
    expect((await addPasskey(1, devices[2]!)).body.code).toBe("passkey_refused");
    test.clock.ms += 60_000;
    const early = body(await newQuestion(1)) as { challenge: string };
    for (let n = 1; n < 5; n++) body(await addPasskey(1, new TestAuthenticator(SITE)), 201);
    const sixth = new TestAuthenticator(SITE).make(early);
    const more = await test.post("/v1/me/passkeys", sessions[1], { credential: sixth });
    expect(more.body.code).toBe("too_many_passkeys");
    expect((await newQuestion(1)).body.code).toBe("too_many_passkeys");
    const own = await listOf(1);
    expect(own).toHaveLength(5);
    const removal = { credentialId: own[4].credentialId };
    const byStranger = await test.post("/v1/me/passkeys/removal", sessions[2], removal);
    expect(byStranger.body.code).toBe("passkey_refused");
    body(await test.post("/v1/me/passkeys/removal", sessions[1], removal));
    body(await newQuestion(1));
  });

  it("does not open the console, nor does an operator's passkey stand for a buyer", async () => {
    const question = body(await test.post("/v1/operators/passkey/question", undefined));
    const credential = devices[1]!.use(question as never);
    const reply = await test.post("/v1/operators/passkey", undefined, { credential });
    expect(reply.body.code).toBe("passkey_refused");
    await expect(
      test.database.sql`
        insert into passkey (credential_id, name, public_key, sign_count, created_at)
        values ('nobody', '', '', 0, now())`,
    ).rejects.toThrow("passkey_one_owner");
  });

  it("answers the question, which places the order, and is noted", async () => {
    const person = asked.shift()!;
    expect((await offerOf(person)).stepUp.kinds).toEqual(
      expect.arrayContaining(["code", "passkey"]),
    );
    const question = body(await ask(person)) as { challenge: string; allowCredentials: object[] };
    expect(question.allowCredentials).toMatchObject([{ id: devices[person]!.id }]);
    const credential = devices[person]!.use(question);
    expect(body(await answer(person, credential), 201).state).toBe("awaiting_payment");
    const data = body(await test.get("/v1/me/data", sessions[person]));
    expect(data.questions).toMatchObject([{ passedBy: "passkey" }]);
    expect(data.passkeys).toHaveLength(1);
    const [own] = await listOf(person);
    expect(Date.parse(own.lastUsedAt)).toBe(test.clock.ms);
    expect(await test.faults(slug)).toEqual([]);
  });

  it("another's passkey, another question's answer, a late or a careless one places nothing", async () => {
    const person = asked.shift()!;
    const refused = async (credential: object) =>
      expect((await answer(person, credential)).body.code).toBe("passkey_refused");
    const question = body(await ask(person)) as { challenge: string };
    await refused(devices[person - 1]!.use(question));
    await refused(devices[person]!.use({ challenge: "c29tZXRoaW5nIGVsc2U" }));
    // A question for a new passkey is not this question's; nor is a forged signature an answer.
    const forged = devices[person]!.use(question);
    const other = new TestAuthenticator(SITE).use(question);
    await refused({
      ...forged,
      response: { ...forged.response, signature: other.response["signature"] },
    });
    test.clock.ms += 301_000;
    await refused(devices[person]!.use(question));
    const again = body(await ask(person)) as { challenge: string };
    body(await answer(person, devices[person]!.use(again)), 201);
  });

  it("one that is made after the question does not answer it", async () => {
    const person = asked.shift()!;
    const removal = { credentialId: devices[person]!.id };
    const late = new TestAuthenticator(SITE);
    test.clock.ms += 1_000;
    body(await addPasskey(person, late), 201);
    const question = body(await ask(person)) as { challenge: string; allowCredentials: object[] };
    expect(question.allowCredentials).toHaveLength(1);
    expect((await answer(person, late.use(question))).body.code).toBe("passkey_refused");
    body(await test.post("/v1/me/passkeys/removal", sessions[person], removal));
    const credential = devices[person]!.use(question);
    expect((await answer(person, credential)).body.code).toBe("passkey_refused");
  });

  it("a buyer without one is asked otherwise, and a passkey is erased with the data", async () => {
    const doubt = (strong: boolean): Doubt => ({ bits: 1, reasons: [], strong });
    const kinds = (strong: boolean, hasContact: boolean, hasPasskey: boolean) =>
      stepUpKinds(doubt(strong), { hasContact, hasPasskey });
    expect(kinds(true, true, false)).toEqual(["code"]);
    expect(kinds(true, true, true)).toEqual(["code", "passkey"]);
    expect(kinds(false, true, true)).toEqual(["code", "passkey", "address"]);
    expect(kinds(true, false, false)).toEqual(["address"]);
    expect(kinds(true, false, true)).toEqual(["passkey", "address"]);
    const account = await test.signIn(900_001);
    const credential = new TestAuthenticator(SITE).make(
      body(await test.post("/v1/me/passkeys/question", account)) as never,
    );
    body(await test.post("/v1/me/passkeys", account, { credential }), 201);
    expect(body(await test.post("/v1/me/erasure", account), 202).erasedNow).toBe(true);
    expect(body(await test.get("/v1/me/passkeys", account)).passkeys).toEqual([]);
  });
});
