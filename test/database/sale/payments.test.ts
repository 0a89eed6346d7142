import { beforeAll, expect, it } from "vitest";
import { body } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

const DELIVERY = { name: "Budi", address: "Jalan Dago 1", district: "Coblong", city: "Bandung" };

/** Joins and waits until a unit is offered. */
async function takeTurn(
  test: TestServer,
  person: number,
): Promise<{ session: string; path: string }> {
  const session = await test.signIn(person);
  body(await test.enter(session), 201);
  test.clock.ms = Math.max(test.clock.ms, START_MS + 10);
  await test.tick();
  const { offer } = await test.mine(session);
  return { session, path: `/v1/sales/small/offers/${offer.offerId}` };
}

describeOnDatabase("without a payment service", () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await TestServer.start({ payments: "none", publicUrl: "https://shop.example" });
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale());
  });

  it("nothing can be paid by pressing a button, and no report of a payment is genuine", async () => {
    const { session, path } = await takeTurn(test, 1);
    const { offer } = await test.mine(session);
    expect(offer.paymentMethods).toEqual(["cod"]);
    const order = (paymentMethod: string) =>
      test.post(`${path}/order`, session, { paymentMethod, delivery: DELIVERY });
    for (const method of ["va", "qris"])
      expect((await order(method)).body).toMatchObject({ code: "payment_not_set_up", status: 409 });
    const placed = body(await order("cod"), 201);
    expect(placed).toMatchObject({ state: "awaiting_confirmation", payUrl: null });
    const { orderId } = placed;
    const change = `/v1/sales/small/orders/${orderId}/payment-method`;
    expect((await test.post(change, session, { paymentMethod: "va" })).body.code).toBe(
      "payment_not_set_up",
    );
    expect((await test.pay(placed)).body.code).toBe("signature_invalid");
    for (const method of ["GET", "POST"] as const)
      expect((await test.call(method, `/sandbox/pay/1.${orderId}`)).status).toBe(404);
    const [code] = await test.messages("cod_code");
    const confirmed = await test.post(`/v1/sales/small/orders/${orderId}/confirmation`, session, {
      code: /\d{6}/.exec(code!.text)![0],
    });
    expect(body(confirmed).state).toBe("cod_confirmed");
    expect(await test.faults()).toEqual([]);
  });

  it("buyers are told on the pages that lead there, in both languages", async () => {
    for (const path of ["/s/small", "/s/small/board"]) {
      expect((await test.get(`${path}?lang=id`)).body).toContain("hanya bayar di tempat (COD)");
      expect((await test.get(`${path}?lang=en`)).body).toContain("only cash on delivery works");
    }
  });
});

describeOnDatabase("with the sandbox", () => {
  it("every page that leads to paying says that no money moves", async () => {
    const test = await TestServer.start({ publicUrl: "https://shop.example" });
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale());
    const { session, path } = await takeTurn(test, 1);
    const order = { paymentMethod: "va", delivery: DELIVERY };
    const { payUrl } = body(await test.post(`${path}/order`, session, order), 201);
    const pay = new URL(payUrl).pathname;
    for (const page of ["/", "/s/small", "/s/small/board", "/me", pay]) {
      expect((await test.get(`${page}?lang=id`)).body).toContain("idak ada uang yang berpindah");
      expect((await test.get(`${page}?lang=en`)).body).toContain("No money moves");
    }
  });
});

/** A newcomer on her own machine has no mailbox that a code could reach. */
describeOnDatabase("codes while trying out", () => {
  const contact = "081234567890";
  const own = { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" };

  it("the browser that asked is shown its code, and can answer for its orders with it", async () => {
    const test = await TestServer.start({ showCodes: true });
    test.clock.ms = START_MS - 30_000;
    await test.createSale(smallSale());
    const ask = (headers: Record<string, string>) =>
      test.call("POST", "/v1/sign-in/codes", { body: { contact }, headers });
    const { code } = body(await ask(own), 202);
    expect(code).toMatch(/^\d{6}$/);
    const { session } = body(await test.post("/v1/sign-in", undefined, { contact, code }));
    body(await test.enter(session), 201);
    test.clock.ms = START_MS + 10;
    await test.tick();
    const { offer } = await test.mine(session);
    const order = { paymentMethod: "cod", delivery: DELIVERY };
    body(await test.post(`/v1/sales/small/offers/${offer.offerId}/order`, session, order), 201);
    const codes = (who: string, headers = own) =>
      test.call("GET", "/v1/me/codes", { session: who, headers });
    expect(body(await codes(session)).codes).toMatchObject([{ kind: "cod_code" }]);
    expect(body(await codes(await test.signIn(2))).codes).toEqual([]);
    // A forwarded request gets neither.
    for (const foreign of [
      { ...own, "x-forwarded-for": "203.0.113.9" },
      { ...own, host: "shop.example" },
      { ...own, origin: "https://shop.example" },
    ]) {
      expect(body(await ask(foreign), 202)).not.toHaveProperty("code");
      expect((await codes(session, foreign)).body.code).toBe("not_found");
    }
  });

  it("every other server keeps them to itself", async () => {
    const test = await TestServer.start();
    const asked = { body: { contact }, headers: own };
    expect(body(await test.call("POST", "/v1/sign-in/codes", asked), 202)).not.toHaveProperty(
      "code",
    );
    const session = await test.signIn(1);
    const reply = await test.call("GET", "/v1/me/codes", { session, headers: own });
    expect({ status: reply.status, code: reply.body.code }).toEqual({
      status: 404,
      code: "not_found",
    });
  });
});
