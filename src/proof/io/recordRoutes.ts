/* The route of the public record. */

import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream";
import type { FastifyInstance } from "fastify";
import { buyerRoutes } from "../../api/routes.ts";
import { accepts } from "../../http/document.ts";
import { mount, SENT } from "../../http/mount.ts";
import { RecordFiles } from "./recordFiles.ts";
import { requireRound, requireSale, type SaleDeps } from "../../sale/io/requireSale.ts";

/**
 * Serves the public record from a file: its size and its number of readers cost the sale nothing.
 */
export function mountRecord(app: FastifyInstance, deps: SaleDeps): void {
  const files = new RecordFiles(deps.sql.within("work"), deps.clock);
  app.addHook("onClose", () => files.close());
  mount(app, deps, buyerRoutes.showRecord, async ({ params, request }, reply) => {
    const sale = await requireSale(deps, params.slug);
    requireRound(sale, params.roundNo);
    const file = await files.find(sale, params.roundNo);
    // Asked for again each time, and answered by 304 as long as nothing has changed.
    reply.headers({
      "cache-control": "public, no-cache",
      etag: file.etag,
      vary: "accept-encoding",
    });
    if (request.headers["if-none-match"] === file.etag) {
      void reply.code(304).send();
      return SENT;
    }
    void reply.header("content-type", "application/x-ndjson; charset=utf-8");
    if (accepts(request, "gzip")) {
      const sizes = { "content-encoding": "gzip", "content-length": file.size };
      void reply.headers(sizes).send(file.read());
      return SENT;
    }
    // An error on either side ends both; the caller sees a broken connection.
    void reply.send(pipeline(file.read(), createGunzip(), () => undefined));
    return SENT;
  });
}
