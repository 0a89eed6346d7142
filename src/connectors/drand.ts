import { z } from "zod";
import { fetchOutside } from "../access/io/outside.ts";

/** A round that is asked for. */
export interface BeaconQuestion {
  readonly chainHash: string;
  readonly beaconRoundNo: number;
  /** What an address says is not believed: this is asked, and the next address where it says no. */
  readonly isGenuine: (signature: Uint8Array) => Promise<boolean>;
  /** Ends the asking. */
  readonly signal: AbortSignal;
}

/** Where rounds of a drand chain come from: its public HTTP API, `GET {url}/{chain hash}/public/{round}`. */
export interface BeaconSource {
  signature(question: BeaconQuestion): Promise<BeaconAnswer>;
}

export type BeaconAnswer =
  | { readonly ok: true; readonly signature: Uint8Array }
  /** What each address said, one after the other. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** A mirror that does not answer must not keep the next one waiting for longer than a round takes. */
const TIMEOUT_MS = 3_000;

const answerSchema = z.object({
  round: z.number().int(),
  signature: z.string().regex(/^([0-9a-f]{2}){1,128}$/),
});

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

/** Asks the addresses in their order; the first that has the round gives it. */
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

/** `fetch` says why in its cause only. */
function faultText(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "not an answer of drand";
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
