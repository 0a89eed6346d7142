/* The retries of a simulated page: it repeats with the same key, and keeps its own second. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Call, HttpClient, Reply } from "./httpClient.ts";

const RETRIES = 50;

/** The second in which a person was told to retry, in ms from now; 0: she was told none. */
function ownSecondMs({ status, body }: Reply): number {
  if (status !== 503) return 0;
  const said = JSON.parse(body) as { readonly code: string; readonly retryAfterSeconds?: number };
  return said.code === "come_again" ? (said.retryAfterSeconds ?? 0) * 1_000 : 0;
}

/**
 * The answer to a call, repeated while the server is busy or away. People who are told a second of
 * their own never give up; others do after fifty tries.
 */
export async function answered(
  http: HttpClient,
  call: Call | (() => Call),
  retried: () => void,
): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    let waitMs = Math.min(2_000, 50 * 2 ** Math.min(attempt, 5));
    try {
      const reply = await http.call(call);
      const secondMs = ownSecondMs(reply);
      const busy = reply.status === 503 || reply.status === 429;
      if (!busy || (attempt >= RETRIES && secondMs === 0)) return reply;
      waitMs = Math.max(waitMs, secondMs);
    } catch (error) {
      if (attempt >= RETRIES) throw error;
    }
    retried();
    await sleep(waitMs);
  }
}
