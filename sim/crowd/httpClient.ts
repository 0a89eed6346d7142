/*
 * A small HTTP/1.1 client for loads: many requests over few kept connections. It understands only
 * what our own server sends.
 */

import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Waiting {
  /** Built when a connection takes it: a hundred thousand calls may wait. */
  readonly make: () => Call;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const HEADER_END = Buffer.from("\r\n\r\n");

function requestText(call: Call, host: string): string {
  const lines = [`${call.method} ${call.path} HTTP/1.1`, `host: ${host}`];
  for (const [name, value] of Object.entries(call.headers ?? {})) lines.push(`${name}: ${value}`);
  const body = call.body ?? "";
  if (call.method === "POST") {
    if (body !== "") lines.push("content-type: application/json");
    lines.push(`content-length: ${Buffer.byteLength(body)}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** One connection with one request at a time. */
class Connection {
  readonly #pool: HttpClient;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #current: Waiting | null = null;

  constructor(pool: HttpClient) {
    this.#pool = pool;
  }

  get idle(): boolean {
    return this.#current === null;
  }

  send(waiting: Waiting): void {
    this.#current = waiting;
    this.#socket ??= this.#open();
    this.#socket.write(requestText(waiting.make(), `${this.#pool.host}:${this.#pool.port}`));
  }

  #open(): Socket {
    const socket = connect(this.#pool.port, this.#pool.host);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
    const broken = (error: Error) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#received = Buffer.alloc(0);
      socket.destroy();
      const current = this.#current;
      this.#current = null;
      current?.reject(error);
      this.#pool.next(this);
    };
    socket.on("error", broken);
    socket.on("close", () => broken(new Error("connection closed")));
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headerEnd = this.#received.indexOf(HEADER_END);
    if (headerEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headerEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const end = headerEnd + HEADER_END.length + length;
    if (this.#received.length < end) return;
    const body = this.#received.toString("utf8", headerEnd + HEADER_END.length, end);
    this.#received = this.#received.subarray(end);
    const current = this.#current;
    this.#current = null;
    current?.resolve({ status: Number(head.slice(9, 12)), body });
    this.#pool.next(this);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }
}

/** A bounded number of connections; further calls wait in order. */
export class HttpClient {
  readonly host: string;
  readonly port: number;
  readonly #idle: Connection[] = [];
  readonly #all: Connection[] = [];
  #queue: Waiting[] = [];
  #queueStart = 0;
  #closed = false;

  constructor(address: string, connectionCount: number) {
    const url = new URL(address);
    this.host = url.hostname;
    this.port = Number(url.port);
    for (let i = 0; i < connectionCount; i++) this.#all.push(new Connection(this));
    this.#idle.push(...this.#all);
  }

  call(call: Call | (() => Call)): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const make = typeof call === "function" ? call : () => call;
      const waiting = { make, resolve, reject };
      const connection = this.#idle.pop();
      if (connection) connection.send(waiting);
      else this.#queue.push(waiting);
    });
  }

  /** Gives an idle connection the next call. */
  next(connection: Connection): void {
    if (!connection.idle || this.#closed) return;
    const waiting = this.#queue[this.#queueStart];
    if (waiting) {
      this.#queueStart++;
      if (this.#queueStart > 10_000) {
        this.#queue = this.#queue.slice(this.#queueStart);
        this.#queueStart = 0;
      }
      connection.send(waiting);
    } else if (!this.#idle.includes(connection)) {
      this.#idle.push(connection);
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.close();
  }
}
