import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Postman } from "../../src/access/io/outbox.ts";
import { createBrandTokenCheck } from "../../src/access/io/brandToken.ts";
import { FakeChannel } from "../../sim/fakeChannel.ts";
import { SimulatedBrand } from "../../sim/brand.ts";
import { body, operator } from "../helpers/cases.ts";
import { describeOnDatabase } from "../helpers/database.ts";
import { START_MS } from "../helpers/sale.ts";
import { TestServer } from "../helpers/server.ts";

/** A mail server that speaks RFC 5321 as far as a client without TLS needs it. */
class FakeMailServer {
  readonly mails: { readonly to: string; readonly data: string }[] = [];
  refuse = false;
  #server: TcpServer | null = null;

  async start(): Promise<string> {
    this.#server = createTcp((socket) => {
      let text = "";
      let to = "";
      let data: string | null = null;
      const say = (line: string) => socket.write(`${line}\r\n`);
      const line = (command: string) => {
        const [verb = ""] = command.toUpperCase().split(/[ :]/);
        if (verb === "EHLO") return say("250 mail.example");
        if (verb === "RCPT") {
          to = /<([^>]+)>/.exec(command)?.[1] ?? "";
          return say(this.refuse ? "451 later" : "250 ok");
        }
        if (verb === "DATA") {
          data = "";
          return say("354 go on");
        }
        if (verb === "QUIT") {
          say("221 bye");
          return socket.end();
        }
        return say("250 ok");
      };
      say("220 mail.example ESMTP");
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        text += chunk.toString();
        for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
          const one = text.slice(0, end);
          text = text.slice(end + 2);
          if (data === null) line(one);
          else if (one === ".") {
            this.mails.push({ to, data });
            data = null;
            say("250 queued");
          } else data += `${one}\n`;
        }
      });
    });
    await new Promise<void>((done) => this.#server!.listen(0, "127.0.0.1", done));
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.close();
  }
}

describeOnDatabase("mail", () => {
  let test: TestServer;
  const mail = new FakeMailServer();
  let url = "";
  let gateway: FakeChannel;

  beforeAll(async () => {
    test = await TestServer.start();
    url = await mail.start();
    gateway = await FakeChannel.start();
  });
  afterAll(async () => {
    mail.stop();
    await gateway.stop();
  });

  const deliver = (atMs: number) =>
    new Postman({
      mail: { smtpUrl: url, from: "sale@example.id" },
      textGateway: gateway.settings,
    }).deliver(test.database.sql, test.keyring, atMs, 10);

  it("hands a code over to the mail server, tries again later when refused, and never twice", async () => {
    const asked = await test.post("/v1/sign-in/codes", undefined, { contact: "siti@example.id" });
    expect(asked.status).toBe(202);
    mail.refuse = true;
    expect(await deliver(START_MS + 1)).toBe(0);
    const [row] = await test.database.sql<{ attempts: number; last_error: string }[]>`
      select attempts, last_error from outbox`;
    expect(row!.attempts).toBe(1);
    expect(row!.last_error).toContain("451");
    expect(row!.last_error).not.toContain("siti");
    mail.refuse = false;
    expect(await deliver(START_MS + 2)).toBe(0);
    expect(await deliver(START_MS + 20_000)).toBe(1);
    expect(await deliver(START_MS + 40_000)).toBe(0);
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]!.to).toBe("siti@example.id");
    const text = mail.mails[0]!.data.replace(/=\n/g, "");
    const code = /\b(\d{6})\b/.exec(text.slice(text.indexOf("\n\n")))?.[1];
    const signedIn = await test.post("/v1/sign-in", undefined, {
      contact: "siti@example.id",
      code,
    });
    expect(signedIn.status).toBe(200);
  });

  it("hands a text to the gateway, signed, with one id over all attempts", async () => {
    await test.post("/v1/sign-in/codes", undefined, { contact: "0812 3456 7890" });
    gateway.mode = 503;
    expect(await deliver(START_MS + 60_000)).toBe(0);
    const [row] = await test.database.sql<{ message_id: number; last_error: string }[]>`
      select message_id, last_error from outbox where sent_at is null`;
    expect(row!.last_error).toBe("text gateway: 503");
    gateway.mode = 200;
    expect(await deliver(START_MS + 120_000)).toBe(1);
    expect(await deliver(START_MS + 180_000)).toBe(0);
    expect([...gateway.calls]).toEqual([[`message.${row!.message_id}`, 1]]);
    expect(gateway.forged).toBe(0);
  });

  it("gives a message up after eight attempts, and says so to who looks at the deliveries", async () => {
    const auditor = await operator(test, "auditor", "auditor");
    const newest = async () => body(await test.get("/v1/operator/webhooks", auditor)).sent[0];
    await test.post("/v1/sign-in/codes", undefined, { contact: "budi@example.id" });
    mail.refuse = true;
    for (let attempt = 1; attempt < 8; attempt += 1) await deliver(START_MS + attempt * 86_400_000);
    expect(await newest()).toMatchObject({ state: "due", attempts: 7 });
    expect((await newest()).nextAttemptAt).not.toBeNull();
    await deliver(START_MS + 8 * 86_400_000);
    expect(await newest()).toMatchObject({ state: "bounced", attempts: 8, nextAttemptAt: null });
    mail.refuse = false;
    expect(await deliver(START_MS + 30 * 86_400_000)).toBe(0);
  });
});

describe("a brand's keys by address", () => {
  const brand = new SimulatedBrand();
  const served = { up: true };
  let http: HttpServer;
  let url: URL;

  beforeAll(async () => {
    http = createHttp((_request, response) => {
      response.statusCode = served.up ? 200 : 500;
      response.setHeader("content-type", "application/jwk-set+json");
      response.end(served.up ? JSON.stringify(brand.login.jwks) : "");
    });
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`);
  });
  afterAll(() => void http.close());

  const token = () =>
    brand.token({ subject: "siti", phone: "+628111111111" }, START_MS + 3_600_000);

  it("are fetched, and believed for a genuine token only", async () => {
    const check = createBrandTokenCheck({ ...brand.login, jwks: url });
    expect(await check(token(), START_MS)).toMatchObject({ phone: { value: "+628111111111" } });
    expect(await check(`${token().slice(0, -4)}AAAA`, START_MS)).toBeNull();
    const other = new SimulatedBrand();
    const forged = other.token({ subject: "x", phone: "+628111111111" }, START_MS + 3_600_000);
    expect(await check(forged, START_MS)).toBeNull();
  });

  it("that cannot be fetched are our trouble, not the customer's", async () => {
    served.up = false;
    const check = createBrandTokenCheck({ ...brand.login, jwks: url });
    await expect(check(token(), START_MS)).rejects.toThrow();
    served.up = true;
  });
});
