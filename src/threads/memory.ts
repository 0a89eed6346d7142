/* Watches the memory of a worker thread outside its heap. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";

const WATCHED_EVERY_MS = 100;

/**
 * Resolves when a thread's memory outside its heap exceeds a limit, MB of 2^20 bytes; never after
 * `stop`. Measured from outside: a thread that unpacks a file in one go has no time to measure
 * itself.
 */
export async function buffersOutgrown(
  worker: Pick<Worker, "getHeapStatistics">,
  mostMb: number,
  stop: AbortSignal,
): Promise<void> {
  const never = new Promise<void>(() => undefined);
  if (mostMb === Infinity) return await never;
  try {
    for (;;) {
      await sleep(WATCHED_EVERY_MS, undefined, { signal: stop, ref: false });
      // A starting thread cannot be asked yet; on a busy machine that takes longer than one check.
      const used = await worker.getHeapStatistics().catch(() => null);
      if (used !== null && used.external_memory > mostMb * 1_048_576) return;
    }
  } catch {
    return await never; // stopped
  }
}
