import { PassThrough } from "node:stream";
import { once } from "node:events";
import type { FastifyInstance } from "fastify";
import { buyerRoutes } from "../../api/routes.ts";
import { mount, SENT } from "../../http/mount.ts";
import { Refusal } from "../../http/problem.ts";
import { roundOf } from "../../sale/definition.ts";
import { requireSale, type SaleDeps } from "../../sale/io/saleRoutes.ts";
import { writeRecord } from "./recordStore.ts";

/** The public record as a stream: its size is the sale's, the memory it takes is not. */
export function mountRecord(app: FastifyInstance, deps: SaleDeps): void {
  mount(app, deps, buyerRoutes.showRecord, async ({ params, nowMs }, reply) => {
    const sale = await requireSale(deps, params.slug);
    if (!roundOf(sale.definition, params.roundNo)) throw new Refusal("round_not_found");
    const stream = new PassThrough();
    const write = async (lines: readonly unknown[]) => {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      if (!stream.write(text)) await once(stream, "drain");
    };
    writeRecord(deps.sql, sale, params.roundNo, { nowMs, write }).then(
      () => stream.end(),
      (error: unknown) => {
        reply.log.warn({ err: error }, "record broke off");
        stream.destroy(error as Error);
      },
    );
    void reply
      .header("content-type", "application/x-ndjson; charset=utf-8")
      .header("cache-control", "no-store")
      .send(stream);
    return SENT;
  });
}
