/*
 * Signed messages between servers, by Standard Webhooks 1.0. A message without a fresh signature is
 * never processed.
 */

import { createHmac } from "node:crypto";
import { sameText } from "./mac.ts";
import { fetchOutside } from "./outside.ts";

export interface HookSettings {
  readonly url: string;
  /** "whsec_" and base64, as in Standard Webhooks 1.0. */
  readonly secret: string;
}

/** The signature of Standard Webhooks 1.0: HMAC-SHA-256 over "{id}.{timestamp}.{payload}". */
export function hookSignature(
  secret: string,
  message: { readonly id: string; readonly timestamp: number; readonly payload: string },
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const text = `${message.id}.${message.timestamp}.${message.payload}`;
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}

export interface HookMessage {
  /** The same for all attempts, so that the receiver recognises a repeated message. */
  readonly id: string;
  readonly body: unknown;
  readonly nowMs: number;
}

/**
 * Posts a signed message and returns the status. Rejects if no answer comes before `signal` aborts.
 */
export async function postHook(
  settings: HookSettings,
  { id, body, nowMs }: HookMessage,
  signal: AbortSignal,
): Promise<number> {
  const payload = JSON.stringify(body);
  const headers = hookHeaders(settings.secret, { id, payload, nowMs });
  const response = await fetchOutside(settings.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: payload,
    signal,
  });
  await response.arrayBuffer();
  return response.status;
}

/** Asks whether a message with this id arrived: the status of `GET {url}/{id}`. */
export async function askHook(
  settings: HookSettings,
  id: string,
  signal: AbortSignal,
): Promise<number> {
  const url = `${settings.url}/${encodeURIComponent(id)}`;
  const response = await fetchOutside(url, { signal });
  await response.arrayBuffer();
  return response.status;
}

/** Accepted clock difference of a sender; also how long a captured message could be replayed. */
const TOLERANCE_SECONDS = 300;

/** Whether an incoming message was signed with the secret within the tolerance. */
export function isGenuineHook(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  payload: string,
  nowMs: number,
): boolean {
  const text = (name: string) => String(headers[name] ?? "");
  const timestamp = Number(text("webhook-timestamp"));
  if (!(Math.abs(nowMs / 1000 - timestamp) <= TOLERANCE_SECONDS)) return false;
  const wanted = hookSignature(secret, { id: text("webhook-id"), timestamp, payload });
  // A sender that rotates its secret signs with both secrets.
  return text("webhook-signature")
    .split(" ")
    .some((given) => sameText(given, wanted));
}

/** The headers of an outgoing message. */
export function hookHeaders(
  secret: string,
  message: { readonly id: string; readonly payload: string; readonly nowMs: number },
): Record<string, string> {
  const timestamp = Math.floor(message.nowMs / 1000);
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": hookSignature(secret, { ...message, timestamp }),
  };
}
