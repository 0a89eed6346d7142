/*
 * Fetches rounds of a drand chain over its public HTTP API. An answer is never trusted: each
 * signature is checked against the chain, and a wrong one counts as a fault of that address.
 */

import { z } from "zod";
import { fetchOutside } from "../access/io/outside.ts";

/** The round that is needed. */
export interface BeaconQuestion {
  readonly chainHash: string;
  readonly beaconRoundNo: number;
  /** Checks a signature against the chain; after a failure the next address is asked. */
  readonly isGenuine: (signature: Uint8Array) => Promise<boolean>;
  /** Ends the requests. */
  readonly signal: AbortSignal;
}

/** A source of drand rounds: `GET {url}/{chain hash}/public/{round}`. */
export interface BeaconSource {
  signature(question: BeaconQuestion): Promise<BeaconAnswer>;
}

export type BeaconAnswer =
  | { readonly ok: true; readonly signature: Uint8Array }
  /** One fault per address, in the order asked. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Timeout per address, in ms: a mirror that hangs delays the next one by no more than a round of
 * drand.
 */
const TIMEOUT_MS = 3_000;

const answerSchema = z.object({
  round: z.number().int(),
  signature: z.string().regex(/^([0-9a-f]{2}){1,128}$/),
});

/** Asks one address; throws on a wrong round or signature. Redirects are errors. */
async function askOne(url: string, question: BeaconQuestion): Promise<Uint8Array> {
  const { chainHash, beaconRoundNo, isGenuine, signal } = question;
  const response = await fetchOutside(`${url}/${chainHash}/public/${beaconRoundNo}`, {
    redirect: "error",
    headers: { accept: "application/json" },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`answered ${response.status}`);
  const answer = answerSchema.parse(JSON.parse(text));
  if (answer.round !== beaconRoundNo) throw new Error(`answered with round ${answer.round}`);
  const signature = Uint8Array.from(Buffer.from(answer.signature, "hex"));
  if (!(await isGenuine(signature))) throw new Error("the signature is not the chain's");
  return signature;
}

/** Asks the addresses in order and returns the first genuine signature. */
export function drandSource(urls: readonly string[]): BeaconSource {
  return {
    async signature(question) {
      const faults: string[] = [];
      for (const url of urls) {
        try {
          return { ok: true, signature: await askOne(url, question) };
        } catch (error) {
          faults.push(`${url}: ${faultText(error)}`);
        }
      }
      return { ok: false, faults };
    },
  };
}

/** `fetch` puts the reason into `cause`. */
function faultText(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "not an answer of drand";
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
