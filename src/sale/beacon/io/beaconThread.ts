import { parentPort } from "node:worker_threads";
import type { DrandChain } from "../beacon.ts";
import { isGenuineBeacon } from "../beaconSignature.ts";

/* Checks signatures beside the server: one takes 70 ms, in which nobody would be answered. */

export interface BeaconTask {
  readonly chain: DrandChain;
  readonly beaconRoundNo: number;
  readonly signature: Uint8Array;
}

parentPort!.on("message", ({ chain, beaconRoundNo, signature }: BeaconTask) => {
  const genuine = isGenuineBeacon(chain, beaconRoundNo, signature);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort!.postMessage(genuine);
});
