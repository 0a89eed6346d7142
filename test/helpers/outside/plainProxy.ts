import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

/**
 * A reverse proxy as `proxy_pass http://127.0.0.1:8080;` makes one with nginx's defaults: the server behind it is
 * called by its inner name. `sets`: further headers, from the host that the browser asked for.
 */
export async function openPlainProxy(
  target: string,
  sets: (host: string) => Record<string, string> = () => ({}),
): Promise<string> {
  const server = createServer((request, response) => {
    const { method, headers, url } = request;
    const host = headers.host as string;
    const passed = { ...headers, host: new URL(target).host, ...sets(host) };
    const upstream = ask(target + url, { method, headers: passed }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
