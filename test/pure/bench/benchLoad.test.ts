import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "../../../bench/load.ts";
import { PreparedRequests } from "../../../bench/requests.ts";

const request = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
const requests = (count: number) =>
  new PreparedRequests(
    Array.from({ length: count }, () => request),
    count,
  );

describe("a benchmark's load", () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(201, { "content-length": "2" }).end("ok");
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => server.close());

  const options = { connectionCount: 8, leadMs: 0, begin: () => undefined, end: () => undefined };

  it("that has sent everything ends its window then, and says how long it was", async () => {
    const result = await load(port, requests(500), { ...options, windowMs: 600_000, again: false });
    expect(result.acknowledged).toBe(500);
    expect(result.seconds).toBeLessThan(60);
    expect(result.requestsPerSecond).toBeGreaterThan(0);
  });

  it("that has sent everything before its window begins has an empty one", async () => {
    const early = { ...options, leadMs: 600_000, windowMs: 600_000, again: false };
    const result = await load(port, requests(100), early);
    expect(result.acknowledged).toBe(100);
    expect(result.seconds).toBeLessThan(60);
  });

  it("to a route that keeps nothing never runs out", async () => {
    const result = await load(port, requests(10), { ...options, windowMs: 300, again: true });
    expect(result.acknowledged).toBeGreaterThan(10);
    expect(result.seconds).toBeGreaterThanOrEqual(0.29);
  });
});
