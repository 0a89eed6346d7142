/* The retries of a simulated page: it repeats with the same key, and keeps its own second. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Call, HttpClient, Reply } from "./httpClient.ts";

const RETRIES = 50;

interface OwnSecond {
  /** In ms from now; 0: she was told none. */
  readonly ms: number;
  /** Proof of her first arrival. */
  readonly arrival: string | null;
}

/** The second in which a person was told to retry. */
function ownSecond({ status, body }: Reply): OwnSecond {
  if (status !== 503) return { ms: 0, arrival: null };
  const said = JSON.parse(body) as {
    readonly code: string;
    readonly retryAfterSeconds?: number;
    readonly arrival?: string;
  };
  if (said.code !== "come_again") return { ms: 0, arrival: null };
  return { ms: (said.retryAfterSeconds ?? 0) * 1_000, arrival: said.arrival ?? null };
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
  let arrival: string | null = null;
  const withArrival = (): Call => {
    const plain = typeof call === "function" ? call() : call;
    if (arrival === null) return plain;
    return { ...plain, headers: { ...plain.headers, "giliran-arrival": arrival } };
  };
  for (let attempt = 1; ; attempt++) {
    let waitMs = Math.min(2_000, 50 * 2 ** Math.min(attempt, 5));
    try {
      const reply = await http.call(withArrival);
      const { ms: secondMs, ...said } = ownSecond(reply);
      arrival = said.arrival ?? arrival;
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
