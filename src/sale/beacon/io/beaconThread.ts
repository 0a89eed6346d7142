/*
 * Verifies beacon signatures in a thread: one takes 70 ms, during which the server would answer
 * nobody.
 */

import type { ThreadContract } from "../../../threads/protocol.ts";
import { serveThread } from "../../../threads/serve.ts";
import type { DrandChain } from "../beacon.ts";
import { isGenuineBeacon } from "../beaconSignature.ts";

interface BeaconTask {
  readonly chain: DrandChain;
  readonly beaconRoundNo: number;
  readonly signature: Uint8Array;
}

export type BeaconThread = ThreadContract<BeaconTask, boolean>;

serveThread<BeaconThread>(({ chain, beaconRoundNo, signature }) =>
  isGenuineBeacon(chain, beaconRoundNo, signature),
);
