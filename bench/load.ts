import { connect, type Socket } from "node:net";
import type { PreparedRequests } from "./requests.ts";

/** A load in a process of its own: `connectionCount` connections, each with one request at a time. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** How long the window was: shorter than asked for where the requests had all been sent. */
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Replies of the window by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of all replies, those before the window too: entries that must be found afterwards. */
  readonly acknowledged: number;
}

export interface LoadOptions {
  readonly connectionCount: number;
  /** With the same load, before the window; its replies are acknowledged but not counted. */
  readonly leadMs: number;
  readonly windowMs: number;
  /** For a route that keeps nothing: after the last request comes the first again. */
  readonly again: boolean;
  /** Called when the window begins, and when it ends. */
  readonly begin: () => void;
  readonly end: () => void;
}

const END = "\r\n\r\n";
const LENGTH = "content-length: ";

/** The status of a reply that has arrived whole; null while a part of it is missing. */
function wholeStatus(received: Buffer): string | null {
  const headEnd = received.indexOf(END);
  if (headEnd < 0) return null;
  const lengthAt = received.indexOf(LENGTH) + LENGTH.length;
  const length = Number.parseInt(received.toString("latin1", lengthAt, lengthAt + 8), 10);
  return received.length < headEnd + END.length + length
    ? null
    : received.toString("latin1", 9, 12);
}

class Load {
  readonly #port: number;
  readonly #requests: PreparedRequests;
  readonly #again: boolean;
  /** Resolves once all requests were sent. */
  readonly ranOut: Promise<void>;
  #tellRanOut: () => void = () => undefined;
  readonly sockets: Socket[] = [];
  #next = 0;
  counting = false;
  stopped = false;
  acknowledged = 0;
  readonly statuses: Record<string, number> = {};
  readonly times: number[] = [];

  constructor(port: number, requests: PreparedRequests, again: boolean) {
    this.#port = port;
    this.#requests = requests;
    this.#again = again;
    this.ranOut = new Promise((resolve) => (this.#tellRanOut = resolve));
  }

  #take(): Buffer | null {
    if (this.stopped) return null;
    if (this.#next === this.#requests.count) {
      if (!this.#again) {
        this.#tellRanOut();
        return null;
      }
      this.#next = 0;
    }
    return this.#requests.at(this.#next++);
  }

  #count(status: string, startedMs: number): void {
    if (status === "201" || status === "200") this.acknowledged++;
    if (!this.counting) return;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.times.push(performance.now() - startedMs);
  }

  /** One connection: a request, its reply, the next request. */
  run(): Promise<void> {
    return new Promise<void>((done) => {
      const socket = connect(this.#port, "127.0.0.1");
      this.sockets.push(socket);
      socket.setNoDelay(true);
      let startedMs = 0;
      let received: Buffer | null = null;
      const send = () => {
        const request = this.#take();
        if (request === null) {
          socket.end();
          done();
          return;
        }
        startedMs = performance.now();
        socket.write(request);
      };
      socket.on("connect", send);
      // A server that ends closes its connections: the one who waits for its report says so.
      socket.on("close", () => done());
      socket.on("error", () => done());
      socket.on("data", (chunk) => {
        received = received ? Buffer.concat([received, chunk]) : chunk;
        const status = wholeStatus(received);
        if (status === null) return;
        received = null;
        this.#count(status, startedMs);
        send();
      });
    });
  }
}

/** Resolves after so long, or once `sooner` has come. */
async function wait(ms: number, sooner: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<void>((resume) => (timer = setTimeout(resume, ms)));
  await Promise.race([time, sooner]);
  clearTimeout(timer);
}

/**
 * Sends the prepared requests for `windowMs` after `leadMs`, and counts the replies of the window. Each is a
 * person's entry and is sent once; the window ends early where all were sent, and the result says so.
 */
export async function load(
  port: number,
  requests: PreparedRequests,
  options: LoadOptions,
): Promise<LoadResult> {
  const all = new Load(port, requests, options.again);
  const running = Array.from({ length: options.connectionCount }, () => all.run());
  await wait(options.leadMs, all.ranOut);
  options.begin();
  all.counting = true;
  const startMs = performance.now();
  await wait(options.windowMs, all.ranOut);
  const seconds = (performance.now() - startMs) / 1000;
  all.counting = false;
  options.end();
  const { times, statuses } = all;
  all.stopped = true;
  await Promise.all(running);
  for (const socket of all.sockets) socket.destroy();
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: times.length / seconds,
    seconds,
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    statuses,
    acknowledged: all.acknowledged,
  };
}
