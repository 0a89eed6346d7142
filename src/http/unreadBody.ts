/*
 * Answers a request that its headers alone refuse, before the body has arrived. The rest must not
 * be read: a body costs memory and time, and a stranger chooses how much.
 */

import type { IncomingMessage, ServerResponse } from "node:http";

/** A shorter body is discarded as it arrives, and its connection is reused. */
const DISCARDED_BYTES = 65_536;

/**
 * Time for the sender to read the answer. Closing at once would reset the connection, and many
 * clients then report the reset and lose the answer.
 */
const LINGER_MS = 1_000;

/** Whether more of the body is coming than is worth discarding. */
function muchIsToCome(message: IncomingMessage): boolean {
  if (message.complete) return false;
  const { headers } = message;
  if (headers["transfer-encoding"] !== undefined) return true;
  return Number(headers["content-length"] ?? 0) > DISCARDED_BYTES;
}

/**
 * Call before answering a request whose body stays unread: closes the connection if the body is
 * long.
 */
export function leaveUnread(message: IncomingMessage, response: ServerResponse): void {
  if (!muchIsToCome(message) || response.headersSent) return;
  response.setHeader("connection", "close");
  const { socket } = message;
  // Node calls this after the answer is written and after it began to discard input, so pause one
  // turn later.
  socket.destroySoon = () => {
    socket.end();
    setImmediate(() => socket.pause());
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
