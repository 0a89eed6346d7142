import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import {
  BEACON_LEAD_MS,
  beaconRoundAtMs,
  beaconRoundFor,
  beaconValue,
  QUICKNET,
} from "../../../src/sale/beacon/beacon.ts";
import { isChainKey, isGenuineBeacon } from "../../../src/sale/beacon/beaconSignature.ts";

/** Round 1000 of quicknet, as the network signed it: public, and what others test against, too. */
const ROUND = 1_000;
const SIGNATURE = fromHex(
  "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
)!;
const RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd";

describe("the beacon", () => {
  it("takes a real round of quicknet for genuine, and gives its randomness", () => {
    expect(isGenuineBeacon(QUICKNET, ROUND, SIGNATURE)).toBe(true);
    expect(toHex(beaconValue(SIGNATURE))).toBe(RANDOMNESS);
  });

  it("takes nothing else for genuine", () => {
    const flipped = SIGNATURE.slice();
    flipped[47]! ^= 1;
    const otherKey = {
      ...QUICKNET,
      publicKey:
        "93b8b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    };
    expect(isGenuineBeacon(QUICKNET, ROUND + 1, SIGNATURE)).toBe(false);
    expect(isGenuineBeacon(QUICKNET, ROUND, flipped)).toBe(false);
    expect(isGenuineBeacon(QUICKNET, ROUND, SIGNATURE.slice(1))).toBe(false);
    expect(isGenuineBeacon(QUICKNET, ROUND, new Uint8Array(48))).toBe(false);
    expect(isGenuineBeacon(QUICKNET, ROUND + 0.5, SIGNATURE)).toBe(false);
    expect(isGenuineBeacon(otherKey, ROUND, SIGNATURE)).toBe(false);
  });

  it("knows a public key from other digits", () => {
    expect(isChainKey(QUICKNET.publicKey)).toBe(true);
    expect(isChainKey("00".repeat(96))).toBe(false);
    expect(isChainKey(QUICKNET.publicKey.slice(2))).toBe(false);
  });

  it("counts rounds from the genesis on", () => {
    expect(beaconRoundAtMs(QUICKNET, 1)).toBe(1_692_803_367_000);
    expect(beaconRoundAtMs(QUICKNET, ROUND)).toBe(1_692_803_367_000 + 999 * 3_000);
  });

  it("names the first round after the lead, and no other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 42 }), (sinceMs) => {
        const fixedAtMs = QUICKNET.genesisSeconds * 1_000 - BEACON_LEAD_MS + sinceMs;
        const atMs = beaconRoundAtMs(QUICKNET, beaconRoundFor(QUICKNET, fixedAtMs));
        expect(atMs).toBeGreaterThanOrEqual(fixedAtMs + BEACON_LEAD_MS);
        expect(atMs).toBeLessThan(fixedAtMs + BEACON_LEAD_MS + 3_000);
      }),
    );
  });
});
