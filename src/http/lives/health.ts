import type { FastifyInstance } from "fastify";
import type { DatabaseHealth, DatabaseTrouble } from "../../db/health.ts";
import type { FastPath } from "../fastPath.ts";
import { PRIVATE_HEADERS } from "../headers.ts";

/** Why a server should be sent nobody; docs/reference/api.md lists them. */
type NotReady = DatabaseTrouble | "draining";

/** For orchestrators: is the loop alive, and can it do its work? */
export function mountHealth(
  app: FastifyInstance,
  { door, health }: { readonly door: FastPath; readonly health: DatabaseHealth },
): void {
  app.get("/livez", async (_request, reply) => reply.headers(PRIVATE_HEADERS).send({ ok: true }));
  app.get("/readyz", async (_request, reply) => {
    reply.headers(PRIVATE_HEADERS);
    const reason: NotReady | null = door.draining ? "draining" : await health.trouble();
    if (reason === null) return { ok: true };
    return await reply.code(503).send({ ok: false, reason });
  });
}
