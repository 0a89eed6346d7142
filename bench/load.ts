/*
 * A load generator in one process: `connectionCount` connections with one request each at a time.
 * Requests are prepared before, so generating them costs nothing in the window.
 */

import { connect, type Socket } from "node:net";
import type { PreparedRequests } from "./requests.ts";

/** The result of a window. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Length of the window; shorter than asked for if the requests ran out. */
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Replies within the window, by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Acknowledged entries including the warm-up: all of them must be found afterwards. */
  readonly acknowledged: number;
}

export interface LoadOptions {
  readonly connectionCount: number;
  /** Warm-up before the window, in ms; its replies are acknowledged but not counted. */
  readonly leadMs: number;
  readonly windowMs: number;
  /** For routes that store nothing: start over after the last request. */
  readonly again: boolean;
  /** Called at the beginning and the end of the window. */
  readonly begin: () => void;
  readonly end: () => void;
}

const END = "\r\n\r\n";
const LENGTH = "content-length: ";

/** The status of a complete reply; null while a part is missing. */
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

  /** One connection: request, reply, next request. */
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
      // A server that ends closes its connections; the code that waits for its report notices.
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

/** Resolves after `ms`, or earlier with `sooner`. */
async function wait(ms: number, sooner: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<void>((resume) => (timer = setTimeout(resume, ms)));
  await Promise.race([time, sooner]);
  clearTimeout(timer);
}

/**
 * Sends prepared requests for `windowMs` after a warm-up of `leadMs` and counts the window's
 * replies. Each request is one person's entry and is sent once; if they run out, the window ends
 * early and the result says so.
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
