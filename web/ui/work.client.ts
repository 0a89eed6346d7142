/* Solves the proof of work in the browser. */

import type { Answer } from "../../src/api/contract.ts";
import type { buyerRoutes } from "../../src/api/routes.ts";
import { CallError } from "./call.client.ts";
import { WorkSearch } from "./workSearch.ts";

export type Challenge = Answer<typeof buyerRoutes.showChallenge>;

/** Hashes between two looks at the clock. */
const HASHES_AT_ONCE = 500;
/** The page may draw and react after this time, ms: less than a frame of its screen. */
const SLICE_MS = 12;

/**
 * Posts, and once more with the solution if the server asks for work first: where many requests come
 * from one place, or are about one person.
 */
export async function postWithWork<T>(
  post: (path: string, body: object) => Promise<T>,
  path: string,
  body: object,
): Promise<T> {
  try {
    return await post(path, body);
  } catch (error) {
    if (!(error instanceof CallError) || error.work === null) throw error;
    return await post(path, { ...body, work: await solveWork(error.work) });
  }
}

/**
 * Lets the page draw and react. Timers are slowed down to one a second while the page is not in
 * front: its reader looks for the code in another app. Messages are not.
 */
function pause(): Promise<void> {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    const freed = () => {
      port1.close();
      resume();
    };
    port1.addEventListener("message", freed, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}

/** Finds the challenge's number; returns the payload for the server. */
export async function solveWork(given: Challenge): Promise<string> {
  const { algorithm, challenge, salt, signature, maxnumber: last } = given;
  const search = new WorkSearch({ salt, challenge, last });
  let sliceMs = performance.now();
  while (!search.isOver) {
    const number = search.step(HASHES_AT_ONCE);
    if (number !== null) {
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
    if (performance.now() - sliceMs < SLICE_MS) continue;
    await pause();
    sliceMs = performance.now();
  }
  throw new Error("the challenge has no solution");
}
