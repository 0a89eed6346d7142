import { once } from "node:events";
import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from "node:net";
import { hookSignature, type HookSettings } from "../../../src/access/io/hook.ts";

/** How the other side treats what it is sent. */
export type Behaviour =
  | "answer"
  /** Says no for now. */
  | "refuse"
  /** Says that there is no such recipient. */
  | "unknown"
  /** Takes the whole message, and says nothing. */
  | "silent"
  /** Says nothing from the start. */
  | "never"
  /** Takes the whole message, and closes. */
  | "take_and_hang_up"
  /** Closes at once. */
  | "hang_up";

export interface ReceivedMail {
  readonly to: string;
  readonly id: string;
  readonly text: string;
}

/** A mail server that speaks RFC 5321 as far as a client without TLS needs it, and can be told to behave badly. */
export class TestMailServer {
  readonly mails: ReceivedMail[] = [];
  behaviour: Behaviour = "answer";
  /** For one recipient only. */
  readonly behaviourFor = new Map<string, Behaviour>();
  /** Before each answer. */
  answerMs = 0;
  connectionCount = 0;
  /** Whether two mails with one id were in hand at the same time. */
  overlapped = false;
  readonly #inHand = new Set<string>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor() {
    this.#server = createTcp((socket) => this.#serve(socket));
  }

  static async start(): Promise<TestMailServer> {
    const mail = new TestMailServer();
    mail.#server.listen(0, "127.0.0.1");
    await once(mail.#server, "listening");
    return mail;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** As if the machine was gone: connections break, new ones are refused until `comeBack`. */
  async goAway(): Promise<() => Promise<void>> {
    const { port } = this.#server.address() as AddressInfo;
    await this.stop();
    return async () => {
      this.#server.listen(port, "127.0.0.1");
      await once(this.#server, "listening");
    };
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    this.connectionCount++;
    const session = new MailSession(this, socket, this.#inHand);
    session.greet();
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        session.line(text.slice(0, end));
        text = text.slice(end + 2);
      }
    });
  }
}

class MailSession {
  #to = "";
  #data: string[] | null = null;
  readonly #server: TestMailServer;
  readonly #socket: Socket;
  readonly #inHand: Set<string>;

  constructor(server: TestMailServer, socket: Socket, inHand: Set<string>) {
    this.#server = server;
    this.#socket = socket;
    this.#inHand = inHand;
  }

  greet(): void {
    if (this.#behaviour() === "hang_up") this.#socket.end();
    else this.#say("220 mail.example ESMTP");
  }

  line(line: string): void {
    if (this.#data !== null) {
      if (line === ".") this.#take(this.#data.join("\n"));
      else this.#data.push(line);
      return;
    }
    const verb = line.toUpperCase().split(/[ :]/)[0];
    if (verb === "RCPT") {
      this.#to = /<([^>]+)>/.exec(line)?.[1] ?? "";
      const behaviour = this.#behaviour();
      if (behaviour === "refuse") return this.#say("451 4.3.0 later");
      if (behaviour === "unknown") return this.#say("550 5.1.1 no such mailbox");
      return this.#say("250 ok");
    }
    if (verb === "DATA") {
      this.#data = [];
      return this.#say("354 go on");
    }
    if (verb === "QUIT") {
      this.#say("221 bye");
      this.#socket.end();
      return;
    }
    this.#say(verb === "EHLO" ? "250 mail.example" : "250 ok");
  }

  #take(data: string): void {
    const id = /^message-id: <([^>]+)>/im.exec(data)?.[1] ?? "";
    if (this.#inHand.has(id)) this.#server.overlapped = true;
    this.#inHand.add(id);
    this.#data = null;
    this.#server.mails.push({ to: this.#to, id, text: data });
    const done = () => this.#inHand.delete(id);
    setTimeout(done, this.#server.answerMs);
    const behaviour = this.#behaviour();
    if (behaviour === "take_and_hang_up") this.#socket.destroy();
    else if (behaviour !== "silent") this.#say("250 queued");
  }

  #behaviour(): Behaviour {
    return this.#server.behaviourFor.get(this.#to) ?? this.#server.behaviour;
  }

  #say(line: string): void {
    if (this.#behaviour() === "never") return;
    const say = () => this.#socket.writable && this.#socket.write(`${line}\r\n`);
    if (this.#server.answerMs === 0) say();
    else setTimeout(say, this.#server.answerMs);
  }
}

/** A gateway for texts, that can be told to behave badly. */
export class TestGateway {
  /** How often each id arrived. */
  readonly arrived = new Map<string, number>();
  readonly asked: string[] = [];
  /** The texts that were taken. */
  readonly texts: string[] = [];
  behaviour: Behaviour | number = "answer";
  answerMs = 0;
  /** The answer to a question about an id: whether it arrived, or a status. */
  knows: boolean | number = true;
  forged = 0;
  overlapped = false;
  readonly #inHand = new Set<string>();
  readonly #secret = `whsec_${Buffer.from("a gateway's own secret").toString("base64")}`;
  readonly #server: HttpServer;

  private constructor() {
    this.#server = createHttp((request, response) => {
      if (request.method === "GET") {
        const id = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
        this.asked.push(id);
        const known = this.arrived.has(id) ? 200 : 404;
        response.writeHead(typeof this.knows === "number" ? this.knows : known).end();
        return;
      }
      let payload = "";
      request.on("data", (chunk: Buffer) => (payload += chunk.toString()));
      request.on("end", () => {
        const id = String(request.headers["webhook-id"]);
        const timestamp = Number(request.headers["webhook-timestamp"]);
        const genuine = hookSignature(this.#secret, { id, timestamp, payload });
        if (request.headers["webhook-signature"] !== genuine) this.forged++;
        const { behaviour } = this;
        if (behaviour === "hang_up") return void request.socket.destroy();
        if (behaviour === "never") return undefined;
        if (typeof behaviour === "number") return void response.writeHead(behaviour).end("{}");
        if (this.#inHand.has(id)) this.overlapped = true;
        this.#inHand.add(id);
        this.arrived.set(id, (this.arrived.get(id) ?? 0) + 1);
        this.texts.push(JSON.parse(payload).data?.text ?? "");
        if (behaviour === "take_and_hang_up") return void request.socket.destroy();
        if (behaviour === "silent") return undefined;
        setTimeout(() => {
          this.#inHand.delete(id);
          response.writeHead(200).end("{}");
        }, this.answerMs);
        return undefined;
      });
    });
  }

  static async start(): Promise<TestGateway> {
    const gateway = new TestGateway();
    gateway.#server.listen(0, "127.0.0.1");
    await once(gateway.#server, "listening");
    return gateway;
  }

  get settings(): HookSettings {
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/messages`, secret: this.#secret };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
