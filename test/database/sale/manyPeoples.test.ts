import { beforeAll, expect, it } from "vitest";
import { readFacts, readFactsCipher } from "../../../src/sale/io/factsStore.ts";
import type { StoredSale } from "../../../src/sale/io/saleStore.ts";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer, type TestReply } from "../../helpers/server.ts";

/** An app that sends one number from all of its phones makes no ring of its buyers. */
describeOnDatabase("a device number that is many people's", () => {
  let test: TestServer;
  let sale: StoredSale;
  const sessions: string[] = [];
  const slug = "one-number";
  const PEOPLE = 52;
  /** As many are needed to see that they are strangers; of those, some are asked. */
  const SEEN_FROM = 12;

  beforeAll(async () => {
    test = await TestServer.start({ doubtTimeoutMs: 30_000 });
    test.clock.ms = START_MS - 30_000;
    sale = await test.createSale(smallSale({ slug, units: 60, openMs: 120_000 }));
    for (let person = 0; person < PEOPLE; person++) {
      const phone = `+62812${String((person * 37_480_661) % 100_000_000).padStart(8, "0")}`;
      sessions.push(await test.signIn(800_000 + person, { phone }));
      await test.enter(sessions[person]!, { slug });
    }
    test.clock.ms = START_MS + 10;
    await test.tick();
  });

  const agentOf = (model: string) =>
    `Mozilla/5.0 (Linux; Android 10; ${model}) AppleWebKit/537.36 Chrome/87.0 Mobile Safari/537.36`;
  async function order(person: number, device: string, model: string): Promise<TestReply> {
    test.clock.ms += 400;
    const { offer } = await test.mine(sessions[person]!, slug);
    const letters = "abcdefghijklmnopqrstuvwxyz";
    return await test.call("POST", `/v1/sales/${slug}/offers/${offer.offerId}/order`, {
      session: sessions[person]!,
      headers: {
        "giliran-device": device,
        "user-agent": agentOf(model),
        "x-forwarded-for": `36.${person + 60}.7.9`,
      },
      body: {
        paymentMethod: "va",
        delivery: {
          name: `Pembeli ${letters[person % 26]}${letters[(person * 7) % 26]}o`,
          address: `Jalan ${["Dago", "Riau", "Braga", "Aceh"][person % 4]} no ${person * 3 + 1}`,
          district: `Kelurahan ${letters[person % 26]}u${letters[(person * 11) % 26]}o`,
          city: ["Bandung", "Medan", "Jambi", "Depok", "Bogor"][person % 5],
        },
      },
    });
  }
  async function isAsked(person: number, device: string, model: string): Promise<boolean> {
    const reply = await order(person, device, model);
    if (reply.status === 201) return false;
    expect(reply.body.code).toBe("step_up_required");
    const { offer } = await test.mine(sessions[person]!, slug);
    const url = `/v1/sales/${slug}/offers/${offer.offerId}/step-up`;
    const [row] = await test.database.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox where kind = 'step_up_code' order by message_id desc limit 1`;
    const { code } = JSON.parse(test.keyring.decrypt(row!.payloadCipher)).facts;
    body(await test.post(url, sessions[person], { kind: "code", code }), 201);
    return true;
  }

  it("asks nobody on account of it, once it is seen that they are strangers", async () => {
    for (let person = 0; person < 22; person++) {
      const asked = await isAsked(person, "c0ffee5e-0b1e-4c1a", `Redmi ${person % 20}`);
      if (person >= SEEN_FROM) expect({ person, asked }).toEqual({ person, asked: false });
    }
  });

  it("asks on account of a phone, which is one model (the control)", async () => {
    const asked: number[] = [];
    for (let person = 22; person < 38; person++)
      if (await isAsked(person, "4b825dc6-42cb-6eb9", "vivo 1724")) asked.push(person);
    expect(asked).toContain(37);
    expect(asked.length).toBeGreaterThan(8);
  });

  it("is none where it means that nothing was given; of a browser its model and family are kept", async () => {
    for (let person = 38; person < PEOPLE; person++)
      expect(await isAsked(person, "00000000-0000-0000", "SM-A105F")).toBe(false);
    const { order: placed } = await test.mine(sessions[40]!, slug);
    const cipher = await readFactsCipher(test.database.sql, sale.saleNo, placed.orderId);
    const facts = readFacts(test.keyring, cipher!);
    expect(facts.deviceId).toBeUndefined();
    expect(facts.userAgent).toBe("sm-a105f chrome");
  });
});
