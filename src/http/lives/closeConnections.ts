/*
 * Graceful shutdown of connections. States of a connection: idle (closed at once), busy (closed
 * after its answer), stuck (cut off in the end).
 */

import type { FastifyInstance } from "fastify";

/**
 * Time for the requests in flight; then they are cut off (a body sent byte by byte, an answer that
 * nobody reads). As long as a join may wait for the database, and half of the time for a restart.
 */
const ANSWERS_MS = 5_000;
/** Interval of the search for connections whose last answer is out. */
const SWEEP_MS = 50;

/**
 * Stops listening and ends every connection: idle ones at once, busy ones after their answer, and
 * in the end all others, half-sent requests and open streams included.
 */
export async function closeConnections(app: FastifyInstance): Promise<void> {
  const { server } = app;
  // A keep-alive client would otherwise keep the whole server alive.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const end = setTimeout(() => server.closeAllConnections(), ANSWERS_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(end);
  }
}
