import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { PreparedRequests } from "../../../bench/requests.ts";

/*
 * A crowd on real connections. Scripts have theirs open before the sale opens, and repeat at once. Phones connect when they
 * come, are 300 ms away, and do as the page does: her own second and some moment of it, or the page's growing waits.
 */

const SCRIPT_AGAIN_MS = 50;
const PHONE_TRIP_MS = 300;
const PAGE_WAIT_MS = 400;
const PAGE_DOUBLINGS = 4;
/** Connections opened in one go: the kernel keeps a few thousand that nobody has taken yet. */
const OPENED_AT_ONCE = 500;

interface Reply {
  readonly status: number;
  readonly body: {
    readonly entryId?: string;
    readonly code?: string;
    readonly retryAfterSeconds?: number;
  };
}

export interface CrowdEnd {
  /** Entries of scripts and of phones. */
  readonly entryIds: readonly [script: readonly string[], phone: readonly string[]];
  /** Answers by status and code. */
  readonly answers: Readonly<Record<string, number>>;
  readonly mostConnections: number;
  readonly lastInAfterMs: number;
}

/** A complete reply; null while a part is missing. */
function wholeReply(received: Buffer): Reply | null {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return null;
  const head = received.toString("latin1", 0, headEnd);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (received.length < headEnd + 4 + length) return null;
  const body = received.toString("utf8", headEnd + 4, headEnd + 4 + length);
  return { status: Number(head.slice(9, 12)), body: JSON.parse(body || "{}") };
}

export class RushCrowd {
  readonly #port: number;
  readonly #requests: PreparedRequests;
  readonly #answers: Record<string, number> = {};
  #open = 0;
  #mostOpen = 0;

  constructor(port: number, requests: PreparedRequests) {
    this.#port = port;
    this.#requests = requests;
  }

  /** Everybody comes in the `rushMs` after `startMs`; every second one has a phone. */
  async play(startMs: number, rushMs: number): Promise<CrowdEnd> {
    const warm = new Map<number, Socket>();
    for (let index = 0; index < this.#requests.count; index += OPENED_AT_ONCE) {
      const some = Array.from({ length: OPENED_AT_ONCE }, (_, n) => index + n).filter(
        (n) => n % 2 === 0 && n < this.#requests.count,
      );
      await Promise.all(some.map(async (n) => warm.set(n, await this.#connect())));
    }
    if (Date.now() > startMs) throw new Error("the connections were not open in time");
    let lastInMs = startMs;
    const entryIds: [string[], string[]] = [[], []];
    await Promise.all(
      Array.from({ length: this.#requests.count }, async (_, index) => {
        await sleep(startMs + Math.random() * rushMs - Date.now());
        const isPhone = index % 2 === 1;
        const entryId = await this.#join(index, isPhone, warm.get(index) ?? null);
        entryIds[isPhone ? 1 : 0].push(entryId);
        lastInMs = Date.now();
      }),
    );
    return {
      entryIds,
      answers: this.#answers,
      mostConnections: this.#mostOpen,
      lastInAfterMs: lastInMs - startMs,
    };
  }

  async #join(index: number, isPhone: boolean, warm: Socket | null): Promise<string> {
    let socket = warm;
    for (let attempt = 0; ; attempt++) {
      let seconds: number | null = null;
      try {
        if (!socket || socket.destroyed) socket = await this.#connect();
        if (isPhone) await sleep(PHONE_TRIP_MS);
        const { status, body } = await this.#ask(socket, this.#requests.at(index));
        if (body.entryId !== undefined && (status === 201 || status === 200)) {
          socket.destroy();
          return body.entryId;
        }
        seconds = body.retryAfterSeconds ?? null;
      } catch {
        this.#count("lost");
      }
      const random = Math.random();
      if (!isPhone) await sleep(SCRIPT_AGAIN_MS * (1 + random));
      else if (seconds !== null) await sleep(1_000 * (seconds + random));
      else {
        await sleep(PAGE_WAIT_MS * 2 ** Math.min(attempt, PAGE_DOUBLINGS) * (1 + random / 2));
      }
    }
  }

  #count(what: string): void {
    this.#answers[what] = (this.#answers[what] ?? 0) + 1;
  }

  #connect(): Promise<Socket> {
    return new Promise((done, failed) => {
      const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
      socket.once("error", failed);
      socket.once("connect", () => {
        this.#mostOpen = Math.max(this.#mostOpen, ++this.#open);
        socket.once("close", () => this.#open--);
        socket.off("error", failed).on("error", () => undefined);
        done(socket);
      });
    });
  }

  #ask(socket: Socket, request: Buffer): Promise<Reply> {
    return new Promise((done, failed) => {
      let received: Buffer = Buffer.alloc(0);
      const closed = () => failed(new Error("the connection ended"));
      const take = (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        const reply = wholeReply(received);
        if (reply === null) return;
        socket.off("data", take).off("close", closed);
        this.#count([reply.status, reply.body.code].join(" ").trim());
        done(reply);
      };
      socket.on("data", take).once("close", closed);
      socket.write(request);
    });
  }
}
