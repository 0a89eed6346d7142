import { connect, type Socket } from "node:net";

/** A load in a process of its own: `connectionCount` connections, each with one request at a time. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Replies by status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly acknowledged: number;
}

const END = "\r\n\r\n";

/**
 * Sends the prepared requests for `windowMs` after `warmMs`, and counts the replies of the window.
 * Each is used once, as each is a person's entry; with `again`, over and over, where nothing is stored.
 */
export async function load(
  port: number,
  requests: readonly string[],
  options: { connectionCount: number; warmMs: number; windowMs: number; again: boolean },
): Promise<LoadResult> {
  let next = 0;
  let counting = false;
  let stopped = false;
  let acknowledged = 0;
  const statuses: Record<string, number> = {};
  const times: number[] = [];
  const sockets: Socket[] = [];
  const run = () =>
    new Promise<void>((done) => {
      const socket = connect(port, "127.0.0.1");
      sockets.push(socket);
      socket.setNoDelay(true);
      let startedMs = 0;
      let received = "";
      const send = () => {
        const request = requests[options.again ? next++ % requests.length : next++];
        if (stopped || request === undefined) {
          socket.end();
          done();
          return;
        }
        startedMs = performance.now();
        socket.write(request);
      };
      socket.on("connect", send);
      socket.on("error", () => done());
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        const headEnd = received.indexOf(END);
        if (headEnd < 0) return;
        const lengthAt = received.indexOf("content-length: ");
        const length = Number.parseInt(received.slice(lengthAt + 16, lengthAt + 24), 10);
        if (received.length < headEnd + END.length + length) return;
        const status = received.slice(9, 12);
        if (status === "201" || status === "200") acknowledged++;
        if (counting) {
          statuses[status] = (statuses[status] ?? 0) + 1;
          times.push(performance.now() - startedMs);
        }
        received = "";
        send();
      });
    });
  const all = Array.from({ length: options.connectionCount }, run);
  await new Promise((resume) => setTimeout(resume, options.warmMs));
  counting = true;
  const startMs = performance.now();
  await new Promise((resume) => setTimeout(resume, options.windowMs));
  const seconds = (performance.now() - startMs) / 1000;
  counting = false;
  const exhausted = !options.again && next >= requests.length;
  stopped = true;
  await Promise.all(all);
  for (const socket of sockets) socket.destroy();
  if (exhausted) throw new Error("the load ran out of requests: give it more");
  times.sort((a, b) => a - b);
  return {
    requestsPerSecond: times.length / seconds,
    p50Ms: times[Math.floor(times.length * 0.5)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    statuses,
    acknowledged,
  };
}
