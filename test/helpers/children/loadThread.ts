import { connect } from "node:net";
import type { ThreadContract } from "../../../src/threads/protocol.ts";
import { serveThread } from "../../../src/threads/serve.ts";

/*
 * A bounded load from a thread of its own, so that what it takes to make it does not delay the measuring beside it:
 * some connections, each with one request at a time, for some seconds. It only writes and counts.
 */

export interface LoadRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In place of a body: so many bytes of JSON that cost the most to parse. */
  readonly hugeBytes?: number;
}

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly forMs: number;
  /** Requests a second, at most; as fast as it goes without. */
  readonly perSecond?: number;
  /** Taken in turn; `{n}` in path, header or body becomes a number that is used once. */
  readonly requests: readonly LoadRequest[];
}

/** Answers by status; "lost" counts connections that ended without one. */
export type LoadOutcome = Readonly<Record<string, number>>;

export type LoadThread = ThreadContract<Load, LoadOutcome>;

/** A request that has no answer after this long is given up: the server has more to do than to answer it. */
const GIVE_UP_MS = 10_000;

/** A list of empty lists: each two bytes become an object. */
const hugeBodies = new Map<number, Buffer>();
function hugeBody(bytes: number): Buffer {
  const known = hugeBodies.get(bytes) ?? Buffer.from(`{"a":[${"[],".repeat(bytes / 3)}[]]}`);
  hugeBodies.set(bytes, known);
  return known;
}

let used = 0;

/** One request on a connection of its own; resolves with its status as soon as the head of the answer is there. */
function ask(port: number, request: LoadRequest): Promise<string> {
  const fill = (text: string) => text.replaceAll("{n}", String(++used));
  const { method, path, headers = {}, hugeBytes } = request;
  const body = hugeBytes ? hugeBody(hugeBytes) : Buffer.from(fill(request.body ?? ""));
  const lines = [`${method} ${fill(path)} HTTP/1.1`, "host: 127.0.0.1", "connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${fill(value)}`);
  if (method === "POST") {
    if (headers["content-type"] === undefined) lines.push("content-type: application/json");
    lines.push(`content-length: ${body.length}`);
  }
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const timer = setTimeout(() => socket.destroy(), GIVE_UP_MS);
    let status = "";
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      done(status || "lost");
    });
    socket.on("data", (chunk: Buffer) => {
      status ||= chunk.subarray(9, 12).toString();
      // Refused before the body was written: nobody waits for the rest.
      if (hugeBytes && socket.writableLength > 0) socket.destroy();
    });
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (body.length > 0) socket.write(body);
  });
}

async function run({ port, connections, forMs, perSecond, requests }: Load): Promise<LoadOutcome> {
  const outcome: Record<string, number> = {};
  const startMs = performance.now();
  const untilMs = startMs + forMs;
  let next = 0;
  const pace = async () => {
    if (perSecond === undefined) return;
    const waitMs = startMs + (1000 * next) / perSecond - performance.now();
    if (waitMs > 0) await new Promise((go) => setTimeout(go, waitMs));
  };
  const one = async () => {
    while (performance.now() < untilMs) {
      await pace();
      const request = requests[next++ % requests.length] as LoadRequest;
      const status = await ask(port, request);
      outcome[status] = (outcome[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return outcome;
}

serveThread<LoadThread>(run);
