import { beforeAll, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** One-time codes as buyers type and paste them. */
describeOnDatabase("what a buyer types", () => {
  let test: TestServer;
  let slugNo = 0;

  beforeAll(async () => {
    test = await TestServer.start();
  });

  async function offered(change: Parameters<typeof smallSale>[0] = {}) {
    const slug = `seen-${++slugNo}`;
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale({ slug, units: 1, openMs: 600_000, ...change }));
    const session = await test.signIn(slugNo);
    await test.enter(session, { slug });
    test.clock.ms = START_MS + 10;
    await test.tick();
    const { offer } = await test.mine(session, slug);
    const path = `/v1/sales/${slug}`;
    const order = async (paymentMethod: string) =>
      (await test.post(`${path}/offers/${offer.offerId}/order`, session, { paymentMethod })).body;
    return { slug, session, offer, path, order };
  }

  async function newestCode(kind: string): Promise<string> {
    const [row] = await test.database.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox where kind = ${kind} order by message_id desc limit 1`;
    return JSON.parse(test.keyring.decrypt(row!.payloadCipher)).facts.code;
  }

  it.each([
    ["as it was sent", (code: string) => code],
    ["with a space in the middle", (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ["pasted with its line's end", (code: string) => ` ${code}\n`],
    ["with a dash", (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ["with marks that nobody sees", (code: string) => `\u202a${code}\u202c\u200b`],
    [
      "in wide digits",
      (code: string) => code.replace(/\d/g, (d) => String.fromCharCode(0xff10 + +d)),
    ],
  ])("a code counts %s", async (_how, typed) => {
    test.clock.ms += 3_600_000;
    const contact = `08129900${1000 + slugNo}`;
    await test.post("/v1/sign-in/codes", undefined, { contact });
    const code = typed(await newestCode("sign_in_code"));
    expect((await test.post("/v1/sign-in", undefined, { contact, code })).status).toBe(200);
    const { session, order, path } = await offered();
    const { orderId } = await order("cod");
    const cod = typed(await newestCode("cod_code"));
    const confirmed = await test.post(`${path}/orders/${orderId}/confirmation`, session, {
      code: cod,
    });
    expect(confirmed.body.state).toBe("cod_confirmed");
  });

  it("what is no code is refused as before", async () => {
    for (const code of ["12345", "12a456", "abc def"]) {
      const contact = "081299001122";
      const reply = await test.post("/v1/sign-in", undefined, { contact, code });
      expect(reply.body.code, code).toBe("invalid_request");
    }
  });
});
