/* `/livez` and `/readyz` for orchestrators. */

import type { FastifyInstance } from "fastify";
import type { DatabaseHealth, DatabaseTrouble } from "../../db/health.ts";
import type { Fence } from "../../db/fence.ts";
import type { FastPath } from "../fastPath.ts";
import { PRIVATE_HEADERS } from "../headers.ts";
import type { ServerRegistry } from "../io/serverRegistry.ts";

/** Reasons for not being ready; docs/reference/api.md lists them. */
type NotReady = DatabaseTrouble | "draining";

/** Mounts both: is the event loop alive, and can the server do its work? */
export function mountHealth(
  app: FastifyInstance,
  {
    fastPath,
    health,
    servers,
    fence,
  }: {
    readonly fastPath: FastPath;
    readonly health: DatabaseHealth;
    readonly servers: ServerRegistry;
    readonly fence: Pick<Fence, "isClosed">;
  },
): void {
  app.get("/livez", async (_request, reply) => reply.headers(PRIVATE_HEADERS).send({ ok: true }));
  app.get("/readyz", async (request, reply) => {
    reply.headers(PRIVATE_HEADERS);
    const reason: NotReady | null = fastPath.draining ? "draining" : await health.trouble();
    // Public, so neither hosts nor processes: which of the servers answers, and whether they differ.
    const { about, count: serverCount, sameCode } = servers;
    const { serverId, childNo, version } = about;
    const server = { server: serverId, childNo, version, serverCount, sameCode };
    if (reason === null && fence.isClosed) {
      // Pages still say what happened, so a balancer must not take the server out.
      const { for: wanted } = request.query as { readonly for?: string };
      const code = "database_went_back";
      if (wanted !== "writes") return { ok: true, writes: code, ...server };
      return await reply.code(503).send({ ok: false, reason: code, ...server });
    }
    if (reason === null) return { ok: true, ...server };
    return await reply.code(503).send({ ok: false, reason, ...server });
  });
}
