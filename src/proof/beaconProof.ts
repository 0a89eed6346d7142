/*
 * The beacon part of the proof: chance that nobody could know before the entrants were fixed. An
 * unverifiable signature is a fault, never accepted.
 */

import { fromHex, toHex } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import {
  beaconKind,
  beaconRoundFor,
  beaconValue,
  type BeaconKind,
  type DrandChain,
} from "../sale/beacon/beacon.ts";
import { beaconOf, roundOf, type Round, type SaleDefinition } from "../sale/definition.ts";
import { windowSpan } from "../sale/window.ts";
import type { RecordHead, RecordWindow } from "./record.ts";

/**
 * Verifies a chain's signature. Passed in, since it needs an elliptic curve that not every program
 * carries.
 */
export type BeaconCheck = (
  chain: DrandChain,
  beaconRoundNo: number,
  signature: Uint8Array,
) => boolean;

/**
 * The round as announced; null for a malformed announcement: anybody may have written the record.
 */
export function announcedRound(head: RecordHead): Round | null {
  const definition = head.definition as SaleDefinition | null;
  return Array.isArray(definition?.rounds) ? (roundOf(definition, head.roundNo) ?? null) : null;
}

/**
 * Checks a record with a public beacon: each window's root was fixed before its beacon round
 * existed, the round is the one that the announced rule names, and the seed contains what the
 * network signed.
 */
export class BeaconProof {
  readonly #fault: (text: string) => void;
  readonly #isGenuine: BeaconCheck | null;
  /** Verified rounds, since several windows may share one: number and signature. */
  readonly #checked = new Map<string, boolean>();
  #chain: DrandChain | "off" = "off";
  #round: Round | null = null;
  /** A window whose root was fixed before the window's end. */
  #earlyWindowNo: number | null = null;

  constructor(fault: (text: string) => void, isGenuine: BeaconCheck | null) {
    this.#fault = fault;
    this.#isGenuine = isGenuine;
  }

  /** Whose chance the head says goes into the seeds. */
  get kind(): BeaconKind | "off" {
    return this.#chain === "off" ? "off" : beaconKind(this.#chain);
  }

  /** The beacon in the head must be the announced one. */
  begin(head: RecordHead, round: Round | null): void {
    this.#chain = head.beacon;
    this.#round = round;
    const announced = round
      ? (beaconOf(head.definition as SaleDefinition, round.mode) ?? "off")
      : "off";
    if (canonicalJson(announced as Json) !== canonicalJson(head.beacon as Json)) {
      this.#fault("the beacon is not the announced one");
    }
  }

  window({ windowNo, beacon, beaconRound }: RecordWindow): void {
    const chain = this.#chain;
    const say = (what: string) => this.#fault(`window ${windowNo}: ${what}`);
    if (chain === "off") {
      if (beacon !== "" || beaconRound) say("a beacon went into the seed that was not announced");
      return;
    }
    const signature = beaconRound && fromHex(beaconRound.signature);
    if (!beaconRound || !signature) {
      say("the round of the beacon is missing");
      return;
    }
    const { rootFixedAtMs, beaconRoundNo } = beaconRound;
    if (toHex(beaconValue(signature)) !== beacon) {
      say("the beacon is not SHA-256 of its round's signature");
    }
    if (beaconRoundNo !== beaconRoundFor(chain, rootFixedAtMs)) {
      say("the round of the beacon is not the first after the root was fixed");
    }
    if (!this.#genuine(chain, beaconRoundNo, signature)) {
      say(`the signature of round ${beaconRoundNo} is not the chain's`);
    }
    if (this.#round && rootFixedAtMs < windowSpan(this.#round, windowNo).closesAtMs) {
      this.#earlyWindowNo = windowNo;
    }
  }

  /**
   * A round closed early by its operator fixes its last root before the announced end and offers
   * nothing afterwards. An offer after such a root means that the stated time was false.
   */
  offer(movementNo: number): void {
    if (this.#earlyWindowNo === null) return;
    this.#fault(
      `movement ${movementNo} offers a unit after window ${this.#earlyWindowNo}, whose root was fixed before the window was over`,
    );
  }

  #genuine(chain: DrandChain, beaconRoundNo: number, signature: Uint8Array): boolean {
    const key = `${beaconRoundNo} ${toHex(signature)}`;
    const known = this.#checked.get(key) ?? this.#isGenuine?.(chain, beaconRoundNo, signature);
    this.#checked.set(key, known ?? false);
    return known ?? false;
  }
}
