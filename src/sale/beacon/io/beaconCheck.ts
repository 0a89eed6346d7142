/*
 * The check of `doctor` for the beacon: reachable, genuine, and compatible with this machine's
 * clock.
 */

import type { BeaconSource } from "../../../connectors/drand.ts";
import { BEACON_LEAD_MS, beaconRoundAtMs, beaconRoundFor, type DrandChain } from "../beacon.ts";
import { isGenuineBeacon } from "../beaconSignature.ts";

export interface BeaconFinding {
  readonly state: "ok" | "bad";
  readonly detail: string;
}

/** A round of this age must be available, even from a slow mirror. */
const SETTLED_MS = 15_000;

/**
 * Checks that a chain is reachable and that this machine's clock is right. If a round that is still
 * in the future by this clock already exists, rounds would be known before the roots that wait for
 * them are fixed.
 */
export async function checkBeacon(
  source: BeaconSource,
  chain: DrandChain,
  nowMs: number,
): Promise<BeaconFinding> {
  const ask = (beaconRoundNo: number) =>
    source.signature({
      chainHash: chain.chainHash,
      beaconRoundNo,
      signal: new AbortController().signal,
      isGenuine: async (signature) => isGenuineBeacon(chain, beaconRoundNo, signature),
    });
  const settled = beaconRoundFor(chain, nowMs - SETTLED_MS - BEACON_LEAD_MS);
  const known = await ask(settled);
  if (!known.ok) {
    const why = known.faults.join("; ") || "no address is set";
    const hand = "rounds can be handed in with: giliran sale beacon";
    return { state: "bad", detail: `round ${settled} cannot be had (${why}); ${hand}` };
  }
  const next = beaconRoundFor(chain, nowMs);
  if ((await ask(next)).ok) {
    const byClock = new Date(beaconRoundAtMs(chain, next)).toISOString();
    const detail = `round ${next} of ${byClock} is there already: this machine's clock is slow, set it by NTP`;
    return { state: "bad", detail };
  }
  return { state: "ok", detail: `round ${settled} is there and genuine` };
}
