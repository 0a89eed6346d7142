/*
 * The definition of a sale, in the form that every rule uses. `saleFile.ts` parses it from an
 * operator's file. It never changes after its digest is published.
 */

import type { Text } from "../base/language.ts";
import type { DrandChain } from "./beacon/beacon.ts";

/**
 * `draw`: one window. `shuffled_queue`: a lobby, then windows of `windowMs`. `first_come`: by
 * arrival.
 */
export type AllocationMode = "draw" | "shuffled_queue" | "first_come";

export interface Variant {
  readonly variantNo: number;
  readonly sku: string;
  /**
   * The product family: a unit owed is served from the same family only. Absent: the sale itself is
   * the family.
   */
  readonly family?: string;
  readonly name: Text;
  /** In the smallest unit of the sale's currency. */
  readonly priceMinorUnits: number;
}

export type PaymentMethod = "va" | "qris" | "ewallet" | "card" | "paylater" | "cod";

export interface Channel {
  readonly channelNo: number;
  readonly code: string;
  readonly name: string;
  readonly paymentMethods: readonly PaymentMethod[];
  /** Cash-on-delivery orders per round. */
  readonly codQuotaCount: number;
}

/** Units of one variant on one channel in one round. */
export interface Allotment {
  readonly channelNo: number;
  readonly variantNo: number;
  readonly units: number;
}

export interface Round {
  readonly roundNo: number;
  readonly name: Text;
  readonly mode: AllocationMode;
  /** Instants in ms since 1970 UTC. Without a lobby, `lobbyOpensAtMs` equals `opensAtMs`. */
  readonly lobbyOpensAtMs: number;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  /**
   * Length of an arrival window; 0 for a draw (one window) and for first come (order of arrival).
   */
  readonly windowMs: number;
  /** How long an offered unit is held, and the length of the one extension. */
  readonly offerMs: number;
  readonly offerExtensionMs: number;
  /** Payment deadline; after it the unit goes to the next in line. */
  readonly paymentMs: number;
  readonly allotments: readonly Allotment[];
}

export interface SaleDefinition {
  readonly slug: string;
  readonly title: Text;
  readonly description: Text;
  readonly timeZone: string;
  readonly currency: string;
  /** Units that one person may have over all channels and rounds. */
  readonly unitsPerPersonCount: number;
  /** Upper end of the proof-of-work search: a browser tries half as many hashes on average. */
  readonly workCost: number;
  readonly variants: readonly Variant[];
  readonly channels: readonly Channel[];
  readonly rounds: readonly Round[];
  /** The public beacon that the seeds include; absent without one. */
  readonly beacon?: DrandChain;
  /** Statements of this sale that are invented, not published by anybody. */
  readonly synthetic: readonly string[];
}

export function roundOf(definition: SaleDefinition, roundNo: number): Round | undefined {
  return definition.rounds.find((round) => round.roundNo === roundNo);
}

/** The beacon of a round; null in a mode without chance. */
export function beaconOf(definition: SaleDefinition, mode: AllocationMode): DrandChain | null {
  return mode === "first_come" ? null : (definition.beacon ?? null);
}

export function channelByNo(definition: SaleDefinition, channelNo: number): Channel | undefined {
  return definition.channels.find((channel) => channel.channelNo === channelNo);
}

export function channelByCode(definition: SaleDefinition, code: string): Channel | undefined {
  return definition.channels.find((channel) => channel.code === code);
}

/** A product: its SKU alone may be another product's elsewhere. */
export interface ProductKey {
  readonly family: string;
  readonly sku: string;
}

/** The product of a variant. */
export function productOf({ slug }: SaleDefinition, { family, sku }: Variant): ProductKey {
  return { family: family ?? slug, sku };
}

export function variantByNo(definition: SaleDefinition, variantNo: number): Variant | undefined {
  return definition.variants.find((variant) => variant.variantNo === variantNo);
}

export function variantBySku(definition: SaleDefinition, sku: string): Variant | undefined {
  return definition.variants.find((variant) => variant.sku === sku);
}
