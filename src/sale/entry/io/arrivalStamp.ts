/*
 * Proof that somebody who was told to retry had come before, so that any server takes her first
 * arrival for it, also after a restart.
 * Must never happen: an arrival is chosen, or somebody else's is used.
 */

import { sameText, type MacKey } from "../../../access/io/mac.ts";

/** The request header that brings it back. */
export const ARRIVAL_HEADER = "giliran-arrival";

/**
 * A stamp counts for this long; each further answer renews it. Her own second is at most ten
 * away, and a slow network may need several tries.
 */
export const STAMP_LIFETIME_MS = 60_000;

/** Sale, round and account of an arrival, and when the stamp is written or read. */
export interface StampPurpose {
  readonly binding: string;
  readonly nowMs: number;
}

const macOf = (key: MacKey, binding: string, firstMs: string, issuedMs: string) =>
  key.hex(`${binding}|${firstMs}|${issuedMs}`);

/** `firstMs`: the arrival, in ms since 1970. */
export function stampArrival(
  key: MacKey,
  { binding, nowMs }: StampPurpose,
  firstMs: number,
): string {
  const [first, issued] = [String(firstMs), String(Math.floor(nowMs))];
  return `${first}_${issued}_${macOf(key, binding, first, issued)}`;
}

/** The arrival of a stamp, in ms since 1970; null if it is none, somebody else's or too old. */
export function stampedArrivalMs(
  key: MacKey,
  { binding, nowMs }: StampPurpose,
  stamp: string,
): number | null {
  const parts = /^(\d{1,16}(?:\.\d{1,9})?)_(\d{1,16})_([0-9a-f]{64})$/.exec(stamp);
  if (parts === null) return null;
  const [, first = "", issued = "", mac = ""] = parts;
  if (!sameText(mac, macOf(key, binding, first, issued))) return null;
  return nowMs - Number(issued) <= STAMP_LIFETIME_MS ? Number(first) : null;
}
