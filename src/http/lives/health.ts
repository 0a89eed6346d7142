/* `/livez` and `/readyz` for orchestrators. */

import type { FastifyInstance } from "fastify";
import type { DatabaseHealth, DatabaseTrouble } from "../../db/health.ts";
import type { FastPath } from "../fastPath.ts";
import { PRIVATE_HEADERS } from "../headers.ts";

/** Reasons for not being ready; docs/reference/api.md lists them. */
type NotReady = DatabaseTrouble | "draining";

/** Mounts both: is the event loop alive, and can the server do its work? */
export function mountHealth(
  app: FastifyInstance,
  { fastPath, health }: { readonly fastPath: FastPath; readonly health: DatabaseHealth },
): void {
  app.get("/livez", async (_request, reply) => reply.headers(PRIVATE_HEADERS).send({ ok: true }));
  app.get("/readyz", async (_request, reply) => {
    reply.headers(PRIVATE_HEADERS);
    const reason: NotReady | null = fastPath.draining ? "draining" : await health.trouble();
    if (reason === null) return { ok: true };
    return await reply.code(503).send({ ok: false, reason });
  });
}
