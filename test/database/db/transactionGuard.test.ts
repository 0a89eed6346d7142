import { afterAll, beforeAll, expect, it } from "vitest";
import { createBrandTokenCheck } from "../../../src/access/io/brandToken.ts";
import { postHook } from "../../../src/access/io/hook.ts";
import { OutsideCallError } from "../../../src/db/transactionGuard.ts";
import { hookChannel } from "../../../src/connectors/channels/hook.ts";
import { drandSource } from "../../../src/connectors/drand.ts";
import { inTransaction } from "../../../src/db/connect.ts";
import { SimulatedBrand } from "../../../sim/crowd/brand.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { TestGateway, TestMailServer } from "../../helpers/outside/mailServer.ts";
import { START_MS } from "../../helpers/sale.ts";
import { senderTo, write } from "../../helpers/sending.ts";
import { TestServer } from "../../helpers/server.ts";

/** A transaction holds rows: nothing may wait for the network inside one, and every test watches for it. */
describeOnDatabase("inside a transaction", () => {
  let test: TestServer;
  let gateway: TestGateway;
  const signal = AbortSignal.timeout(60_000);
  const message = { id: "message.1", body: {}, nowMs: START_MS };

  beforeAll(async () => {
    test = await TestServer.start();
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  it("a call to the outside throws, and none leaves", async () => {
    const { sql } = test.database;
    const call = () => postHook(gateway.settings, message, signal);
    await expect(sql.begin(call)).rejects.toThrow(OutsideCallError);
    await expect(inTransaction(sql, call)).rejects.toThrow("fetch inside a transaction");
    await expect(sql.begin("isolation level repeatable read", call)).rejects.toThrow(
      OutsideCallError,
    );
    const channel = hookChannel(gateway.settings, () => START_MS);
    await expect(sql.begin(() => channel.knows("1", signal))).rejects.toThrow(OutsideCallError);
    const { jwks, ...login } = new SimulatedBrand().login;
    expect(jwks).toBeDefined();
    const check = createBrandTokenCheck({ ...login, jwks: new URL(gateway.settings.url) });
    const token = new SimulatedBrand().token({ subject: "a", phone: "+628111111111" }, START_MS);
    await expect(sql.begin(() => check(token, START_MS))).rejects.toThrow(OutsideCallError);
    const drand = drandSource([gateway.settings.url]);
    const question = { chainHash: "00", beaconRoundNo: 1, isGenuine: async () => true, signal };
    const asked = await sql.begin(() => drand.signature(question));
    expect(asked).toMatchObject({ ok: false, faults: [/inside a transaction/] });
    expect(gateway.arrived.size + gateway.asked.length).toBe(0);
  });

  it("a mail is not sent either", async () => {
    const mail = await TestMailServer.start();
    const sender = senderTo(test, { mail });
    await write(test, "code", ["siti@example.id"]);
    await test.database.sql.begin(() => sender.run());
    expect(mail.connectionCount).toBe(0);
    await sender.stop();
    await mail.stop();
  });

  it("what was begun inside may call once the transaction is over, and others may all the time", async () => {
    const { sql } = test.database;
    let over: () => void = () => undefined;
    const isOver = new Promise<void>((resolve) => (over = resolve));
    const later = await sql.begin(async (tx) => {
      await tx`select 1`;
      return { call: isOver.then(() => postHook(gateway.settings, message, signal)) };
    });
    over();
    expect(await later.call).toBe(200);
    expect(await postHook(gateway.settings, message, signal)).toBe(200);
  });
});
