/* A fake sales channel behind a webhook, for the story and tests. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hookSignature, type HookSettings } from "../../src/access/io/hook.ts";
import { must } from "../../src/base/assert.ts";

const SECRET = `whsec_${Buffer.from("a channel's own secret").toString("base64")}`;

/** Takes cancellations and remembers them; it can be silenced. */
export class FakeChannel {
  /** How often each call id has arrived. */
  readonly calls = new Map<string, number>();
  /** Its answer: a status, or none although the call arrived. */
  mode: number | "silent" = 200;
  forged = 0;
  /** Delay in ms between receiving a call and answering it, in which the caller may die. */
  answerAfterMs = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeChannel> {
    const server = createServer();
    const channel = new FakeChannel(server);
    server.on("request", (request, response) => {
      if (request.method === "GET") {
        const id = decodeURIComponent(must(request.url?.split("/").at(-1), "address of a request"));
        response.writeHead(channel.calls.has(id) ? 200 : 404).end();
        return;
      }
      let payload = "";
      request.on("data", (chunk: Buffer) => (payload += chunk.toString()));
      request.on("end", () => {
        const id = String(request.headers["webhook-id"]);
        const timestamp = Number(request.headers["webhook-timestamp"]);
        const genuine = hookSignature(SECRET, { id, timestamp, payload });
        if (request.headers["webhook-signature"] !== genuine) channel.forged++;
        if (channel.mode === "silent" || channel.mode === 200) {
          channel.calls.set(id, (channel.calls.get(id) ?? 0) + 1);
        }
        if (channel.mode === "silent") request.socket.destroy();
        else {
          const status = channel.mode;
          setTimeout(() => response.writeHead(status).end("{}"), channel.answerAfterMs);
        }
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return channel;
  }

  get settings(): HookSettings {
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/cancellations`, secret: SECRET };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
