import type { FastifyInstance } from "fastify";

/**
 * What came before the end is answered within this time, or not at all: a body that is sent byte by byte, an
 * answer that nobody reads. As long as a join may wait for the database, and half of what a restart may take.
 */
const ANSWERS_MS = 5_000;
/** Between two looks for connections whose last answer has gone out. */
const SWEEP_MS = 50;

/**
 * Stops listening and ends every connection: one that waits for nothing at once, one with a request in hand
 * after its answer, and whatever is left in the end, half-sent requests and open streams among it.
 */
export async function closeConnections(app: FastifyInstance): Promise<void> {
  const { server } = app;
  // A client that keeps its connection for the next request would keep the whole server for it.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const end = setTimeout(() => server.closeAllConnections(), ANSWERS_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(end);
  }
}
