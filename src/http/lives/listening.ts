/* The port of a server, and the address by which it is reached. */

import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";

/** The options of listening; several processes of one supervisor share a port. */
export function listening(
  at: { readonly host: string; readonly port: number; readonly backlog: number },
  own: { readonly childNo: number | null } | undefined,
) {
  // `reusePort` is Node's own option; Fastify hands it on without knowing it.
  return { ...at, reusePort: own !== undefined && own.childNo !== null };
}

export function addressOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
