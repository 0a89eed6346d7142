import type { IncomingMessage, ServerResponse } from "node:http";

/*
 * A request that is refused by its head alone is answered before its body has come. What then comes is not
 * worth reading: a body costs memory and time, and a stranger chooses how much.
 */

/** A shorter body is discarded as it arrives, and its connection serves the next request. */
const DISCARDED_BYTES = 65_536;

/**
 * How long the sender has to read the answer. Closing at once would reset the connection, and many clients
 * then report the reset and lose the answer.
 */
const LINGER_MS = 1_000;

/** Whether more of the body is to come than is worth discarding. */
function muchIsToCome(message: IncomingMessage): boolean {
  if (message.complete) return false;
  const { headers } = message;
  if (headers["transfer-encoding"] !== undefined) return true;
  return Number(headers["content-length"] ?? 0) > DISCARDED_BYTES;
}

/** To be called before an answer to a request whose body nobody will read: closes its connection if the body is long. */
export function leaveUnread(message: IncomingMessage, response: ServerResponse): void {
  if (!muchIsToCome(message) || response.headersSent) return;
  response.setHeader("connection", "close");
  const { socket } = message;
  // Node calls this once the answer is written, after it began to discard what arrives: so pause a turn later.
  socket.destroySoon = () => {
    socket.end();
    setImmediate(() => socket.pause());
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
