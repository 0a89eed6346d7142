import { createServer, request as ask, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

interface Kept {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The request headers on which the answer depended. */
  readonly varied: Readonly<Record<string, string | string[] | undefined>>;
}

export interface CachingProxy {
  readonly address: string;
  /** Answers that were given from the cache, by path. */
  readonly hits: string[];
}

/**
 * A cache between browsers and a server. `obeys`: keeps what `cache-control` lets it keep, and heeds `vary`.
 * Otherwise it "caches everything", as people set it for a flash sale: every GET by its address, cookies too.
 */
export async function openCachingProxy(target: string, obeys: boolean): Promise<CachingProxy> {
  const kept = new Map<string, Kept[]>();
  const hits: string[] = [];
  const mayKeep = (headers: IncomingHttpHeaders) =>
    !obeys || /public, max-age=[1-9]/.test(headers["cache-control"] ?? "");
  const server = createServer((request, response) => {
    const key = request.url as string;
    const fits = ({ varied }: Kept) =>
      !obeys || Object.entries(varied).every(([name, value]) => request.headers[name] === value);
    const found = request.method === "GET" ? kept.get(key)?.find(fits) : undefined;
    if (found) {
      hits.push(key);
      response.writeHead(found.status, found.headers).end(found.body);
      return;
    }
    const { method, headers } = request;
    const upstream = ask(target + key, { method, headers }, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      const status = answer.statusCode ?? 0;
      if (method === "GET" && mayKeep(answer.headers)) {
        const names = (answer.headers.vary ?? "").split(/\s*,\s*/).filter((name) => name !== "");
        const varied = Object.fromEntries(names.map((name) => [name, headers[name]]));
        kept.set(key, [
          ...(kept.get(key) ?? []),
          { status, headers: answer.headers, body, varied },
        ]);
      }
      response.writeHead(status, answer.headers).end(body);
    });
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits };
}
